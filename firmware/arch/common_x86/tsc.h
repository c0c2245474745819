/*
 * How fast the time-stamp counter runs.
 *
 * tsc_known.c    somebody says so: the CPU, or the hypervisor
 * tsc_measure.c  nobody does: hold it against a timer of known rate, without waiting
 * ticks.c        arch_ticks() and arch_ticks_hz() out of both
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_ARCH_COMMON_X86_TSC_H
#define FIRMWARE_ARCH_COMMON_X86_TSC_H

#include <stdint.h>

/* The rate in Hz, or 0: nobody says. */
uint64_t tsc_known_hz(void);

/* Start the timer to measure by.  Never waits. */
void tsc_measure_start(void);

/*
 * The rate as far as it is known by now.
 * estimate  what is believed until there is something better
 */
uint64_t tsc_measure_hz(uint64_t estimate);

#endif
