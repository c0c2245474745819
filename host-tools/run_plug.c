/*
 * One boot: devices that come and go while the guest runs.
 *
 * Next on the tour: run_tell.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/device_json.h"
#include "host-tools/run_internal.h"

/* The console that tells when it is time; NULL if none is there from the start, or
 * captured. */
static const struct progress *first_progress(const struct run *run)
{
    for (size_t i = 0; i < run->plan->device_count; i++) {
        const struct placed_device *device = &run->plan->devices[i];
        bool is_captured = tap_is_captured(&run->plan->taps[device->taps[0]]);
        if (device->spec->when == CONSOLE_ALWAYS && is_captured)
            return &run->progress[device->taps[0]];
    }
    return NULL;
}

static bool is_time(const struct run *run)
{
    const struct progress *first = first_progress(run);

    return !first || first->len >= run->plan->options->plug_at;
}

static bool is_time_or_over(struct run *run)
{
    return is_time(run) || first_progress(run)->has_end || run->has_halted;
}

/* returns  is it time?  If not, the wait for the end records tells why. */
static bool wait_for_time(struct run *run, struct problem *problem)
{
    if (!run_wait_until(run, is_time_or_over, run_time_left(run)) || is_time(run))
        return is_time(run);
    problem_set(problem, EXIT_USAGE, "--plug-at %zu: the log had ended by then, after %zu bytes",
                run->plan->options->plug_at, first_progress(run)->len);
    return false;
}

static int plug(struct run *run, const struct placed_device *device, struct problem *problem)
{
    const char *kind = device->spec->kind->device;
    json_t *question = json_pack("{s:s}", "typename", kind), *properties;
    struct strbuf words = { 0 };

    if (qmp_call(&run->qmp, "device-list-properties", question, START_MS, &properties, problem) < 0)
        return -1;
    inventory_add(&run->result->inventory, kind);
    compose_device_words(run->plan, device, &words);
    json_t *arguments = device_json(words.text, properties);
    json_decref(properties);
    strbuf_free(&words);
    return qmp_call(&run->qmp, "device_add", arguments, START_MS, NULL, problem);
}

static int unplug(struct run *run, const struct placed_device *device, struct problem *problem)
{
    for (unsigned port = 0; port < device->spec->kind->ports; port++)
        run->progress[device->taps[port]].has_end = true; /* nobody waits for it */
    inventory_pull(&run->result->inventory, device->spec->kind->device);
    return qmp_call(&run->qmp, "device_del", json_pack("{s:s}", "id", device->name), START_MS, NULL,
                    problem);
}

static int change_device(struct run *run, const struct placed_device *device,
                         struct problem *problem)
{
    bool is_plugged = device->spec->when == CONSOLE_PLUGGED;

    return is_plugged ? plug(run, device, problem) : unplug(run, device, problem);
}

int run_plug(struct run *run, struct problem *problem)
{
    for (size_t i = 0; i < run->plan->device_count; i++) {
        const struct placed_device *device = &run->plan->devices[i];
        if (device->spec->when == CONSOLE_ALWAYS)
            continue;
        if (!wait_for_time(run, problem))
            return problem->status ? -1 : 0;
        if (change_device(run, device, problem) < 0)
            return -1;
    }
    return 0;
}
