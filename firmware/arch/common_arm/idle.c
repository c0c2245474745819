/*
 * Waiting, and what needs no waiting: the same on both Arm architectures.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>

#include "firmware/arch/arch.h"

/* A register always has it. */
void arch_find_ticks_hz(uintptr_t boot_info)
{
    (void)boot_info;
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
