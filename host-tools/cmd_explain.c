/*
 * tutti explain: what do these QEMU arguments build, and who uses which chardev?
 *
 * Next on the tour: explain_expand.c (short options), explain_probe.c (what may be started),
 * explain_ask.c (what QEMU says), explain_model.c (what it means).
 *
 * SPDX-License-Identifier: MIT
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/command.h"
#include "host-tools/explain_ask.h"
#include "host-tools/explain_compare.h"
#include "host-tools/explain_show.h"
#include "host-tools/machines.h"
#include "host-tools/qemu_binary.h"
#include "host-tools/temp_folder.h"

static const char usage[] =
    "usage: tutti explain [OPTION]... -- [QEMU-PROGRAM] QEMU-ARG...\n"
    "What these arguments build: every chardev and who uses it, every device that has one, with\n"
    "its place and its name in Linux; what nobody reads; and every short option (-serial,\n"
    "-nographic, mon:stdio, ...) in its long form.\n"
    "QEMU is started to be asked, but no guest runs, and no file, socket, disk or network of\n"
    "yours is touched: what is replaced for that is listed.\n"
    "\n"
    "  -n, --dry-run   start nothing: only what the short options stand for\n"
    "      --check     build the long form, too, and compare\n"
    "      --json      one JSON object\n"
    "      --dot       a picture for Graphviz: ... | dot -Tpng > x.png\n"
    "      --svg       a picture as SVG\n"
    "      --qemu PROGRAM  this QEMU; otherwise the first word, or the one with that -M, from\n"
    "                  $QEMU_DIR, then $PATH\n"
    "  -h, --help      this text\n"
    "\n"
    "Exit status: 0; 1 the long form is not the same; 2 usage, or a mistake in the arguments;\n"
    "77 this QEMU has no such device; 99 QEMU could not be asked.\n";

enum { OPTION_CHECK = 256, OPTION_JSON, OPTION_DOT, OPTION_SVG, OPTION_QEMU };

static const struct option long_options[] = {
    { "dry-run", no_argument, NULL, 'n' },
    { "help", no_argument, NULL, 'h' },
    { "check", no_argument, NULL, OPTION_CHECK },
    { "json", no_argument, NULL, OPTION_JSON },
    { "dot", no_argument, NULL, OPTION_DOT },
    { "svg", no_argument, NULL, OPTION_SVG },
    { "qemu", required_argument, NULL, OPTION_QEMU },
    { NULL, 0, NULL, 0 },
};

struct job {
    bool is_dry, is_help, must_check;
    int format;       /* OPTION_JSON, ...; 0: text                */
    const char *qemu; /* --qemu, or NULL                          */
    struct qemu_cmdline line;
    char *program; /* for the long form: as a person would say it; owned */
    struct qemu_binary binary;
    struct expand_facts facts;
    struct expansion expansion;
};

/* One machine that was looked at. */
struct look {
    struct temp_folder folder; /* for the stand-ins */
    struct probe probe;
    struct view view;
    struct model model;
};

/* --- Arguments ------------------------------------------------------------------------------- */

static void take(int option, struct job *job)
{
    job->is_dry |= option == 'n';
    job->is_help |= option == 'h';
    job->must_check |= option == OPTION_CHECK;
    if (option == OPTION_JSON || option == OPTION_DOT || option == OPTION_SVG)
        job->format = option;
    if (option == OPTION_QEMU)
        job->qemu = optarg;
}

static int parse(int argc, char **argv, struct job *job, struct problem *problem)
{
    int option;

    optind = 0; /* glibc: start over */
    while ((option = getopt_long(argc, argv, "+:nh", long_options, NULL)) != -1) {
        if (option == ':' || option == '?')
            return problem_set(problem, EXIT_USAGE, "%s: %s: `tutti explain --help`",
                               argv[optind - 1],
                               option == ':' ? "needs a value" : "no such option");
        take(option, job);
    }
    if (job->is_help)
        return 0;
    if (optind == argc && strcmp(argv[argc - 1], "--") != 0)
        return problem_set(problem, EXIT_USAGE,
                           "nothing to explain: `tutti explain -- -nographic`, for example");
    return qemu_cmdline_read(argv + optind, &job->line, problem);
}

/* --- Which QEMU ------------------------------------------------------------------------------ */

/* The program of the first machine of that type; x86_64 for all that we don't know. */
static const char *guess_program(const struct qemu_cmdline *line)
{
    size_t len;
    const char *type = qemu_cmdline_machine(line, &len);

    for (size_t i = 0; i < machine_count; i++)
        if (strlen(machines[i].type) == len && strncmp(machines[i].type, type, len) == 0)
            return machines[i].qemu;
    return "qemu-system-x86_64";
}

static int find_qemu(struct job *job, struct problem *problem)
{
    const char *name = job->line.program ? job->line.program : guess_program(&job->line);
    const char *given = job->qemu ? job->qemu : strchr(name, '/') ? name : NULL;
    struct machine named = { .qemu = name, .arch = "it" };

    job->line.program = name;
    job->program = must_strdup(given ? given : name);
    if (job->is_dry)
        return 0;
    return qemu_binary_find(&job->binary, &named, given, problem);
}

/* --- One look -------------------------------------------------------------------------------- */

static void insert_data_folders(const struct qemu_binary *binary, struct argv *argv)
{
    for (char *const *folder = binary->data; *folder; folder++)
        argv_option(argv, "-L", "%s", *folder);
}

static int look_at(const struct job *job, const struct qemu_cmdline *line, struct look *look,
                   struct problem *problem)
{
    if (temp_folder_make(&look->folder, problem) < 0)
        return -1;
    probe_make(line, job->binary.path, look->folder.path, &look->probe);
    insert_data_folders(&job->binary, &look->probe.argv);
    return explain_ask(&look->probe, job->binary.modules, &look->view, problem);
}

static void look_free(struct look *look)
{
    model_free(&look->model);
    view_free(&look->view);
    probe_free(&look->probe);
    temp_folder_remove(&look->folder);
}

/* What the machine makes of the options is better asked than guessed. */
static void learn_facts(struct job *job, const struct view *view)
{
    job->facts.has_serial = view_chardev(view, "serial0") != NULL;
    job->facts.has_parallel = view_chardev(view, "parallel0") != NULL;
    job->facts.has_monitor = view_chardev(view, "compat_monitor0") != NULL ||
                             qemu_cmdline_count(&job->line, "nographic") > 0;
}

static int write_out(struct job *job, struct problem *problem)
{
    return expand(&job->line, job->program, &job->facts, &job->expansion, problem);
}

/* --- The comparison -------------------------------------------------------------------------- */

static int compare(const struct job *job, const struct look *given, struct problem *problem)
{
    struct qemu_cmdline line;
    struct look look = { 0 };
    struct argv lines = { 0 };
    struct expansion long_form = { 0 };
    int result = qemu_cmdline_read(job->expansion.argv.words, &line, problem);

    if (result == 0)
        result = look_at(job, &line, &look, problem);
    if (result == 0)
        result = expand(&line, job->program, &job->facts, &long_form, problem);
    if (result == 0) {
        model_build(&look.view, &long_form, ASK_CHARDEV, &look.model);
        model_differences(&given->model, &look.model, &lines);
    }
    for (size_t i = 0; i < lines.count; i++)
        fprintf(stderr, "tutti: %s\n", lines.words[i]);
    if (lines.count)
        result = problem_set(problem, EXIT_FAILED, "the long form builds another machine");
    argv_free(&lines);
    expansion_free(&long_form);
    look_free(&look);
    qemu_cmdline_free(&line);
    return result;
}

/* --- The command ----------------------------------------------------------------------------- */

static void show(const struct job *job, const struct look *look, bool is_same)
{
    struct explanation explanation = {
        .program = job->program,
        .expansion = &job->expansion,
        .model = look ? &look->model : NULL,
        .altered = look ? &look->probe.notes : NULL,
        .same = is_same ? "(checked: it builds the same machine)" : NULL,
    };

    if (job->format == OPTION_JSON)
        explain_print_json(stdout, &explanation);
    else if (job->format == OPTION_DOT && look)
        explain_print_dot(stdout, &explanation);
    else if (job->format == OPTION_SVG && look)
        explain_print_svg(stdout, &explanation);
    else
        explain_print_tree(stdout, &explanation, report_wants_colour(stdout));
}

static int explain_dry(struct job *job, struct problem *problem)
{
    if (job->format == OPTION_DOT || job->format == OPTION_SVG || job->must_check)
        return problem_set(problem, EXIT_USAGE, "-n starts nothing: there is nothing to %s",
                           job->must_check ? "compare" : "draw");
    if (write_out(job, problem) < 0)
        return -1;
    show(job, NULL, false);
    return 0;
}

static int explain_live(struct job *job, struct problem *problem)
{
    struct look look = { 0 };
    bool must_compare = job->must_check;
    int result = look_at(job, &job->line, &look, problem);

    if (result == 0) {
        learn_facts(job, &look.view);
        result = write_out(job, problem);
    }
    if (result == 0) {
        model_build(&look.view, &job->expansion, ASK_CHARDEV, &look.model);
        result = must_compare ? compare(job, &look, problem) : 0;
        show(job, &look, must_compare && result == 0);
    }
    look_free(&look);
    return result;
}

static void job_free(struct job *job)
{
    expansion_free(&job->expansion);
    qemu_binary_free(&job->binary);
    qemu_cmdline_free(&job->line);
    free(job->program);
}

int cmd_explain(int argc, char **argv)
{
    struct problem problem = { 0 };
    struct job job = { 0 };
    int result = parse(argc, argv, &job, &problem);

    if (result == 0 && job.is_help) {
        fputs(usage, stdout);
    } else if (result == 0) {
        result = find_qemu(&job, &problem);
        job.facts = expand_guess(&job.line);
        if (result == 0)
            result = job.is_dry ? explain_dry(&job, &problem) : explain_live(&job, &problem);
    }
    job_free(&job);
    return result == 0 ? EXIT_PROVED : problem_print(&problem);
}
