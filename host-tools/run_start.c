/*
 * One boot: taps, QEMU, QMP, everything up to the guest's first instruction.
 *
 * Next on the tour: run_wait.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host-tools/run_internal.h"

static int prepare_taps(struct run *run, struct problem *problem)
{
    struct plan *plan = run->plan;

    for (size_t i = 0; i < plan->tap_count; i++) {
        struct tap *tap = &plan->taps[i];
        bool needs_folder = tap->backend->needs_folder && tap->backend->needs_folder(tap);
        if (needs_folder && !run->folder.path && temp_folder_make(&run->folder, problem) < 0)
            return -1;
        if (tap->backend->prepare(tap, run->folder.path, problem) < 0)
            return -1;
    }
    return 0;
}

/* QEMU's descriptors from 3 on: QMP, then one for each tap.  A stdio has its own places. */
static int *child_fds(struct run *run, int qmp_fd)
{
    const struct plan *plan = run->plan;
    int *fds = must_alloc((1 + plan->tap_count) * sizeof(*fds));

    fds[0] = qmp_fd;
    for (size_t i = 0; i < plan->tap_count; i++) {
        const struct tap *tap = &plan->taps[i];
        fds[1 + i] = tap->backend->is_stdio ? -1 : tap->qemu_fd;
        if (!tap->backend->is_stdio)
            continue;
        run->process.has_stdio = true;
        run->process.stdin_fd = tap->qemu_input_fd;
        run->process.stdout_fd = tap->qemu_fd;
    }
    return fds;
}

static int start_qemu(struct run *run, const struct compose_input *input, struct problem *problem)
{
    struct argv argv = { 0 };
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return problem_set(problem, EXIT_IMPOSSIBLE, "no socket pair: %s", strerror(errno));
    run->has_qmp = true;
    int *fds = child_fds(run, ends[1]);
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
        if (tap->backend->settle_ms > settle_ms && reader_is_early(&tap->reader))
            settle_ms = tap->backend->settle_ms;
    }
    run_wait_until(run, run_never, settle_ms);
    return 0;
}

/* QEMU has opened what is in it, and so have we, but for readers that come later. */
static void remove_folder(struct run *run)
{
    for (size_t i = 0; i < run->plan->tap_count; i++)
        if (reader_comes_later(&run->plan->taps[i].reader))
            return; /* then it goes at the end */
    temp_folder_remove(&run->folder);
}

static int start_guest(struct run *run, struct problem *problem)
{
    if (qmp_call(&run->qmp, "cont", NULL, START_MS, NULL, problem) < 0)
        return -1;
    for (size_t i = 0; i < run->plan->tap_count; i++)
        reader_start(&run->plan->taps[i].reader, uv_now(&run->loop));
    return 0;
}

/* No longer than the whole run may take. */
static int greet(struct run *run, struct problem *problem)
{
    uint64_t left = run_time_left(run);
    unsigned budget = left < START_MS ? (unsigned)left : START_MS;

    if (qmp_greet(&run->qmp, budget, problem) == 0)
        return 0;
    if (run->qmp.has_expired && run_time_left(run) == 0)
        problem->status = EXIT_TIMED_OUT;
    return -1;
}

/* Everything up to the guest's first instruction. */
int run_bring_up(struct run *run, const struct compose_input *input, struct problem *problem)
{
    if (prepare_taps(run, problem) < 0 || start_qemu(run, input, problem) < 0 ||
        greet(run, problem) < 0)
        return -1;
    memcpy(run->result->qemu_version, run->qmp.version, sizeof(run->qmp.version));
    if (check_version(run, problem) < 0 || attach_taps(run, problem) < 0 ||
        inventory_take(&run->result->inventory, &run->qmp, problem) < 0)
        return -1;
    remove_folder(run);
    return start_guest(run, problem);
}
