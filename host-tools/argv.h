/*
 * An argument list that grows, and how it looks in a shell.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_ARGV_H
#define HOST_TOOLS_ARGV_H

#include <stddef.h>

#include "host-tools/strbuf.h"

struct argv {     /* all zero is an empty one */
    char **words; /* NULL-ended once something was added; owned */
    size_t count, room;
};

void argv_add(struct argv *argv, const char *word);
void argv_printf(struct argv *argv, const char *format, ...)
    __attribute__((format(printf, 2, 3), nonnull(2)));

/* Two words: "-device", "isa-serial,chardev=c0". */
void argv_option(struct argv *argv, const char *option, const char *format, ...)
    __attribute__((format(printf, 3, 4), nonnull(3)));

void argv_free(struct argv *argv);

/* One word, quoted so that a POSIX shell reads back the same bytes. */
void shell_quote(struct strbuf *out, const char *word);

/* The list as a command that can be pasted, an option and its value on each line. */
void argv_to_shell(const struct argv *argv, struct strbuf *out);

/* A value inside a QEMU option: a comma is written twice.
 * QEMU: docs/system, "commas in file names". */
void qemu_value(struct strbuf *out, const char *value);

/* Value of key= in a comma list: its start and length, or NULL. */
const char *option_value(const char *options, const char *key, size_t *len);

#endif
