/*
 * What QEMU's own message means, for those who don't read it every day.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_HINTS_H
#define HOST_TOOLS_HINTS_H

#include "host-tools/problem.h"

struct hint {
    const char *part;   /* of QEMU's message                                       */
    int status;         /* EXIT_SKIPPED: this QEMU has no such thing, ...          */
    const char *advice; /* what to do, one line                                    */
};

/* The hint for what QEMU has said, or NULL. */
const struct hint *hint_find(const char *output);

/*
 * QEMU's complaint out of all it has said: its first line that begins with the program's
 * name (without that name) and is no mere warning, else the last line.  "" if it said
 * nothing.
 */
void hint_message(const char *output, char *line, unsigned size);

/* QEMU would not start: its complaint and the hint, as the problem in place of whatever was
 * noted before. */
void hint_refusal(const char *output, struct problem *problem);

#endif
