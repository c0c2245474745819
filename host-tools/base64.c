/*
 * Base64: RFC 4648 §4.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/base64.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static int value_of(char c)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *hit = c ? strchr(letters, c) : NULL;

    return hit ? (int)(hit - letters) : -1;
}

/* Four characters, of which the last `pads` are '='.  returns  false: they are not base64 */
static bool decode_group(const char *group, size_t pads, unsigned char *out)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < 4; i++) {
        int value = i < 4 - pads ? value_of(group[i]) : 0;
        if (value < 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
    }
    for (size_t i = 0; i < 3 - pads; i++)
        out[i] = (unsigned char)(bits >> (16 - 8 * i));
    return (bits & ((1u << 8 * pads) - 1)) == 0; /* §3.5: what the padding hides is zero */
}

ssize_t base64_decode(const char *text, size_t len, unsigned char *out)
{
    size_t put = 0;

    if (len % 4)
        return -1;
    for (size_t at = 0; at < len; at += 4) {
        bool is_last = at + 4 == len;
        size_t pads = is_last && text[at + 3] == '=' ? 1 + (text[at + 2] == '=') : 0;
        if (!decode_group(text + at, pads, out + put))
            return -1;
        put += 3 - pads;
    }
    return (ssize_t)put;
}
