/*
 * A capture that lies in a file, which QEMU writes and we look into: in memory and without
 * a name, or the user's own.
 *
 * The file in memory reaches QEMU as a descriptor in an fdset.  QEMU insists on one that
 * is open for writing only, so it gets its own; ours may read.
 *
 * QEMU: docs/interop, add-fd; util/osdep.c, /dev/fdset/N.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_CAPTURE_FILE_H
#define HOST_TOOLS_CAPTURE_FILE_H

#include "host-tools/backends.h"

/* path: of the user, or in the private folder; NULL: in memory. */
int capture_file_prepare(struct tap *tap, const char *path, struct problem *problem);

/* -add-fd, if it lies in memory. */
void capture_file_compose(const struct tap *tap, struct argv *argv);

/* "-chardev DRIVER,id=...,logfile=THE FILE", with all that it needs. */
void capture_file_compose_logged(const struct tap *tap, const char *driver, enum compose_for who,
                                 struct argv *argv);

/* The operations of a backend. */
int capture_file_attach(struct tap *tap, struct qmp *qmp, struct problem *problem);
void capture_file_collect(struct tap *tap);

/* The same, but read into memory of our own, from tap->old on. */
void capture_file_follow(struct tap *tap);

void capture_file_close(struct tap *tap);

#endif
