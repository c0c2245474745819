/*
 * drivers/serial/semihosting.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/serial/semihosting.h"
#include "tests/fakes/kernel.h"
#include "tests/fakes/semihosting_fake.h"

static struct semihosting_fake fake;

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    semihosting_fake_init(&fake);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fake_kernel_reset();
    return 0;
}

static int attach(void)
{
    struct device dev = { .bus = BUS_PLATFORM,
                          .found = "command-line:semihosting",
                          .compatible = "semihosting",
                          .io = semihosting_fake_window(&fake) };
    return drivers_attach(&dev);
}

/* Arm 100863 SYS_WRITE0 */
static void test_a_piece_is_one_call(void **state)
{
    (void)state;
    static uint8_t bytes[20000];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(1 + (i * 7 + i / 251) % 255);
    assert_int_equal(attach(), OK);
    struct console *con = fake_kernel_console(0);
    assert_string_equal(con->kind, "semihosting");
    assert_int_equal(con->ops->class, CONSOLE_BLOCKING);
    unsigned before = fake.calls;
    for (size_t done = 0; done < sizeof(bytes);) {
        size_t taken = con->ops->write(con, bytes + done, sizeof(bytes) - done);
        assert_in_range(taken, 1, 1024);
        done += taken;
    }
    assert_int_equal(fake.calls - before, 20);
    assert_int_equal(con->accesses, fake.calls);
    assert_int_equal(fake.line.sent_count, sizeof(bytes));
    assert_memory_equal(fake.line.sent, bytes, sizeof(bytes));
    assert_string_equal(fake.line.broken, "");
}

/* It was asked for, so that it can't be had is told; and nobody calls again. */
static void test_a_cpu_that_refuses(void **state)
{
    (void)state;
    fake.is_off = true;
    assert_int_equal(attach(), ERR_ABSENT);
    struct console *con = fake_kernel_console(0);
    assert_int_equal(con->status, ERR_ABSENT);
    assert_string_equal(con->why.what, "semihosting call: the CPU faulted");
    assert_int_equal(fake.calls, 1);
}

/* Arm 100863 SYS_WRITEC: a NUL is a byte like any other. */
static void test_nul_goes_out_too(void **state)
{
    (void)state;
    static const char bytes[] = "\0ab\0\0c";
    attach();
    struct console *con = fake_kernel_console(0);
    for (size_t done = 0; done < sizeof(bytes);)
        done += con->ops->write(con, bytes + done, sizeof(bytes) - done);
    assert_int_equal(fake.line.sent_count, sizeof(bytes));
    assert_memory_equal(fake.line.sent, bytes, sizeof(bytes));
    assert_string_equal(fake.line.broken, "");
}

static void test_no_memory(void **state)
{
    (void)state;
    fake_kernel_memory_left(0);
    assert_int_equal(attach(), ERR_FULL);
    assert_int_equal(fake.calls, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_piece_is_one_call),
        TEST(test_a_cpu_that_refuses),
        TEST(test_nul_goes_out_too),
        TEST(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
