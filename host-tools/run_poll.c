/*
 * One boot: what needs a question to QEMU, and so can't be done in a tick.
 *
 * The bytes of a ringbuf; and, when a reader stands still on purpose, whether QEMU still
 * answers at all: some devices stop the whole of it then.
 *
 * Next on the tour: run_tell.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/run_internal.h"

/* A UART writes a megabyte in a second, and a ring of 64 KiB is full in some 60 ms. */
#define POLL_MS 20

/* How often QEMU is asked whether it is alive, and how long at least it must be silent, up to
 * the end of the stall, to count as frozen: a busy host may be slow, too. */
#define PROBE_MS  100
#define FROZEN_MS 400

static void poll_taps(struct run *run)
{
    struct problem ignored = { 0 }; /* then the capture is short, and the verdict tells */

    for (size_t i = 0; i < run->plan->tap_count; i++) {
        struct tap *tap = &run->plan->taps[i];
        if (tap->backend->poll && !run_must_stop(run))
            tap->backend->poll(tap, &run->qmp, &ignored);
    }
    run->polled_ms = uv_now(&run->loop);
}

/* What is left of the longest stall that goes on, in milliseconds. */
static uint64_t stall_left(const struct run *run)
{
    uint64_t now = uv_now(&run->loop), most = 0;

    for (size_t i = 0; i < run->plan->tap_count; i++) {
        const struct tap *tap = &run->plan->taps[i];
        uint64_t end = tap->reader.since_ms + tap->reader.ms;
        if (tap->is_stalling && tap->reader.has_begun && end > now && end - now > most)
            most = end - now;
    }
    return most;
}

/* No answer until the reader goes on: it was the reader that QEMU waited for. */
static void probe(struct run *run, uint64_t left_ms)
{
    struct problem ignored = { 0 };

    qmp_call(&run->qmp, "query-status", NULL, (unsigned)left_ms, NULL, &ignored);
    run->result->has_frozen |= run->qmp.has_expired && !run_must_stop(run);
    run->probed_ms = uv_now(&run->loop);
}

static bool is_probe_due(const struct run *run)
{
    return !run->result->has_frozen && uv_now(&run->loop) - run->probed_ms >= PROBE_MS;
}

/* A question runs the loop, and must not lead to another one. */
void run_poll(struct run *run)
{
    bool is_due = uv_now(&run->loop) - run->polled_ms >= POLL_MS;

    if (run->is_polling || run_must_stop(run) || !run->qmp.version_number)
        return;
    run->is_polling = true;
    if (is_due)
        poll_taps(run);
    uint64_t left_ms = stall_left(run);
    if (left_ms >= FROZEN_MS && is_probe_due(run))
        probe(run, left_ms);
    run->is_polling = false;
}
