/*
 * Readers, good and bad: what each may take, and when.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host-tools/reader.h"

static struct reader good(const char *text)
{
    struct problem problem = { 0 };
    struct reader reader;

    assert_int_equal(reader_parse(text, strlen(text), &reader, &problem), 0);
    return reader;
}

static void words_become_readers(void **state)
{
    (void)state;
    assert_int_equal(good("stall:2000").kind, READER_STALL);
    assert_int_equal(good("stall:2000").ms, 2000);
    assert_int_equal(good("late:5").kind, READER_LATE);
    assert_int_equal(good("slow:9600").amount, 9600);
    assert_int_equal(good("vanish:4096").ms, 0);
    assert_int_equal(good("vanish:4096:250").amount, 4096);
    assert_int_equal(good("vanish:4096:250").ms, 250);
    assert_int_equal(good("none").kind, READER_NONE);
}

static void other_words_do_not(void **state)
{
    static const char *const bad[] = {
        "",         "stall",        "stall:",  "stall:0",         "stall:x",   "stall:1x",
        "stall:-1", "stall:600001", "stall: ", "slow:1:2",        "vanish:1:", "vanish:1:2:3",
        "none:1",   "stal:1",       "stalll",  "slow:0",          "vanish",    "late:1:1",
        ":",        "vanish:1:0",   "Stall:1", "slow:4294967296",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct problem problem = { 0 };
        struct reader reader;
        assert_int_equal(reader_parse(bad[i], strlen(bad[i]), &reader, &problem), -1);
        assert_int_equal(problem.status, EXIT_USAGE);
        assert_non_null(strstr(problem.text, "stall:MS"));
    }
}

static void a_good_one_takes_everything(void **state)
{
    struct reader reader = { 0 };

    (void)state;
    assert_true(reader_look(&reader, 0, 5).allowance == SIZE_MAX);
    reader_start(&reader, 6);
    assert_true(reader_look(&reader, 1u << 30, 7).is_here);
    assert_true(reader_is_early(&reader));
    assert_false(reader_comes_later(&reader));
}

static void a_stalled_one_takes_one_byte_and_waits(void **state)
{
    struct reader reader = good("stall:100");

    (void)state;
    reader_start(&reader, 1000);
    assert_int_equal(reader_look(&reader, 0, 5000).allowance, 1);
    assert_int_equal(reader_look(&reader, 1, 6000).allowance, 0);
    assert_true(reader_look(&reader, 1, 6099).is_stalling);
    assert_true(reader_look(&reader, 1, 6099).is_here);
    assert_true(reader_look(&reader, 1, 6100).allowance == SIZE_MAX);
    assert_false(reader_look(&reader, 1, 6100).is_stalling);
}

static void a_late_one_counts_from_the_guests_start(void **state)
{
    struct reader reader = good("late:100");

    (void)state;
    assert_false(reader_is_early(&reader));
    assert_true(reader_comes_later(&reader));
    assert_false(reader_look(&reader, 0, 1000000).is_here);
    reader_start(&reader, 50);
    assert_false(reader_look(&reader, 0, 149).is_here);
    assert_true(reader_look(&reader, 0, 150).allowance == SIZE_MAX);
}

/* Never more than its rate allows since the start, and never a large piece at once. */
static void a_slow_one_keeps_its_rate(void **state)
{
    struct reader reader = good("slow:1000");
    uint64_t taken = 0;

    (void)state;
    assert_true(reader_look(&reader, 0, 10).allowance == SIZE_MAX); /* a greeting */
    reader_start(&reader, 10);
    for (uint64_t now = 10; now <= 2010; now++) {
        struct reader_step step = reader_look(&reader, taken, now);
        assert_true(step.allowance <= 101);
        assert_true(step.is_here);
        taken += step.allowance;
        assert_true(taken <= now - 10);
    }
    assert_int_equal(taken, 2000);
    taken = 0; /* it has slept: no burst */
    assert_int_equal(reader_look(&reader, taken, 60010).allowance, 101);
}

static void one_vanishes_after_so_many_bytes(void **state)
{
    struct reader reader = good("vanish:100");

    (void)state;
    assert_int_equal(reader_look(&reader, 0, 0).allowance, 100);
    assert_int_equal(reader_look(&reader, 60, 1).allowance, 40);
    assert_false(reader_look(&reader, 100, 2).is_here);
    assert_false(reader_look(&reader, 100, 1000000).is_here);
    assert_false(reader_comes_later(&reader));
}

static void one_comes_back(void **state)
{
    struct reader reader = good("vanish:100:50");

    (void)state;
    assert_true(reader_comes_later(&reader));
    assert_true(reader_is_early(&reader));
    assert_false(reader_look(&reader, 100, 1000).is_here);
    assert_false(reader_look(&reader, 100, 1049).is_here);
    assert_true(reader_look(&reader, 100, 1050).allowance == SIZE_MAX);
    assert_true(reader_look(&reader, 5000, 2000).is_here);
}

static void none_never_comes(void **state)
{
    struct reader reader = good("none");

    (void)state;
    reader_start(&reader, 0);
    assert_false(reader_look(&reader, 0, 1u << 30).is_here);
    assert_false(reader_is_early(&reader));
    assert_false(reader_comes_later(&reader));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_become_readers),
        cmocka_unit_test(other_words_do_not),
        cmocka_unit_test(a_good_one_takes_everything),
        cmocka_unit_test(a_stalled_one_takes_one_byte_and_waits),
        cmocka_unit_test(a_late_one_counts_from_the_guests_start),
        cmocka_unit_test(a_slow_one_keeps_its_rate),
        cmocka_unit_test(one_vanishes_after_so_many_bytes),
        cmocka_unit_test(one_comes_back),
        cmocka_unit_test(none_never_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
