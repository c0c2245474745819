/*
 * What the host has: one file and one row for each kind of chardev.
 *
 * A tap is the host's end of one console: it is prepared before QEMU starts, attached
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

struct qmp;
struct backend;

struct tap {
    /* --- set by plan.c ------------------------------------------------------ */
    char *name;         /* of the chardev, unique: "virtconsole0"; owned           */
    const char *props;  /* of the backend, as the user wrote them, or NULL         */
    int child_fd;       /* number that qemu_fd will have in QEMU                   */
    const char *folder; /* where named things go in a pasted command, or NULL      */
    const struct backend *backend;
    bool is_partial; /* its device leaves while the guest runs           */

    /* --- owned by the backend; -1 and NULL while there is none --------------- */
    int fd;      /* our end                                               */
    int qemu_fd; /* QEMU's end; closed once QEMU has it                   */
    char *path;  /* a name in the private folder, if it needs one; owned  */

    /* --- what has come so far, kept by the backend --------------------------- */
    unsigned char *bytes; /* a mapped file is for reading only           */
    size_t len;
    size_t room;     /* of bytes: allocated, or mapped              */
    bool has_closed; /* QEMU's end is gone, nothing more will come  */
};

/* Who will read the command line that is composed. */
enum compose_for {
    FOR_RUN,   /* QEMU itself, with our descriptors in its hands */
    FOR_PASTE, /* a person's shell: names instead of descriptors */
};

struct backend {
    const char *name;   /* ours and QEMU's word: "file"         */
    const char *driver; /* -chardev DRIVER: what QEMU must have */
    const char *what;   /* one line for people                  */
    bool needs_folder;  /* for named things, private to the run */
    unsigned settle_ms; /* between attach and `cont`            */

    /* Make both ends, as far as they can exist before QEMU does. */
    int (*prepare)(struct tap *tap, const char *folder, struct problem *problem);
    /* The -chardev, and what it needs.  Looks at nothing but the tap. */
    void (*compose)(const struct tap *tap, enum compose_for who, struct argv *argv);
    /* QEMU is up and stands still: open what only it can name.  NULL: nothing. */
    int (*attach)(struct tap *tap, struct qmp *qmp, struct problem *problem);
    /* Take what is there, never wait.  Called on every tick. */
    void (*collect)(struct tap *tap);
    /* Let go of everything, bytes included. */
    void (*close)(struct tap *tap);
};

extern const struct backend *const backend_table[];
extern const size_t backend_count;

/* By name, len bytes of it; NULL if there is none. */
const struct backend *backend_find(const char *name, size_t len);

/* --- for the backends --------------------------------------------------------- */

extern const struct backend backend_file, backend_pipe, backend_pty, backend_unix;

/* ",PROPS" of the user, or "". */
struct strbuf tap_props(const struct tap *tap);

/* Read all that a stream has, into allocated memory. */
void tap_collect_stream(struct tap *tap);
void tap_close_stream(struct tap *tap);

/* Close QEMU's end here, once QEMU has it. */
void tap_close_qemu_end(struct tap *tap);

#endif
