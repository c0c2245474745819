/*
 * Is a run what its row expects?
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_EXPECT_H
#define HOST_TOOLS_EXPECT_H

#include <jansson.h>

#include "host-tools/matrix_yaml.h"
#include "host-tools/strbuf.h"

/* What a child `tutti run --json` left. */
struct outcome {
    const json_t *json;   /* NULL: it printed none          */
    int status;           /* its exit status                */
    int signal;           /* or the signal that ended it    */
    double seconds;       /* as we measured                 */
    const char *messages; /* what it said on stderr       */
};

/*
 * Hold one against the other.
 * expect   NULL: proved, and nothing else
 * reasons  gets a line for each thing that is not as expected
 * returns  is all as expected?
 */
bool expectation_holds(const struct expectation *expect, const struct outcome *outcome,
                       struct strbuf *reasons);

/* The row could not be run here, and was not meant to be skipped. */
bool expectation_is_skipped(const struct expectation *expect, const struct outcome *outcome);

/* Must the captures be kept for the patterns? */
bool expectation_needs_log(const struct expectation *expect);

#endif
