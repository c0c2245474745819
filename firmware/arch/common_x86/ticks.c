/*
 * The clock: the time-stamp counter; see tsc.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdbool.h>

#include "firmware/arch/arch.h"
#include "firmware/arch/common_x86/cpu.h"
#include "firmware/arch/common_x86/tsc.h"

/*
 * A rate above that of any CPU, until there is a better one: time then seems to pass
 * slowly for the first microseconds, so that no budget ends early.
 */
#define HZ_BEFORE_ANY_MEASUREMENT 4000000000u

static uint64_t hz = HZ_BEFORE_ANY_MEASUREMENT;
static bool is_measured;

void arch_find_ticks_hz(uintptr_t boot_info)
{
    (void)boot_info;
    uint64_t known = tsc_known_hz();
    if (known != 0)
        hz = known;
    else
        tsc_measure_start();
    is_measured = known == 0;
}

uint64_t arch_ticks(void)
{
    return cpu_read_tsc();
}

uint64_t arch_ticks_hz(void)
{
    if (is_measured)
        hz = tsc_measure_hz(hz);
    return hz;
}
