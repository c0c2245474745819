/*
 * firmware/clock.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "firmware/clock.h"
#include "tests/fakes/arch.h"

static void start(uint64_t ticks, uint64_t hz)
{
    fake_arch_ticks = ticks;
    fake_arch_hz = hz;
    clock_init();
}

static void test_starts_at_zero(void **state)
{
    (void)state;
    start(123456789, 62500000);
    assert_int_equal(clock_now_us(), 0);
    fake_arch_ticks += 62500000;
    assert_int_equal(clock_now_us(), 1000000);
}

/* A rate that does not divide: what is left over is not lost. */
static void test_small_steps_add_up(void **state)
{
    (void)state;
    start(0, 3579545);
    for (int i = 0; i < 3579545; i++) {
        fake_arch_ticks++;
        clock_now_us();
    }
    assert_int_equal(clock_now_us(), 1000000);
}

static void test_counter_goes_back(void **state)
{
    (void)state;
    start(1000, 1000000);
    fake_arch_ticks = 6000;
    assert_int_equal(clock_now_us(), 5000);
    fake_arch_ticks = 10;
    assert_int_equal(clock_now_us(), 5000);
    fake_arch_ticks = 6001;
    assert_int_equal(clock_now_us(), 5001);
}

static void test_rate_is_refined(void **state)
{
    (void)state;
    start(0, 1000000000);
    fake_arch_ticks = 1000000000;
    assert_int_equal(clock_now_us(), 1000000);
    fake_arch_hz = 3000000000;
    assert_int_equal(clock_now_us(), 1000000);
    fake_arch_ticks += 3000000000;
    assert_int_equal(clock_now_us(), 2000000);
    fake_arch_hz = 10;
    fake_arch_ticks += 10;
    assert_in_range(clock_now_us(), 3000000, 3000001);
}

static void test_unknown_rate(void **state)
{
    (void)state;
    start(0, 0);
    fake_arch_ticks = 500;
    assert_int_equal(clock_now_us(), 0);
    fake_arch_hz = 1000000;
    assert_int_equal(clock_now_us(), 500);
}

/* Ten years between two looks, at 5 GHz. */
static void test_no_overflow(void **state)
{
    (void)state;
    const uint64_t hz = 5000000000u, seconds = 10u * 366 * 24 * 3600;
    start(0, hz);
    fake_arch_ticks = hz * seconds + hz - 1;
    assert_int_equal(clock_now_us(), seconds * 1000000 + 999999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_starts_at_zero),    cmocka_unit_test(test_small_steps_add_up),
        cmocka_unit_test(test_counter_goes_back), cmocka_unit_test(test_rate_is_refined),
        cmocka_unit_test(test_unknown_rate),      cmocka_unit_test(test_no_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
