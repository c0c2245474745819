/*
 * Waiting, halting and faulting on RISC-V.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stddef.h>
#include <stdint.h>

#include "firmware/arch/arch.h"
#include "firmware/arch/common_riscv/riscv.h"

RISCV_WRITE(ie)

const struct io_bus *const arch_port_bus = NULL;

const char *arch_mode(void)
{
    return riscv_is_machine_mode ? "M" : "S";
}

/* --- waiting, halting, faulting --------------------------------------------------- */

/* Zihintpause: `pause`, spelled as the fence that it is for assemblers that don't know it. */
void arch_relax(void)
{
    __asm__ volatile(".4byte 0x0100000f");
}

_Noreturn void arch_halt(void)
{
    riscv_write_ie(0);
    for (;;)
        __asm__ volatile("wfi");
}

/* All zeroes is an illegal instruction on every RISC-V (Unprivileged 20191213, section 1.5). */
void arch_fault(void)
{
    __asm__ volatile(".2byte 0");
}

/* --- memory ----------------------------------------------------------------------- */

/* Translation is off: every address is its own. */
uintptr_t arch_map(uint64_t phys, uint64_t len)
{
    if (len == 0 || phys + len - 1 < phys || phys + len - 1 > UINTPTR_MAX)
        return 0;
    return (uintptr_t)phys;
}

/* --- start ------------------------------------------------------------------------ */

_Noreturn void riscv_start(uintptr_t tree)
{
    riscv_probe_clock();
    firmware_main(tree);
}
