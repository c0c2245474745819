/*
 * One boot, from the first descriptor to the last byte.
 *
 * Everything waits in one event loop.  A tick of a millisecond collects what has come:
 * a wake-up for every byte of a UART would cost three to eight times as much.
 *
 * Next on the tour: run_start.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/run.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/run_internal.h"

#define TICK_MS 1

/* The tail of the captures, once the end is there. */
#define DRAIN_MAX_MS 5000

static const int stop_signals[STOP_SIGNALS] = { SIGINT, SIGTERM, SIGHUP };

/* --- What happens beside ------------------------------------------------------------------ */

static void on_tick(uv_timer_t *tick)
{
    run_collect(tick->data);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct run *run = handle->data;

    run->signal = number;
    qmp_cancel(&run->qmp);
}

static void on_exit_of_qemu(void *ctx)
{
    struct run *run = ctx;

    qmp_cancel(&run->qmp);
}

/* QEMU: qapi/run-state.json, SHUTDOWN.  With -no-shutdown QEMU then stands still. */
static void on_event(void *ctx, const struct qmp_message *event)
{
    struct run *run = ctx;

    const char *reason = json_string_value(json_object_get(event->body, "reason"));

    bool is_ours = reason && strcmp(reason, "host-qmp-quit") == 0;
    if (strcmp(event->text, "SHUTDOWN") != 0 || run->has_halted || is_ours)
        return;
    run->has_halted = true;
    snprintf(run->result->halt_reason, sizeof(run->result->halt_reason), "%.31s",
             reason ? reason : "");
}

/* --- From the first descriptor to the last byte --------------------------------------------- */

static void open_loop(struct run *run)
{
    uv_loop_init(&run->loop);
    run->qmp.on_event = on_event;
    run->process.on_exit = on_exit_of_qemu;
    run->qmp.ctx = run->process.ctx = run;
    uv_timer_init(&run->loop, &run->tick);
    run->tick.data = run;
    uv_timer_start(&run->tick, on_tick, TICK_MS, TICK_MS);
    for (size_t i = 0; i < STOP_SIGNALS; i++) {
        uv_signal_init(&run->loop, &run->signals[i]);
        run->signals[i].data = run;
        uv_signal_start(&run->signals[i], on_signal, stop_signals[i]);
    }
    run->started_ms = run->grown_ms = uv_now(&run->loop);
}

static void close_loop(struct run *run)
{
    uv_close((uv_handle_t *)&run->tick, NULL);
    for (size_t i = 0; i < STOP_SIGNALS; i++)
        uv_close((uv_handle_t *)&run->signals[i], NULL);
    if (run->has_qmp)
        qmp_close(&run->qmp);
    process_close(&run->process);
    uv_run(&run->loop, UV_RUN_DEFAULT);
    uv_loop_close(&run->loop);
    qmp_free(&run->qmp);
}

/* In order if QEMU still answers, by force if not. */
static void quit_qemu(struct run *run)
{
    struct problem ignored = { 0 };

    if (!run->process.is_started)
        return;
    bool is_asked = !run_must_stop(run) && qmp_is_alive(&run->qmp);
    if (is_asked &&
        (qmp_call(&run->qmp, "quit", NULL, QUIT_MS, NULL, &ignored) == 0 || run->qmp.is_closed))
        run_wait_until(run, run_has_exited, QUIT_MS);
    process_kill(&run->process);
    while (!run->process.has_exited)
        uv_run(&run->loop, UV_RUN_ONCE);
}

static void watch(struct run *run)
{
    bool has_all = run_wait_until(run, run_has_everything, run_time_left(run));

    if (run->process.has_exited) {
        run_collect(run); /* what the kernel still holds */
        if (!run_has_everything(run))
            run_tell_death(run);
    } else if (has_all) {
        run_wait_until(run, run_is_quiet, DRAIN_MAX_MS);
    } else if (!run->signal) {
        run_tell_timeout(run);
    }
}

int run_boot(struct plan *plan, const struct compose_input *input, const struct qemu_binary *qemu,
             FILE *live, struct run_result *result, struct problem *problem)
{
    struct run run = { .plan = plan, .qemu = qemu, .result = result };

    live_begin(&run.live, live, plan->taps, plan->labels, plan->tap_count);
    *result = (struct run_result){ .end = RUN_ENDED };
    run.progress = must_alloc(plan->tap_count * sizeof(*run.progress));
    open_loop(&run);
    int status = run_bring_up(&run, input, problem);
    if (status == 0)
        status = run_plug(&run, problem);
    if (status == 0)
        watch(&run);
    else
        run_tell_refusal(&run, problem);
    quit_qemu(&run);
    run_collect(&run);
    live_end(&run.live);
    temp_folder_remove(&run.folder);
    if (run.process.is_started)
        result->messages = process_output(&run.process);
    result->seconds = (double)(uv_now(&run.loop) - run.started_ms) / 1000;
    result->own_signal = run.signal;
    close_loop(&run);
    free(run.progress);
    return status;
}

void run_release(struct plan *plan)
{
    for (size_t i = 0; i < plan->tap_count; i++)
        tap_close(&plan->taps[i]);
}

void run_result_free(struct run_result *result)
{
    strbuf_free(&result->messages);
}
