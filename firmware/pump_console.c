/*
 * One console, as the pump sees it: does it move, and which bytes of the ring does it need?
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/gap.h"
#include "firmware/pump_internal.h"
#include "firmware/record.h"

bool pump_has_doorbell(const struct console *con)
{
    return con->ops->class == CONSOLE_DOORBELL || con->ops->inflight;
}

bool pump_is_live(const struct console *con)
{
    return log_drives(con) && !con->is_parked && !con->is_stopped;
}

bool pump_is_waiting(const struct console *con)
{
    return con->cursor < log_end() || gap_is_due(con);
}

static void unpark(struct console *con)
{
    con->is_parked = false;
    record("pump", "%s moves again", con->name);
}

void pump_has_moved(struct console *con, uint64_t now)
{
    con->progress_us = now;
    if (con->is_parked)
        unpark(con);
}

size_t pump_look_in_flight(struct console *con, uint64_t now)
{
    size_t inflight = pump_inflight(con);
    if (inflight < con->inflight_seen)
        pump_has_moved(con, now);
    con->inflight_seen = inflight;
    return inflight;
}

size_t pump_inflight(struct console *con)
{
    return con->ops->inflight ? con->ops->inflight(con) : 0;
}

/* What lies before con->floor was settled before its gap line. */
uint64_t pump_needs_from(struct console *con, uint64_t now)
{
    uint64_t inflight = pump_look_in_flight(con, now);
    uint64_t taken = con->cursor - con->floor;
    return con->cursor - (inflight < taken ? inflight : taken);
}

bool pump_pins_ring(struct console *con, uint64_t now)
{
    return pump_needs_from(con, now) < con->cursor;
}

void pump_park(struct console *con)
{
    con->is_parked = true;
    con->stalls++;
    con->retry_us = kernel_now_us() + PUMP_RETRY_US;
    record("pump", "%s parked: no progress for %lu ms, %lu bytes in flight", con->name,
           (unsigned long)(pump.park_us / 1000), (unsigned long)con->inflight_seen);
}
