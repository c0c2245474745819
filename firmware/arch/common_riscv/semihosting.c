/*
 * The bus of the semihosting window (drivers/serial/semihosting.h has its registers).
 *
 * Where semihosting is off, the call's ebreak is a breakpoint trap.  trap.c knows its
 * address, sets riscv_is_refused, and goes on behind it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/serial/semihosting.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/arch/arch.h"
#include "firmware/arch/common_riscv/riscv.h"

static uint32_t result;

/* In semihosting_call.S: operation in a0, block in a1, result in a0. */
uintptr_t riscv_semihosting_call(uintptr_t operation, const void *block);

static void semihosting_call(const struct io *io, size_t operation, const void *block, size_t len)
{
    (void)io, (void)len;
    riscv_is_refused = false;
    result = (uint32_t)riscv_semihosting_call(operation, block);
    if (riscv_is_refused)
        result = UINT32_MAX;
}

static uint32_t semihosting_read(const struct io *io, size_t offset, unsigned bytes)
{
    (void)io, (void)bytes;
    return offset == SEMIHOSTING_RESULT ? result : riscv_is_refused;
}

static void semihosting_write(const struct io *io, size_t offset, unsigned bytes, uint32_t value)
{
    (void)io, (void)offset, (void)bytes, (void)value;
}

static const struct io_bus semihosting_bus = {
    .read = semihosting_read,
    .write = semihosting_write,
    .burst = semihosting_call,
};

const struct io_bus *const arch_semihosting_bus = &semihosting_bus;
