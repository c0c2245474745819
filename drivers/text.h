/*
 * Bytes and small texts, without a libc: drivers put together names such as
 * "pci:00:03.0/bar0" with these.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_TEXT_H
#define DRIVERS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/status.h"

void bytes_copy(void *to, const void *from, size_t len);
void bytes_zero(void *to, size_t len);
bool bytes_equal(const void *a, const void *b, size_t len);

size_t text_len(const char *text);
bool text_equal(const char *a, const char *b);
bool text_starts(const char *text, const char *start);

/*
 * A text being put together in a buffer of fixed size.  Always ends in NUL; what
 * does not fit is cut, and is_cut says so.
 */
struct text {
    char *buf;
    size_t size; /* of buf, at least 1 */
    size_t len;  /* without the NUL    */
    bool is_cut;
};

struct text text_begin(char *buf, size_t size);
void text_add(struct text *text, const char *more);
void text_add_char(struct text *text, char c);
void text_add_hex(struct text *text, uint64_t value, unsigned digits); /* digits: at least */
void text_add_decimal(struct text *text, uint64_t value);

/* "FEATURES_OK found 0x3 expected 0xb" */
void text_add_why(struct text *text, const struct why *why);

#endif
