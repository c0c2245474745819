/*
 * Who waits for whom, and for how long: room in the ring, flush; and the door that needs
 * no waiting.
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/arch/arch.h"
#include "firmware/gap.h"
#include "firmware/pump_internal.h"
#include "firmware/record.h"

/* What somebody waits for: every live console to be past a position. */
struct wait {
    bool (*is_done)(struct console *con, uint64_t position);
    uint64_t position;
    bool is_urgent;
    uint64_t since_us;
};

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
        if (!pump_is_live(con) || wait->is_done(con, wait->position))
            continue;
        if (has_stalled(con, wait, now))
            pump_park(con);
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
        pump_pass(wait.is_urgent);
        arch_relax();
    }
}

/* --- Room in the ring ------------------------------------------------------------------- */

static bool is_past(struct console *con, uint64_t position)
{
    return pump_needs_from(con, kernel_now_us()) >= position;
}

/* How much of what a device let go of was its gap line, and none of the stream. */
static size_t gap_in_flight(const struct console *con)
{
    uint64_t taken = con->cursor - con->floor;
    return con->inflight_seen > taken ? (size_t)(con->inflight_seen - taken) : 0;
}

static void before_reset(struct console *con, uint64_t now)
{
    pump_look_in_flight(con, now);
    con->lost_before = con->lost;
}

/* What it let go of is no progress. */
static void after_reset(struct console *con)
{
    if (con->lost != con->lost_before && gap_in_flight(con) > 0)
        gap_was_lost(con, gap_in_flight(con));
    con->inflight_seen = pump_inflight(con);
}

/* The device may be one for many consoles, all of which lose what is in flight. */
static void abandon(struct console *con)
{
    uint64_t now = kernel_now_us();
    for (struct console *one = log_consoles(); one; one = one->next)
        if (log_drives(one))
            before_reset(one, now);
    con->ops->abandon(con);
    for (struct console *one = log_consoles(); one; one = one->next)
        if (log_drives(one))
            after_reset(one);
}

/* A console that nobody waits for must not hold the memory that all others need. */
static void take_back(uint64_t position)
{
    for (struct console *con = log_consoles(); con; con = con->next)
        if (log_drives(con) && !pump_is_live(con) && con->ops->abandon && !is_past(con, position) &&
            pump_pins_ring(con, kernel_now_us()))
            abandon(con);
}

static uint64_t lowest_needed(void)
{
    uint64_t lowest = log_end(), now = kernel_now_us();
    for (struct console *con = log_consoles(); con; con = con->next) {
        if (!log_drives(con) || (!pump_is_live(con) && !pump_pins_ring(con, now)))
            continue;
        uint64_t from = pump_needs_from(con, now);
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
    if (pump_is_waiting(con) || pump_look_in_flight(con, kernel_now_us()) > 0)
        return false;
    if (!con->ops->is_sent || con->sent_at == con->cursor)
        return true;
    if (!con->ops->is_sent(con))
        return false;
    con->sent_at = con->cursor; /* it costs an access: ask once */
    return true;
}

/* Whoever is parked is looked at once more, and waited for if it moves. */
void pump_flush(void)
{
    for (struct console *con = log_consoles(); con; con = con->next)
        con->retry_us = 0;
    pump_idle();
    wait_for_all((struct wait){ .is_done = has_sent_all, .is_urgent = true });
}

/* --- The emergency door ------------------------------------------------------------------ */

/* From the cursor to a position, as far as it takes them. */
static void push_out(struct console *con, uint64_t until)
{
    const void *piece;
    size_t len, taken = 1;
    while (taken > 0 && con->cursor < until && (len = log_peek(con->cursor, &piece)) > 0) {
        if (len > until - con->cursor)
            len = (size_t)(until - con->cursor);
        taken = con->ops->emergency(con, piece, len);
        con->cursor += taken < len ? taken : len;
    }
}

/* What its dead queue still holds was most likely never sent: once more, then. */
static void push_out_rest(struct console *con)
{
    con->cursor = pump_needs_from(con, kernel_now_us());
    while (gap_is_due(con) && gap_offer(con, con->ops->emergency) > 0)
        continue;
    push_out(con, log_end());
}

static bool has_emergency(const struct console *con)
{
    return con->is_selected && !con->is_gone && con->ops && con->ops->emergency;
}

/* A device that broke down during the run may still have this door. */
void pump_emergency(void)
{
    for (struct console *con = log_consoles(); con; con = con->next)
        if (has_emergency(con) && (!log_drives(con) || con->is_parked || pump_is_waiting(con)))
            push_out_rest(con);
}

void pump_first_light(struct console *con)
{
    if (!has_emergency(con) || !log_drives(con) || con->cursor > 0 || log_start() > 0)
        return;
    push_out(con, gap_next_line(0));
    con->is_mid_line = con->cursor > 0 && con->cursor < gap_next_line(0);
    if (con->cursor > 0)
        record("pump", "%s began with %lu bytes of emergency write", con->name,
               (unsigned long)con->cursor);
}
