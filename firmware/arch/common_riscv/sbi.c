/*
 * The firmware underneath, in S-mode: OpenSBI, through the Supervisor Binary Interface.
 *
 * Source: RISC-V Supervisor Binary Interface Specification 2.0.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdbool.h>
#include <stddef.h>

#include "firmware/arch/common_riscv/riscv.h"
#include "firmware/platform/virt/virt.h"

#define SBI_EXT_SRST           0x53525354 /* "SRST", SBI 2.0 chapter 10 */
#define SBI_SRST_RESET         0
#define SBI_SRST_TYPE_SHUTDOWN 0
#define SBI_SRST_REASON_NONE   0

/* SBI 2.0 chapter 3: extension in a7, function in a6; a0 and a1 come back changed. */
static void sbi_call(long extension, long function, long argument0, long argument1)
{
    register long a0 __asm__("a0") = argument0;
    register long a1 __asm__("a1") = argument1;
    register long a6 __asm__("a6") = function;
    register long a7 __asm__("a7") = extension;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a6), "r"(a7) : "memory");
}

void arch_firmware_off(const char *conduit)
{
    (void)conduit;
    if (!riscv_is_machine_mode)
        sbi_call(SBI_EXT_SRST, SBI_SRST_RESET, SBI_SRST_TYPE_SHUTDOWN, SBI_SRST_REASON_NONE);
}

bool arch_is_secure(void)
{
    return false;
}
