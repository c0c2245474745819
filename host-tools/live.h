/*
 * The log while it comes: each line once, and before it a mark for every console that
 * has it already.
 *
 *   [12345] 000003 0.024681 tutti: found 5 consoles, driving 5
 *
 * Escapes are made visible: whatever a guest prints, it cannot move our cursor.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_LIVE_H
#define HOST_TOOLS_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "host-tools/backends.h"

struct live {
    FILE *out; /* NULL: nothing is shown                                */
    const struct tap *taps;
    char *const *labels; /* of the taps, for people                               */
    size_t count;
    size_t *starts; /* where each tap's stream begins, or its length; owned  */
    size_t shown;   /* bytes of the stream                                   */
};

/* Begin with the list of consoles.  out may be NULL. */
void live_begin(struct live *live, FILE *out, const struct tap *taps, char *const *labels,
                size_t count);

/* Show the lines that are new on any console.  A line that no console has whole is not shown
 * before live_end(). */
void live_show(struct live *live);

/* Show what is left, a line without an end too, and let go of everything. */
void live_end(struct live *live);

#endif
