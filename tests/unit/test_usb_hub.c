/*
 * drivers/usb/usb_hub.c: what is plugged into hubs, and hubs that are pulled out.
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
static struct usb_fake_device hubs[7], serial[2];
static uint8_t words[64];

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    fake_kernel_clock_step(20);
    xhci_fake_init(&fake);
    for (unsigned i = 0; i < 7; i++)
        usb_fake_hub(&hubs[i]);
    usb_fake_serial(&serial[0]);
    usb_fake_serial(&serial[1]);
    fake_kernel_dma(words, sizeof words);
    xhci_fake_plug(&fake, 2, &hubs[0]);
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

static void pass_ms(unsigned ms)
{
    uint64_t end = fake_kernel_clock() + ms * 1000u;

    while (fake_kernel_clock() < end)
        fake_kernel_poll();
}

static void attach(void)
{
    assert_int_equal(xhci_fake_attach(&fake), OK);
}

static void check_writes(struct console *con, struct usb_fake_device *dev)
{
    size_t before = dev->out_len;

    memcpy(words, "through", 7);
    assert_int_equal(con->ops->write(con, words, 7), 7);
    assert_memory_equal(dev->out + before, "through", 7);
}

/* The start waits for what is behind a hub, on its first port and on its last. */
static void test_behind_hub(void **state)
{
    (void)state;
    usb_fake_plug(&hubs[0].ports[0], &serial[0]);
    usb_fake_plug(&hubs[0].ports[3], &serial[1]);
    attach();
    assert_int_equal(fake_kernel_console_count(), 2);
    assert_string_equal(fake_kernel_console(0)->found, "usb:00:04.0/2.1");
    assert_string_equal(fake_kernel_console(1)->found, "usb:00:04.0/2.4");
    check_writes(fake_kernel_console(0), &serial[0]);
    check_writes(fake_kernel_console(1), &serial[1]);
}

/* xHCI 1.2 §8.9: the route through several hubs. */
static void test_hub_behind_hub(void **state)
{
    (void)state;
    usb_fake_plug(&hubs[0].ports[2], &hubs[1]);
    usb_fake_plug(&hubs[1].ports[1], &hubs[2]);
    usb_fake_plug(&hubs[2].ports[3], &serial[0]);
    attach();
    assert_int_equal(fake_kernel_console_count(), 1);
    assert_string_equal(fake_kernel_console(0)->found, "usb:00:04.0/2.3.2.4");
    check_writes(fake_kernel_console(0), &serial[0]);
}

/* USB 2.0 §4.1.1: five hubs in a row, no more. */
static void test_too_many_tiers(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 6; i++)
        usb_fake_plug(&hubs[i].ports[0], &hubs[i + 1]);
    attach();
    pass_ms(1500);
    assert_true(fake_kernel_has_note("more hubs in a row than USB allows"));
}

static void test_hot_plug(void **state)
{
    (void)state;
    attach();
    assert_int_equal(fake_kernel_console_count(), 0);
    usb_fake_plug(&hubs[0].ports[1], &serial[0]);
    pass_ms(250);
    assert_int_equal(fake_kernel_console_count(), 1);
    check_writes(fake_kernel_console(0), &serial[0]);
    usb_fake_unplug(&hubs[0].ports[1]);
    fake.slots[2].device = NULL;
    pass_ms(100);
    assert_true(fake_kernel_is_removed(fake_kernel_console(0)));
    usb_fake_plug(&hubs[0].ports[1], &serial[1]);
    pass_ms(250);
    assert_int_equal(fake_kernel_console_count(), 2);
}

/* With a hub go all that is behind it, before the hub itself. */
static void test_hub_pulled_out(void **state)
{
    (void)state;
    usb_fake_plug(&hubs[0].ports[2], &hubs[1]);
    usb_fake_plug(&hubs[0].ports[0], &serial[0]);
    usb_fake_plug(&hubs[1].ports[0], &serial[1]);
    attach();
    assert_int_equal(fake_kernel_console_count(), 2);
    xhci_fake_unplug(&fake, 2);
    pass_ms(50);
    assert_true(fake_kernel_is_removed(fake_kernel_console(0)));
    assert_true(fake_kernel_is_removed(fake_kernel_console(1)));
    for (unsigned slot = 1; slot <= XHCI_FAKE_SLOTS; slot++)
        assert_false(fake.slots[slot].is_enabled);
    /* And it all comes back. */
    xhci_fake_plug(&fake, 2, &hubs[0]);
    pass_ms(700);
    assert_int_equal(fake_kernel_console_count(), 4);
}

static void test_hub_pulled_out_during_enumeration(void **state)
{
    (void)state;
    usb_fake_plug(&hubs[0].ports[0], &serial[0]);
    attach();
    for (unsigned us = 100000; us < 300000; us += 3100) {
        xhci_fake_unplug(&fake, 2);
        pass_ms(20);
        xhci_fake_plug(&fake, 2, &hubs[0]);
        uint64_t end = fake_kernel_clock() + us;
        while (fake_kernel_clock() < end)
            fake_kernel_poll();
    }
    xhci_fake_unplug(&fake, 2);
    pass_ms(50);
    for (unsigned slot = 1; slot <= XHCI_FAKE_SLOTS; slot++)
        assert_false(fake.slots[slot].is_enabled);
}

/* Hubs that lie: named, and nothing hangs. */
static void check_no_console(const char *why)
{
    uint64_t before = fake_kernel_clock();

    usb_fake_plug(&hubs[0].ports[0], &serial[0]);
    attach();
    assert_in_range(fake_kernel_clock() - before, 0, 3500000);
    pass_ms(1000);
    assert_int_equal(fake_kernel_console_count(), 0);
    assert_true(fake_kernel_has_note(why));
}

static void test_change_stalls(void **state)
{
    (void)state;
    hubs[0].stalls = USB_CLEAR_FEATURE;
    check_no_console("the hub does not answer");
}

static void test_power_stalls(void **state)
{
    (void)state;
    hubs[0].stalls = USB_SET_FEATURE;
    check_no_console("switching the hub's ports on");
}

static void test_short_status(void **state)
{
    (void)state;
    hubs[0].is_short = true;
    check_no_console("bytes of a descriptor");
}

/* One that fails is switched off, so that the next can be reached at address 0. */
static void test_liar_beside_honest(void **state)
{
    (void)state;
    serial[0].is_silent = true;
    usb_fake_plug(&hubs[0].ports[0], &serial[0]);
    usb_fake_plug(&hubs[0].ports[1], &serial[1]);
    attach();
    assert_int_equal(fake_kernel_console_count(), 1);
    assert_string_equal(fake_kernel_console(0)->found, "usb:00:04.0/2.2");
    assert_false(hubs[0].ports[0].is_enabled);
}

static void test_reset_never_ends(void **state)
{
    (void)state;
    hubs[0].reset_never_ends = true;
    check_no_console("usb:00:04.0/2.1: the port's reset does not end");
}

static void test_stops_answering(void **state)
{
    (void)state;
    usb_fake_plug(&hubs[0].ports[0], &serial[0]);
    attach();
    hubs[0].naks = true;
    pass_ms(1500);
    assert_true(fake_kernel_has_note("the hub does not answer"));
    assert_true(fake_kernel_is_removed(fake_kernel_console(0)));
}

/* The whole machine stood still for seconds: the hub is not to blame. */
static void test_machine_stood_still(void **state)
{
    (void)state;
    usb_fake_plug(&hubs[0].ports[0], &serial[0]);
    attach();
    hubs[0].naks = true;
    pass_ms(30); /* a question is on its way */
    fake_kernel_clock_advance(5000000);
    fake_kernel_poll();
    fake_kernel_poll();
    hubs[0].naks = false;
    xhci_fake_run(&fake);
    pass_ms(100);
    assert_false(fake_kernel_is_removed(fake_kernel_console(0)));
    check_writes(fake_kernel_console(0), &serial[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_behind_hub, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hub_behind_hub, setup, teardown),
        cmocka_unit_test_setup_teardown(test_too_many_tiers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hot_plug, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hub_pulled_out, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hub_pulled_out_during_enumeration, setup, teardown),
        cmocka_unit_test_setup_teardown(test_change_stalls, setup, teardown),
        cmocka_unit_test_setup_teardown(test_power_stalls, setup, teardown),
        cmocka_unit_test_setup_teardown(test_short_status, setup, teardown),
        cmocka_unit_test_setup_teardown(test_liar_beside_honest, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reset_never_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stops_answering, setup, teardown),
        cmocka_unit_test_setup_teardown(test_machine_stood_still, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
