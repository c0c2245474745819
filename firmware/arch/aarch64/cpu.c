/*
 * aarch64: the counter, waiting and stopping.
 *
 * Source: DDI 0487J, D11 (Generic Timer).
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/arch/aarch64/aarch64.h"
#include "firmware/arch/arch.h"
#include "firmware/platform/virt/virt.h"

const char arch_name[] = "aarch64";
const struct io_bus *const arch_port_bus = NULL;

uint32_t boot_el;

/* "EL1(EL3)": we run at EL1, and were entered at EL3. */
const char *arch_mode(void)
{
    switch (boot_el) {
    case 2:
        return "EL1(EL2)";
    case 3:
        return "EL1(EL3)";
    default:
        return "EL1";
    }
}

bool arch_is_secure(void)
{
    return boot_el == 3;
}

uint64_t arch_ticks(void)
{
    __asm__ volatile("isb" ::: "memory"); /* or it may be read ahead of time: D11.2.1 */
    return SYSREG_READ(cntvct_el0);
}

uint64_t arch_ticks_hz(void)
{
    return SYSREG_READ(cntfrq_el0);
}

/* An address that nobody ever maps. */
void arch_fault(void)
{
    volatile uint32_t *nowhere = (volatile uint32_t *)0xfffffff000;
    *nowhere = 0;
}
