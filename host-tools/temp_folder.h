/*
 * A folder that only this run knows, for the few things that need a name.
 *
 * It exists between two calls: made just before QEMU starts, removed as soon as QEMU has
 * opened what is in it.  A helper process removes it when the tool itself is killed.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_TEMP_FOLDER_H
#define HOST_TOOLS_TEMP_FOLDER_H

#include "host-tools/problem.h"

struct temp_folder { /* all zero: there is none */
    char *path;      /* owned                                               */
    int guard_fd;    /* while it is open the helper waits                   */
    int guard_pid;
};

/* Below $TMPDIR, else /tmp.  returns  0 | -1 and the problem */
int temp_folder_make(struct temp_folder *folder, struct problem *problem);

/* Remove it with all that is in it; nothing to do is fine. */
void temp_folder_remove(struct temp_folder *folder);

#endif
