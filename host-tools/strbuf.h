/*
 * Text that grows.  Always ends in a NUL, which len does not count.
 *
 * The tool has nothing sensible to do without memory: then it says so and exits
 * with EXIT_IMPOSSIBLE; QEMU dies with it (exec_stub.c).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_STRBUF_H
#define HOST_TOOLS_STRBUF_H

#include <stddef.h>

struct strbuf { /* all zero is an empty one */
    char *text; /* NULL while nothing was added */
    size_t len, room;
};

void strbuf_add(struct strbuf *buf, const void *bytes, size_t len);
void strbuf_printf(struct strbuf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3), nonnull(2)));
void strbuf_free(struct strbuf *buf);

/* At least `more` bytes of room behind the text; returns where they are. */
char *strbuf_reserve(struct strbuf *buf, size_t more);

/* Memory that is there.  Each ends the tool otherwise. */
void *must_alloc(size_t size); /* zeroed */
void *must_realloc(void *memory, size_t size);
char *must_strdup(const char *text);
char *must_strndup(const char *text, size_t len);

#endif
