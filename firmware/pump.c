/*
 * The pump.
 *
 * What it must never do: let a byte of the ring be overwritten while a device still
 * reads it (pump.floor), wait without end (park), or call itself (is_busy).
 *
 * Next on the tour: drivers/console.h
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/pump.h"

#include "firmware/gap.h"
#include "firmware/pump_internal.h"
#include "firmware/record.h"

struct pump pump;

void pump_init(void)
{
    pump.floor = 0;
    pump.batch = PUMP_BATCH;
    pump.is_busy = 0;
    pump.services = NULL;
    pump.others = NULL;
    pump_begin_looking();
    pump_set_park_ms(PUMP_PARK_MS);
}

void pump_set_park_ms(uint32_t ms)
{
    pump.park_us = (uint64_t)ms * 1000;
}

bool pump_is_busy(void)
{
    return pump.is_busy > 0;
}

void pump_break(void)
{
    pump.is_busy = 0;
}

/* --- Offering --------------------------------------------------------------------------- */

/* From its cursor on the ring is needed: by a device, or by somebody who moves again. */
static void claim(const struct console *con)
{
    if (con->cursor < pump.floor)
        pump.floor = con->cursor;
}

/* The next piece of the ring, at most `most` bytes of it. */
static size_t offer_piece(struct console *con, size_t most)
{
    const void *piece;
    size_t len = log_peek(con->cursor, &piece);
    if (len > most)
        len = most;
    size_t taken = con->ops->write(con, piece, len);
    if (taken == 0)
        return 0;
    if (taken > len)
        taken = len;
    claim(con);
    con->cursor += taken;
    con->is_mid_line = ((const char *)piece)[taken - 1] != '\n';
    return taken;
}

/* A gap line comes when everything before it is settled. */
static size_t offer_once(struct console *con, size_t most, uint64_t now)
{
    if (!gap_is_due(con))
        return offer_piece(con, most);
    if (!gap_is_open(con) && pump_look_in_flight(con, now) > 0)
        return 0;
    size_t taken = gap_offer(con, con->ops->write);
    claim(con);
    return taken;
}

static size_t most_for(const struct console *con)
{
    if (con->is_parked)
        return 1; /* a probe: its gap line, or one byte */
    return pump_has_doorbell(con) ? PUMP_BATCH_MOST : PUMP_BURST_MOST;
}

static void offer(struct console *con, uint64_t now)
{
    size_t most = most_for(con), given = 0;
    pump_look_in_flight(con, now); /* what came back makes room, and is progress */
    while (given < most && pump_is_waiting(con)) {
        size_t taken = offer_once(con, most - given, now);
        if (taken == 0)
            break;
        given += taken;
    }
    if (given == 0)
        return;
    con->inflight_seen += con->ops->inflight ? given : 0;
    if (!con->is_parked || !con->ops->inflight)
        pump_has_moved(con, now);
    if (pump_has_doorbell(con))
        pump_has_rung(con, now);
}

/*
 * A parked console moves when it takes bytes; one that reads our memory when it gives
 * some back.  That one gets no more until then: after abandon() that is its gap line,
 * which lies outside the ring.
 */
static void visit_parked(struct console *con, uint64_t now)
{
    if (now < con->retry_us)
        return;
    con->retry_us = now + PUMP_RETRY_US;
    if (pump_look_in_flight(con, now) == 0 && pump_is_waiting(con))
        offer(con, now);
}

static void visit(struct console *con, uint64_t now, bool is_urgent)
{
    if (!log_drives(con) || con->is_stopped)
        return;
    if (con->is_parked)
        visit_parked(con, now);
    else if (pump_is_waiting(con) &&
             (is_urgent || !pump_has_doorbell(con) || pump_is_ripe(con, now)))
        offer(con, now);
}

/* Those with doorbells, when one may be ripe.  A line is written often, and they are many. */
static void visit_doorbells(uint64_t now, bool is_urgent)
{
    if (!is_urgent && !pump_may_be_ripe(now))
        return;
    pump_begin_looking();
    for (struct console *con = log_consoles(); con != pump.others; con = con->next) {
        visit(con, now, is_urgent);
        pump_look_again(con);
    }
}

void pump_pass(bool is_urgent)
{
    uint64_t now = kernel_now_us();
    pump.is_busy++;
    for (struct service *service = pump.services; service; service = service->next)
        service->poll(service);
    visit_doorbells(now, is_urgent);
    for (struct console *con = pump.others; con; con = con->next)
        visit(con, now, is_urgent);
    pump.is_busy--;
    if (!pump.is_busy)
        record_write_kept();
}

void pump_offer(void)
{
    if (!pump.is_busy)
        pump_pass(false);
}

void pump_idle(void)
{
    if (!pump.is_busy)
        pump_pass(true);
}

/* --- Joining ---------------------------------------------------------------------------- */

static void start_anew(struct console *con)
{
    con->cursor = con->floor = 0;
    con->inflight_seen = 0;
    con->given_up = con->stalls = 0;
    con->waiting_since_us = con->look_at = con->credit_us = 0;
    con->lost_seen = con->lost;
    con->gap_len = con->gap_sent = 0;
    con->is_mid_line = con->is_parked = con->is_gone = false;
    con->sent_at = 0;
    con->progress_us = kernel_now_us();
}

void pump_join(struct console *con)
{
    start_anew(con);
    if (log_start() < pump.floor)
        pump.floor = log_start();
    pump_count_doorbells();
}

void pump_add_service(struct service *service)
{
    service->next = pump.services;
    pump.services = service;
}
