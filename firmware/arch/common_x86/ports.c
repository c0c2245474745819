/*
 * The single instruction that leaves the machine: in and out.
 *
 * A burst is one `rep outsb`.  QEMU still sees each byte, but the guest's loop is
 * gone: cheaper under TCG, and under KVM one exit carries many bytes.
 *
 * Source: SDM volume 1, chapter 19 (input/output).
 * Next on the tour: host-tools/capture.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/arch/arch.h"

static uint32_t ports_read(const struct io *io, size_t offset, unsigned bytes)
{
    uint16_t port = (uint16_t)(io->base + offset);
    uint8_t value8;
    uint16_t value16;
    uint32_t value32;

    switch (bytes) {
    case 1:
        __asm__ volatile("inb %1, %0" : "=a"(value8) : "Nd"(port));
        return value8;
    case 2:
        __asm__ volatile("inw %1, %0" : "=a"(value16) : "Nd"(port));
        return value16;
    default:
        __asm__ volatile("inl %1, %0" : "=a"(value32) : "Nd"(port));
        return value32;
    }
}

static void ports_write(const struct io *io, size_t offset, unsigned bytes, uint32_t value)
{
    uint16_t port = (uint16_t)(io->base + offset);

    switch (bytes) {
    case 1:
        __asm__ volatile("outb %0, %1" : : "a"((uint8_t)value), "Nd"(port) : "memory");
        break;
    case 2:
        __asm__ volatile("outw %0, %1" : : "a"((uint16_t)value), "Nd"(port) : "memory");
        break;
    default:
        __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port) : "memory");
        break;
    }
}

/* Ports have no registers wider than their data: io->width does not concern them. */
static void ports_burst(const struct io *io, size_t offset, const void *buf, size_t len)
{
    uint16_t port = (uint16_t)(io->base + offset);

    __asm__ volatile("rep outsb" : "+S"(buf), "+c"(len) : "d"(port) : "memory");
}

static const struct io_bus ports = {
    .read = ports_read,
    .write = ports_write,
    .burst = ports_burst,
};

const struct io_bus *const arch_port_bus = &ports;
