/*
 * Semihosting calls, and getting over the fault of a CPU that has no debugger.
 *
 * Source: Arm 100863, "Semihosting for AArch32 and AArch64", 3.0, chapter 4.
 * QEMU: -semihosting-config enable=on
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/arch/common_arm/common_arm.h"
#include "firmware/platform/virt/virt.h"

static volatile bool is_refused;

bool arch_semihosting_call(unsigned operation, const void *block, uintptr_t *result)
{
    is_refused = false;
    *result = semihosting_call(operation, block);
    return !is_refused;
}

bool semihosting_step_over(uintptr_t pc)
{
    if (pc != (uintptr_t)semihosting_instruction)
        return false;
    is_refused = true;
    return true;
}
