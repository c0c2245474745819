/*
 * drivers/usb/uhci*.c: the controller, its queues, and everything that it may do wrong.
 *
 * What it has in common with OHCI is in tests/fakes/usb1_tests.c.
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
#include "tests/fakes/uhci_fake.h"
#include "tests/fakes/usb1_tests.h"

static struct uhci_fake fake;

static void init(void)
{
    uhci_fake_init(&fake);
}

static int attach(void)
{
    return uhci_fake_attach(&fake);
}

static void frame(void)
{
    uhci_fake_frame(&fake);
}

static void plug(unsigned port, struct usb_fake_device *dev)
{
    uhci_fake_plug(&fake, port, dev);
}

static void unplug(unsigned port)
{
    uhci_fake_unplug(&fake, port);
}

static void die(void)
{
    fake.usbsts = UHCI_STS_HOST_ERROR;
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
    .unusable = "the UHCI controller can't be used",
    .stalls = "reading the head of its descriptor: status of the packet found 0x400000",
    .silence = "giving it an address: status of the packet",
};

/* UHCI 1.1 §2.1.1, §2.1.2: it stops at the end of a frame, or it is none of ours. */
static void test_never_halts(void **state)
{
    (void)state;
    fake.never_halts = true;
    usb1_check_unusable("USBSTS halted");
}

/* More bytes than there was room for: nothing of it is believed. */
static void test_lying_length(void **state)
{
    (void)state;
    struct console *con = usb1_attach_serial();
    char buf[64];
    (void)con->ops->read(con, buf, sizeof buf);
    usb1_serial[0].in_len = 5;
    fake.lies_long = true;
    usb1_pass_ms(3);
    assert_int_equal(con->ops->read(con, buf, sizeof buf), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        USB1_TESTS,
        USB1_TEST(test_never_halts),
        USB1_TEST(test_lying_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
