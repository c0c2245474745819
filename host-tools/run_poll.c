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

/* After so long in a stall the device has filled what there is between it and the reader. */
#define PROBE_AFTER_MS 300

/* A QEMU that runs answers in a millisecond or two; a busy host gets the rest. */
#define PROBE_ANSWER_MS 250

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

static bool is_long_stalled(const struct run *run)
{
    uint64_t now = uv_now(&run->loop);

    for (size_t i = 0; i < run->plan->tap_count; i++) {
        const struct tap *tap = &run->plan->taps[i];
        if (tap->is_stalling && tap->reader.has_begun &&
            now - tap->reader.since_ms >= PROBE_AFTER_MS)
            return true;
    }
    return false;
}

static void probe(struct run *run)
{
    struct problem ignored = { 0 };

    run->has_probed = true;
    qmp_call(&run->qmp, "query-status", NULL, PROBE_ANSWER_MS, NULL, &ignored);
    run->result->has_frozen = run->qmp.has_expired && !run_must_stop(run);
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
    if (!run->has_probed && is_long_stalled(run))
        probe(run);
    run->is_polling = false;
}
