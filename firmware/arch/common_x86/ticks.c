/*
 * The clock: the time-stamp counter; see tsc.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/arch/arch.h"
#include "firmware/arch/common_x86/cpu.h"
#include "firmware/arch/common_x86/tsc.h"

/*
 * A rate above that of any CPU, until there is a better one: time then seems to pass
 * slowly for the first microseconds, so that no budget ends early.
 */
#define HZ_BEFORE_ANY_MEASUREMENT 4000000000u

static uint64_t hz = HZ_BEFORE_ANY_MEASUREMENT;
static int is_known;

void ticks_init(void)
{
    uint64_t known = tsc_known_hz();
    if (known != 0) {
        hz = known;
        is_known = 1;
    } else {
        tsc_measure_start();
    }
}

uint64_t arch_ticks(void)
{
    return cpu_read_tsc();
}

uint64_t arch_ticks_hz(void)
{
    if (!is_known)
        hz = tsc_measure_hz(hz);
    return hz;
}
