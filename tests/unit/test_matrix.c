/*
 * host-tools/matrix.c, matrix_yaml.c, random_rows.c: YAML into boots, hostile YAML too.
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

#include "host-tools/matrix.h"
#include "host-tools/pattern.h"

/* --- helpers ------------------------------------------------------------------------ */

static char path[] = "/tmp/tutti-test-matrix-XXXXXX";

static void write_file(const char *text, size_t len)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    fclose(file);
}

static int load(const char *text, struct matrix *matrix, struct problem *problem)
{
    write_file(text, strlen(text));
    return matrix_add_file(matrix, path, problem);
}

/* The words of a boot's command, with blanks between. */
static void join(const struct boot *boot, char *buf, size_t size)
{
    size_t at = 0;
    for (size_t i = 0; i < boot->argv.count; i++)
        at += (size_t)snprintf(buf + at, size - at, "%s%s", i ? " " : "", boot->argv.words[i]);
}

static void assert_command(const struct boot *boot, const char *command)
{
    char text[1000];
    join(boot, text, sizeof(text));
    assert_string_equal(text, command);
}

static int make_path(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    close(fd);
    return fd < 0;
}

static int remove_path(void **state)
{
    (void)state;
    return unlink(path);
}

/* --- rows ------------------------------------------------------------------------------- */

static void test_expanded(void **state)
{
    (void)state;
    struct matrix matrix = { 0 };
    struct problem problem = { 0 };
    assert_int_equal(load("rows:\n"
                          "  - machines: [q35, pc]\n"
                          "    consoles: [uart]\n"
                          "    each: [isa-serial, virtconsole:unix]\n"
                          "    backends: [file, pipe]\n"
                          "    words: flood=1 exit=3\n"
                          "    timeout: 7\n"
                          "    options: [--smp, \"4\"]\n"
                          "    args: [-device, x]\n",
                          &matrix, &problem),
                     0);
    assert_int_equal(matrix.count, 8);
    assert_int_equal(matrix.boots[7].number, 8);
    assert_int_equal(matrix.boots[0].timeout, 7);
    assert_null(matrix.boots[0].expect);
    assert_string_equal(matrix.boots[0].title, "q35: uart:file + isa-serial:file [flood=1 exit=3]");
    assert_command(&matrix.boots[1], "run -M q35 -c uart:pipe -c isa-serial:pipe -a flood=1 exit=3 "
                                     "--timeout 7 --smp 4 -- -device x");
    assert_command(&matrix.boots[7], "run -M pc -c uart:pipe -c virtconsole:unix -a flood=1 exit=3 "
                                     "--timeout 7 --smp 4 -- -device x");
    matrix_free(&matrix);
}

static void test_smallest(void **state)
{
    (void)state;
    struct matrix matrix = { 0 };
    struct problem problem = { 0 };
    assert_int_equal(load("rows: [ { machines: [q35] } ]", &matrix, &problem), 0);
    assert_int_equal(matrix.count, 1);
    assert_command(&matrix.boots[0], "run -M q35 --timeout 20");
    assert_string_equal(matrix.boots[0].title, "q35: the machine's default consoles");
    assert_int_equal(load("rows: [ { name: n, machines: [pc] } ]", &matrix, &problem), 0);
    assert_int_equal(matrix.count, 2);
    assert_string_equal(matrix.boots[1].title, "pc: n");
    assert_int_equal(matrix.boots[1].number, 2);
    matrix_free(&matrix);
}

static void test_expectation(void **state)
{
    (void)state;
    struct matrix matrix = { 0 };
    struct problem problem = { 0 };
    assert_int_equal(load("rows:\n"
                          "  - machines: [q35]\n"
                          "    expect:\n"
                          "      status: failed\n"
                          "      guest: 3\n"
                          "      driven: 2\n"
                          "      log: [a, b]\n"
                          "      absent: [c]\n"
                          "      conclusion: d\n"
                          "      consoles:\n"
                          "        - { name: uart, verdict: hole, blame: device }\n"
                          "        - { verdict: short }\n",
                          &matrix, &problem),
                     0);
    const struct expectation *expect = matrix.boots[0].expect;
    assert_int_equal(*expect->status, OUTCOME_FAILED);
    assert_int_equal(*expect->guest, 3);
    assert_int_equal(*expect->driven, 2);
    assert_null(expect->found);
    assert_null(expect->seconds);
    assert_int_equal(expect->log_count, 2);
    assert_string_equal(expect->log[1], "b");
    assert_string_equal(expect->absent[0], "c");
    assert_string_equal(expect->conclusion, "d");
    assert_int_equal(expect->consoles_count, 2);
    assert_int_equal(*expect->consoles[0].verdict, VERDICT_HOLE);
    assert_int_equal(*expect->consoles[0].blame, LAYER_DEVICE);
    assert_null(expect->consoles[1].name);
    assert_null(expect->consoles[1].blame);
    matrix_free(&matrix);
}

/* --- what is refused, and how ------------------------------------------------------------ */

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } rows[] = {
        { "", "empty" },
        { "- 1\n", "MAPPING" },
        { "rows: []\n", ":1: Insufficient entries" },
        { "rows:\n  - machines: [q35]\n    consols: [x]\n", ":2: Unexpected key: consols" },
        { "rows:\n  - machines: [q35]\n    expect: { status: prooved }\n", ":3: Invalid ENUM" },
        { "rows:\n  - machines: [q35]\n    expect: { status: 1 }\n", ":3: Invalid ENUM" },
        { "rows:\n  - machines: [q35\n    timeout: 5\n", ":2: libyaml" },
        { "rows:\n  - machines: [q35]\n    timeout: never\n", ":3: Invalid" },
        { "rows:\n  - machines: [q35]\n    timeout: 99999999999999999999\n", ":3: Invalid" },
        { "rows:\n  - machines: &a [q35]\n  - machines: *a\n", ":3: YAML alias" },
        { "rows:\n  - machines: q35\n", ":2: Expecting SEQUENCE" },
        { "rows:\n  - machines: [q35]\n    machines: [pc]\n", "already seen" },
        { "rows:\n  - name: x\n", "row 1 (x): no machines" },
        { "rows:\n  - machines: [q35]\n    expect: { log: [\"(\"] }\n", "row 1: pattern: missing" },
        { "rows:\n  - machines: [q35]\n    expect: { conclusion: \"[\" }\n", "row 1: pattern" },
        { "rows:\n  - random: { seed: 4 }\n", ":2: Missing required mapping field: count" },
        { "rows:\n  - random: { count: 4000000000 }\n", "at most 5000" },
        { "rows:\n  - random: { count: 1 }\n    machines: [vax]\n", "no machine vax" },
        { "rows:\n  - machines: [\"\x01\"]\n", "control characters" },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct matrix matrix = { 0 };
        struct problem problem = { 0 };
        assert_int_equal(load(rows[i].text, &matrix, &problem), -1);
        assert_int_equal(problem.status, EXIT_USAGE);
        if (!strstr(problem.text, rows[i].says))
            fail_msg("%zu: %s", i, problem.text);
        matrix_free(&matrix);
    }
}

static void test_hostile(void **state)
{
    (void)state;
    enum { LEN = 200000 };
    static char text[LEN];
    static const char fills[] = { '[', '{', '-', '\0', (char)0xff, '&', '\n', '"', '#' };
    for (size_t i = 0; i < sizeof(fills); i++) {
        struct matrix matrix = { 0 };
        struct problem problem = { 0 };
        memset(text, fills[i], LEN);
        write_file(text, LEN);
        assert_int_equal(matrix_add_file(&matrix, path, &problem), -1);
        assert_true(*problem.text);
        matrix_free(&matrix);
    }
}

static void test_too_large(void **state)
{
    (void)state;
    struct matrix matrix = { 0 };
    struct problem problem = { 0 };
    static char text[(1 << 20) + 1];
    memset(text, '#', sizeof(text));
    write_file(text, sizeof(text));
    assert_int_equal(matrix_add_file(&matrix, path, &problem), -1);
    assert_non_null(strstr(problem.text, "no matrix"));
    matrix_free(&matrix);
}

static void add_list(struct strbuf *text, const char *key, const char *word, int count)
{
    strbuf_printf(text, "    %s: [%s", key, word);
    for (int i = 1; i < count; i++)
        strbuf_printf(text, ", %s", word);
    strbuf_printf(text, "]\n");
}

/* 200 x 200 boots out of one row. */
static void test_too_many(void **state)
{
    (void)state;
    struct matrix matrix = { 0 };
    struct problem problem = { 0 };
    struct strbuf text = { 0 };
    strbuf_printf(&text, "rows:\n  - name: x\n");
    add_list(&text, "machines", "q35", 200);
    add_list(&text, "each", "uart", 200);
    assert_int_equal(load(text.text, &matrix, &problem), -1);
    assert_non_null(strstr(problem.text, "more than 10000"));
    assert_int_equal(matrix.count, 10000);
    matrix_free(&matrix);
    strbuf_free(&text);
}

static void test_no_file(void **state)
{
    (void)state;
    struct matrix matrix = { 0 };
    struct problem problem = { 0 };
    assert_int_equal(matrix_add_file(&matrix, "/nowhere/at.all", &problem), -1);
    assert_int_equal(problem.status, EXIT_IMPOSSIBLE);
    matrix_free(&matrix);
}

/* --- random rows ------------------------------------------------------------------------------ */

static void test_random(void **state)
{
    (void)state;
    struct matrix once = { 0 }, twice = { 0 }, other = { 0 };
    struct problem problem = { 0 };
    assert_int_equal(load("rows: [ { random: { count: 300, seed: 5 } } ]", &once, &problem), 0);
    assert_int_equal(load("rows: [ { random: { count: 300, seed: 5 } } ]", &twice, &problem), 0);
    assert_int_equal(load("rows: [ { random: { count: 300, seed: 6 } } ]", &other, &problem), 0);
    assert_int_equal(once.count, 300);
    size_t same = 0;
    for (size_t i = 0; i < once.count; i++) {
        char a[1000], b[1000], c[1000];
        join(&once.boots[i], a, sizeof(a));
        join(&twice.boots[i], b, sizeof(b));
        join(&other.boots[i], c, sizeof(c));
        assert_string_equal(a, b);
        same += strcmp(a, c) == 0;
        assert_non_null(strstr(a, " -c "));
    }
    assert_true(same < 30);
    matrix_free(&once);
    matrix_free(&twice);
    matrix_free(&other);
}

/* Row 3 of a seed is row 3, however many are drawn. */
static void test_random_is_stable(void **state)
{
    (void)state;
    struct matrix few = { 0 }, many = { 0 };
    struct problem problem = { 0 };
    assert_int_equal(load("rows: [ { random: { count: 3, seed: 9 } } ]", &few, &problem), 0);
    assert_int_equal(load("rows: [ { random: { count: 50, seed: 9 } } ]", &many, &problem), 0);
    assert_string_equal(few.boots[2].title, many.boots[2].title);
    matrix_free(&few);
    matrix_free(&many);
}

static void test_random_of_machines(void **state)
{
    (void)state;
    struct matrix matrix = { 0 };
    struct problem problem = { 0 };
    assert_int_equal(load("rows: [ { random: { count: 50, seed: 1 }, machines: [arm, pc], "
                          "words: exit=2, timeout: 9 } ]",
                          &matrix, &problem),
                     0);
    for (size_t i = 0; i < matrix.count; i++) {
        char command[1000];
        join(&matrix.boots[i], command, sizeof(command));
        assert_true(strstr(command, "-M arm ") || strstr(command, "-M pc "));
        assert_non_null(strstr(command, " exit=2 "));
        assert_int_equal(matrix.boots[i].timeout, 9);
    }
    matrix_free(&matrix);
}

/* --- patterns ------------------------------------------------------------------------------------ */

static void test_patterns(void **state)
{
    (void)state;
    char why[200];
    static const char text[] = "000001 a: one\r\n000002 b: two\0three\r\n";
    assert_true(pattern_matches("^000002 b: two", text, sizeof(text) - 1));
    assert_true(pattern_matches("one$", text, sizeof(text) - 1));
    assert_true(pattern_matches("three$", text, sizeof(text) - 1));
    assert_false(pattern_matches("^one", text, sizeof(text) - 1));
    assert_false(pattern_matches("x", NULL, 0));
    assert_true(pattern_matches("^$", NULL, 0));
    assert_true(pattern_is_valid("a|b", why, sizeof(why)));
    assert_false(pattern_is_valid("(", why, sizeof(why)));
    assert_false(pattern_matches("(", text, sizeof(text) - 1));
    char steps[64]; /* backtracks for ever without PCRE2's limit */
    memset(steps, 'a', sizeof(steps));
    assert_false(pattern_matches("(a+)+b", steps, sizeof(steps)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expanded),
        cmocka_unit_test(test_smallest),
        cmocka_unit_test(test_expectation),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_too_many),
        cmocka_unit_test(test_no_file),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_random_is_stable),
        cmocka_unit_test(test_random_of_machines),
        cmocka_unit_test(test_patterns),
    };
    return cmocka_run_group_tests(tests, make_path, remove_path);
}
