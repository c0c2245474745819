/*
 * The bus of the semihosting window (drivers/serial/semihosting.h has its registers).
 *
 * Without a debugger the call's instruction is undefined.  The trap handler asks us
 * whether it was that one, and goes on behind it.
 *
 * Source: Arm 100863, "Semihosting for AArch32 and AArch64", 3.0, chapter 4.
 * QEMU: -semihosting-config enable=on
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/serial/semihosting.h"

#include "firmware/arch/arch.h"
#include "firmware/arch/common_arm/common_arm.h"

static uint32_t result;
static volatile bool is_refused;

bool semihosting_step_over(uintptr_t pc)
{
    if (pc != (uintptr_t)semihosting_instruction)
        return false;
    is_refused = true;
    return true;
}

static void call(const struct io *io, size_t operation, const void *block, size_t len)
{
    (void)io, (void)len;
    is_refused = false;
    uintptr_t answer = semihosting_call(operation, block);
    result = is_refused ? UINT32_MAX : (uint32_t)answer;
}

static uint32_t read(const struct io *io, size_t offset, unsigned bytes)
{
    (void)io, (void)bytes;
    return offset == SEMIHOSTING_RESULT ? result : is_refused;
}

static void write(const struct io *io, size_t offset, unsigned bytes, uint32_t value)
{
    (void)io, (void)offset, (void)bytes, (void)value;
}

static const struct io_bus semihosting_bus = { .read = read, .write = write, .burst = call };
const struct io_bus *const arch_semihosting_bus = &semihosting_bus;
