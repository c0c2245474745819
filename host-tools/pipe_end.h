/*
 * A pipe between QEMU and us.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_PIPE_END_H
#define HOST_TOOLS_PIPE_END_H

#include "host-tools/backends.h"

/* tap->fd, our end for reading, and tap->qemu_fd.  returns  0 | -1 and the problem */
int pipe_end_make(struct tap *tap, struct problem *problem);

/* 1 MiB in place of 64 KiB, where the system allows it: a larger pipe is only better.
 * A reader under test gets the pipe as it is. */
void pipe_end_enlarge(const struct tap *tap);

#endif
