/*
 * tutti test: the boot matrix, many boots in parallel, one report.
 *
 * Next on the tour: host-tools/matrix.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "host-tools/command.h"
#include "host-tools/keep.h"
#include "host-tools/pattern.h"
#include "host-tools/test_report.h"

static const char usage[] =
    "usage: tutti test [OPTION]... MATRIX.yaml...\n"
    "Boot every row of the matrix, several at a time, and compare with what it expects.\n"
    "\n"
    "  -j, --jobs N        boots at a time (the number of CPUs)\n"
    "      --filter REGEX  only boots whose title has this (PCRE2)\n"
    "      --subset K/N    only the K-th of N parts, for as many hosts\n"
    "  -o, --output DIR    keep each boot's captures in DIR/NUMBER\n"
    "      --list          print the titles, boot nothing\n"
    "      --commands      print the commands, boot nothing\n"
    "      --junit FILE    write JUnit's XML, too\n"
    "      --tap           TAP on stdout instead of plain lines\n"
    "  -h, --help          this text\n"
    "\n"
    "Exit status: 0 all as expected (or skipped), 1 not, 2 usage, 99 could not run, 128+N ended\n"
    "by signal N.\n";

enum what_to_do { DO_RUN, DO_LIST, DO_COMMANDS, DO_HELP };

struct test {
    enum what_to_do what;
    unsigned jobs, part, parts; /* part 1..parts */
    const char *filter, *junit, *folder;
    bool is_tap;
    struct matrix matrix;
    const struct boot **boots; /* the chosen ones */
    size_t count;
    struct test_report report;
};

/* --- arguments ------------------------------------------------------------------------- */

/* Digits only, 1..most. */
static bool read_number(const char *text, unsigned most, unsigned *number)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    *number = (unsigned)value;
    return *text >= '0' && *text <= '9' && *end == '\0' && value >= 1 && value <= most;
}

static int take_jobs(struct test *test, const char *text, struct problem *problem)
{
    enum { JOBS_MAX = 512 };
    if (!read_number(text, JOBS_MAX, &test->jobs))
        return problem_set(problem, EXIT_USAGE, "-j %s: should be 1 to %d", text, JOBS_MAX);
    return 0;
}

static int take_subset(struct test *test, const char *text, struct problem *problem)
{
    char part[16];
    size_t len = strcspn(text, "/");
    snprintf(part, sizeof(part), "%.*s", (int)len, text);
    if (len >= sizeof(part) || text[len] != '/' ||
        !read_number(text + len + 1, BOOTS_MAX, &test->parts) ||
        !read_number(part, test->parts, &test->part))
        return problem_set(problem, EXIT_USAGE, "--subset %s: should be K/N, with K from 1 to N",
                           text);
    return 0;
}

/* Made here, so that all boots find it. */
static int take_folder(struct test *test, const char *text, struct problem *problem)
{
    test->folder = text;
    return keep_folder(text, problem);
}

static int take_filter(struct test *test, const char *text, struct problem *problem)
{
    char why[300];
    test->filter = text;
    if (!pattern_is_valid(text, why, sizeof(why)))
        return problem_set(problem, EXIT_USAGE, "--filter: %s", why);
    return 0;
}

enum { OPTION_FILTER = 256, OPTION_SUBSET, OPTION_LIST, OPTION_COMMANDS, OPTION_JUNIT, OPTION_TAP };

static int take_option(struct test *test, int option, struct problem *problem)
{
    switch (option) {
    case 'j':
        return take_jobs(test, optarg, problem);
    case 'o':
        return take_folder(test, optarg, problem);
    case OPTION_FILTER:
        return take_filter(test, optarg, problem);
    case OPTION_SUBSET:
        return take_subset(test, optarg, problem);
    case OPTION_LIST:
        test->what = DO_LIST;
        return 0;
    case OPTION_COMMANDS:
        test->what = DO_COMMANDS;
        return 0;
    case OPTION_JUNIT:
        test->junit = optarg;
        return 0;
    case OPTION_TAP:
        test->is_tap = true;
        return 0;
    default:
        test->what = DO_HELP;
        return 0;
    }
}

static int parse(int argc, char **argv, struct test *test, struct problem *problem)
{
    static const struct option options[] = {
        { "jobs", required_argument, NULL, 'j' },
        { "output", required_argument, NULL, 'o' },
        { "filter", required_argument, NULL, OPTION_FILTER },
        { "subset", required_argument, NULL, OPTION_SUBSET },
        { "list", no_argument, NULL, OPTION_LIST },
        { "commands", no_argument, NULL, OPTION_COMMANDS },
        { "junit", required_argument, NULL, OPTION_JUNIT },
        { "tap", no_argument, NULL, OPTION_TAP },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };
    optind = 1;
    opterr = 0;
    for (int option; (option = getopt_long(argc, argv, "j:o:h", options, NULL)) != -1;) {
        if (option == '?')
            return problem_set(problem, EXIT_USAGE, "test: %s: not understood; `tutti test --help`",
                               argv[optind - 1]);
        if (take_option(test, option, problem) < 0)
            return -1;
    }
    if (optind == argc && test->what != DO_HELP)
        return problem_set(problem, EXIT_USAGE, "test: no matrix given; `tutti test --help`");
    return 0;
}

/* --- which boots --------------------------------------------------------------------------- */

static bool is_chosen(const struct test *test, const struct boot *boot)
{
    bool is_in_part = (boot->number - 1) % test->parts == test->part - 1;
    return is_in_part &&
           (!test->filter || pattern_matches(test->filter, boot->title, strlen(boot->title)));
}

static int choose(struct test *test, struct problem *problem)
{
    test->boots = must_alloc((test->matrix.count + 1) * sizeof(struct boot *));
    for (size_t i = 0; i < test->matrix.count; i++)
        if (is_chosen(test, &test->matrix.boots[i]))
            test->boots[test->count++] = &test->matrix.boots[i];
    if (test->count == 0)
        return problem_set(problem, EXIT_USAGE, "test: no boot of %zu is chosen",
                           test->matrix.count);
    return 0;
}

static int load(struct test *test, int count, char **paths, struct problem *problem)
{
    for (int i = 0; i < count; i++)
        if (matrix_add_file(&test->matrix, paths[i], problem) < 0)
            return -1;
    return choose(test, problem);
}

/* --- what to do with them -------------------------------------------------------------------- */

static int list(const struct test *test)
{
    for (size_t i = 0; i < test->count; i++) {
        struct strbuf command = { 0 };
        test_report_command(test->boots[i], &command);
        if (test->what == DO_LIST)
            printf("%u %s\n", test->boots[i]->number, test->boots[i]->title);
        else
            printf("%s\n", command.text);
        strbuf_free(&command);
    }
    return EXIT_PROVED;
}

static void on_result(void *ctx, const struct boot *boot, const struct boot_result *result)
{
    test_report_add(ctx, boot, result);
}

static int run_all(struct test *test, struct problem *problem)
{
    struct runner_options options = {
        .jobs = test->jobs ? test->jobs : uv_available_parallelism(),
        .grace_ms = RUNNER_GRACE_MS,
        .folder = test->folder,
        .on_result = on_result,
        .ctx = &test->report,
    };
    test->report.is_tap = test->is_tap;
    test->report.is_coloured = report_wants_colour(stdout);
    if (test_report_begin(&test->report, test->count, test->junit, problem) < 0)
        return problem_print(problem);
    uint64_t start = uv_hrtime();
    int stop = runner_run(test->boots, test->count, &options, problem);
    test_report_end(&test->report, (double)(uv_hrtime() - start) / 1e9);
    if (stop < 0)
        return problem_print(problem);
    if (stop > 0)
        return 128 + stop;
    return test->report.failed ? EXIT_FAILED : EXIT_PROVED;
}

static int do_it(struct test *test, struct problem *problem)
{
    return test->what == DO_RUN ? run_all(test, problem) : list(test);
}

int cmd_test(int argc, char **argv)
{
    struct problem problem = { 0 };
    struct test test = { .part = 1, .parts = 1 };
    int status = EXIT_PROVED;

    if (parse(argc, argv, &test, &problem) < 0)
        status = problem_print(&problem);
    else if (test.what == DO_HELP)
        fputs(usage, stdout);
    else if (load(&test, argc - optind, argv + optind, &problem) < 0)
        status = problem_print(&problem);
    else
        status = do_it(&test, &problem);
    free(test.boots);
    matrix_free(&test.matrix);
    return status;
}
