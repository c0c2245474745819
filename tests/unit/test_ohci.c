/*
 * drivers/usb/ohci*.c: the controller, its queues, and everything that it may do wrong.
 *
 * What it has in common with UHCI is in tests/fakes/usb1_tests.c.
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
#include "tests/fakes/ohci_fake.h"
#include "tests/fakes/usb1_tests.h"

static struct ohci_fake fake;

static void init(void)
{
    ohci_fake_init(&fake);
}

static int attach(void)
{
    return ohci_fake_attach(&fake);
}

static void frame(void)
{
    ohci_fake_frame(&fake);
}

static void plug(unsigned port, struct usb_fake_device *dev)
{
    ohci_fake_plug(&fake, port, dev);
}

static void unplug(unsigned port)
{
    ohci_fake_unplug(&fake, port);
}

static void die(void)
{
    fake.interrupt = OHCI_INT_UE;
}

const struct usb1_controller usb1 = {
    .bus = &fake.bus,
    .init = init,
    .attach = attach,
    .frame = frame,
    .plug = plug,
    .unplug = unplug,
    .die = die,
    .is_gone = &fake.is_gone,
    .never_resets = &fake.never_resets,
    .is_stuck = &fake.is_stuck,
    .unusable = "the OHCI controller can't be used",
    .stalls = "reading the head of its descriptor: condition code found 0x4",
    .silence = "giving it an address: condition code",
};

/* OHCI 1.0a §5.1.1.3.3 */
static void test_bios_lets_go(void **state)
{
    (void)state;
    fake.control = OHCI_CTL_IR;
    (void)usb1_attach_serial();
}

static void test_bios_keeps_it(void **state)
{
    (void)state;
    fake.control = OHCI_CTL_IR;
    fake.keeps_bios = true;
    usb1_check_unusable("firmware's ownership");
}

/* OHCI 1.0a §7.4.1: at most 15. */
static void test_port_count_lies(void **state)
{
    (void)state;
    fake.ports = 16;
    usb1_check_unusable("ports of the root hub found 0x10");
}

/* The queue's head points at no descriptor of ours: the pipe is given up. */
static void test_wild_head(void **state)
{
    (void)state;
    struct console *con = usb1_attach_serial();
    fake.wild_head = 0xdeadbee0;
    assert_int_equal(con->ops->write(con, usb1_stream, 100), 100);
    usb1_pass_ms(60);
    assert_true(fake_kernel_is_removed(con));
    assert_true(fake_kernel_has_note("head of the queue found 0xdeadbee0"));
    fake.bus.fault = NULL; /* the fake itself stumbles over it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        USB1_TESTS,
        USB1_TEST(test_bios_lets_go),
        USB1_TEST(test_bios_keeps_it),
        USB1_TEST(test_port_count_lies),
        USB1_TEST(test_wild_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
