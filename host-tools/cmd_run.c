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
#include "host-tools/image.h"
#include "host-tools/job.h"
#include "host-tools/keep.h"
#include "host-tools/risk.h"
#include "host-tools/run_caution.h"

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

/* --- After: what is told and kept ------------------------------------------------------------- */

static void keep(const struct job *job, const struct report *report, struct problem *problem)
{
    const char *folder = job->options.folder;
    const struct strbuf *messages = &job->result.messages;

    if (!folder || keep_folder(folder, problem) < 0)
        return; /* told already */
    for (size_t i = 0; i < job->plan.tap_count && job->is_verified; i++) {
        const struct tap *tap = &job->plan.taps[i];
        struct strbuf name = { 0 };
        strbuf_printf(&name, "%s.log", tap->name);
        keep_bytes(folder, name.text, tap->bytes, tap->len, problem);
        strbuf_free(&name);
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
    struct report report = job_report(job, problem, title.text);
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
    bool is_told = problem->status != 0; /* one line is enough */
    return keeping.status && !is_told ? problem_print(&keeping) : status;
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
    bool is_wanted = options->is_live || (!options->is_quiet && isatty(STDOUT_FILENO));

    return is_wanted && !options->is_json ? stdout : NULL;
}

/* A pair that may lose bytes whatever we do: say so before it happens. */
static void warn(const struct job *job)
{
    struct strbuf warning = risk_warning(&job->plan);

    if (warning.len)
        fprintf(stderr, "tutti: risky: %s; see `tutti list backends --risk`\n", warning.text);
    strbuf_free(&warning);
}

static int boot(struct job *job, struct problem *problem)
{
    const char *folder = job->options.folder;

    if (prepare(job, problem) < 0 || (folder && keep_folder(folder, problem) < 0))
        return 0;
    warn(job);
    if (run_boot(&job->plan, &job->input, &job->qemu, live_output(&job->options), &job->result,
                 problem) == 0)
        job_verify(job, problem);
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
        run_caution(&job.options, stderr);
        stop = boot(&job, &problem);
        if (stop)
            fprintf(stderr, "tutti: stopped: %s\n", strsignal(stop));
        status = stop ? 128 + stop : tell(&job, &problem);
    }
    job_free(&job);
    return status;
}
