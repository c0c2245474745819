/*
 * How a tap is read: at once, or as badly as some readers do.
 *
 *   reader=stall:MS              reads the first byte, then nothing for so long
 *   reader=late:MS               comes so long after the guest's start
 *   reader=slow:BYTES_PER_S      never faster
 *   reader=vanish:BYTES[:MS]     goes after so many bytes; with MS it comes back after that
 *   reader=none                  never comes
 *
 * Pure: the time is handed in, and nothing is read here.
 *
 * Next on the tour: backend_pipe.c
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_READER_H
#define HOST_TOOLS_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host-tools/problem.h"

enum reader_kind {
    READER_STEADY,
    READER_STALL,
    READER_LATE,
    READER_SLOW,
    READER_VANISH,
    READER_NONE
};

struct reader { /* all zero: a good one */
    /* --- set by reader_parse() --------------------------------------------------- */
    enum reader_kind kind;
    unsigned ms;     /* stall, late; vanish: away for so long, 0: for good */
    uint64_t amount; /* slow: bytes per second; vanish: bytes              */

    /* --- owned by reader.c --------------------------------------------------------- */
    bool has_started, has_begun; /* the guest runs; stall: it has begun  */
    uint64_t start_ms, since_ms;
};

/* What a reader may do now. */
struct reader_step {
    size_t allowance; /* bytes that it takes, 0: none; SIZE_MAX: all there are */
    bool is_here;     /* it has, or would like to have, the backend open      */
    bool is_stalling; /* here, and takes nothing on purpose                   */
};

/*
 * "stall:2000", len bytes of it.
 * returns  0 | -1 and the problem
 */
int reader_parse(const char *text, size_t len, struct reader *reader, struct problem *problem);

/* The guest starts to run now. */
void reader_start(struct reader *reader, uint64_t now_ms);

/* taken   bytes that it has had so far */
struct reader_step reader_look(struct reader *reader, uint64_t taken, uint64_t now_ms);

/* Does it come to an open backend before the guest runs? */
bool reader_is_early(const struct reader *reader);

/* Does it come, or come back, while the guest runs? */
bool reader_comes_later(const struct reader *reader);

#endif
