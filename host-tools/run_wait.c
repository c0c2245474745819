/*
 * One boot: what has come, and how long to wait for more.
 *
 * Next on the tour: run_plug.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/run_internal.h"
#include "host-tools/verify.h"

/* After the last end record, or the guest's power-off: what is still under way comes
 * within a tick or two; a loaded host gets thirty. */
#define QUIET_MS 30

/* Some consoles have ended and the others stand still: they won't end either.  Longer than
 * the firmware waits for a console without progress. */
#define SETTLE_MS 3000

static void look_at(struct run *run, size_t i)
{
    struct tap *tap = &run->plan->taps[i];
    struct progress *progress = &run->progress[i];

    tap_read(tap, uv_now(&run->loop));
    if (tap->len == progress->len)
        return;
    progress->len = tap->len;
    progress->has_end |= verify_has_end(tap->bytes, tap->len);
    run->grown_ms = uv_now(&run->loop);
}

void run_collect(struct run *run)
{
    for (size_t i = 0; i < run->plan->tap_count; i++)
        look_at(run, i);
    live_show(&run->live);
}

bool run_must_stop(const struct run *run)
{
    return run->signal || run->process.has_exited;
}

bool run_is_quiet(struct run *run)
{
    return uv_now(&run->loop) - run->grown_ms >= QUIET_MS;
}

/* Some reader will go on, or come, later: what looks like the end is none. */
static bool is_reader_due(const struct run *run)
{
    for (size_t i = 0; i < run->plan->tap_count; i++) {
        const struct tap *tap = &run->plan->taps[i];
        if (tap->is_stalling || (reader_comes_later(&tap->reader) && tap->allowance == 0))
            return true;
    }
    return false;
}

bool run_has_everything(struct run *run)
{
    size_t ended = 0, captured = 0;

    for (size_t i = 0; i < run->plan->tap_count; i++) {
        bool is_captured = tap_is_captured(&run->plan->taps[i]);
        captured += is_captured;
        ended += is_captured && run->progress[i].has_end;
    }
    bool is_settled = uv_now(&run->loop) - run->grown_ms >= SETTLE_MS;
    bool is_over = (ended > 0 && is_settled) || run->has_halted;
    return ended == captured || (is_over && !is_reader_due(run));
}

bool run_has_exited(struct run *run)
{
    return run->process.has_exited;
}

bool run_never(struct run *run)
{
    (void)run;
    return false;
}

/* Until it is done, or nothing can come of it any more.  returns  is it done? */
bool run_wait_until(struct run *run, bool (*is_done)(struct run *run), uint64_t budget_ms)
{
    uint64_t start = uv_now(&run->loop);

    while (!is_done(run) && !run_must_stop(run) && uv_now(&run->loop) - start < budget_ms) {
        uv_run(&run->loop, UV_RUN_ONCE);
        run_poll(run);
    }
    return is_done(run);
}

uint64_t run_time_left(struct run *run)
{
    uint64_t spent = uv_now(&run->loop) - run->started_ms;
    uint64_t budget = run->plan->options->timeout_ms;

    return spent < budget ? budget - spent : 0;
}
