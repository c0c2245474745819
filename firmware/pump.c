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

#include "firmware/arch/arch.h"
#include "firmware/gap.h"
#include "firmware/record.h"

static struct {
    uint64_t floor;   /* nobody needs what lies before: it may be overwritten */
    uint64_t park_us; /* without progress                                     */
    uint64_t batch;   /* bytes that are worth a doorbell                      */
    unsigned is_busy;
    struct service *services;
} pump;

void pump_init(void)
{
    pump.floor = 0;
    pump.batch = PUMP_BATCH;
    pump.is_busy = 0;
    pump.services = NULL;
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

/* --- What a console is about ---------------------------------------------------------- */

static bool has_doorbell(const struct console *con)
{
    return con->ops->class == CONSOLE_DOORBELL || con->ops->inflight;
}

/* Somebody to wait for. */
static bool is_live(const struct console *con)
{
    return log_drives(con) && !con->is_parked && !con->is_stopped;
}

static bool is_waiting(const struct console *con)
{
    return con->cursor < log_end() || gap_is_due(con);
}

static void unpark(struct console *con)
{
    con->is_parked = false;
    record("pump", "%s moves again", con->name);
}

static void has_moved(struct console *con, uint64_t now)
{
    con->progress_us = now;
    if (con->is_parked)
        unpark(con);
}

static size_t look_in_flight(struct console *con, uint64_t now)
{
    size_t inflight = pump_inflight(con);
    if (inflight < con->inflight_seen)
        has_moved(con, now);
    con->inflight_seen = inflight;
    return inflight;
}

size_t pump_inflight(struct console *con)
{
    return con->ops->inflight ? con->ops->inflight(con) : 0;
}

/* The oldest byte of the ring that it has not had, or whose memory its device reads.  What
 * lies before con->floor was settled before its gap line. */
static uint64_t needs_from(struct console *con, uint64_t now)
{
    uint64_t inflight = look_in_flight(con, now);
    uint64_t taken = con->cursor - con->floor;
    return con->cursor - (inflight < taken ? inflight : taken);
}

/* Does its device read memory of the ring?  A gap line in flight is none. */
static bool pins_ring(struct console *con, uint64_t now)
{
    return needs_from(con, now) < con->cursor;
}

/* --- Doorbells: when is a batch ripe? --------------------------------------------------- */

static void count_doorbells(void)
{
    uint64_t count = 0;
    for (struct console *con = log_consoles(); con; con = con->next)
        count += log_drives(con) && has_doorbell(con);
    uint64_t batch = PUMP_BATCH * (count ? count : 1);
    pump.batch = batch < PUMP_BATCH_MOST ? batch : PUMP_BATCH_MOST;
}

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
static bool is_ripe(struct console *con, uint64_t now)
{
    if (con->waiting_since_us == 0)
        con->waiting_since_us = now;
    bool is_full = log_end() >= con->look_at;
    bool is_old = now - con->waiting_since_us >= PUMP_AGE_US;
    if (!is_full && !is_old)
        return false;

    bool may_grow = look_in_flight(con, now) > 0 && log_end() - con->cursor < PUMP_BATCH_MOST;
    if (!may_grow && (is_full || may_ring_early(con, now)))
        return true;
    look_later(con, now);
    return false;
}

static void has_rung(struct console *con, uint64_t now)
{
    pay_ring(con, now);
    con->look_at = con->cursor + pump.batch;
    con->waiting_since_us = con->cursor < log_end() ? now : 0;
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
    if (!gap_is_open(con) && look_in_flight(con, now) > 0)
        return 0;
    size_t taken = gap_offer(con, con->ops->write);
    claim(con);
    return taken;
}

static size_t most_for(const struct console *con)
{
    if (con->is_parked)
        return 1; /* a probe: its gap line, or one byte */
    return has_doorbell(con) ? PUMP_BATCH_MOST : PUMP_BURST_MOST;
}

static void offer(struct console *con, uint64_t now)
{
    size_t most = most_for(con), given = 0;
    look_in_flight(con, now); /* what came back makes room, and is progress */
    while (given < most && is_waiting(con)) {
        size_t taken = offer_once(con, most - given, now);
        if (taken == 0)
            break;
        given += taken;
    }
    if (given == 0)
        return;
    con->inflight_seen += con->ops->inflight ? given : 0;
    if (!con->is_parked || !con->ops->inflight)
        has_moved(con, now);
    if (has_doorbell(con))
        has_rung(con, now);
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
    if (look_in_flight(con, now) == 0 && is_waiting(con))
        offer(con, now);
}

static void visit(struct console *con, uint64_t now, bool is_urgent)
{
    if (!log_drives(con) || con->is_stopped)
        return;
    if (con->is_parked)
        visit_parked(con, now);
    else if (is_waiting(con) && (is_urgent || !has_doorbell(con) || is_ripe(con, now)))
        offer(con, now);
}

static void pass(bool is_urgent)
{
    uint64_t now = kernel_now_us();
    pump.is_busy++;
    for (struct service *service = pump.services; service; service = service->next)
        service->poll(service);
    for (struct console *con = log_consoles(); con; con = con->next)
        visit(con, now, is_urgent);
    pump.is_busy--;
    if (!pump.is_busy)
        record_write_kept();
}

void pump_offer(void)
{
    if (!pump.is_busy)
        pass(false);
}

void pump_idle(void)
{
    if (!pump.is_busy)
        pass(true);
}

/* --- Waiting ---------------------------------------------------------------------------- */

/* What somebody waits for: every live console to be past a position. */
struct wait {
    bool (*is_done)(struct console *con, uint64_t position);
    uint64_t position;
    bool is_urgent;
    uint64_t since_us;
};

static void park(struct console *con)
{
    con->is_parked = true;
    con->stalls++;
    con->retry_us = kernel_now_us() + PUMP_RETRY_US;
    record("pump", "%s parked: no progress for %lu ms, %lu bytes in flight", con->name,
           (unsigned long)(pump.park_us / 1000), (unsigned long)con->inflight_seen);
}

static bool has_stalled(const struct console *con, const struct wait *wait, uint64_t now)
{
    uint64_t since = con->progress_us > wait->since_us ? con->progress_us : wait->since_us;
    return now > since && now - since >= pump.park_us;
}

/* Is there a live console that is not done?  Those without progress are live no more. */
static bool is_anyone_awaited(const struct wait *wait)
{
    bool is_awaited = false;
    uint64_t now = kernel_now_us();
    for (struct console *con = log_consoles(); con; con = con->next) {
        if (!is_live(con) || wait->is_done(con, wait->position))
            continue;
        if (has_stalled(con, wait, now))
            park(con);
        else
            is_awaited = true;
    }
    return is_awaited;
}

static void wait_for_all(struct wait wait)
{
    wait.since_us = kernel_now_us();
    for (;;) {
        pump.is_busy++;
        bool is_awaited = is_anyone_awaited(&wait);
        pump.is_busy--;
        if (!is_awaited)
            return;
        pass(wait.is_urgent);
        arch_relax();
    }
}

/* --- Room in the ring ------------------------------------------------------------------- */

static bool is_past(struct console *con, uint64_t position)
{
    return needs_from(con, kernel_now_us()) >= position;
}

/* The device was reset, on this console and maybe on others: that is no progress. */
static void abandon(struct console *con)
{
    con->ops->abandon(con);
    for (struct console *other = log_consoles(); other; other = other->next)
        if (log_drives(other))
            other->inflight_seen = pump_inflight(other);
}

/* A console that nobody waits for must not hold the memory that all others need. */
static void take_back(uint64_t position)
{
    for (struct console *con = log_consoles(); con; con = con->next)
        if (log_drives(con) && !is_live(con) && con->ops->abandon && !is_past(con, position) &&
            pins_ring(con, kernel_now_us()))
            abandon(con);
}

static uint64_t lowest_needed(void)
{
    uint64_t lowest = log_end(), now = kernel_now_us();
    for (struct console *con = log_consoles(); con; con = con->next) {
        if (!log_drives(con) || (!is_live(con) && !pins_ring(con, now)))
            continue;
        uint64_t from = needs_from(con, now);
        if (from < lowest)
            lowest = from;
    }
    return lowest;
}

void pump_make_room(size_t len)
{
    uint64_t end = log_end() + len;
    if (end <= pump.floor + LOG_RING_SIZE || pump.is_busy)
        return;

    uint64_t position = end - LOG_RING_SIZE;
    pump.is_busy++;
    wait_for_all((struct wait){ .is_done = is_past, .position = position });
    take_back(position);
    uint64_t lowest = lowest_needed();
    pump.floor = lowest > position ? lowest : position;
    pump.is_busy--;
}

/* --- Flush ------------------------------------------------------------------------------ */

static bool has_sent_all(struct console *con, uint64_t position)
{
    (void)position;
    if (is_waiting(con) || look_in_flight(con, kernel_now_us()) > 0)
        return false;
    if (!con->ops->is_sent || con->sent_at == con->cursor)
        return true;
    if (!con->ops->is_sent(con))
        return false;
    con->sent_at = con->cursor; /* it costs an access: ask once */
    return true;
}

void pump_flush(void)
{
    wait_for_all((struct wait){ .is_done = has_sent_all, .is_urgent = true });
}

/* --- Panic ------------------------------------------------------------------------------ */

/* What its dead queue still holds was most likely never sent: once more, then. */
static void drain_by_emergency(struct console *con)
{
    con->cursor = needs_from(con, kernel_now_us());
    while (gap_is_due(con) && gap_offer(con, con->ops->emergency) > 0)
        continue;
    const void *piece;
    size_t len, taken = 1;
    while (taken > 0 && (len = log_peek(con->cursor, &piece)) > 0) {
        taken = con->ops->emergency(con, piece, len);
        con->cursor += taken < len ? taken : len;
    }
}

void pump_emergency(void)
{
    for (struct console *con = log_consoles(); con; con = con->next)
        if (log_drives(con) && con->ops->emergency && (con->is_parked || is_waiting(con)))
            drain_by_emergency(con);
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
    count_doorbells();
}

void pump_add_service(struct service *service)
{
    service->next = pump.services;
    pump.services = service;
}
