/*
 * The semihosting console.
 *
 * SYS_WRITE0 sends a text up to its NUL with one call, where SYS_WRITEC needs one for each
 * byte.  The log has no NUL at the end of a piece, so the piece is copied.  (SYS_WRITE on
 * a handle for ":tt" would take a length, but QEMU 7.2 sends that to its own stdout and
 * not to the chardev.)  Neither says whether anything arrived.
 *
 * Without -semihosting-config the call is an instruction that faults, so nobody calls
 * unless the command line says semihosting=on.
 *
 * QEMU: -semihosting-config enable=on,chardev=c (arm, aarch64, riscv32, riscv64)
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/serial/semihosting.h"

#include "drivers/kernel.h"
#include "drivers/serial/serial.h"
#include "drivers/text.h"

/* QEMU stops the machine for the whole piece: a little at a time. */
#define PIECE_MAX 1024u

struct semihosting {
    struct console con; /* first: a pointer to it is one to the whole */
    struct io io;
    char piece[PIECE_MAX + 1];
};

/* One call, counted as one access. */
static void call(struct semihosting *host, unsigned operation, const void *block, size_t len)
{
    host->io.bus->burst(&host->io, operation, block, len);
    host->con.accesses++;
}

/* Ask for something that has no effect: does the CPU know the call? */
static int probe(struct semihosting *host)
{
    call(host, SEMIHOSTING_SYS_ERRNO, NULL, 0);
    if (host->io.bus->read(&host->io, SEMIHOSTING_REFUSED, 4))
        return why_set(&host->con.why, ERR_ABSENT, "semihosting call: the CPU faulted", 1, 0);
    return OK;
}

/* How much of the piece has no NUL in it? */
static size_t text_part(const char *bytes, size_t len)
{
    size_t part = 0;
    while (part < len && bytes[part])
        part++;
    return part;
}

static size_t semihosting_write(struct console *con, const void *buf, size_t len)
{
    struct semihosting *host = (struct semihosting *)con;
    size_t taken = text_part(buf, len < PIECE_MAX ? len : PIECE_MAX);
    if (taken == 0) {
        call(host, SEMIHOSTING_SYS_WRITEC, buf, 1);
        return 1;
    }
    bytes_copy(host->piece, buf, taken);
    host->piece[taken] = 0;
    call(host, SEMIHOSTING_SYS_WRITE0, host->piece, taken + 1);
    return taken;
}

static const struct console_ops semihosting_ops = {
    .class = CONSOLE_BLOCKING,
    .write = semihosting_write,
};

/* It is attached only when it was asked for, so a refusal is told. */
static int semihosting_attach(const struct device *dev, const struct device_id *id)
{
    struct semihosting *host = kernel_memory(sizeof(*host), _Alignof(struct semihosting));
    if (!host)
        return ERR_FULL;
    host->io = dev->io;
    host->con.ops = &semihosting_ops;
    serial_describe(&host->con, dev, id->kind);
    host->con.status = probe(host);
    kernel_console_add(&host->con);
    return host->con.status;
}

static const struct device_id semihosting_ids[] = {
    { .bus = BUS_PLATFORM, .compatible = "semihosting", .kind = "semihosting" },
    { 0 },
};

const struct driver semihosting_driver = {
    .name = "semihosting",
    .ids = semihosting_ids,
    .attach = semihosting_attach,
};
