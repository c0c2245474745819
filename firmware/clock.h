/*
 * Microseconds since boot, out of the architecture's free-running counter.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_CLOCK_H
#define FIRMWARE_CLOCK_H

#include <stdint.h>

/* It is now 0. */
void clock_init(void);

/*
 * Microseconds since clock_init().  Never goes back: not when the counter does, and
 * not when arch_ticks_hz() corrects its estimate, which counts from then on only.
 * Good for half a million years.
 */
uint64_t clock_now_us(void);

#endif
