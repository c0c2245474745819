/*
 * isa-debugcon: the least that a console can be.
 *
 * There is no status to look at.  QEMU takes every byte, and when the host does not read
 * it stops the machine until it does: so this console comes after all others, and takes a
 * little at a time.
 *
 * QEMU: -debugcon file:F, -device isa-debugcon,chardev=c[,iobase=0xe9] (pc, q35, microvm)
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/serial/debugcon.h"

#include "drivers/kernel.h"
#include "drivers/serial/debugcon_regs.h"
#include "drivers/serial/serial.h"
#include "drivers/text.h"

/* So that the other consoles are looked at every few milliseconds, even where KVM needs
 * ten microseconds for a byte. */
#define BURST_MAX 256u

struct debugcon {
    struct console con; /* first: a pointer to it is one to the whole */
    struct io io;
};

static size_t debugcon_write(struct console *con, const void *buf, size_t len)
{
    struct debugcon *debugcon = (struct debugcon *)con;
    size_t taken = len < BURST_MAX ? len : BURST_MAX;
    io_burst8(&debugcon->io, DEBUGCON_DATA, buf, taken);
    con->accesses = debugcon->io.accesses;
    return taken;
}

static const struct console_ops debugcon_ops = {
    .class = CONSOLE_BLOCKING,
    .write = debugcon_write,
};

static bool is_there(const struct device *dev)
{
    struct io io = dev->io;
    return io_read8(&io, DEBUGCON_DATA) == DEBUGCON_READBACK;
}

static int debugcon_attach(const struct device *dev, const struct device_id *id)
{
    bool is_given = text_equal(id->compatible, "qemu,debugcon-given");
    if (!is_given && !is_there(dev))
        return ERR_ABSENT;

    struct debugcon *debugcon = kernel_memory(sizeof(*debugcon), _Alignof(struct debugcon));
    if (!debugcon)
        return ERR_FULL;
    debugcon->io = dev->io;
    debugcon->con.ops = &debugcon_ops;
    serial_describe(&debugcon->con, dev, id->kind);
    kernel_console_add(&debugcon->con);
    return OK;
}

static const struct device_id debugcon_ids[] = {
    { .bus = BUS_PLATFORM, .compatible = "qemu,debugcon", .kind = "isa-debugcon" },
    { .bus = BUS_PLATFORM, .compatible = "qemu,debugcon-given", .kind = "isa-debugcon" },
    { 0 },
};

const struct driver debugcon_driver = {
    .name = "debugcon",
    .ids = debugcon_ids,
    .attach = debugcon_attach,
};
