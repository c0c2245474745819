/*
 * host-tools/runner.c: children that do well, fail, crash, hang, and talk nonsense.
 *
 * The runner starts this very program again, and it plays `tutti run`: the machine's name
 * says how it behaves.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "host-tools/process.h"
#include "host-tools/runner.h"

/* --- the child ------------------------------------------------------------------------- */

static int say(const char *status, int exit_status)
{
    printf("{\"status\":\"%s\",\"exit\":%d,\"conclusion\":\"so it is\"}\n", status, exit_status);
    fflush(stdout);
    return exit_status;
}

/* More than a pipe holds, so that only a reader who reads gets it all. */
static int say_much(void)
{
    printf("{\"status\":\"proved\",\"exit\":0,\"conclusion\":\"");
    for (int i = 0; i < 300000; i++)
        putchar('x');
    puts("\"}");
    return 0;
}

static int play(const char *machine)
{
    if (strcmp(machine, "failed") == 0)
        return say("failed", 1);
    if (strcmp(machine, "skipped") == 0)
        return say("skipped", 77);
    if (strcmp(machine, "lies") == 0)
        return say("proved", 0) + 1;
    if (strcmp(machine, "much") == 0)
        return say_much();
    if (strcmp(machine, "garbage") == 0)
        return puts("{\"status\": \xff") < 0;
    if (strcmp(machine, "refuses") == 0)
        return fputs("tutti: no such thing\n", stderr) < 0 ? 0 : 2;
    if (strcmp(machine, "crashes") == 0)
        raise(SIGKILL);
    if (strcmp(machine, "hangs") == 0)
        sleep(600);
    return say("proved", 0);
}

/* --- the runner ---------------------------------------------------------------------------- */

struct seen {
    unsigned count;
    enum boot_verdict verdicts[64];
    char reasons[64][200];
};

static void on_result(void *ctx, const struct boot *boot, const struct boot_result *result)
{
    struct seen *seen = ctx;
    seen->count++;
    seen->verdicts[boot->number] = result->verdict;
    snprintf(seen->reasons[boot->number], sizeof(seen->reasons[0]), "%s",
             result->reasons.text ? result->reasons.text : "");
}

static void add(struct matrix *matrix, const char *machine)
{
    struct problem problem = { 0 };
    struct argv argv = { 0 };
    argv_add(&argv, "run");
    argv_add(&argv, machine);
    assert_int_equal(matrix_add_boot(matrix, machine, &argv, 1, NULL, &problem), 0);
}

static void run(const struct matrix *matrix, unsigned jobs, struct seen *seen)
{
    const struct boot *boots[64];
    struct problem problem = { 0 };
    struct runner_options options = {
        .jobs = jobs, .grace_ms = 100, .on_result = on_result, .ctx = seen
    };
    for (size_t i = 0; i < matrix->count; i++)
        boots[i] = &matrix->boots[i];
    assert_int_equal(runner_run(boots, matrix->count, &options, &problem), 0);
    assert_int_equal(seen->count, matrix->count);
}

static void test_each(void **state)
{
    (void)state;
    static const struct {
        const char *machine;
        enum boot_verdict verdict;
        const char *reason;
    } rows[] = {
        { "proved", BOOT_PASSED, "" },
        { "much", BOOT_PASSED, "" },
        { "failed", BOOT_FAILED, "failed, expected proved: so it is" },
        { "skipped", BOOT_SKIPPED, "so it is" },
        { "lies", BOOT_FAILED, "exit status 1, but its JSON says 0" },
        { "garbage", BOOT_FAILED, "with no result" },
        { "refuses", BOOT_FAILED, "exit status 2, with no result: tutti: no such thing" },
        { "crashes", BOOT_FAILED, "ended by signal 9" },
        { "hangs", BOOT_FAILED, "hung: killed" },
    };
    enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
    struct matrix matrix = { 0 };
    struct seen seen = { 0 };
    for (size_t i = 0; i < ROWS; i++)
        add(&matrix, rows[i].machine);
    run(&matrix, 3, &seen);
    for (size_t i = 0; i < ROWS; i++) {
        assert_int_equal(seen.verdicts[i + 1], rows[i].verdict);
        if (!strstr(seen.reasons[i + 1], rows[i].reason))
            fail_msg("%s: %s", rows[i].machine, seen.reasons[i + 1]);
    }
    matrix_free(&matrix);
}

/* More boots than places, and more places than boots. */
static void test_jobs(void **state)
{
    (void)state;
    static const unsigned jobs[] = { 1, 2, 40 };
    struct matrix matrix = { 0 };
    for (int i = 0; i < 12; i++)
        add(&matrix, "proved");
    for (size_t i = 0; i < 3; i++) {
        struct seen seen = { 0 };
        run(&matrix, jobs[i], &seen);
        for (unsigned b = 1; b <= 12; b++)
            assert_int_equal(seen.verdicts[b], BOOT_PASSED);
    }
    matrix_free(&matrix);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each),
        cmocka_unit_test(test_jobs),
    };
    if (argc >= 2 && strcmp(argv[1], EXEC_STUB) == 0)
        return exec_stub(argc - 1, argv + 1);
    if (argc >= 3 && strcmp(argv[1], "run") == 0)
        return play(argv[argc - 1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
