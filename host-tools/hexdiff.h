/*
 * Two byte strings side by side, around the first byte where they differ.
 *
 *     00000ff8  66 6c 6f 6f 64 3a 20 30  flood: 0   66 6c 6f 6f 64 3a 20 30  flood: 0
 *   > 00001000  30 30 30 30 30 31 32 20  0000012    30 30 30 30 30 31 33 20  0000013
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_HEXDIFF_H
#define HOST_TOOLS_HEXDIFF_H

#include <stdbool.h>
#include <stdio.h>

#include "host-tools/wire_parse.h"

/* at   where to look: the line before it, its own, and two after */
void hexdiff_print(FILE *out, struct span left, struct span right, size_t at, bool is_coloured);

#endif
