/*
 * Inside explain_expand: what its two halves share.
 *
 *   explain_expand.c         the whole line, what QEMU adds by itself, -nographic
 *   explain_expand_option.c  one short option
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_EXPLAIN_EXPANDER_H
#define HOST_TOOLS_EXPLAIN_EXPANDER_H

#include "host-tools/explain_expand.h"

struct expander {
    const struct qemu_cmdline *line;
    const struct expand_facts *facts;
    struct expansion *out;
    struct problem *problem;
    struct argv early, late; /* devices before and behind the user's            */
    struct strbuf meaning;   /* of the option at hand                            */
    unsigned serials, parallels, monitors;
    bool has_chosen_serial, has_chosen_parallel, has_chosen_monitor, is_nographic;
};

/* A short option, and how its value is written out: 0 | -1 and the problem. */
struct expander_option {
    const char *name;
    int (*expand)(struct expander *e, const char *value);
};

/* By name, which may be NULL; NULL: it is none of them. */
const struct expander_option *expander_find(const char *name);

int expander_serial(struct expander *e, const char *value);
int expander_parallel(struct expander *e, const char *value);
int expander_hmp(struct expander *e, const char *value);
int expander_any_monitor(struct expander *e, const char *value, const char *mode);

/* "-OPTION VALUE" as part of the long form, and of the option at hand. */
void expander_piece(struct expander *e, const char *option, const char *value);

/* Remember who talks through which chardev: the words behind -mon. */
void expander_monitor(struct expansion *out, const char *words);

/* The option at hand is done: its row for people. */
void expander_end(struct expander *e, const char *given, bool is_default);

#endif
