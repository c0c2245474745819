/*
 * A file's bytes: mapped where it can be, read where it can't (a pipe).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_MAPPED_FILE_H
#define HOST_TOOLS_MAPPED_FILE_H

#include <stdbool.h>

#include "host-tools/problem.h"

struct mapped_file { /* all zero: none */
    const unsigned char *bytes;
    size_t len;
    bool is_mapped; /* else from malloc() */
};

/* returns  0 | -1 and the problem (EXIT_IMPOSSIBLE).  Close in both cases. */
int mapped_file_open(struct mapped_file *file, const char *path, struct problem *problem);
void mapped_file_close(struct mapped_file *file);

#endif
