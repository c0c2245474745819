/*
 * Seam 3: the register window.  One way to touch hardware.
 *
 * A driver says io_read8(&uart->io, UART_LSR).  Where the registers live, how
 * far apart they are and how wide an access must be belongs to the window, so
 * one driver serves the PC's ports, a PCI card, RISC-V's memory and a fake.
 *
 * Next on the tour: drivers/serial/uart8250.c
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_IO_H
#define DRIVERS_IO_H

#include <stddef.h>
#include <stdint.h>

struct io;

/* How a bus moves register values.  Offsets are bytes from the window's base. */
struct io_bus {
    /* Read one register of 1, 2 or 4 bytes.  Little-endian devices only. */
    uint32_t (*read)(const struct io *io, size_t offset, unsigned bytes);
    /* Write one register of 1, 2 or 4 bytes. */
    void (*write)(const struct io *io, size_t offset, unsigned bytes, uint32_t value);
    /* Write len bytes, one after the other, to the same register; each is an
     * access of `width` bytes (1 if width is 0). */
    void (*burst)(const struct io *io, size_t offset, const void *buf, size_t len);
};

struct io {
    const struct io_bus *bus; /* memory, x86 ports, or a fake               */
    uintptr_t base;           /* address or port of the first register      */
    unsigned shift;           /* register n is at n << shift                */
    unsigned width;           /* narrowest access allowed: 1, 2, 4; 0 = any */
    void *ctx;                /* a fake keeps its device model here         */
    uint64_t accesses;        /* counted here, for the ledger               */
};

static inline uint32_t io_read(struct io *io, size_t reg, unsigned bytes)
{
    io->accesses++;
    return io->bus->read(io, reg << io->shift, bytes < io->width ? io->width : bytes);
}

static inline void io_write(struct io *io, size_t reg, unsigned bytes, uint32_t value)
{
    io->accesses++;
    io->bus->write(io, reg << io->shift, bytes < io->width ? io->width : bytes, value);
}

static inline uint8_t io_read8(struct io *io, size_t reg)
{
    return (uint8_t)io_read(io, reg, 1);
}

static inline uint16_t io_read16(struct io *io, size_t reg)
{
    return (uint16_t)io_read(io, reg, 2);
}

static inline uint32_t io_read32(struct io *io, size_t reg)
{
    return io_read(io, reg, 4);
}

static inline void io_write8(struct io *io, size_t reg, uint8_t value)
{
    io_write(io, reg, 1, value);
}

static inline void io_write16(struct io *io, size_t reg, uint16_t value)
{
    io_write(io, reg, 2, value);
}

static inline void io_write32(struct io *io, size_t reg, uint32_t value)
{
    io_write(io, reg, 4, value);
}

/* Write len bytes to one register: a FIFO's worth, never more. */
static inline void io_burst8(struct io *io, size_t reg, const void *buf, size_t len)
{
    io->accesses += len;
    io->bus->burst(io, reg << io->shift, buf, len);
}

#endif
