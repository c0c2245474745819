/*
 * drivers/usb/ftdi.c: the console on a usb-serial.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/fakes/kernel.h"
#include "tests/fakes/xhci_fake.h"

static struct xhci_fake fake;
static struct usb_fake_device serial;
static struct console *con;
static uint8_t words[256];

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    fake_kernel_clock_step(20);
    xhci_fake_init(&fake);
    usb_fake_serial(&serial);
    xhci_fake_plug(&fake, 1, &serial);
    fake_kernel_dma(words, sizeof words);
    (void)xhci_fake_attach(&fake);
    con = fake_kernel_console(0);
    return con == NULL;
}

static int teardown(void **state)
{
    (void)state;
    fake_kernel_reset();
    if (fake.bus.fault)
        print_error("%s\n", fake.bus.fault);
    return fake.bus.fault != NULL;
}

static void type(const char *text)
{
    serial.in_len = strlen(text);
    memcpy(serial.in, text, serial.in_len);
    xhci_fake_run(&fake);
}

/* The bytes of the log itself are what the device reads: nothing is copied. */
static void test_no_copy(void **state)
{
    (void)state;
    serial.naks = true;
    memset(words, 'a', 100);
    assert_int_equal(con->ops->write(con, words, 100), 100);
    memset(words, 'b', 100);
    serial.naks = false;
    xhci_fake_run(&fake);
    assert_int_equal(con->ops->inflight(con), 0);
    assert_int_equal(serial.out[99], 'b');
}

static void test_counts(void **state)
{
    (void)state;
    assert_int_equal(con->ops->write(con, words, 256), 256);
    assert_int_equal(con->ops->inflight(con), 0);
    assert_int_equal(con->returned, 256);
    assert_int_equal(con->kicks, 1);
    assert_true(con->accesses > 0);
    assert_int_equal(con->lost, 0);
    assert_int_equal(con->ops->class, CONSOLE_BLOCKING);
}

static void test_stopped(void **state)
{
    (void)state;
    con->is_stopped = true;
    assert_int_equal(con->ops->write(con, words, 256), 0);
    assert_int_equal(serial.out_len, 0);
}

/* The two bytes of status are taken off each packet. */
static void test_input(void **state)
{
    (void)state;
    char buf[128] = { 0 };
    assert_int_equal(con->ops->read(con, buf, sizeof buf), 0);
    type("typed");
    assert_int_equal(con->ops->read(con, buf, sizeof buf), 5);
    assert_string_equal(buf, "typed");
    assert_int_equal(con->ops->read(con, buf, sizeof buf), 0);
}

static void test_input_in_pieces(void **state)
{
    (void)state;
    char buf[256] = { 0 };
    const char *text = "0123456789012345678901234567890123456789012345678901234567890123456789"
                       "0123456789012345678901234567890123456789012345678901234567890123456789";
    size_t done = 0;
    (void)con->ops->read(con, buf, 7);
    type(text);
    for (unsigned i = 0; i < 100; i++)
        done += con->ops->read(con, buf + done, 7);
    assert_int_equal(done, strlen(text));
    assert_string_equal(buf, text);
}

static void test_abandon_nothing(void **state)
{
    (void)state;
    con->ops->abandon(con);
    assert_int_equal(con->lost, 0);
    assert_int_equal(con->ops->write(con, words, 4), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_no_copy, setup, teardown),
        cmocka_unit_test_setup_teardown(test_counts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stopped, setup, teardown),
        cmocka_unit_test_setup_teardown(test_input, setup, teardown),
        cmocka_unit_test_setup_teardown(test_input_in_pieces, setup, teardown),
        cmocka_unit_test_setup_teardown(test_abandon_nothing, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
