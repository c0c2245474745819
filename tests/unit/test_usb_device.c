/*
 * drivers/usb/usb_device.c, usb_port.c: enumeration of devices that lie.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/usb/ftdi_regs.h"
#include "tests/fakes/kernel.h"
#include "tests/fakes/xhci_fake.h"

static struct xhci_fake fake;
static struct usb_fake_device liar, honest;

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    fake_kernel_clock_step(20);
    xhci_fake_init(&fake);
    usb_fake_serial(&liar);
    usb_fake_serial(&honest);
    xhci_fake_plug(&fake, 1, &liar);
    xhci_fake_plug(&fake, 2, &honest);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fake_kernel_reset();
    if (fake.bus.fault)
        print_error("%s\n", fake.bus.fault);
    return fake.bus.fault != NULL;
}

/* The liar is named and left; the one beside it becomes a console.
 * USB 2.0 §9.1.2: every step may be the one that fails. */
static void check_refused(const char *why)
{
    uint64_t before = fake_kernel_clock();

    assert_int_equal(xhci_fake_attach(&fake), OK);
    assert_in_range(fake_kernel_clock() - before, 0, 3500000);
    assert_int_equal(fake_kernel_console_count(), 1);
    assert_string_equal(fake_kernel_console(0)->found, "usb:00:04.0/2");
    assert_true(fake_kernel_has_note(why));
    assert_true(fake_kernel_has_note("usb:00:04.0/1"));
}

static void test_other_device(void **state)
{
    (void)state;
    usb_fake_keyboard(&liar);
    check_refused("usb:00:04.0/1 0627:0001: no console: left alone");
    assert_int_equal(liar.configured, 0);
}

static void test_low_speed(void **state)
{
    (void)state;
    usb_fake_keyboard(&liar);
    liar.is_low_speed = true;
    check_refused("no console: left alone");
}

static void test_silent(void **state)
{
    (void)state;
    liar.is_silent = true;
    check_refused("giving it an address: code of the command found 0x4");
}

static void test_never_ready(void **state)
{
    (void)state;
    liar.naks = true;
    check_refused("giving it an address");
}

static void test_stalls_descriptors(void **state)
{
    (void)state;
    liar.stalls = USB_GET_DESCRIPTOR;
    check_refused("reading the head of its descriptor: code of the transfer found 0x6");
}

static void test_stalls_configuration(void **state)
{
    (void)state;
    liar.stalls = USB_SET_CONFIGURATION;
    check_refused("0403:6001: configuring it: code of the transfer found 0x6");
}

static void test_stalls_baud(void **state)
{
    (void)state;
    liar.stalls = FTDI_SET_BAUD;
    check_refused("setting 115200 baud");
}

/* USB 2.0 §9.5: type and length of what comes. */
static void test_wrong_type(void **state)
{
    (void)state;
    liar.device[1] = USB_DESCRIPTOR_CONFIGURATION;
    check_refused("descriptor type found 0x2 expected 0x1");
}

static void test_short_length(void **state)
{
    (void)state;
    liar.device[0] = 17;
    check_refused("descriptor length found 0x11 expected 0x12");
}

static void test_short_answer(void **state)
{
    (void)state;
    liar.is_short = true;
    check_refused("bytes of a descriptor found 0x10 expected 0x12");
}

/* USB 2.0 §5.5.3 */
static void test_packet_size(void **state)
{
    (void)state;
    liar.device[USB_DEVICE_MAX_PACKET0] = 9;
    check_refused("packet size of endpoint 0 found 0x9");
}

static void test_configuration_length(void **state)
{
    (void)state;
    liar.configuration[USB_CONFIGURATION_TOTAL] = 8;
    check_refused("length of the configuration found 0x8");
}

/* The total says more than came: what came counts. */
static void test_configuration_total_lies(void **state)
{
    (void)state;
    liar.configuration[USB_CONFIGURATION_TOTAL + 1] = 0xff;
    assert_int_equal(xhci_fake_attach(&fake), OK);
    assert_int_equal(fake_kernel_console_count(), 2);
}

static void test_cut_configuration(void **state)
{
    (void)state;
    liar.configuration_len = 20; /* within the endpoint descriptors */
    check_refused("bulk endpoint, IN");
}

static void test_endpoint_lies(void **state)
{
    (void)state;
    liar.configuration[18 + USB_ENDPOINT_MAX_PACKET] = 3;
    check_refused("packet size of a bulk endpoint found 0x3");
}

/* What was refused is tried again when it is plugged in again. */
static void test_refused_until_replugged(void **state)
{
    (void)state;
    liar.stalls = USB_GET_DESCRIPTOR;
    check_refused("reading the head");
    size_t notes = fake_kernel_note_count();
    for (unsigned i = 0; i < 20000; i++)
        fake_kernel_poll();
    assert_int_equal(fake_kernel_note_count(), notes);
    liar.stalls = 0;
    xhci_fake_unplug(&fake, 1);
    for (unsigned i = 0; i < 100; i++)
        fake_kernel_poll();
    xhci_fake_plug(&fake, 1, &liar);
    for (unsigned i = 0; i < 20000; i++)
        fake_kernel_poll();
    assert_int_equal(fake_kernel_console_count(), 2);
}

/* The host takes the CPU away again and again, in the middle of a poll too: no device is to
 * blame. */
static void test_machine_stutters(void **state)
{
    (void)state;
    assert_int_equal(xhci_fake_attach(&fake), OK);
    xhci_fake_unplug(&fake, 1);
    fake_kernel_poll();
    xhci_fake_plug(&fake, 1, &liar);
    fake_kernel_clock_step(30000);
    for (unsigned i = 0; i < 100; i++)
        fake_kernel_poll();
    assert_false(fake_kernel_has_note("usb:00:04.0/1:"));
    assert_int_equal(fake_kernel_console_count(), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_other_device, setup, teardown),
        cmocka_unit_test_setup_teardown(test_low_speed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_silent, setup, teardown),
        cmocka_unit_test_setup_teardown(test_never_ready, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stalls_descriptors, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stalls_configuration, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stalls_baud, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrong_type, setup, teardown),
        cmocka_unit_test_setup_teardown(test_short_length, setup, teardown),
        cmocka_unit_test_setup_teardown(test_short_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_packet_size, setup, teardown),
        cmocka_unit_test_setup_teardown(test_configuration_length, setup, teardown),
        cmocka_unit_test_setup_teardown(test_configuration_total_lies, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cut_configuration, setup, teardown),
        cmocka_unit_test_setup_teardown(test_endpoint_lies, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused_until_replugged, setup, teardown),
        cmocka_unit_test_setup_teardown(test_machine_stutters, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
