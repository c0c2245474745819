/*
 * What the host has: one file and one row for each kind of chardev.
 *
 * A tap is the host's end of one chardev: it is prepared before QEMU starts, attached
 * while QEMU stands still, and collected from until the run is over.
 *
 * Next on the tour: backend_file.c, the one that loses nothing.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_BACKENDS_H
#define HOST_TOOLS_BACKENDS_H

#include <stdbool.h>
#include <stddef.h>

#include "host-tools/argv.h"
#include "host-tools/problem.h"
#include "host-tools/reader.h"

struct qmp;
struct backend;

struct tap {
    /* --- set by plan.c ------------------------------------------------------ */
    char *name;            /* of the chardev, unique: "virtconsole0"; owned           */
    char *shown;           /* of the backend, for people: "hub.1/pty"; owned          */
    const char *props;     /* of the backend, as the user wrote them, or NULL         */
    const char *keep_path; /* file, logfile: the user's own file, NULL: in memory     */
    bool keeps_old;        /* ... what is in it stays: append=on, logappend=on        */
    int child_fd;          /* number that qemu_fd will have in QEMU                   */
    const char *folder;    /* where named things go in a pasted command, or NULL      */
    const struct backend *backend;
    struct reader reader;
    bool is_partial;    /* its device leaves while the guest runs            */
    bool is_mux;        /* mux=on                                            */
    unsigned frontends; /* consoles that write into it                       */
    char *members;      /* hub: ",chardevs.0=A,chardevs.1=B"; owned          */
    char *log_option;   /* ",logfile=..." for QEMU itself, or NULL; owned    */
    char *log_name;     /* ... the tap that has it, for a pasted command; owned */

    /* --- owned by the backend; -1 and NULL while there is none --------------- */
    int fd;            /* our end                                               */
    int qemu_fd;       /* QEMU's end; closed once QEMU has it                   */
    int qemu_input_fd; /* stdio: QEMU's input; closed with qemu_fd             */
    int listener_fd;   /* QEMU is the client: where it connects                 */
    char *path;        /* a name in the private folder, or what QEMU told; owned */
    unsigned port;     /* tcp and the like; udp: ours                           */
    bool is_named;     /* path leads to what QEMU made                          */
    void *state;       /* anything else                                         */

    /* --- what has come so far, kept by the backend --------------------------- */
    unsigned char *bytes; /* a mapped file is for reading only           */
    size_t len;
    size_t room;      /* of bytes: allocated, or mapped              */
    bool is_mapped;   /* ... and that by mmap()                      */
    size_t old;       /* file: bytes that were there before          */
    size_t allowance; /* how many more the next collect may take     */
    bool has_closed;  /* QEMU's end is gone, nothing more will come  */
    bool has_left;    /* its reader went while the guest still wrote */
    bool is_stalling; /* its reader takes nothing on purpose         */
};

/* Who will read the command line that is composed. */
enum compose_for {
    FOR_RUN,   /* QEMU itself, with our descriptors in its hands */
    FOR_PASTE, /* a person's shell: names instead of descriptors */
};

struct backend {
    const char *name;    /* ours and QEMU's word: "file"                      */
    const char *driver;  /* -chardev DRIVER: what QEMU must have, NULL: none  */
    const char *what;    /* one line for people                               */
    const char *refusal; /* why it can't carry a log; NULL: it can            */
    bool is_read;        /* a stream that somebody must read: takes reader=   */
    bool is_logged;      /* its capture is its logfile=                       */
    bool is_stdio;       /* fd is QEMU's own input and output                 */
    unsigned settle_ms;  /* between attach and `cont`                         */

    /* Does it need a folder for named things, private to the run?  NULL: no. */
    bool (*needs_folder)(const struct tap *tap);
    /* Are the user's PROPS (or NULL) possible here?  NULL: QEMU says so itself. */
    int (*check)(const char *props, struct problem *problem);
    /* Make both ends, as far as they can exist before QEMU does. */
    int (*prepare)(struct tap *tap, const char *folder, struct problem *problem);
    /* The -chardev, and what it needs.  Looks at nothing but the tap. */
    void (*compose)(const struct tap *tap, enum compose_for who, struct argv *argv);
    /* QEMU is up and stands still: open what only it can name.  NULL: nothing. */
    int (*attach)(struct tap *tap, struct qmp *qmp, struct problem *problem);
    /* Have our end open, if it can be now: tried again on the next tick.  NULL: it is. */
    void (*open)(struct tap *tap);
    /* Take what is there, up to tap->allowance, never wait.  NULL: nothing to capture. */
    void (*collect)(struct tap *tap);
    /* Ask QEMU for what is there; between ticks, never in one.  NULL: collect does it. */
    int (*poll)(struct tap *tap, struct qmp *qmp, struct problem *problem);
    /* The reader goes, the bytes stay.  NULL: close(fd). */
    void (*leave)(struct tap *tap);
    /* Let go of everything, bytes included. */
    void (*close)(struct tap *tap);
};

extern const struct backend *const backend_table[];
extern const size_t backend_count;

/* By name, len bytes of it; NULL if there is none. */
const struct backend *backend_find(const char *name, size_t len);

/* Does it have anything to judge? */
bool tap_is_captured(const struct tap *tap);

/* On every tick: open, leave and collect as its reader would.  now_ms: of any clock. */
void tap_read(struct tap *tap, uint64_t now_ms);

/* Let go of everything, the bytes included.  Twice is fine. */
void tap_close(struct tap *tap);

/* --- for the backends --------------------------------------------------------- */

extern const struct backend backend_file, backend_memfd, backend_fdset, backend_pipe, backend_pty,
    backend_unix, backend_tcp, backend_telnet, backend_websocket, backend_udp, backend_stdio,
    backend_serial, backend_tty, backend_ringbuf, backend_vc, backend_null, backend_none,
    backend_parallel, backend_msmouse, backend_braille, backend_hub, backend_log;

/* "," and all that stands behind the backend's own options, or "": the user's PROPS but for
 * path=, which each backend sees to itself; mux=on; logfile=. */
struct strbuf tap_options(const struct tap *tap, enum compose_for who);

/* Where a file of this tap goes in a pasted command: FOLDER/NAME + ending, as a value. */
struct strbuf tap_paste_path(const struct tap *tap, const char *ending);

/* Is it to be read as people's programs do it: without large buffers? */
bool tap_is_tested(const struct tap *tap);

/* Put bytes behind what came so far. */
void tap_add(struct tap *tap, const void *bytes, size_t len);

/* At least this much room behind them. */
unsigned char *tap_reserve(struct tap *tap, size_t room);

/* One read's worth of room: as much as the largest buffer between QEMU and us. */
#define TAP_READ_SIZE (1u << 20)

/* Read what a stream has, into allocated memory. */
void tap_collect_stream(struct tap *tap);
void tap_close_stream(struct tap *tap);

/* Close QEMU's end here, once QEMU has it. */
void tap_close_qemu_end(struct tap *tap);

/* What QEMU calls the chardev: with mux=on the name is the mux's, and this one is below. */
struct strbuf tap_label(const struct tap *tap);

/* How QEMU shows the tap's chardev: "pty:/dev/pts/7"; freed by the caller, or NULL and
 * the problem. */
char *tap_ask_filename(const struct tap *tap, struct qmp *qmp, struct problem *problem);

/* For check: path= is not the user's to choose. */
int tap_refuse_path(const char *props, struct problem *problem);

/* Nothing to prepare. */
int tap_prepare_nothing(struct tap *tap, const char *folder, struct problem *problem);

#endif
