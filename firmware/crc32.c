/*
 * CRC-32: one table look-up for each byte.
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/crc32.h"

#define POLYNOMIAL 0xedb88320u

static uint32_t table[256]; /* the remainder that each byte leaves */

static void fill_table(void)
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t rest = byte;
        for (int bit = 0; bit < 8; bit++)
            rest = rest & 1 ? rest >> 1 ^ POLYNOMIAL : rest >> 1;
        table[byte] = rest;
    }
}

uint32_t crc32_update(uint32_t crc, const void *buf, size_t len)
{
    const unsigned char *byte = buf;
    if (table[1] == 0)
        fill_table();
    crc = ~crc;
    while (len--)
        crc = crc >> 8 ^ table[(crc ^ *byte++) & 0xff];
    return ~crc;
}
