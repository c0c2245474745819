/*
 * The log while it comes, on a terminal.
 *
 * One console's copy stands for all.  Escapes are made visible: whatever a guest prints,
 * it cannot move our cursor.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_LIVE_H
#define HOST_TOOLS_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct live {
    FILE *out;       /* NULL: nothing is shown             */
    size_t shown;    /* bytes of the capture               */
    bool is_in_line; /* the last line is not ended         */
};

/* Show what is new of the capture. */
void live_show(struct live *live, const unsigned char *bytes, size_t len);

/* End a line that is left open. */
void live_end(struct live *live);

#endif
