/*
 * When is a batch ripe?  A ring costs as much as hundreds of bytes, and some transports
 * finish it before it returns, so "when the last batch is back" would ring for every line.
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/pump_internal.h"

void pump_count_doorbells(void)
{
    uint64_t count = 0;
    for (struct console *con = log_consoles(); con; con = con->next)
        count += log_drives(con) && pump_has_doorbell(con);
    uint64_t batch = PUMP_BATCH * (count ? count : 1);
    pump.batch = batch < PUMP_BATCH_MOST ? batch : PUMP_BATCH_MOST;

    pump.others = log_consoles();
    while (pump.others && pump.others->ops && pump.others->ops->class == CONSOLE_DOORBELL)
        pump.others = pump.others->next;
    pump_begin_looking();
}

/* --- All of them at once ---------------------------------------------------------------- */

/* look_us is 0 while nothing waits: the next byte starts the clock. */
void pump_begin_looking(void)
{
    pump.look_at = UINT64_MAX;
    pump.look_us = 0;
}

void pump_look_again(const struct console *con)
{
    if (!pump_is_live(con))
        return;
    uint64_t due_us = con->waiting_since_us + PUMP_AGE_US;
    if (con->look_at < pump.look_at)
        pump.look_at = con->look_at;
    if (con->waiting_since_us && (pump.look_us == 0 || due_us < pump.look_us))
        pump.look_us = due_us;
}

bool pump_may_be_ripe(uint64_t now)
{
    return now >= pump.look_us || log_end() >= pump.look_at;
}

/* --- One of them ------------------------------------------------------------------------ */

static bool may_ring_early(const struct console *con, uint64_t now)
{
    return con->credit_us <= now + (PUMP_EARLY_BURST - 1) * PUMP_EARLY_US;
}

/* Every ring is paid for with time, and nobody's debt is more than one burst. */
static void pay_ring(struct console *con, uint64_t now)
{
    uint64_t most = now + PUMP_EARLY_BURST * PUMP_EARLY_US;
    uint64_t paid = (con->credit_us > now ? con->credit_us : now) + PUMP_EARLY_US;
    con->credit_us = paid < most ? paid : most;
}

static void look_later(struct console *con, uint64_t now)
{
    con->look_at = log_end() + pump.batch;
    con->waiting_since_us = now;
}

/* Cheap first: this is asked for every console on every line. */
bool pump_is_ripe(struct console *con, uint64_t now)
{
    if (con->waiting_since_us == 0)
        con->waiting_since_us = now;
    bool is_full = log_end() >= con->look_at;
    bool is_old = now - con->waiting_since_us >= PUMP_AGE_US;
    if (!is_full && !is_old)
        return false;

    bool may_grow = pump_look_in_flight(con, now) > 0 && log_end() - con->cursor < PUMP_BATCH_MOST;
    if (!may_grow && (is_full || may_ring_early(con, now)))
        return true;
    look_later(con, now);
    return false;
}

void pump_has_rung(struct console *con, uint64_t now)
{
    pay_ring(con, now);
    con->look_at = con->cursor + pump.batch;
    con->waiting_since_us = con->cursor < log_end() ? now : 0;
}
