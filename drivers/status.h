/*
 * Why something did not work: the few reasons that the drivers give.
 *
 * 0 or positive is success; a negative number is one of these.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_STATUS_H
#define DRIVERS_STATUS_H

#include <stdint.h>

enum status {
    OK = 0,
    ERR_ABSENT = -1,      /* nothing there: normal, found by looking       */
    ERR_BUSY = -2,        /* not now: ask again                            */
    ERR_BROKEN = -3,      /* the other side broke its own specification    */
    ERR_UNSUPPORTED = -4, /* a mode that we do not speak                   */
    ERR_TIMEOUT = -5,     /* no answer within the budget                   */
    ERR_FULL = -6,        /* no room left: memory, a window, a table       */
};

/*
 * The evidence for a failure: what was looked at, what was found there, and
 * what the specification expects.  `what` is a string constant.
 */
struct why {
    const char *what;
    uint64_t found;
    uint64_t expected;
};

/* Note the evidence and hand back the status, so that a check is one line. */
static inline int why_set(struct why *why, int status, const char *what, uint64_t found,
                          uint64_t expected)
{
    *why = (struct why){ .what = what, .found = found, .expected = expected };
    return status;
}

#endif
