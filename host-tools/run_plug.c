/*
 * One boot: devices that come and go while the guest runs.
 *
 * Next on the tour: run_tell.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

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
    if (device->spec->when == CONSOLE_PLUGGED) {
        inventory_add(&run->result->inventory, device->spec->kind->device);
        return qmp_call(&run->qmp, "device_add", device_object(plan, device), START_MS, NULL,
                        problem);
    }
    for (unsigned port = 0; port < device->spec->kind->ports; port++)
        run->progress[device->taps[port]].has_end = true; /* nobody waits for it */
    inventory_pull(&run->result->inventory, device->spec->kind->device);
    return qmp_call(&run->qmp, "device_del", json_pack("{s:s}", "id", device->name), START_MS, NULL,
                    problem);
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
