/*
 * The steps by which the files of this folder move through a tree's bytes.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_FDT_FDT_BYTES_H
#define DRIVERS_FDT_FDT_BYTES_H

#include <stdint.h>

#include "drivers/fdt/fdt.h"
#include "drivers/fdt/fdt_regs.h"

/* A big-endian number at any address (5.1). */
static inline uint32_t fdt_be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Where the next token begins.  The token at `at` must be known to lie in the block. */
static inline uint32_t fdt_token_end(const struct fdt *fdt, uint32_t at)
{
    uint32_t token = fdt_be32(fdt->structs + at);
    uint32_t end = at + FDT_TOKEN_SIZE;

    if (token == FDT_BEGIN_NODE) {
        while (fdt->structs[end] != 0)
            end++;
        end++;
    } else if (token == FDT_PROP) {
        end = at + FDT_PROP_VALUE + fdt_be32(fdt->structs + at + FDT_PROP_LEN);
    }
    return (end + FDT_TOKEN_SIZE - 1) & ~(uint32_t)(FDT_TOKEN_SIZE - 1);
}

#endif
