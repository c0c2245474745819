/*
 * A matrix file as it is written: one struct for each kind of mapping.  What is NULL was
 * not given.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_MATRIX_YAML_H
#define HOST_TOOLS_MATRIX_YAML_H

#include <stdint.h>

#include "host-tools/problem.h"
#include "host-tools/report.h"

struct expected_console {
    char *name; /* part of "virtconsole:pty"; NULL: every console */
    enum verdict_kind *verdict;
    enum layer *blame;
};

struct expectation {
    enum report_outcome *status; /* NULL: proved         */
    int *guest, *found, *driven;
    int *seconds; /* at most                      */
    char **log;   /* patterns, PCRE2              */
    unsigned log_count;
    char **absent; /* ... that must not be there   */
    unsigned absent_count;
    char *conclusion; /* ... in the conclusion        */
    char *notes;      /* ... in the notes             */
    bool *frozen;     /* did QEMU stand still?        */
    struct expected_console *consoles;
    unsigned consoles_count;
};

struct random_rows {
    unsigned count;
    uint64_t seed; /* 0: from the clock */
};

struct matrix_row {
    char *name, *words;
    char **machines, **consoles, **each, **backends, **options, **args;
    unsigned machines_count, consoles_count, each_count, backends_count, options_count, args_count;
    unsigned *timeout; /* seconds */
    struct expectation *expect;
    struct random_rows *random;
    bool *risk; /* prove the table of risks */
};

struct matrix_yaml {
    struct matrix_row *rows;
    unsigned rows_count;
};

/* returns  0 | -1 and the problem.  Free what was read with matrix_yaml_free(). */
int matrix_yaml_load(const char *path, struct matrix_yaml **yaml, struct problem *problem);
void matrix_yaml_free(struct matrix_yaml *yaml);

#endif
