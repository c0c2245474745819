/*
 * One run, judged: the verdicts, QEMU's list of consoles, the image's build.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "host-tools/image.h"
#include "host-tools/interleave.h"
#include "host-tools/job.h"
#include "host-tools/risk.h"

/* A kernel that is not ours says nothing about its own log; then only copies are compared. */
static bool speaks_our_format(const struct job *job)
{
    static const char first[] = "tutti: version=";

    for (size_t i = 0; i < job->plan.tap_count; i++) {
        const struct tap *tap = &job->plan.taps[i];
        if (tap->len && memmem(tap->bytes, tap->len, first, strlen(first)))
            return true;
    }
    return !job->options.image;
}

/* Known from outside: the reader was away for a time, as it was told to. */
static bool is_unread(const struct tap *tap)
{
    return tap->has_left || !reader_is_early(&tap->reader);
}

/* Who drops bytes on the way to this tap when they come too fast? */
static enum layer dropper(const struct plan *plan, size_t tap)
{
    const struct risk_row *row = risk_find(plan, &plan->taps[tap]);

    if (row && (row->risks[FLOW_HONEST] & RISK_DROPS))
        return LAYER_BACKEND;
    for (size_t i = 0; i < plan->device_count; i++) {
        const struct placed_device *device = &plan->devices[i];
        if (device->spec->kind->flow == FLOW_DROPS && plan_leads_to(plan, device, tap))
            return LAYER_DEVICE;
    }
    return LAYER_NONE;
}

static void add_capture(struct job *job, size_t i)
{
    const struct tap *tap = &job->plan.taps[i];
    struct strbuf path = { 0 };

    if (job->options.folder)
        strbuf_printf(&path, "%s/%s.log", job->options.folder, tap->name);
    job->paths[job->count] = path.text;
    job->captures[job->count] = (struct capture){ tap->name, tap->bytes, tap->len, is_unread(tap),
                                                  dropper(&job->plan, i) };
    job->rows[job->count] = (struct report_row){ job->plan.labels[i], tap->shown, path.text };
    job->count++;
}

static void collect_captures(struct job *job)
{
    size_t count = job->plan.tap_count;

    job->captures = must_alloc(count * sizeof(*job->captures));
    job->rows = must_alloc(count * sizeof(*job->rows));
    job->paths = must_alloc(count * sizeof(*job->paths));
    for (size_t i = 0; i < count; i++)
        if (plan_is_judged(&job->plan.taps[i]))
            add_capture(job, i);
}

static void add_wrong(struct job *job, const char *text)
{
    strbuf_printf(&job->wrong, "%s%s", job->wrong.len ? "; " : "", text);
}

/* A console that was pulled out has a true beginning of the log, no more and no less. */
static void check_partial(struct job *job, const struct tap *tap)
{
    const struct verification *v = &job->verification;
    const struct capture *whole = &job->captures[v->reference];
    size_t banner = v->verdicts[v->reference].banner;
    bool is_true = tap->len <= whole->len - banner &&
                   (tap->len == 0 || memcmp(tap->bytes, whole->bytes + banner, tap->len) == 0);

    strbuf_printf(&job->notes, "  %s was pulled out after %zu bytes%s\n", tap->name, tap->len,
                  is_true ? ", a true beginning of the log"
                          : ", which are not the beginning of the log");
    if (!is_true)
        add_wrong(job, "a console that was pulled out had got another log");
}

/* What many consoles have written into one mux: their copies, mixed. */
static void check_mixed(struct job *job, const struct tap *tap)
{
    const struct verification *v = &job->verification;
    const struct capture *whole = &job->captures[v->reference];
    size_t banner = v->verdicts[v->reference].banner;
    struct interleaving mix;

    interleave_check(whole->bytes + banner, whole->len - banner, tap->bytes, tap->len,
                     tap->frontends, &mix);
    strbuf_printf(&job->notes, "  %s (%s): %zu bytes, ", tap->name, tap->shown, tap->len);
    if (mix.is_whole)
        strbuf_printf(&job->notes, "%u whole copies of the log, mixed\n", tap->frontends);
    else if (mix.is_undecided)
        strbuf_printf(&job->notes, "%u copies mixed in too many ways to tell\n", tap->frontends);
    else
        strbuf_printf(&job->notes, "not %u whole copies of the log: byte %zu %s\n", tap->frontends,
                      mix.at, mix.at < tap->len ? "is of none of them" : "is the last");
    if (!mix.is_whole)
        add_wrong(job, "what many consoles wrote into one mux is not their copies of the log");
}

/* No stale log, and no stale image. */
static void check_build(struct job *job)
{
    size_t i = job->verification.reference, banner = job->verification.verdicts[i].banner;
    const struct capture *whole = &job->captures[i];

    if (!image_wrote(job->image, whole->bytes + banner, whole->len - banner))
        add_wrong(job, "the log was written by another build than the image is");
}

static void check_inventory(struct job *job)
{
    struct inventory *inventory = &job->result.inventory;
    struct strbuf text = { 0 };

    for (size_t i = 0; i < job->plan.device_count; i++) {
        const struct console_kind *kind = job->plan.devices[i].spec->kind;
        if (!kind->device && kind->guest_kind)
            inventory_add(inventory, kind->name); /* no object in QEMU's tree */
    }
    inventory_compare(inventory, &job->verification.manifest);
    unsigned total = inventory_total(inventory), planned = plan_ports(&job->plan);
    if (total > planned)
        strbuf_printf(&job->notes, "  QEMU has %u consoles; %u of them nobody captures\n", total,
                      total - planned);
    if (inventory_differences(inventory, &text))
        add_wrong(job, text.text);
    strbuf_free(&text);
}

/* What is captured, and not to be one complete copy. */
static void check_other(struct job *job, const struct tap *tap)
{
    if (tap->is_partial)
        check_partial(job, tap);
    else if (tap->frontends > 1)
        check_mixed(job, tap);
    else if (!tap_is_captured(tap) && !tap->members)
        strbuf_printf(&job->notes, "  %s: nothing captures it\n", tap->name);
}

void job_verify(struct job *job, struct problem *problem)
{
    bool is_ours = speaks_our_format(job);
    int (*judge)(const struct capture *, size_t, struct verification *) = is_ours ? verify
                                                                                  : verify_copies;

    collect_captures(job);
    if (judge(job->captures, job->count, &job->verification) < 0) {
        problem_set(problem, EXIT_IMPOSSIBLE, "out of memory");
        return;
    }
    job->is_verified = true;
    for (size_t i = 0; i < job->plan.tap_count; i++)
        check_other(job, &job->plan.taps[i]);
    if (job->result.has_frozen)
        strbuf_printf(&job->notes, "  while a reader stood still, so did all of QEMU\n");
    if (job->verification.is_proved && job->input.is_our_image) {
        check_build(job);
        check_inventory(job);
    }
    if (!job->verification.is_proved && *job->result.halt_reason)
        strbuf_printf(&job->notes, "  the guest stopped by itself: %s\n", job->result.halt_reason);
}

/* --- As a report ---------------------------------------------------------------------- */

/* The status that the guest was told to end with: exit=N, 0 without it, any after a fault. */
static int expected_status(const struct job *job)
{
    const char *words = job->options.words ? job->options.words : "";
    int status = 0;

    if (job->options.image)
        return -1;
    for (const char *at = words; *at; at += strcspn(at, " "), at += strspn(at, " ")) {
        if (strncmp(at, "exit=", 5) == 0)
            status = (int)strtol(at + 5, NULL, 0);
        if (strncmp(at, "fault", 5) == 0)
            return -1;
    }
    return status;
}

/* A run that did not come about. */
static enum run_end end_of(const struct problem *problem)
{
    switch (problem->status) {
    case EXIT_USAGE:
        return RUN_MISUSED;
    case EXIT_SKIPPED:
        return RUN_SKIPPED;
    case EXIT_TIMED_OUT:
        return RUN_TIMED_OUT;
    default:
        return RUN_IMPOSSIBLE;
    }
}

struct report job_report(const struct job *job, const struct problem *problem, const char *title)
{
    bool has_run = problem->status == 0;

    return (struct report){
        .title = title,
        .command = job->command.text,
        .rows = job->rows,
        .captures = job->captures,
        .verification = job->is_verified ? &job->verification : NULL,
        .count = job->is_verified ? job->count : 0,
        .configured = plan_ports(&job->plan),
        .has_frozen = job->result.has_frozen,
        .is_copies = job->is_verified && !speaks_our_format(job),
        .end = has_run ? job->result.end : end_of(problem),
        .end_text = !has_run                ? problem->text
                    : *job->result.end_text ? job->result.end_text
                                            : NULL,
        .end_signal = job->result.end_signal,
        .guest_status = expected_status(job),
        .seconds = has_run ? job->result.seconds : -1,
        .notes = job->notes.text,
        .wrong = job->wrong.text,
    };
}
