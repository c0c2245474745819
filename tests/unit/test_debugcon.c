/*
 * drivers/serial/debugcon.c
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

#include "drivers/serial/debugcon.h"
#include "tests/fakes/debugcon_fake.h"
#include "tests/fakes/kernel.h"

static struct debugcon_fake fake;

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    debugcon_fake_init(&fake);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fake_kernel_reset();
    return 0;
}

static int attach(const char *compatible)
{
    struct device dev = { .bus = BUS_PLATFORM,
                          .found = "isa:0xe9",
                          .compatible = compatible,
                          .io = debugcon_fake_window(&fake) };
    return drivers_attach(&dev);
}

static void test_readback_says_that_it_is_there(void **state)
{
    (void)state;
    assert_int_equal(attach("qemu,debugcon"), OK);
    struct console *con = fake_kernel_console(0);
    assert_string_equal(con->kind, "isa-debugcon");
    assert_string_equal(con->found, "isa:0xe9");
    assert_int_equal(con->status, OK);
    assert_int_equal(con->ops->class, CONSOLE_BLOCKING);
    assert_int_equal(fake.writes, 0);
}

static void test_another_readback_is_absent(void **state)
{
    (void)state;
    for (unsigned readback = 0; readback < 256; readback++) {
        fake.readback = (uint8_t)readback;
        if (readback != 0xe9)
            assert_int_equal(attach("qemu,debugcon"), ERR_ABSENT);
    }
    assert_int_equal(fake_kernel_console_count(), 0);
    assert_int_equal(fake.writes, 0);
}

/* readback= may be anything, so a port that was given is not asked. */
static void test_a_given_port_is_believed(void **state)
{
    (void)state;
    fake.readback = 0xff;
    assert_int_equal(attach("qemu,debugcon-given"), OK);
    assert_int_equal(fake.reads, 0);
    struct console *con = fake_kernel_console(0);
    assert_int_equal(con->ops->write(con, "abc", 3), 3);
    assert_memory_equal(fake.line.sent, "abc", 3);
}

static void test_one_access_per_byte_and_a_little_at_a_time(void **state)
{
    (void)state;
    static uint8_t bytes[10000];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(i * 7 + i / 251);
    attach("qemu,debugcon");
    struct console *con = fake_kernel_console(0);
    uint64_t before = con->accesses;
    for (size_t done = 0; done < sizeof(bytes);) {
        size_t taken = con->ops->write(con, bytes + done, sizeof(bytes) - done);
        assert_in_range(taken, 1, 256);
        done += taken;
    }
    assert_int_equal(fake.line.sent_count, sizeof(bytes));
    assert_memory_equal(fake.line.sent, bytes, sizeof(bytes));
    assert_int_equal(con->accesses - before, sizeof(bytes));
    assert_string_equal(fake.line.broken, "");
}

static void test_no_memory(void **state)
{
    (void)state;
    fake_kernel_memory_left(0);
    assert_int_equal(attach("qemu,debugcon"), ERR_FULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_readback_says_that_it_is_there),
        TEST(test_another_readback_is_absent),
        TEST(test_a_given_port_is_believed),
        TEST(test_one_access_per_byte_and_a_little_at_a_time),
        TEST(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
