/*
 * A QEMU command line, split into its options.
 *
 * Pure.  QEMU: an option has one dash or two; whether it takes a value is a property of
 * its name (qemu-options.hx); a word that belongs to no option is a disk image.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_QEMU_CMDLINE_H
#define HOST_TOOLS_QEMU_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "host-tools/argv.h"
#include "host-tools/problem.h"

struct qemu_option {
    const char *name;  /* "serial", without dashes; NULL: a disk image  */
    const char *value; /* NULL: it takes none                           */
};

struct qemu_cmdline {
    const char *program; /* "qemu-system-x86_64", or a path; NULL: none was given */
    struct qemu_option *options;
    size_t count;
};

/*
 * Split the words, NULL-ended; the strings stay the caller's.
 * returns  0 | -1 and the problem: a value is missing.  Free in both cases.
 */
int qemu_cmdline_read(char **words, struct qemu_cmdline *line, struct problem *problem);
void qemu_cmdline_free(struct qemu_cmdline *line);

/* How often the option is there. */
size_t qemu_cmdline_count(const struct qemu_cmdline *line, const char *name);

/* The value of its last use, NULL if there is none. */
const char *qemu_cmdline_value(const struct qemu_cmdline *line, const char *name);

/* Is it -machine, under either of its names? */
bool qemu_option_is_machine(const struct qemu_option *option);

/* The machine's type, its first len bytes: behind -M; "" if QEMU chooses. */
const char *qemu_cmdline_machine(const struct qemu_cmdline *line, size_t *len);

/* An option as it was written. */
void qemu_option_add(struct argv *argv, const struct qemu_option *option);

/* Length of the first word of a comma list; ",," is a comma in it. */
size_t qemu_word_len(const char *list);

/* Value of key in "first,key=value,...", up to its comma, commas still doubled: NULL if it
 * isn't there.  The last of several counts, as in QEMU. */
const char *qemu_list_value(const char *list, const char *key, size_t *len);

/* Is the switch there and on: "key", "key=on", "key=yes"? */
bool qemu_list_is_on(const char *list, const char *key);

/* The driver of a -device: "isa-serial,index=1" or {"driver":"isa-serial"}; owned. */
char *qemu_device_driver(const char *value);

#endif
