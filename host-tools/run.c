/*
 * One boot, from the first descriptor to the last byte.
 *
 * Everything waits in one event loop.  A tick of a millisecond collects what has come:
 * a wake-up for every byte of a UART would cost three to eight times as much.
 *
 * Next on the tour: verify.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/run.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host-tools/hints.h"
#include "host-tools/live.h"
#include "host-tools/process.h"
#include "host-tools/qmp.h"
#include "host-tools/temp_folder.h"
#include "host-tools/verify.h"

#define TICK_MS 1

/* QEMU at the start: its modules, firmware blobs, a cold disk, other runs beside it. */
#define START_MS 30000

/* After the last end record, or the guest's power-off: what is still under way comes
 * within a tick or two; a loaded host gets thirty. */
#define QUIET_MS     30
#define DRAIN_MAX_MS 5000

/* Some consoles have ended and the others stand still: they won't end either.  Longer than
 * the firmware waits for a console without progress. */
#define SETTLE_MS 3000

/* QEMU ends within milliseconds of `quit`, unless it is stuck in a write. */
#define QUIT_MS 3000

static const int stop_signals[] = { SIGINT, SIGTERM, SIGHUP };
#define STOP_SIGNALS 3

/* What the run knows about one tap, beyond its bytes. */
struct progress {
    size_t len;   /* at the last tick                */
    bool has_end; /* the end record is there         */
};

struct run {
    struct plan *plan;
    const struct qemu_binary *qemu;
    struct run_result *result;
    uv_loop_t loop;
    uv_timer_t tick;
    uv_signal_t signals[STOP_SIGNALS];
    struct process process;
    struct qmp qmp;
    bool has_qmp;
    struct temp_folder folder;
    struct progress *progress; /* one for each tap                         */
    struct live live;
    uint64_t started_ms; /* loop time                                */
    uint64_t grown_ms;   /* when some tap last grew                  */
    bool has_halted;     /* the guest powered off                    */
    int signal;          /* we were told to stop by this, else 0     */
};

/* --- The tick ------------------------------------------------------------------------ */

static void look_at(struct run *run, size_t i)
{
    struct tap *tap = &run->plan->taps[i];
    struct progress *progress = &run->progress[i];

    tap->backend->collect(tap);
    if (tap->len == progress->len)
        return;
    progress->len = tap->len;
    progress->has_end |= verify_has_end(tap->bytes, tap->len);
    run->grown_ms = uv_now(&run->loop);
}

static void collect_all(struct run *run)
{
    for (size_t i = 0; i < run->plan->tap_count; i++)
        look_at(run, i);
    if (run->plan->tap_count)
        live_show(&run->live, run->plan->taps[0].bytes, run->plan->taps[0].len);
}

static void on_tick(uv_timer_t *tick)
{
    collect_all(tick->data);
}

/* --- Waiting --------------------------------------------------------------------------- */

static bool must_stop(const struct run *run)
{
    return run->signal || run->process.has_exited;
}

static bool is_quiet(struct run *run)
{
    return uv_now(&run->loop) - run->grown_ms >= QUIET_MS;
}

static bool has_everything(struct run *run)
{
    size_t ended = 0;

    for (size_t i = 0; i < run->plan->tap_count; i++)
        ended += run->progress[i].has_end;
    bool is_settled = uv_now(&run->loop) - run->grown_ms >= SETTLE_MS;
    return ended == run->plan->tap_count || (ended > 0 && is_settled) || run->has_halted;
}

static bool has_exited(struct run *run)
{
    return run->process.has_exited;
}

static bool never(struct run *run)
{
    (void)run;
    return false;
}

/* Until it is done, or nothing can come of it any more.  returns  is it done? */
static bool wait_until(struct run *run, bool (*is_done)(struct run *run), uint64_t budget_ms)
{
    uint64_t start = uv_now(&run->loop);

    while (!is_done(run) && !must_stop(run) && uv_now(&run->loop) - start < budget_ms)
        uv_run(&run->loop, UV_RUN_ONCE);
    return is_done(run);
}

static uint64_t time_left(struct run *run)
{
    uint64_t spent = uv_now(&run->loop) - run->started_ms;
    uint64_t budget = run->plan->options->timeout_ms;

    return spent < budget ? budget - spent : 0;
}

/* --- What happens beside ------------------------------------------------------------------ */

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

/* --- The steps ------------------------------------------------------------------------------ */

static void open_loop(struct run *run)
{
    uv_loop_init(&run->loop);
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

static int prepare_taps(struct run *run, struct problem *problem)
{
    struct plan *plan = run->plan;

    for (size_t i = 0; i < plan->tap_count; i++) {
        struct tap *tap = &plan->taps[i];
        bool needs_folder = tap->backend->needs_folder && !run->folder.path;
        if (needs_folder && temp_folder_make(&run->folder, problem) < 0)
            return -1;
        if (tap->backend->prepare(tap, run->folder.path, problem) < 0)
            return -1;
    }
    return 0;
}

/* Two descriptors for each tap, and a few; the soft limit is often just 1024. */
static void allow_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/* QEMU's descriptors from 3 on: QMP, then one for each tap. */
static int *child_fds(const struct plan *plan, int qmp_fd)
{
    int *fds = must_alloc((1 + plan->tap_count) * sizeof(*fds));

    fds[0] = qmp_fd;
    for (size_t i = 0; i < plan->tap_count; i++)
        fds[1 + i] = plan->taps[i].qemu_fd;
    return fds;
}

static int start_qemu(struct run *run, const struct compose_input *input, struct problem *problem)
{
    struct argv argv = { 0 };
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return problem_set(problem, EXIT_IMPOSSIBLE, "no socket pair: %s", strerror(errno));
    run->has_qmp = true;
    run->qmp.on_event = on_event;
    run->process.on_exit = on_exit_of_qemu;
    run->qmp.ctx = run->process.ctx = run;
    int *fds = child_fds(run->plan, ends[1]);
    compose(run->plan, input, FOR_RUN, &argv);
    int result = process_start(&run->process, &run->loop, &argv, fds, 1 + run->plan->tap_count,
                               run->qemu->modules, problem);
    argv_free(&argv);
    free(fds);
    close(ends[1]);
    for (size_t i = 0; i < run->plan->tap_count; i++)
        tap_close_qemu_end(&run->plan->taps[i]);
    return qmp_open(&run->qmp, &run->loop, ends[0], problem) < 0 ? -1 : result;
}

/* What only shows once QEMU has told its version. */
static int check_version(struct run *run, struct problem *problem)
{
    const struct run_options *options = run->plan->options;
    unsigned wanted = 0;

    for (size_t i = 0; i < options->spec_count; i++)
        if (options->specs[i].kind->bus == BUS_MACHINE)
            wanted += options->specs[i].count;
    unsigned uarts = machine_uarts(options->machine, options->machine_props,
                                   run->qmp.version_number);
    if (wanted <= uarts)
        return 0;
    return problem_set(problem, EXIT_SKIPPED,
                       "-c uart: %u of them, but %s has %u of its own in QEMU %s", wanted,
                       options->machine->name, uarts, run->qmp.version);
}

static int attach_taps(struct run *run, struct problem *problem)
{
    unsigned settle_ms = 0;

    for (size_t i = 0; i < run->plan->tap_count; i++) {
        struct tap *tap = &run->plan->taps[i];
        if (tap->backend->attach && tap->backend->attach(tap, &run->qmp, problem) < 0)
            return -1;
        if (tap->backend->settle_ms > settle_ms)
            settle_ms = tap->backend->settle_ms;
    }
    wait_until(run, never, settle_ms);
    return 0;
}

/* No longer than the whole run may take. */
static int greet(struct run *run, struct problem *problem)
{
    uint64_t left = time_left(run);
    unsigned budget = left < START_MS ? (unsigned)left : START_MS;

    if (qmp_greet(&run->qmp, budget, problem) == 0)
        return 0;
    if (run->qmp.has_expired && time_left(run) == 0)
        problem->status = EXIT_TIMED_OUT;
    return -1;
}

/* Everything up to the guest's first instruction. */
static int bring_up(struct run *run, const struct compose_input *input, struct problem *problem)
{
    if (prepare_taps(run, problem) < 0 || start_qemu(run, input, problem) < 0 ||
        greet(run, problem) < 0)
        return -1;
    memcpy(run->result->qemu_version, run->qmp.version, sizeof(run->qmp.version));
    temp_folder_remove(&run->folder); /* QEMU has opened what is in it */
    if (check_version(run, problem) < 0 || attach_taps(run, problem) < 0 ||
        inventory_take(&run->result->inventory, &run->qmp, problem) < 0)
        return -1;
    return qmp_call(&run->qmp, "cont", NULL, START_MS, NULL, problem);
}

/* --- Devices that come and go while the guest runs ----------------------------------------- */

static bool has_begun(struct run *run)
{
    for (size_t i = 0; i < run->plan->device_count; i++) {
        const struct placed_device *device = &run->plan->devices[i];
        if (device->spec->when == CONSOLE_ALWAYS)
            return run->progress[device->first_tap].len >= run->plan->options->plug_at;
    }
    return true;
}

/* QMP's device_add takes the words of -device as an object. */
static json_t *device_object(const struct plan *plan, const struct placed_device *device)
{
    struct strbuf words = { 0 };
    json_t *object = json_object();

    compose_device_words(plan, device, &words);
    char *rest = words.text;
    json_object_set_new(object, "driver", json_string(strsep(&rest, ",")));
    for (char *value; (value = strsep(&rest, ","));) {
        const char *key = strsep(&value, "=");
        json_object_set_new(object, key, json_string(value ? value : "on"));
    }
    strbuf_free(&words);
    return object;
}

static int change_device(struct run *run, const struct placed_device *device,
                         struct problem *problem)
{
    struct plan *plan = run->plan;
    const char *name = plan->taps[device->first_tap].name;

    if (device->spec->when == CONSOLE_PLUGGED) {
        inventory_add(&run->result->inventory, device->spec->kind->device);
        return qmp_call(&run->qmp, "device_add", device_object(plan, device), START_MS, NULL,
                        problem);
    }
    for (unsigned port = 0; port < device->spec->kind->ports; port++)
        run->progress[device->first_tap + port].has_end = true; /* nobody waits for it */
    inventory_pull(&run->result->inventory, device->spec->kind->device);
    return qmp_call(&run->qmp, "device_del", json_pack("{s:s}", "id", name), START_MS, NULL,
                    problem);
}

static int change_devices(struct run *run, struct problem *problem)
{
    for (size_t i = 0; i < run->plan->device_count; i++) {
        const struct placed_device *device = &run->plan->devices[i];
        if (device->spec->when == CONSOLE_ALWAYS)
            continue;
        if (!wait_until(run, has_begun, time_left(run)))
            return 0; /* then the wait for the end records tells why */
        if (change_device(run, device, problem) < 0)
            return -1;
    }
    return 0;
}

/* In order if QEMU still answers, by force if not. */
static void quit_qemu(struct run *run)
{
    struct problem ignored = { 0 };

    if (!run->process.is_started)
        return;
    if (!must_stop(run))
        qmp_call(&run->qmp, "quit", NULL, QUIT_MS, NULL, &ignored);
    if (!run->signal)
        wait_until(run, has_exited, QUIT_MS);
    process_kill(&run->process);
    while (!run->process.has_exited)
        uv_run(&run->loop, UV_RUN_ONCE);
}

/* --- How it went -------------------------------------------------------------------------- */

/* CPU time that QEMU has had, in seconds: tells a hung guest from a starved host.
 * proc(5), /proc/PID/stat, fields 14 and 15. */
static double cpu_seconds(int pid)
{
    unsigned long user = 0, system = 0;
    char path[32], text[1024] = "";

    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    FILE *file = fopen(path, "re");
    const char *rest = file && fgets(text, sizeof(text), file) ? strrchr(text, ')') : NULL;
    if (rest)
        sscanf(rest, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    if (file)
        fclose(file);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static void tell_timeout(struct run *run)
{
    struct run_result *result = run->result;
    struct strbuf text = { 0 };
    size_t missing = 0;

    for (size_t i = 0; i < run->plan->tap_count; i++) {
        if (run->progress[i].has_end || missing++ >= 3)
            continue;
        strbuf_printf(&text, "%s%s (%zu bytes)", missing > 1 ? ", " : "", run->plan->taps[i].name,
                      run->plan->taps[i].len);
    }
    if (missing > 3)
        strbuf_printf(&text, " and %zu more", missing - 3);
    snprintf(
        result->end_text, sizeof(result->end_text),
        "no end record within %.4g s on %.600s; nothing new for %.1f s; QEMU used %.1f s of CPU",
        run->plan->options->timeout_ms / 1000.0, text.text ? text.text : "any",
        (double)(uv_now(&run->loop) - run->grown_ms) / 1000, cpu_seconds(run->process.handle.pid));
    strbuf_free(&text);
    result->end = RUN_TIMED_OUT;
}

/* QEMU went by itself.  A guest may do that in order (semihosting, isa-debug-exit). */
static void tell_death(struct run *run)
{
    struct run_result *result = run->result;
    struct strbuf said = process_output(&run->process);
    char line[512];

    hint_message(said.text, line, sizeof(line));
    result->end_signal = run->process.signal;
    result->end = run->process.signal || run->process.status ? RUN_DIED : RUN_ENDED;
    snprintf(result->end_text, sizeof(result->end_text), "QEMU ended by itself, %s %" PRId64 "%s%s",
             run->process.signal ? "signal" : "status",
             run->process.signal ? run->process.signal : run->process.status, *line ? ": " : "",
             line);
    strbuf_free(&said);
}

static void watch(struct run *run)
{
    bool has_all = wait_until(run, has_everything, time_left(run));

    if (run->process.has_exited) {
        collect_all(run); /* what the kernel still holds */
        if (!has_everything(run))
            tell_death(run);
    } else if (has_all) {
        wait_until(run, is_quiet, DRAIN_MAX_MS);
    } else if (!run->signal) {
        tell_timeout(run);
    }
}

/* QEMU would not start: its own words, and what they mean. */
static void explain_refusal(struct run *run, struct problem *problem)
{
    char line[512];

    /* The channel closes a little before the process is gone. */
    if (run->process.is_started && run->qmp.is_closed)
        wait_until(run, has_exited, QUIT_MS);
    if (!run->process.is_started || !run->process.has_exited || run->qmp.is_broken)
        return;
    struct strbuf said = process_output(&run->process);
    const struct hint *hint = hint_find(said.text);
    hint_message(said.text, line, sizeof(line));
    *problem = (struct problem){ 0 };
    problem_set(problem, hint ? hint->status : EXIT_IMPOSSIBLE, "QEMU: %s%s%s",
                *line ? line : "it ended at once and said nothing", hint ? ": " : "",
                hint ? hint->advice : "");
    strbuf_free(&said);
}

int run_boot(struct plan *plan, const struct compose_input *input, const struct qemu_binary *qemu,
             FILE *live, struct run_result *result, struct problem *problem)
{
    struct run run = { .plan = plan, .qemu = qemu, .result = result, .live = { .out = live } };

    *result = (struct run_result){ .end = RUN_ENDED };
    run.progress = must_alloc(plan->tap_count * sizeof(*run.progress));
    allow_descriptors();
    open_loop(&run);
    int status = bring_up(&run, input, problem);
    if (status == 0)
        status = change_devices(&run, problem);
    if (status == 0)
        watch(&run);
    else
        explain_refusal(&run, problem);
    quit_qemu(&run);
    collect_all(&run);
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
        plan->taps[i].backend->close(&plan->taps[i]);
}

void run_result_free(struct run_result *result)
{
    strbuf_free(&result->messages);
}
