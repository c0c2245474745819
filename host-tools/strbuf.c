/*
 * Text that grows, and memory that is there.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/report.h"

static void *checked(void *memory)
{
    if (memory)
        return memory;
    fputs("tutti: out of memory\n", stderr);
    exit(EXIT_IMPOSSIBLE);
}

void *must_alloc(size_t size)
{
    return checked(calloc(1, size ? size : 1));
}

void *must_realloc(void *memory, size_t size)
{
    return checked(realloc(memory, size ? size : 1));
}

char *must_strndup(const char *text, size_t len)
{
    char *copy = must_alloc(len + 1);

    memcpy(copy, text, len);
    return copy;
}

char *must_strdup(const char *text)
{
    return must_strndup(text, strlen(text));
}

char *strbuf_reserve(struct strbuf *buf, size_t more)
{
    size_t room = buf->room ? buf->room : 64;

    while (room - buf->len < more + 1)
        room *= 2;
    if (room != buf->room)
        buf->text = must_realloc(buf->text, room);
    buf->room = room;
    buf->text[buf->len] = '\0';
    return buf->text + buf->len;
}

void strbuf_add(struct strbuf *buf, const void *bytes, size_t len)
{
    char *end = strbuf_reserve(buf, len);

    if (len)
        memcpy(end, bytes, len);
    buf->len += len;
    buf->text[buf->len] = '\0';
}

void strbuf_printf(struct strbuf *buf, const char *format, ...)
{
    va_list args, again;

    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    if (len >= 0) {
        vsnprintf(strbuf_reserve(buf, (size_t)len), (size_t)len + 1, format, again);
        buf->len += (size_t)len;
    }
    va_end(again);
    va_end(args);
}

void strbuf_free(struct strbuf *buf)
{
    free(buf->text);
    *buf = (struct strbuf){ 0 };
}
