/*
 * tutti run: boot a machine, capture every console, prove that all copies agree.
 *
 * Next on the tour: run.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "host-tools/command.h"
#include "host-tools/compose.h"
#include "host-tools/image.h"
#include "host-tools/keep.h"
#include "host-tools/plan.h"
#include "host-tools/qemu_binary.h"
#include "host-tools/report.h"
#include "host-tools/run.h"
#include "host-tools/run_options.h"

/* All that one `tutti run` has in its hands. */
struct job {
    struct run_options options;
    struct plan plan;
    struct qemu_binary qemu;
    struct compose_input input;
    char *image;           /* owned                                           */
    struct strbuf command; /* for people                                      */
    struct run_result result;
    struct capture *captures; /* those that are to be complete                  */
    struct report_row *rows;  /* ... the same                                   */
    char **paths;             /* ... the same                                   */
    size_t count;             /* of them                                        */
    struct verification verification;
    bool is_verified;
    struct strbuf notes; /* for the report */
    struct strbuf wrong; /* what makes the run fail, beside the verdicts */
};

/* --- Before ------------------------------------------------------------------------------ */

static bool can_have_kvm(const struct machine *machine)
{
    struct utsname host;

    return machine->host && uname(&host) == 0 && strcmp(host.machine, machine->host) == 0 &&
           access("/dev/kvm", R_OK | W_OK) == 0;
}

static int choose_accel(struct job *job, struct problem *problem)
{
    bool can = can_have_kvm(job->options.machine);

    job->input.has_kvm = can && job->options.accel != ACCEL_TCG;
    if (job->options.accel == ACCEL_KVM && !can)
        return problem_set(problem, EXIT_SKIPPED,
                           "--accel kvm: this host's /dev/kvm cannot run %s; tcg can",
                           job->options.machine->name);
    return 0;
}

static int choose_image(struct job *job, struct problem *problem)
{
    const struct machine *machine = job->options.machine;
    const char *given = job->options.image;

    job->image = given ? strdup(given) : image_default(machine);
    job->input.image = job->image;
    job->input.is_our_image = !given;
    if (given || access(job->image, R_OK) == 0)
        return image_check(job->image, machine, problem);
    return problem_set(problem, EXIT_IMPOSSIBLE,
                       "%s: tutti's firmware is not there: `make firmware-%s` builds it, -k IMAGE "
                       "boots another",
                       job->image, machine->arch);
}

static int prepare(struct job *job, struct problem *problem)
{
    struct argv argv = { 0 };

    if (plan_build(&job->options, &job->plan, problem) < 0 || choose_image(job, problem) < 0 ||
        qemu_binary_find(&job->qemu, job->options.machine, job->options.qemu, problem) < 0 ||
        choose_accel(job, problem) < 0)
        return -1;
    job->input.qemu = job->qemu.path;
    job->input.qemu_data = (const char *const *)job->qemu.data;
    compose(&job->plan, &job->input, FOR_PASTE, &argv);
    argv_to_shell(&argv, &job->command);
    argv_free(&argv);
    return 0;
}

/* --- After: the verdicts -------------------------------------------------------------------- */

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

static void add_capture(struct job *job, size_t i)
{
    const struct tap *tap = &job->plan.taps[i];
    struct strbuf path = { 0 };

    if (job->options.folder)
        strbuf_printf(&path, "%s/%s.log", job->options.folder, tap->name);
    job->paths[job->count] = path.text;
    job->captures[job->count] = (struct capture){ tap->name, tap->bytes, tap->len };
    job->rows[job->count] = (struct report_row){ job->plan.labels[i], tap->backend->name,
                                                 path.text };
    job->count++;
}

static void collect_captures(struct job *job)
{
    size_t count = job->plan.tap_count;

    job->captures = must_alloc(count * sizeof(*job->captures));
    job->rows = must_alloc(count * sizeof(*job->rows));
    job->paths = must_alloc(count * sizeof(*job->paths));
    for (size_t i = 0; i < count; i++)
        if (!job->plan.taps[i].is_partial)
            add_capture(job, i);
}

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
    case EXIT_SKIPPED:
        return RUN_SKIPPED;
    case EXIT_TIMED_OUT:
        return RUN_TIMED_OUT;
    default:
        return RUN_IMPOSSIBLE;
    }
}

static struct report make_report(const struct job *job, const struct problem *problem,
                                 const char *title)
{
    bool has_run = problem->status == 0;

    return (struct report){
        .title = title,
        .command = job->command.text,
        .rows = job->rows,
        .captures = job->captures,
        .verification = job->is_verified ? &job->verification : NULL,
        .count = job->is_verified ? job->count : 0,
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
    unsigned total = inventory_total(inventory);
    if (total > job->plan.tap_count)
        strbuf_printf(&job->notes, "  QEMU has %u consoles; %zu of them nobody captures\n", total,
                      total - job->plan.tap_count);
    if (inventory_differences(inventory, &text))
        add_wrong(job, text.text);
    strbuf_free(&text);
}

static void verify_captures(struct job *job, struct problem *problem)
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
        if (job->plan.taps[i].is_partial)
            check_partial(job, &job->plan.taps[i]);
    if (job->verification.is_proved && job->input.is_our_image) {
        check_build(job);
        check_inventory(job);
    }
    if (!job->verification.is_proved && *job->result.halt_reason)
        strbuf_printf(&job->notes, "  the guest stopped by itself: %s\n", job->result.halt_reason);
}

/* --- After: what is told and kept ------------------------------------------------------------- */

static void keep(const struct job *job, const struct report *report, struct problem *problem)
{
    const char *folder = job->options.folder;
    const struct strbuf *messages = &job->result.messages;

    if (!folder || keep_folder(folder, problem) < 0)
        return; /* told already */
    for (size_t i = 0; i < job->count; i++) {
        const char *name = strrchr(job->paths[i], '/') + 1;
        keep_bytes(folder, name, job->captures[i].bytes, job->captures[i].len, problem);
    }
    keep_bytes(folder, "qemu-command", job->command.text, job->command.len, problem);
    keep_bytes(folder, "qemu-messages", messages->text, messages->len, problem);
    keep_json(folder, report, problem);
}

/* What QEMU said, if it may tell why a run went wrong; the names of ptys don't. */
static void tell_messages(const struct job *job)
{
    static const char pty_name[] = "char device redirected";
    const char *text = job->result.messages.text;

    for (const char *end; text && *text; text = *end ? end + 1 : end) {
        char line[512];
        end = text + strcspn(text, "\n");
        report_visible(line, sizeof(line), text, (size_t)(end - text));
        if (strncmp(line, pty_name, strlen(pty_name)) != 0)
            fprintf(stderr, "qemu: %s\n", line);
    }
}

static int tell(const struct job *job, struct problem *problem)
{
    const struct machine *machine = job->options.machine;
    struct problem keeping = { 0 };
    struct strbuf title = { 0 };

    strbuf_printf(&title, "%s", machine->name);
    if (*job->result.qemu_version)
        strbuf_printf(&title, ", QEMU %s", job->result.qemu_version);
    struct report report = make_report(job, problem, title.text);
    keep(job, &report, &keeping);
    if (job->options.is_json)
        report_print_json(stdout, &report);
    else if (problem->status)
        problem_print(problem);
    else
        report_print(stdout, &report, report_wants_colour(stdout));
    int status = problem->status ? problem->status : report_exit_status(&report);
    if (status == EXIT_FAILED || status == EXIT_TIMED_OUT)
        tell_messages(job);
    strbuf_free(&title);
    return keeping.status ? problem_print(&keeping) : status;
}

/* --- The command -------------------------------------------------------------------------------- */

static void job_free(struct job *job)
{
    for (size_t i = 0; i < job->count; i++)
        free(job->paths[i]);
    free(job->paths);
    free(job->rows);
    free(job->captures);
    if (job->is_verified)
        verification_free(&job->verification);
    run_release(&job->plan);
    run_result_free(&job->result);
    plan_free(&job->plan);
    qemu_binary_free(&job->qemu);
    strbuf_free(&job->command);
    strbuf_free(&job->notes);
    strbuf_free(&job->wrong);
    run_options_free(&job->options);
    free(job->image);
}

static FILE *live_output(const struct run_options *options)
{
    bool is_wanted = !options->is_quiet && !options->is_json && isatty(STDOUT_FILENO);

    return is_wanted ? stdout : NULL;
}

static int boot(struct job *job, struct problem *problem)
{
    const char *folder = job->options.folder;

    if (prepare(job, problem) == 0 && (!folder || keep_folder(folder, problem) == 0) &&
        run_boot(&job->plan, &job->input, &job->qemu, live_output(&job->options), &job->result,
                 problem) == 0)
        verify_captures(job, problem);
    return job->result.own_signal;
}

static int dry_run(struct job *job, struct problem *problem)
{
    if (prepare(job, problem) < 0)
        return problem_print(problem);
    fputs(job->command.text, stdout);
    return EXIT_PROVED;
}

int cmd_run(int argc, char **argv)
{
    struct problem problem = { 0 };
    struct job job = { 0 };
    int status, stop = 0;

    if (run_options_parse(argc, argv, &job.options, &problem) < 0) {
        status = problem_print(&problem);
    } else if (job.options.is_help) {
        fputs(run_usage, stdout);
        status = EXIT_PROVED;
    } else if (job.options.is_dry) {
        status = dry_run(&job, &problem);
    } else {
        stop = boot(&job, &problem);
        if (stop)
            fprintf(stderr, "tutti: stopped: %s\n", strsignal(stop));
        status = stop ? 128 + stop : tell(&job, &problem);
    }
    job_free(&job);
    return status;
}
