/*
 * The rate of the time-stamp counter, measured without waiting; see tsc.h.
 *
 * The local APIC's timer is started when the CPU is, and looked at whenever twice as
 * much time has passed as at the last look: each look makes the rate twice as good,
 * and there are about twenty of them.  Why this timer?  It is the only one that q35, pc
 * and microvm all have (microvm may have no PIT, and no ACPI timer), and with 32
 * bits it does not wrap between two looks.
 *
 * Its rate: CPUID leaf 15h names a crystal on real CPUs, and then tsc_known.c has already
 * answered.  QEMU's and KVM's timers count nanoseconds (QEMU, hw/intc/apic.c; KVM,
 * arch/x86/kvm/lapic.h, APIC_BUS_CYCLE_NS).
 *
 * Source: SDM volume 3, §10.5.4 (APIC timer), §10.4.1 (register map, table 10-1).
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/arch/common_x86/tsc.h"

#include <stdbool.h>

#include "firmware/arch/common_x86/cpu.h"

/* clang-format off */
#define CPUID_FEATURES             1
#define   CPUID_FEATURES_EDX_APIC    (1u << 9)

#define MSR_APIC_BASE              0x1b         /* SDM volume 3, §10.4.4 */
#define   MSR_APIC_BASE_ENABLE       (1u << 11)
#define   MSR_APIC_BASE_X2APIC       (1u << 10) /* registers are MSRs, not memory */
#define   MSR_APIC_BASE_ADDRESS      0xfffff000u

#define APIC_LVT_TIMER             0x320
#define   APIC_LVT_TIMER_MASKED      (1u << 16) /* one-shot, and no interrupt     */
#define APIC_TIMER_INITIAL_COUNT   0x380
#define APIC_TIMER_CURRENT_COUNT   0x390
#define APIC_TIMER_DIVIDE          0x3e0
#define   APIC_TIMER_DIVIDE_BY_16    0x3
/* clang-format on */

#define TIMER_HZ    (1000000000u / 16)
#define TIMER_START 0xffffffffu /* 68 s until it stands still */

/* An error of 1 us, the cost of a look, is then 2 parts in a million. */
#define GOOD_ENOUGH (TIMER_HZ / 2)

/* The first look: before it an estimate would be mostly error. */
#define FIRST_LOOK_TICKS 20000

static uintptr_t apic; /* 0: there is none, or no more to learn from it */
static uint64_t start_tsc;
static uint64_t next_look; /* ticks since start_tsc */

static uint32_t apic_read(uint32_t reg)
{
    return *(volatile const uint32_t *)(apic + reg);
}

static void apic_write(uint32_t reg, uint32_t value)
{
    *(volatile uint32_t *)(apic + reg) = value;
}

static uintptr_t find_apic(void)
{
    if (!(cpu_id(CPUID_FEATURES).edx & CPUID_FEATURES_EDX_APIC))
        return 0;
    uint64_t base = cpu_read_msr(MSR_APIC_BASE);
    if (!(base & MSR_APIC_BASE_ENABLE) || (base & MSR_APIC_BASE_X2APIC) || base >> 32 != 0)
        return 0;
    return (uintptr_t)(base & MSR_APIC_BASE_ADDRESS);
}

void tsc_measure_start(void)
{
    apic = find_apic();
    if (apic == 0)
        return;
    apic_write(APIC_LVT_TIMER, APIC_LVT_TIMER_MASKED);
    apic_write(APIC_TIMER_DIVIDE, APIC_TIMER_DIVIDE_BY_16);
    apic_write(APIC_TIMER_INITIAL_COUNT, TIMER_START);
    start_tsc = cpu_read_tsc();
    next_look = FIRST_LOOK_TICKS;
}

/*
 * Both counters at one moment: the host may stop us between the two, so the look is
 * only good if little time passed around it.  Four tries: if the host is as busy as
 * that, the next call looks again.
 */
static bool look(uint64_t *ticks, uint32_t *timer)
{
    for (int tries = 4; tries > 0; tries--) {
        uint64_t before = cpu_read_tsc();
        *timer = TIMER_START - apic_read(APIC_TIMER_CURRENT_COUNT);
        uint64_t after = cpu_read_tsc();
        *ticks = after - start_tsc;
        if (after - before <= *ticks / 16)
            return true;
    }
    return false;
}

uint64_t tsc_measure_hz(uint64_t estimate)
{
    uint64_t ticks;
    uint32_t timer;
    if (apic == 0 || cpu_read_tsc() - start_tsc < next_look || !look(&ticks, &timer))
        return estimate;

    if (timer == 0 || timer == TIMER_START) { /* it does not run, or has run out */
        apic = 0;
        return estimate;
    }
    if (timer >= GOOD_ENOUGH)
        apic = 0;
    next_look = ticks * 2;

    /* ticks < 2^38 in 68 s at 4 GHz, so that the product needs more than 64 bits. */
    uint64_t whole = ticks / timer, rest = ticks % timer;
    return whole * TIMER_HZ + rest * TIMER_HZ / timer;
}
