/*
 * arm: the counter, waiting and stopping.
 *
 * Source: DDI 0406C, B8 (Generic Timer), B4.1.94 (ID_PFR1).
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/arch/arch.h"
#include "firmware/arch/arm/arm.h"
#include "firmware/platform/virt/virt.h"

const char arch_name[] = "arm";
const struct io_bus *const arch_port_bus = NULL;

uint32_t boot_mode;

#define MODE_HYP 0x1a

/* clang-format off */
#define ID_PFR1_SECURITY(v)  ((v) >> 4 & 0xf)
#define ID_PFR1_TIMER(v)     ((v) >> 16 & 0xf)
/* clang-format on */

/* QEMU enters in SVC mode of the secure state if the CPU has one at all. */
bool arch_is_secure(void)
{
    return boot_mode != MODE_HYP && ID_PFR1_SECURITY(CP15_READ(0, c0, c1, 1)) != 0;
}

const char *arch_mode(void)
{
    if (boot_mode == MODE_HYP)
        return "SVC(HYP)";
    return arch_is_secure() ? "SVC(secure)" : "SVC";
}

static bool has_timer(void)
{
    return ID_PFR1_TIMER(CP15_READ(0, c0, c1, 1)) != 0;
}

/* Without a Generic Timer there is no clock that all ARMv7-A CPUs have.  Then time is how often
 * somebody looked, a microsecond each, so that every budget still expires. */
static uint64_t looks;

uint64_t arch_ticks(void)
{
    uint32_t low, high;

    if (!has_timer())
        return looks++;
    __asm__ volatile("isb\n mrrc p15, 1, %0, %1, c14"
                     : "=r"(low), "=r"(high)::"memory"); /* CNTVCT */
    return (uint64_t)high << 32 | low;
}

uint64_t arch_ticks_hz(void)
{
    return has_timer() ? CP15_READ(0, c14, c0, 0) : 1000000; /* CNTFRQ */
}

/* An address that nobody ever maps; without an MMU, one where a CPU finds no device. */
void arch_fault(void)
{
    volatile uint32_t *nowhere = (volatile uint32_t *)0xbffffff0;
    *nowhere = 0;
}
