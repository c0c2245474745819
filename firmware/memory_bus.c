/*
 * Registers in memory: volatile, so that each access is made, once, and as wide as the
 * driver says.
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/memory_bus.h"

static uint32_t memory_read(const struct io *io, size_t offset, unsigned bytes)
{
    uintptr_t address = io->base + offset;
    if (bytes == 1)
        return *(volatile const uint8_t *)address;
    if (bytes == 2)
        return *(volatile const uint16_t *)address;
    return *(volatile const uint32_t *)address;
}

static void memory_write(const struct io *io, size_t offset, unsigned bytes, uint32_t value)
{
    uintptr_t address = io->base + offset;
    if (bytes == 1)
        *(volatile uint8_t *)address = (uint8_t)value;
    else if (bytes == 2)
        *(volatile uint16_t *)address = (uint16_t)value;
    else
        *(volatile uint32_t *)address = value;
}

static void memory_burst(const struct io *io, size_t offset, const void *buf, size_t len)
{
    const uint8_t *byte = buf;
    unsigned width = io->width ? io->width : 1;
    while (len--)
        memory_write(io, offset, width, *byte++);
}

const struct io_bus memory_bus = {
    .read = memory_read,
    .write = memory_write,
    .burst = memory_burst,
};
