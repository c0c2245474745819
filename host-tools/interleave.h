/*
 * Is a capture several whole copies of the log, mixed?  What a mux delivers when many
 * consoles write into it.
 *
 * Pure.  Next on the tour: report.c
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_INTERLEAVE_H
#define HOST_TOOLS_INTERLEAVE_H

#include <stdbool.h>
#include <stddef.h>

#define INTERLEAVE_MOST 4 /* copies */

struct interleaving {
    bool is_whole;                /* every copy is there, to its end, and nothing else         */
    bool is_undecided;            /* too many ways to take it apart: nothing is known          */
    size_t at;                    /* the first byte that fits no copy, or the length           */
    size_t ends[INTERLEAVE_MOST]; /* where the copies stand there, the longest first */
};

/*
 * Take the mix apart into `count` copies (1..INTERLEAVE_MOST) of the log.
 *
 * Follows every way at once in which the bytes so far can be dealt out, so that no guess is
 * ever wrong; lines have numbers, so there are never many.
 */
void interleave_check(const unsigned char *log, size_t log_len, const unsigned char *mix,
                      size_t mix_len, size_t count, struct interleaving *out);

#endif
