/*
 * Bytes and small texts, without a libc.
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/text.h"

void bytes_copy(void *to, const void *from, size_t len)
{
    unsigned char *t = to;
    const unsigned char *f = from;
    while (len--)
        *t++ = *f++;
}

void bytes_zero(void *to, size_t len)
{
    unsigned char *t = to;
    while (len--)
        *t++ = 0;
}

bool bytes_equal(const void *a, const void *b, size_t len)
{
    const unsigned char *left = a, *right = b;
    for (size_t i = 0; i < len; i++)
        if (left[i] != right[i])
            return false;
    return true;
}

size_t text_len(const char *text)
{
    size_t len = 0;
    while (text[len])
        len++;
    return len;
}

bool text_equal(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

bool text_starts(const char *text, const char *start)
{
    while (*start && *text == *start)
        text++, start++;
    return *start == '\0';
}

struct text text_begin(char *buf, size_t size)
{
    buf[0] = '\0';
    return (struct text){ .buf = buf, .size = size };
}

void text_add_char(struct text *text, char c)
{
    if (text->len + 1 >= text->size) {
        text->is_cut = true;
        return;
    }
    text->buf[text->len++] = c;
    text->buf[text->len] = '\0';
}

void text_add(struct text *text, const char *more)
{
    while (*more)
        text_add_char(text, *more++);
}

/* The digits of a value, at least so many, without division: 32-bit CPUs
 * would need a library for it. */
void text_add_hex(struct text *text, uint64_t value, unsigned digits)
{
    unsigned count = 16;
    while (count > 1 && count > digits && (value >> (4 * (count - 1))) == 0)
        count--;
    for (; digits > 16; digits--)
        text_add_char(text, '0');
    while (count--)
        text_add_char(text, "0123456789abcdef"[(value >> (4 * count)) & 15]);
}

void text_add_decimal(struct text *text, uint64_t value)
{
    char digits[20]; /* 2^64 - 1 has twenty */
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    while (count--)
        text_add_char(text, digits[count]);
}

void text_add_why(struct text *text, const struct why *why)
{
    text_add(text, why->what);
    text_add(text, " found 0x");
    text_add_hex(text, why->found, 1);
    text_add(text, " expected 0x");
    text_add_hex(text, why->expected, 1);
}
