/*
 * What stands behind the colon of -c, in words:
 *
 *   BACKEND[,PROPS]              one backend for one console
 *   mux(BACKEND[,PROPS])         all consoles of this -c share it
 *   mux=NAME(BACKEND[,PROPS])    ... and others may join: its chardev is called NAME
 *   mux=NAME                     join it
 *   hub(BACKEND[,PROPS],...)     one console writes to all of these
 *
 *   uart:unix,server=on,reader=stall:2000
 *   isa-serial:mux=both(pty)     virtconsole:mux=both
 *   virtconsole:hub(file,unix,reader=late:500)
 *
 * PROPS are KEY=VALUE, QEMU's own and passed on as they are, but for these:
 *
 *   reader=...       how it is read (reader.h)
 *   mux=on           as mux(...), QEMU's way to write it
 *   logfile=         a second capture of the same console; logfile=PATH in a file that stays
 *
 * In a hub a word without `=` is the next backend, one with it belongs to the last.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_BACKEND_SPEC_H
#define HOST_TOOLS_BACKEND_SPEC_H

#include "host-tools/backends.h"

/* Of QEMU: chardev/char-mux.c, MAX_MUX; chardev/char-hub.c, MAX_HUB. */
#define MUX_MOST 4
#define HUB_MOST 4

struct backend_spec {
    const struct backend *kind;   /* NULL: joins the mux                          */
    char *props;                  /* for QEMU, NULL when there are none; owned    */
    struct reader reader;         /*                                              */
    bool has_log;                 /* logfile=                                     */
    char *log_path;               /* of the user; NULL: a file in memory; owned   */
    bool log_appends;             /* logappend=on                                 */
    bool is_mux;                  /*                                              */
    char *mux;                    /* its name, NULL: none; owned                  */
    struct backend_spec *members; /* of a hub; owned                              */
    size_t member_count;
};

/*
 * Read one, len bytes of text.
 * returns  0 | -1 and the problem.  Free in both cases.
 */
int backend_spec_parse(const char *text, size_t len, struct backend_spec *spec,
                       struct problem *problem);
void backend_spec_free(struct backend_spec *spec);

#endif
