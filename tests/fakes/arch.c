/*
 * firmware/arch/arch.h for unit tests.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tests/fakes/arch.h"

#include <stddef.h>

#include "firmware/arch/arch.h"

uint64_t fake_arch_ticks;
uint64_t fake_arch_hz = 1000000;
uint64_t fake_arch_relaxed;
void (*fake_arch_on_relax)(void);

const char arch_name[] = "fake";

uint64_t arch_ticks(void)
{
    return fake_arch_ticks;
}

uint64_t arch_ticks_hz(void)
{
    return fake_arch_hz;
}

void arch_relax(void)
{
    fake_arch_relaxed++;
    if (fake_arch_on_relax)
        fake_arch_on_relax();
}
