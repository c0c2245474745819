/*
 * A command line that may be started only to be looked at: what would harm or disturb is
 * replaced by what builds the same devices.
 *
 *   files (-chardev file, logfile=)     /dev/null in place of the user's file
 *   sockets and pipes with a name       the same in a private folder; never wait=on
 *   real devices (serial, parallel)     null
 *   disks                               an empty disk; flash images are opened as a snapshot
 *   networks                            one that leads nowhere
 *   descriptors (-add-fd, fd=)          new ones of the same kind
 *   displays, debuggers, daemons, logs  left out
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_EXPLAIN_PROBE_H
#define HOST_TOOLS_EXPLAIN_PROBE_H

#include "host-tools/qemu_cmdline.h"

enum probe_thing {
    PROBE_NULL_FD,      /* /dev/null, opened for writing, as this descriptor   */
    PROBE_LISTENING_FD, /* a listening unix socket                             */
    PROBE_CONNECTED_FD, /* one end of a socket pair                            */
    PROBE_PIPES,        /* name.in and name.out in the folder                  */
};

/* What must be there before QEMU starts. */
struct probe_need {
    enum probe_thing thing;
    int fd;     /* QEMU's number for it       */
    char *path; /* PROBE_PIPES: without suffix */
};

struct probe {
    struct argv argv;   /* without -S and without a QMP channel             */
    struct argv notes;  /* what was altered, a line each, for people        */
    struct argv labels; /* the chardevs among them, those with a name there */
    struct probe_need *needs;
    size_t need_count;
    int highest_fd; /* that the command line names, at least 2          */
};

/* folder: a private one.  Free what comes of it. */
void probe_make(const struct qemu_cmdline *line, const char *program, const char *folder,
                struct probe *probe);
void probe_free(struct probe *probe);

#endif
