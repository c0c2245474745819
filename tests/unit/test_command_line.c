/*
 * firmware/command_line.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_line.h"
#include "firmware/log.h"
#include "firmware/pump.h"
#include "firmware/record.h"
#include "tests/fakes/console.h"
#include "tests/fakes/kernel.h"

static struct command_line line;
static struct fake_console con;

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    log_init();
    record_init();
    record_set_plain(true);
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

static void test_defaults(void **state)
{
    (void)state;
    command_line_parse(&line, "");
    assert_false(line.is_plain || line.wants_fault || line.wants_early || line.wants_semihosting);
    assert_int_equal(line.flood_bytes + line.exit_status + line.linger_ms + line.debugcons[0], 0);
    assert_int_equal(line.park_ms, PUMP_PARK_MS);
    assert_string_equal(line.words, "");
}

static void test_every_word(void **state)
{
    (void)state;
    const char *words =
        "  console=all format=plain\tflood=64K exit=7 linger=1500 park=20 fault help "
        "early=emerg debugcon=0x402 semihosting=on virtio_mmio.device=512@0xfeb00e00:12 ";
    command_line_parse(&line, words);
    assert_true(line.is_plain && line.wants_fault && line.wants_help && line.wants_early &&
                line.wants_semihosting);
    assert_int_equal(line.flood_bytes, 65536);
    assert_int_equal(line.exit_status, 7);
    assert_int_equal(line.linger_ms, 1500);
    assert_int_equal(line.park_ms, 20);
    assert_int_equal(line.debugcons[0], 0x402);
    assert_int_equal(line.debugcons[1], 0);
    command_line_report(words);
    assert_int_equal(con.got_len, 0);
}

static const struct {
    const char *word;
    uint64_t bytes;
} floods[] = {
    { "flood=0", 0 },           { "flood=1", 1 },
    { "flood=0x10", 16 },       { "flood=3M", 3u << 20 },
    { "flood=2G", 2ull << 30 }, { "flood=18446744073709551615", UINT64_MAX },
    { "flood=1 flood=2", 2 },
};

static void test_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(floods) / sizeof(floods[0]); i++) {
        command_line_parse(&line, floods[i].word);
        assert_int_equal(line.flood_bytes, floods[i].bytes);
        command_line_report(floods[i].word);
        assert_int_equal(con.got_len, 0);
    }
}

/* Each is named with what was expected, and changes nothing. */
static const struct {
    const char *word, *record;
} wrong[] = {
    { "bogus", "command-line: bogus is unknown, and ignored\r\n" },
    { "Flood=1", "command-line: Flood=1 is unknown, and ignored\r\n" },
    { "flood", "command-line: flood is ignored: expected flood=BYTES, with K or M\r\n" },
    { "flood=", "command-line: flood= is ignored: expected flood=BYTES, with K or M\r\n" },
    { "flood=-1", "command-line: flood=-1 is ignored: expected flood=BYTES, with K or M\r\n" },
    { "flood=K", "command-line: flood=K is ignored: expected flood=BYTES, with K or M\r\n" },
    { "flood=0x", "command-line: flood=0x is ignored: expected flood=BYTES, with K or M\r\n" },
    { "flood=1 2", "command-line: 2 is unknown, and ignored\r\n" },
    { "flood=18446744073709551616", "command-line: flood=18446744073709551616 is ignored: "
                                    "expected flood=BYTES, with K or M\r\n" },
    { "flood=18014398509481984K", "command-line: flood=18014398509481984K is ignored: "
                                  "expected flood=BYTES, with K or M\r\n" },
    { "exit=256", "command-line: exit=256 is ignored: expected exit=STATUS, 0 to 255\r\n" },
    { "exit=a", "command-line: exit=a is ignored: expected exit=STATUS, 0 to 255\r\n" },
    { "format=Plain", "command-line: format=Plain is ignored: expected format=record | plain\r\n" },
    { "linger=4294967296",
      "command-line: linger=4294967296 is ignored: expected linger=MILLISECONDS\r\n" },
    { "park=1s", "command-line: park=1s is ignored: expected park=MILLISECONDS\r\n" },
    { "fault=1", "command-line: fault=1 is ignored: expected fault, no value\r\n" },
    { "early=on", "command-line: early=on is ignored: expected early=emerg\r\n" },
    { "debugcon=0", "command-line: debugcon=0 is ignored: expected debugcon=PORT, such as 0xe9, "
                    "up to four times\r\n" },
    { "debugcon=0x10000",
      "command-line: debugcon=0x10000 is ignored: expected debugcon=PORT, such as 0xe9, "
      "up to four times\r\n" },
    { "semihosting=yes",
      "command-line: semihosting=yes is ignored: expected semihosting=on | off\r\n" },
    { "console", "command-line: console is ignored: expected console=a list such as all | "
                 "none,NAME,KIND | -NAME; * matches anything\r\n" },
};

static void test_what_makes_no_sense_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        con.got_len = 0;
        command_line_parse(&line, wrong[i].word);
        assert_int_equal(line.exit_status + line.linger_ms + line.debugcons[0], 0);
        assert_int_equal(line.park_ms, PUMP_PARK_MS);
        command_line_report(wrong[i].word);
        assert_int_equal(con.got_len, strlen(wrong[i].record));
        assert_memory_equal(con.got, wrong[i].record, con.got_len);
    }
}

static void test_several_debugcons(void **state)
{
    (void)state;
    command_line_parse(&line, "debugcon=1 debugcon=0x2 debugcon=1 debugcon=x debugcon=3 debugcon=4 "
                              "debugcon=5 debugcon=2");
    for (unsigned i = 0; i < COMMAND_LINE_DEBUGCONS; i++)
        assert_int_equal(line.debugcons[i], i + 1);
}

static void test_a_wrong_value_leaves_the_right_one(void **state)
{
    (void)state;
    command_line_parse(&line, "exit=5 exit=x park=9 park=");
    assert_int_equal(line.exit_status, 5);
    assert_int_equal(line.park_ms, 9);
}

/* A word of any length, with bytes of any kind, is shown, cut. */
static void test_rubbish(void **state)
{
    (void)state;
    char rubbish[3000];
    memset(rubbish, '=', sizeof(rubbish));
    rubbish[sizeof(rubbish) - 1] = '\0';
    rubbish[7] = '\x1b';
    command_line_parse(&line, rubbish);
    command_line_report(rubbish);
    assert_in_range(con.got_len, 200, 300);
    assert_non_null(memmem(con.got, con.got_len, "\\x1b", 4));
}

static void test_next(void **state)
{
    (void)state;
    const char *rest = "console=a x=1 console consoles=b console=,b=c";
    struct command_value value;
    assert_true(command_line_next(&rest, "console", &value));
    assert_int_equal(value.len, 1);
    assert_memory_equal(value.text, "a", 1);
    assert_true(command_line_next(&rest, "console", &value));
    assert_int_equal(value.len, 4);
    assert_memory_equal(value.text, ",b=c", 4);
    assert_false(command_line_next(&rest, "console", &value));
    assert_false(command_line_next(&rest, "console", &value));
}

static void test_help_names_every_word(void **state)
{
    (void)state;
    static const char *const words[] = { "console=",  "format=",     "flood=", "exit=",
                                         "linger=",   "park=",       "fault:", "early=",
                                         "debugcon=", "semihosting=" };
    command_line_help();
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        assert_non_null(memmem(con.got, con.got_len, words[i], strlen(words[i])));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_defaults),
        TEST(test_every_word),
        TEST(test_several_debugcons),
        TEST(test_numbers),
        TEST(test_what_makes_no_sense_is_named),
        TEST(test_a_wrong_value_leaves_the_right_one),
        TEST(test_rubbish),
        TEST(test_next),
        TEST(test_help_names_every_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
