/*
 * Why something could not be done: one line for people, and the exit status.
 *
 * A function that can fail takes a `struct problem *`, fills it and returns -1;
 * whoever stands at the top prints it.  So nothing below prints, and a test can look.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_PROBLEM_H
#define HOST_TOOLS_PROBLEM_H

#include "host-tools/report.h" /* the exit statuses */

struct problem {
    int status; /* 0: there is none */
    char text[1024];
};

/*
 * Note what is wrong: what, where, and what was expected; no line end.
 * A problem that is noted already is kept: the first one is the cause.
 *
 * status   EXIT_USAGE, EXIT_SKIPPED, EXIT_IMPOSSIBLE, ...
 * returns  -1, so that a check is one line
 */
int problem_set(struct problem *problem, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "tutti: TEXT" on stderr, in red on a terminal.  Returns the exit status. */
int problem_print(const struct problem *problem);

#endif
