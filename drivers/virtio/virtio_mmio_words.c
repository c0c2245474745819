/*
 * Reads virtio_mmio.device= words; see virtio_mmio_words.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/virtio/virtio_mmio_words.h"

#include "drivers/text.h"

/* A value of 0..15, or 16 and more: no digit. */
static unsigned digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'F')
        return (unsigned)(c - 'A') + 10;
    return 16;
}

/* A number in C's notation, decimal or hexadecimal.  Returns false if there is none, or
 * if it does not fit. */
static bool take_number(const char **at, const char *end, uint64_t *value)
{
    unsigned base = 10;
    if (end - *at > 2 && text_starts(*at, "0x")) {
        base = 16;
        *at += 2;
    }

    const char *start = *at;
    for (*value = 0; *at < end && digit_of(**at) < base; (*at)++) {
        if (*value > (UINT64_MAX - digit_of(**at)) / base)
            return false;
        *value = *value * base + digit_of(**at);
    }
    return *at > start;
}

static bool take_char(const char **at, const char *end, char c)
{
    if (*at == end || **at != c)
        return false;
    (*at)++;
    return true;
}

/* K, M or G behind a number. */
static bool take_unit(const char **at, const char *end, uint64_t *value)
{
    static const char units[] = "KMG";
    for (unsigned i = 0; i < sizeof(units) - 1; i++) {
        if (!take_char(at, end, units[i]))
            continue;
        unsigned shift = 10 * (i + 1);
        if (*value > UINT64_MAX >> shift)
            return false;
        *value <<= shift;
        return true;
    }
    return true;
}

static bool read_word(const char *at, const char *end, struct virtio_mmio_word *word)
{
    uint64_t irq, id;
    if (!take_number(&at, end, &word->size) || !take_unit(&at, end, &word->size))
        return false;
    if (!take_char(&at, end, '@') || !take_number(&at, end, &word->base))
        return false;
    if (!take_char(&at, end, ':') || !take_number(&at, end, &irq))
        return false;
    if (take_char(&at, end, ':') && !take_number(&at, end, &id))
        return false;
    return at == end;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

bool virtio_mmio_word_next(const char **rest, struct virtio_mmio_word *word)
{
    for (;;) {
        while (is_blank(**rest))
            (*rest)++;
        if (**rest == '\0')
            return false;

        const char *start = *rest;
        while (**rest != '\0' && !is_blank(**rest))
            (*rest)++;
        if (!text_starts(start, VIRTIO_MMIO_WORD))
            continue;

        *word = (struct virtio_mmio_word){ .text = start, .len = (size_t)(*rest - start) };
        word->is_right = read_word(start + text_len(VIRTIO_MMIO_WORD), *rest, word);
        return true;
    }
}
