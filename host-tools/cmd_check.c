/*
 * tutti check: the same verdicts, from captures in files, with no QEMU.
 *
 * SPDX-License-Identifier: MIT
 */
#include <getopt.h>
#include <stdlib.h>

#include "host-tools/command.h"
#include "host-tools/mapped_file.h"
#include "host-tools/report.h"
#include "host-tools/strbuf.h"
#include "host-tools/verify.h"

static const char usage[] =
    "usage: tutti check [OPTION]... CAPTURE...\n"
    "Verify captures of one run: is each complete, are all the same, and what is wrong where?\n"
    "\n"
    "      --copies   the guest does not speak our format: compare the copies only\n"
    "      --json     one JSON object instead of the table\n"
    "  -h, --help     this text\n"
    "\n"
    "Exit status: 0 all complete and identical, 1 not, 2 usage, 99 a file can't be read.\n";

struct check {
    bool is_copies, is_json, is_help;
    char **paths;
    size_t count;
    struct mapped_file *files; /* these three: one for each path */
    struct capture *captures;
    struct report_row *rows;
};

static int parse(int argc, char **argv, struct check *check, struct problem *problem)
{
    static const struct option options[] = {
        { "copies", no_argument, NULL, 'c' },
        { "json", no_argument, NULL, 'j' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };
    optind = 1;
    opterr = 0;
    for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        check->is_copies |= option == 'c';
        check->is_json |= option == 'j';
        check->is_help |= option == 'h';
        if (option == '?')
            return problem_set(problem, EXIT_USAGE,
                               "check: %s: no such option; `tutti check --help`", argv[optind - 1]);
    }
    check->paths = argv + optind;
    check->count = (size_t)(argc - optind);
    if (check->count == 0 && !check->is_help)
        return problem_set(problem, EXIT_USAGE, "check: no captures given; `tutti check --help`");
    return 0;
}

static int open_files(struct check *check, struct problem *problem)
{
    check->files = must_alloc(check->count * sizeof(*check->files));
    check->captures = must_alloc(check->count * sizeof(*check->captures));
    check->rows = must_alloc(check->count * sizeof(*check->rows));
    for (size_t i = 0; i < check->count; i++) {
        const char *path = check->paths[i];
        if (mapped_file_open(&check->files[i], path, problem) < 0)
            return -1;
        check->captures[i] = (struct capture){ .name = path,
                                               .bytes = check->files[i].bytes,
                                               .len = check->files[i].len };
        check->rows[i] = (struct report_row){ .console = path, .path = path };
    }
    return 0;
}

static int tell(const struct check *check, const struct verification *verification)
{
    struct report report = { .rows = check->rows,
                             .captures = check->captures,
                             .verification = verification,
                             .count = check->count,
                             .is_copies = check->is_copies,
                             .guest_status = -1,
                             .seconds = -1 };
    if (check->is_json)
        report_print_json(stdout, &report);
    else
        report_print(stdout, &report, report_wants_colour(stdout));
    return report_exit_status(&report);
}

static int judge(struct check *check, struct problem *problem)
{
    struct verification verification = { 0 };
    if (open_files(check, problem) < 0)
        return problem_print(problem);
    if ((check->is_copies ? verify_copies : verify)(check->captures, check->count, &verification)) {
        problem_set(problem, EXIT_IMPOSSIBLE, "check: out of memory");
        return problem_print(problem);
    }
    int status = tell(check, &verification);
    verification_free(&verification);
    return status;
}

static void check_free(struct check *check)
{
    for (size_t i = 0; check->files && i < check->count; i++)
        mapped_file_close(&check->files[i]);
    free(check->files);
    free(check->captures);
    free(check->rows);
}

int cmd_check(int argc, char **argv)
{
    struct problem problem = { 0 };
    struct check check = { 0 };
    int status = EXIT_PROVED;

    if (parse(argc, argv, &check, &problem) < 0)
        status = problem_print(&problem);
    else if (check.is_help)
        fputs(usage, stdout);
    else
        status = judge(&check, &problem);
    check_free(&check);
    return status;
}
