/*
 * The semihosting console.
 *
 * SYS_WRITE on a handle for ":tt" takes an address and a length: the whole piece of the log
 * goes out with one call.  SYS_WRITEC would cost a call for each byte, and SYS_WRITE0
 * wants a NUL, which the log doesn't have.
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

/* QEMU takes any length and stops the machine for it: a little at a time. */
#define CALL_MAX 4096u

struct semihosting {
    struct console con; /* first: a pointer to it is one to the whole */
    struct io io;
    uintptr_t handle;
};

/* One call, counted as one access. */
static uint32_t call(struct semihosting *host, unsigned operation, const uintptr_t *block,
                     size_t words)
{
    host->io.bus->burst(&host->io, operation, block, words * sizeof(*block));
    host->con.accesses++;
    return host->io.bus->read(&host->io, SEMIHOSTING_RESULT, 4);
}

/* Arm 100863, SYS_OPEN: a handle that is not 0, or -1. */
static int open_console(struct semihosting *host)
{
    const uintptr_t block[SEMIHOSTING_OPEN_WORDS] = {
        (uintptr_t)SEMIHOSTING_CONSOLE,
        SEMIHOSTING_MODE_WRITE,
        sizeof(SEMIHOSTING_CONSOLE) - 1,
    };
    uint32_t handle = call(host, SEMIHOSTING_SYS_OPEN, block, SEMIHOSTING_OPEN_WORDS);
    if (host->io.bus->read(&host->io, SEMIHOSTING_REFUSED, 4))
        return why_set(&host->con.why, ERR_ABSENT, "semihosting call: the CPU faulted", 1, 0);
    if (handle == UINT32_MAX)
        return why_set(&host->con.why, ERR_UNSUPPORTED, "semihosting SYS_OPEN of :tt", handle, 1);
    host->handle = handle;
    return OK;
}

/* Arm 100863, SYS_WRITE: returns how many bytes were not written. */
static size_t semihosting_write(struct console *con, const void *buf, size_t len)
{
    struct semihosting *host = (struct semihosting *)con;
    size_t offered = len < CALL_MAX ? len : CALL_MAX;
    const uintptr_t block[SEMIHOSTING_WRITE_WORDS] = { host->handle, (uintptr_t)buf, offered };
    uint32_t left = call(host, SEMIHOSTING_SYS_WRITE, block, SEMIHOSTING_WRITE_WORDS);
    return left <= offered ? offered - left : 0;
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
    host->con.status = open_console(host);
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
