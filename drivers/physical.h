/*
 * Tables in physical memory that somebody else wrote: how a reader gets at them.
 *
 * An address in such a table may be anything.  So a reader never makes a pointer
 * of it: it asks for the bytes, and whoever knows the machine's memory answers.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_PHYSICAL_H
#define DRIVERS_PHYSICAL_H

#include <stdint.h>

struct physical {
    /*
     * The bytes at a physical address.
     * phys, len  any values at all
     * returns    len bytes that can be read, or NULL: not all of them are memory
     */
    const uint8_t *(*at)(const struct physical *physical, uint64_t phys, uint64_t len);
};

/* Little-endian values at any alignment. */
static inline uint16_t le16_at(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static inline uint32_t le32_at(const uint8_t *bytes)
{
    return le16_at(bytes) | (uint32_t)le16_at(bytes + 2) << 16;
}

static inline uint64_t le64_at(const uint8_t *bytes)
{
    return le32_at(bytes) | (uint64_t)le32_at(bytes + 4) << 32;
}

#endif
