/*
 * The verdicts, for people and for programs: the table, the conclusion, the hex view of
 * the first difference, and the same as JSON.  `tutti run` and `tutti check` share it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_REPORT_H
#define HOST_TOOLS_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "host-tools/verify.h"

/* How the run itself went.  A check of files has always ended. */
enum run_end {
    RUN_ENDED,     /* every console had its end record, or the guest powered off */
    RUN_TIMED_OUT, /* it had not by then                                         */
    RUN_DIED,      /* QEMU went away by itself                                   */
    RUN_MISUSED,   /* QEMU would not have these arguments                        */
    RUN_SKIPPED,   /* this QEMU has no such device: nothing was run              */
    RUN_IMPOSSIBLE /* could not be run                                           */
};

/* One capture: the verification has its verdict under the same index. */
struct report_row {
    const char *console; /* what the guest sees: "virtconsole"; or a file name  */
    const char *backend; /* what the host has: "file"; NULL for a check         */
    const char *path;    /* where the capture is kept, or NULL                  */
};

struct report {
    const char *title;   /* "x86_64 q35", or NULL                             */
    const char *command; /* QEMU's command line, shell-quoted, or NULL        */
    const struct report_row *rows;
    const struct capture *captures;
    const struct verification *verification; /* NULL if nothing was captured */
    size_t count;
    size_t configured;     /* consoles that QEMU was given; 0: as many as captures */
    bool has_frozen;       /* QEMU stood still with a reader that did            */
    bool is_copies;        /* the verdicts are verify_copies()'s                */
    bool is_manifest_open; /* don't tell configured, driven, silent             */
    enum run_end end;
    const char *end_text; /* one line about `end`, or NULL                     */
    int end_signal;       /* QEMU died by this signal, else 0                  */
    int guest_status;     /* what the program should end with; only told when the end
                             record says otherwise; -1: any                    */
    double seconds;       /* how long it took, or negative                     */
    const char *notes;    /* lines to print below the table, or NULL           */
    const char *wrong;    /* what else makes it fail, one line, or NULL        */
};

/* Exit statuses of the tool (design, the host tool). */
#define EXIT_PROVED     0
#define EXIT_FAILED     1
#define EXIT_USAGE      2
#define EXIT_SKIPPED    77
#define EXIT_IMPOSSIBLE 99
#define EXIT_TIMED_OUT  124

/* Is colour wanted on this stream?  Only a terminal, and never with NO_COLOR set. */
bool report_wants_colour(FILE *out);

/* The table, the hex view of the first difference, the conclusion. */
void report_print(FILE *out, const struct report *report, bool is_coloured);

/* The same as one JSON object on one line.  returns 0 | -1 out of memory */
int report_print_json(FILE *out, const struct report *report);

/* The conclusion alone, one line without its end: "PROVED: 7 consoles complete and ..." */
void report_conclusion(const struct report *report, char *buf, size_t size);

/* What it all adds up to, and the word for it: "proved", "failed", "timed-out", ... */
enum report_outcome {
    OUTCOME_PROVED,
    OUTCOME_SAME, /* copies of another guest's log: identical, not proved */
    OUTCOME_FAILED,
    OUTCOME_TIMED_OUT,
    OUTCOME_DIED,
    OUTCOME_MISUSED,
    OUTCOME_SKIPPED,
    OUTCOME_IMPOSSIBLE
};
enum report_outcome report_outcome(const struct report *report);
const char *outcome_name(enum report_outcome outcome);

/* The exit status that this report means. */
int report_exit_status(const struct report *report);

/* Any bytes as printable text: control characters and the like become \xHH.
 * Always ends in NUL. */
void report_visible(char *buf, size_t size, const void *bytes, size_t len);

#endif
