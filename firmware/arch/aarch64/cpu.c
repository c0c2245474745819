/*
 * aarch64: the counter, waiting, stopping, and calling the firmware underneath.
 *
 * Sources: DDI 0487J, D11 (Generic Timer); Arm PSCI, DEN 0022E, 5.10 (SYSTEM_OFF);
 *          Arm SMC Calling Convention, DEN 0028E, 2.7.
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/text.h"
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

void arch_relax(void)
{
    __asm__ volatile("yield" ::: "memory");
}

_Noreturn void arch_halt(void)
{
    for (;;)
        __asm__ volatile("wfi" ::: "memory");
}

/* An address that nobody ever maps. */
void arch_fault(void)
{
    volatile uint32_t *nowhere = (volatile uint32_t *)0xfffffff000;
    *nowhere = 0;
}

#define PSCI_SYSTEM_OFF 0x84000008u

/* Nothing may come between setting x0 and the call: hence two functions without another call. */
static void psci_by_smc(uint32_t function)
{
    register uint64_t x0 __asm__("x0") = function;
    __asm__ volatile("smc #0" : "+r"(x0)::"x1", "x2", "x3", "memory");
}

static void psci_by_hvc(uint32_t function)
{
    register uint64_t x0 __asm__("x0") = function;
    __asm__ volatile("hvc #0" : "+r"(x0)::"x1", "x2", "x3", "memory");
}

void arch_firmware_off(const char *conduit)
{
    if (conduit && text_equal(conduit, "smc"))
        psci_by_smc(PSCI_SYSTEM_OFF);
    else if (conduit && text_equal(conduit, "hvc"))
        psci_by_hvc(PSCI_SYSTEM_OFF);
}
