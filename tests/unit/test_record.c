/*
 * firmware/record.c: lines into records, as firmware/wire.h has them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/log.h"
#include "firmware/pump.h"
#include "firmware/record.h"
#include "firmware/wire.h"
#include "tests/fakes/console.h"
#include "tests/fakes/kernel.h"

static struct fake_console con;

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    fake_kernel_clock_step(0);
    log_init();
    record_init();
    fake_console_fifo(&con, "con", 16);
    log_attach(&con.con);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fake_console_free(&con);
    return 0;
}

static void expect(const char *stream)
{
    assert_int_equal(con.got_len, strlen(stream));
    assert_memory_equal(con.got, stream, con.got_len);
    assert_int_equal(log_end(), con.got_len);
}

static void test_prefix(void **state)
{
    (void)state;
    fake_kernel_clock_advance(4512);
    record("virtio-mmio", "console at 0x%x, %d ports", 0xa003e00, 2);
    fake_kernel_clock_advance(123000000);
    record("end", "x");
    expect("000000 0.004512 virtio-mmio: console at 0xa003e00, 2 ports\r\n"
           "000001 123.004512 end: x\r\n");
    assert_int_equal(record_count(), 2);
}

static void test_number_goes_ahead(void **state)
{
    (void)state;
    record_begin();
    record_begin();
    expect("000000 ");
    fake_kernel_clock_advance(17);
    record("tutti", "version=1");
    record("next", "x");
    expect("000000 0.000017 tutti: version=1\r\n000001 0.000017 next: x\r\n");
    assert_int_equal(record_count(), 2);
}

static void test_number_does_not_go_ahead_of_plain_text(void **state)
{
    (void)state;
    record_set_plain(true);
    record_begin();
    record("tutti", "version=1");
    expect("tutti: version=1\r\n");
}

static void test_plain(void **state)
{
    (void)state;
    record_set_plain(true);
    record("tutti", "version=1");
    record_output("hello\npci: x\n", 13);
    expect("tutti: version=1\r\nhello\r\npci: x\r\n");
}

static void test_newlines_start_another_record(void **state)
{
    (void)state;
    record("a", "one\ntwo\n");
    record("b", "%s", "");
    expect("000000 0.000000 a: one\r\n"
           "000001 0.000000 a: two\r\n"
           "000002 0.000000 b: \r\n");
}

static void test_output_in_pieces(void **state)
{
    (void)state;
    record_output("hel", 3);
    assert_int_equal(log_end(), 0);
    record_output("lo\ntu", 5);
    record_output("tti: x\n\n", 8);
    expect("000000 0.000000 stdout: hello\r\n"
           "000001 0.000000 tutti: x\r\n"
           "000002 0.000000 stdout: \r\n");
}

static void test_open_line_is_ended(void **state)
{
    (void)state;
    record_output("begun", 5);
    record("x", "y");
    record_output("more", 4);
    record_finish_line();
    record_finish_line();
    expect("000000 0.000000 stdout: begun\r\n"
           "000001 0.000000 x: y\r\n"
           "000002 0.000000 stdout: more\r\n");
}

static const struct {
    const char *output, *record;
} tags[] = {
    { "a: b", "a: b" },
    { "A: b", "stdout: A: b" },
    { "a b: c", "stdout: a b: c" },
    { "a:b", "stdout: a:b" },
    { ": a", "stdout: : a" },
    { "a:", "stdout: a:" },
    { "a: ", "a: " },
    { "abcdefghijklmnopqrstuvwx: y", "abcdefghijklmnopqrstuvwx: y" },
    { "abcdefghijklmnopqrstuvwxy: z", "stdout: abcdefghijklmnopqrstuvwxy: z" },
    { "\tx\x1b[0m\x7f\xff", "stdout: \tx\\x1b[0m\\x7f\\xff" },
};

static void test_tags(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
        char want[128];
        int len = snprintf(want, sizeof(want), "%06zu 0.000000 %s\r\n", i, tags[i].record);
        size_t before = con.got_len;
        record_output(tags[i].output, strlen(tags[i].output));
        record_output("\n", 1);
        assert_int_equal(con.got_len - before, len);
        assert_memory_equal(con.got + before, want, (size_t)len);
    }
}

/* wire.h, WIRE_LINE_MAX: the parts have the same tag, and no line is longer. */
static void test_long_lines_are_broken(void **state)
{
    (void)state;
    char text[5000];
    memset(text, '\x01', sizeof(text));
    memcpy(text, "tag: ", 5);
    record_output(text, sizeof(text));
    record_output("\n", 1);
    size_t escapes = 0, longest = 0, start = 0;
    for (size_t i = 0; i + 1 < con.got_len; i++) {
        escapes += memcmp(con.got + i, "\\x", 2) == 0;
        if (con.got[i] != '\r')
            continue;
        longest = i + 2 - start > longest ? i + 2 - start : longest;
        assert_memory_equal(con.got + start + 16, "tag: ", 5);
        start = i + 2;
    }
    assert_int_equal(escapes, sizeof(text) - 5);
    assert_in_range(longest, WIRE_LINE_MAX - 8, WIRE_LINE_MAX);
    assert_int_equal(start, con.got_len);
}

static void test_long_format_is_cut(void **state)
{
    (void)state;
    char text[2 * RECORD_TEXT_SIZE];
    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    record("t", "%s", text);
    assert_int_equal(con.got_len, 16 + 3 + RECORD_TEXT_SIZE - 1 + 2);
}

static unsigned to_say;

static void say(struct service *service)
{
    (void)service;
    while (to_say) {
        to_say--;
        record("port", "%u left", to_say);
    }
}

/* What a service says during a pass comes after the line that the pass was for. */
static void test_kept_until_the_pass_is_over(void **state)
{
    (void)state;
    struct service service = { .poll = say };
    pump_add_service(&service);
    to_say = 2;
    record_output("half", 4);
    record("a", "b");
    expect("000000 0.000000 stdout: half\r\n"
           "000001 0.000000 port: 1 left\r\n"
           "000002 0.000000 port: 0 left\r\n"
           "000003 0.000000 a: b\r\n");
    log_init();
}

/* What is said while the number of the first record goes out does not become that record. */
static void test_kept_until_a_begun_record_is_written(void **state)
{
    (void)state;
    struct service service = { .poll = say };
    pump_add_service(&service);
    to_say = 1;
    record_begin();
    expect("000000 ");
    record("tutti", "version=1");
    pump_idle();
    assert_memory_equal(con.got, "000000 0.000000 tutti: version=1\r\n000001 0.000000 port", 54);
    log_init();
}

static void test_too_many_at_once(void **state)
{
    (void)state;
    struct service service = { .poll = say };
    pump_add_service(&service);
    to_say = 2000;
    record("a", "b");
    log_flush();
    assert_non_null(memmem(con.got, con.got_len, "log: ", 5));
    assert_non_null(memmem(con.got, con.got_len, "records were too many at once", 29));
    /* 8 KiB of TAG NUL TEXT NUL, the line itself, and the confession */
    assert_int_equal(record_count(), 8192 / strlen("port 1000 left ") + 2);
    log_init();
}

static void test_sealed(void **state)
{
    (void)state;
    record("end", "1");
    record_seal();
    record("late", "2");
    record_output("late\n", 5);
    expect("000000 0.000000 end: 1\r\n");
    record_unseal();
    record("fault", "3");
    expect("000000 0.000000 end: 1\r\n000001 0.000000 fault: 3\r\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_prefix),
        TEST(test_number_goes_ahead),
        TEST(test_number_does_not_go_ahead_of_plain_text),
        TEST(test_plain),
        TEST(test_newlines_start_another_record),
        TEST(test_output_in_pieces),
        TEST(test_open_line_is_ended),
        TEST(test_tags),
        TEST(test_long_lines_are_broken),
        TEST(test_long_format_is_cut),
        TEST(test_kept_until_the_pass_is_over),
        TEST(test_kept_until_a_begun_record_is_written),
        TEST(test_too_many_at_once),
        TEST(test_sealed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
