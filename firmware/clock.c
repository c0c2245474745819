/*
 * Time adds up from look to look, so that each piece is measured with the best rate
 * known then, and no product of ticks can overflow.
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/clock.h"

#include "firmware/arch/arch.h"

#define US_PER_SECOND 1000000u

static struct {
    uint64_t ticks; /* at the last look                                  */
    uint64_t us;    /* whole microseconds up to then                     */
    uint64_t rest;  /* and what was left: millionths of a tick, below hz */
} last;

void clock_init(void)
{
    last.ticks = arch_ticks();
    last.us = 0;
    last.rest = 0;
}

/* Ticks into microseconds: whole seconds first, the remainder is then below hz.  What
 * another rate left over is less than a microsecond, and may be forgotten. */
static void add_ticks(uint64_t ticks, uint64_t hz)
{
    if (last.rest >= hz)
        last.rest = 0;
    uint64_t seconds = ticks / hz;
    uint64_t millionths = (ticks - seconds * hz) * US_PER_SECOND + last.rest;
    last.us += seconds * US_PER_SECOND + millionths / hz;
    last.rest = millionths % hz;
}

uint64_t clock_now_us(void)
{
    uint64_t now = arch_ticks();
    uint64_t hz = arch_ticks_hz();
    if (now > last.ticks && hz != 0) {
        add_ticks(now - last.ticks, hz);
        last.ticks = now;
    }
    return last.us;
}
