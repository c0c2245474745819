/*
 * host-tools/expect.c: each expectation holds where it should, and each can fail.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "host-tools/expect.h"

static char log_file[] = "/tmp/tutti-test-expect-XXXXXX";

/* A run as `tutti run --json` tells it: proved but for what the test changes. */
static json_t *result_json(const char *status, int exit_status)
{
    return json_pack("{ss si ss s{si si} s[{ss ss ss ss ss}{ss ss ss ss ss}] s[{sb}{sb}{sb}]}",
                     "status", status, "exit", exit_status, "conclusion", "it is so: 42 bytes",
                     "stream", "reference", 1, "status", 3, "consoles", "console", "isa-serial",
                     "backend", "file", "verdict", "complete", "blame", "none", "path", "/none",
                     "console", "virtconsole", "backend", "pty", "verdict", "hole", "blame",
                     "device", "path", log_file, "manifest", "driven", 1, "driven", 0, "driven", 1);
}

struct seen {
    bool is_right;
    char reasons[600];
};

static struct seen see(const struct expectation *expect, const char *status, int exit_status)
{
    struct seen seen = { 0 };
    struct strbuf reasons = { 0 };
    json_t *json = result_json(status, exit_status);
    struct outcome outcome = { json, exit_status, 0, 2.5, "" };
    assert_non_null(json);
    seen.is_right = expectation_holds(expect, &outcome, &reasons);
    snprintf(seen.reasons, sizeof(seen.reasons), "%s", reasons.text ? reasons.text : "");
    assert_int_equal(seen.is_right, *seen.reasons == '\0'); /* a failure always has a reason */
    strbuf_free(&reasons);
    json_decref(json);
    return seen;
}

static void assert_right(const struct expectation *expect)
{
    struct seen seen = see(expect, "proved", 0);
    if (!seen.is_right)
        fail_msg("%s", seen.reasons);
}

static void assert_wrong(const struct expectation *expect, const char *reason)
{
    struct seen seen = see(expect, "proved", 0);
    assert_false(seen.is_right);
    if (!strstr(seen.reasons, reason))
        fail_msg("%s", seen.reasons);
}

static void test_status(void **state)
{
    (void)state;
    enum report_outcome failed = OUTCOME_FAILED;
    struct expectation expect = { .status = &failed };
    assert_true(see(NULL, "proved", 0).is_right);
    assert_false(see(NULL, "failed", 1).is_right);
    assert_false(see(NULL, "same", 0).is_right);
    assert_false(see(NULL, "nonsense", 0).is_right);
    assert_true(see(&expect, "failed", 1).is_right);
    assert_false(see(&expect, "proved", 0).is_right);
}

/* What the process says and what its JSON says must agree. */
static void test_exit_status(void **state)
{
    (void)state;
    struct strbuf reasons = { 0 };
    json_t *json = result_json("proved", 0);
    struct outcome outcome = { json, 1, 0, 1, "" };
    assert_false(expectation_holds(NULL, &outcome, &reasons));
    assert_non_null(strstr(reasons.text, "exit status 1"));
    strbuf_free(&reasons);
    json_decref(json);
}

static void test_no_result(void **state)
{
    (void)state;
    struct strbuf reasons = { 0 };
    struct outcome crashed = { NULL, 0, 11, 1, "oops\nmore" };
    assert_false(expectation_holds(NULL, &crashed, &reasons));
    assert_non_null(strstr(reasons.text, "signal 11"));
    assert_null(strstr(reasons.text, "more"));
    struct outcome refused = { NULL, 2, 0, 1, "tutti: -M x: no such machine" };
    assert_false(expectation_holds(NULL, &refused, &reasons));
    assert_non_null(strstr(reasons.text, "no such machine"));
    strbuf_free(&reasons);
}

static void test_numbers(void **state)
{
    (void)state;
    int two = 2, three = 3, nine = 9;
    assert_right(&(struct expectation){ .guest = &three, .found = &three, .driven = &two });
    assert_wrong(&(struct expectation){ .guest = &nine }, "guest's status is 3, expected 9");
    assert_wrong(&(struct expectation){ .found = &nine }, "found is 3, expected 9");
    assert_wrong(&(struct expectation){ .driven = &nine }, "driven is 2, expected 9");
    assert_right(&(struct expectation){ .seconds = &three });
    assert_wrong(&(struct expectation){ .seconds = &two }, "took 2.50 s");
}

static void test_conclusion(void **state)
{
    (void)state;
    assert_right(&(struct expectation){ .conclusion = (char *)"so: \\d+ bytes$" });
    assert_wrong(&(struct expectation){ .conclusion = (char *)"^so" }, "not like /^so/");
}

static void test_consoles(void **state)
{
    (void)state;
    enum verdict_kind complete = VERDICT_COMPLETE, hole = VERDICT_HOLE;
    enum layer device = LAYER_DEVICE, reader = LAYER_READER;
    struct expected_console good[] = { { (char *)"isa", &complete, NULL },
                                       { (char *)"virtconsole:pty", &hole, &device } };
    struct expected_console bad_verdict = { (char *)"isa", &hole, NULL };
    struct expected_console bad_blame = { (char *)"virt", &hole, &reader };
    struct expected_console nobody = { (char *)"usb", &hole, NULL };
    struct expected_console everybody = { NULL, &complete, NULL };
    assert_right(&(struct expectation){ .consoles = good, .consoles_count = 2 });
    assert_wrong(&(struct expectation){ .consoles = &bad_verdict, .consoles_count = 1 },
                 "isa-serial: verdict is complete, expected hole");
    assert_wrong(&(struct expectation){ .consoles = &bad_blame, .consoles_count = 1 },
                 "blame is device, expected reader");
    assert_wrong(&(struct expectation){ .consoles = &nobody, .consoles_count = 1 },
                 "no console usb");
    assert_wrong(&(struct expectation){ .consoles = &everybody, .consoles_count = 1 },
                 "virtconsole: verdict is hole");
}

static void test_log(void **state)
{
    (void)state;
    FILE *file = fopen(log_file, "w");
    fputs("000000 0.1 tutti: hello\r\n", file);
    fclose(file);
    char *there[] = { (char *)"hello$" }, *not_there[] = { (char *)"goodbye" };
    assert_right(&(struct expectation){ .log = there, .log_count = 1 });
    assert_right(&(struct expectation){ .absent = not_there, .absent_count = 1 });
    assert_wrong(&(struct expectation){ .log = not_there, .log_count = 1 }, "/goodbye/ is not in");
    assert_wrong(&(struct expectation){ .absent = there, .absent_count = 1 }, "/hello$/ is in");
    unlink(log_file);
    assert_wrong(&(struct expectation){ .log = there, .log_count = 1 }, "no log");
    assert_wrong(&(struct expectation){ .absent = not_there, .absent_count = 1 }, "no log");
}

static void test_skipped(void **state)
{
    (void)state;
    enum report_outcome skipped = OUTCOME_SKIPPED;
    struct expectation expect = { .status = &skipped };
    struct outcome outcome = { NULL, EXIT_SKIPPED, 0, 1, "" };
    assert_true(expectation_is_skipped(NULL, &outcome));
    assert_false(expectation_is_skipped(&expect, &outcome)); /* then it is what was wanted */
    outcome.status = EXIT_FAILED;
    assert_false(expectation_is_skipped(NULL, &outcome));
}

static int make_path(void **state)
{
    (void)state;
    int fd = mkstemp(log_file);
    close(fd);
    return fd < 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status),     cmocka_unit_test(test_exit_status),
        cmocka_unit_test(test_no_result),  cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_conclusion), cmocka_unit_test(test_consoles),
        cmocka_unit_test(test_log),        cmocka_unit_test(test_skipped),
    };
    return cmocka_run_group_tests(tests, make_path, NULL);
}
