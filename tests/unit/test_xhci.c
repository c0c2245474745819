/*
 * drivers/usb/xhci*.c: the controller, and everything that it may do wrong.
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
static struct usb_fake_device serial[2];
static uint8_t stream[200000], words[64];

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    fake_kernel_clock_step(20);
    xhci_fake_init(&fake);
    usb_fake_serial(&serial[0]);
    usb_fake_serial(&serial[1]);
    for (size_t i = 0; i < sizeof stream; i++)
        stream[i] = (uint8_t)(i * 7 + i / 251);
    fake_kernel_dma(stream, sizeof stream);
    fake_kernel_dma(words, sizeof words);
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

/* Time goes by, with the services looked after. */
static void pass_ms(unsigned ms)
{
    uint64_t end = fake_kernel_clock() + ms * 1000u;

    while (fake_kernel_clock() < end)
        fake_kernel_poll();
}

/* Through memory that the controller may read. */
static size_t say(struct console *con, const char *text)
{
    memcpy(words, text, strlen(text));
    return con->ops->write(con, words, strlen(text));
}

static struct console *attach_serial(void)
{
    xhci_fake_plug(&fake, 1, &serial[0]);
    assert_int_equal(xhci_fake_attach(&fake), OK);
    assert_int_equal(fake_kernel_console_count(), 1);
    return fake_kernel_console(0);
}

static void test_serial(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    assert_string_equal(con->kind, "usb-serial");
    assert_string_equal(con->found, "usb:00:04.0/1");
    assert_int_equal(say(con, "hello\r\n"), 7);
    assert_true(con->ops->is_sent(con));
    assert_int_equal(con->returned, 7);
    assert_memory_equal(serial[0].out, "hello\r\n", 7);
}

static void test_nothing_plugged(void **state)
{
    (void)state;
    assert_int_equal(xhci_fake_attach(&fake), OK);
    assert_int_equal(fake_kernel_console_count(), 0);
    assert_int_equal(fake_kernel_note_count(), 0);
}

static void test_two_at_once(void **state)
{
    (void)state;
    xhci_fake_plug(&fake, 1, &serial[0]);
    xhci_fake_plug(&fake, 3, &serial[1]);
    assert_int_equal(xhci_fake_attach(&fake), OK);
    assert_int_equal(fake_kernel_console_count(), 2);
    for (size_t i = 0; i < 2; i++) {
        struct console *con = fake_kernel_console(i);
        assert_int_equal(say(con, "both"), 4);
        assert_memory_equal(serial[i].out, "both", 4);
    }
}

static void test_big_contexts_and_scratchpads(void **state)
{
    (void)state;
    fake.has_64_byte_contexts = true;
    fake.scratchpads = 33;
    struct console *con = attach_serial();
    assert_int_equal(say(con, "x"), 1);
    assert_int_equal(serial[0].out_len, 1);
}

/* xHCI 1.2 §6.4.1: pieces end at 64 KiB (the fake looks), and none is lost. */
static void test_long_write(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    size_t done = 0;
    while (done < sizeof stream) {
        size_t taken = con->ops->write(con, stream + done, sizeof stream - done);
        assert_true(taken > 0);
        done += taken;
    }
    assert_int_equal(serial[0].out_len, sizeof stream);
    assert_memory_equal(serial[0].out, stream, sizeof stream);
    assert_true(con->kicks <= 2);
}

/* Through many rounds of the rings: 20,000 blocks and events. */
static void test_many_writes(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    for (size_t done = 0; done < sizeof stream; done += 10)
        assert_int_equal(con->ops->write(con, stream + done, 10), 10);
    assert_memory_equal(serial[0].out, stream, sizeof stream);
    assert_int_equal(con->ops->inflight(con), 0);
}

/* A device that takes nothing: what is in flight stays counted, then is abandoned. */
static void test_transfer_never_completes(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    serial[0].naks = true;
    assert_int_equal(con->ops->write(con, stream, 1000), 1000);
    for (unsigned i = 0; i < 200; i++)
        (void)con->ops->write(con, stream, 10);
    size_t inflight = con->ops->inflight(con);
    assert_int_equal(inflight, 1000 + 61 * 10); /* as many as the ring holds */
    assert_int_equal(con->ops->write(con, stream, 10), 0);
    con->ops->abandon(con);
    assert_int_equal(con->ops->inflight(con), 0);
    assert_int_equal(con->lost, inflight);
    /* And then it goes on: xHCI 1.2 §4.6.10. */
    serial[0].naks = false;
    assert_int_equal(say(con, "again"), 5);
    assert_int_equal(con->ops->inflight(con), 0);
    assert_memory_equal(serial[0].out, "again", 5);
}

static void test_late_completion(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    serial[0].naks = true;
    assert_int_equal(con->ops->write(con, stream, 1000), 1000);
    assert_false(con->ops->is_sent(con));
    serial[0].naks = false;
    xhci_fake_run(&fake);
    assert_true(con->ops->is_sent(con));
    assert_int_equal(con->returned, 1000);
}

/* xHCI 1.2 §4.6.9: the endpoint can't even be stopped: the controller is given up, within its budget. */
static void test_abandon_fails(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    uint64_t before;
    serial[0].naks = true;
    assert_int_equal(con->ops->write(con, stream, 1000), 1000);
    fake.ignores_commands = true;
    before = fake_kernel_clock();
    con->ops->abandon(con);
    assert_in_range(fake_kernel_clock() - before, 1, 50000);
    assert_int_equal(con->ops->inflight(con), 0);
    pass_ms(10);
    assert_true(fake_kernel_is_removed(con));
    assert_true(fake_kernel_has_note("usb: 00:04.0: the controller is given up"));
    assert_int_equal(con->ops->write(con, stream, 10), 0);
    assert_false(fake.usbcmd & XHCI_CMD_RUN);
}

/* --- devices that come and go ---------------------------------------------------------- */

static void test_unplugged(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    serial[0].naks = true;
    assert_int_equal(con->ops->write(con, stream, 500), 500);
    xhci_fake_unplug(&fake, 1);
    pass_ms(5);
    assert_true(fake_kernel_is_removed(con));
    assert_int_equal(con->lost, 500);
    assert_int_equal(con->ops->inflight(con), 0);
    assert_int_equal(con->ops->write(con, stream, 10), 0);
    assert_int_equal(con->ops->read(con, stream, 10), 0);
    assert_false(fake.slots[1].is_enabled);
}

static void test_hot_plug(void **state)
{
    (void)state;
    struct console *con;
    assert_int_equal(xhci_fake_attach(&fake), OK);
    xhci_fake_plug(&fake, 2, &serial[0]);
    pass_ms(90);
    assert_int_equal(fake_kernel_console_count(), 0); /* USB 2.0 §7.1.7.3: debouncing */
    pass_ms(60);
    assert_int_equal(fake_kernel_console_count(), 1);
    con = fake_kernel_console(0);
    assert_string_equal(con->found, "usb:00:04.0/2");
    assert_int_equal(say(con, "late"), 4);
    assert_memory_equal(serial[0].out, "late", 4);
}

/* Out and in again, ten times: the memory of the slot is used again. */
static void test_replugged(void **state)
{
    (void)state;
    (void)attach_serial();
    for (unsigned i = 1; i <= 10; i++) {
        xhci_fake_unplug(&fake, 1);
        pass_ms(5);
        xhci_fake_plug(&fake, 1, &serial[i % 2]);
        pass_ms(150);
        assert_int_equal(fake_kernel_console_count(), i + 1);
        assert_true(fake_kernel_is_removed(fake_kernel_console(i - 1)));
    }
}

/* xHCI 1.2 §4.19: so fast that both changes are one event. */
static void test_replugged_at_once(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    xhci_fake_unplug(&fake, 1);
    xhci_fake_plug(&fake, 1, &serial[1]);
    pass_ms(200);
    assert_true(fake_kernel_is_removed(con));
    assert_int_equal(fake_kernel_console_count(), 2);
    con = fake_kernel_console(1);
    assert_int_equal(say(con, "new"), 3);
    assert_memory_equal(serial[1].out, "new", 3);
}

static void test_unplugged_during_enumeration(void **state)
{
    (void)state;
    assert_int_equal(xhci_fake_attach(&fake), OK);
    for (unsigned us = 99000; us < 130000; us += 700) {
        xhci_fake_plug(&fake, 1, &serial[0]);
        uint64_t end = fake_kernel_clock() + us;
        while (fake_kernel_clock() < end)
            fake_kernel_poll();
        xhci_fake_unplug(&fake, 1);
        pass_ms(20);
        assert_false(fake.slots[1].is_enabled);
    }
    xhci_fake_plug(&fake, 3, &serial[1]);
    pass_ms(150);
    assert_string_equal(fake_kernel_console(fake_kernel_console_count() - 1)->found,
                        "usb:00:04.0/3");
}

/* --- a controller that does not what it should -------------------------------------------- */

static void check_unusable(const char *why)
{
    uint64_t before = fake_kernel_clock();

    xhci_fake_plug(&fake, 1, &serial[0]);
    assert_int_not_equal(xhci_fake_attach(&fake), OK);
    assert_in_range(fake_kernel_clock() - before, 0, 1500000);
    assert_true(fake_kernel_has_note("the xHCI controller can't be used"));
    assert_true(fake_kernel_has_note(why));
    assert_int_equal(fake_kernel_service_count(), 0);
}

/* xHCI 1.2 §5.4.1.1: 16 ms. */
static void test_never_halts(void **state)
{
    (void)state;
    fake.never_halts = true;
    check_unusable("USBSTS halted");
}

static void test_never_resets(void **state)
{
    (void)state;
    fake.never_resets = true;
    check_unusable("USBCMD reset");
}

static void test_reads_ones(void **state)
{
    (void)state;
    fake.is_gone = true;
    check_unusable("");
}

static void test_too_many_scratchpads(void **state)
{
    (void)state;
    fake.scratchpads = 1023;
    check_unusable("scratchpads");
}

static void test_no_memory(void **state)
{
    (void)state;
    for (size_t left = 5000; left < 40000; left += 1000) {
        fake_kernel_reset();
        xhci_fake_init(&fake);
        usb_fake_serial(&serial[0]);
        fake_kernel_memory_left(left);
        xhci_fake_plug(&fake, 1, &serial[0]);
        (void)xhci_fake_attach(&fake); /* no crash, whatever it was enough for */
    }
}

/* xHCI 1.2 §4.22.1, §7.1.1: the firmware is asked to let go, and is given a second. */
/* xHCI 1.2 §7.1.1 */
static void test_bios_lets_go(void **state)
{
    (void)state;
    fake.legacy = XHCI_LEGACY_BIOS_OWNED;
    (void)attach_serial();
    assert_true(fake.legacy & XHCI_LEGACY_OS_OWNED);
}

static void test_bios_keeps_it(void **state)
{
    (void)state;
    fake.legacy = XHCI_LEGACY_BIOS_OWNED;
    fake.keeps_bios = true;
    check_unusable("firmware's ownership");
}

/* The start is bounded, whatever hangs. */
static void check_start_without_console(void)
{
    uint64_t before = fake_kernel_clock();

    xhci_fake_plug(&fake, 1, &serial[0]);
    assert_int_equal(xhci_fake_attach(&fake), OK);
    assert_in_range(fake_kernel_clock() - before, 0, 3500000);
    pass_ms(6000);
    assert_int_equal(fake_kernel_console_count(), 0);
}

/* xHCI 1.2 §4.6.1.2: five seconds, then nobody knows what state it is in. */
static void test_command_never_ends(void **state)
{
    (void)state;
    fake.ignores_commands = true;
    check_start_without_console();
    assert_true(fake_kernel_has_note("usb:00:04.0/1: preparing the controller"));
    assert_true(fake_kernel_has_note("the controller is given up"));
}

static void test_command_fails(void **state)
{
    (void)state;
    fake.command_code = 17;
    check_start_without_console();
    assert_true(fake_kernel_has_note("code of the command found 0x11 expected 0x1"));
}

static void test_control_never_ends(void **state)
{
    (void)state;
    fake.ignores_transfers = true;
    check_start_without_console();
    assert_true(fake_kernel_has_note("reading the head of its descriptor"));
    assert_false(fake.slots[1].is_enabled);
}

static void test_slot_out_of_range(void **state)
{
    (void)state;
    fake.slot_given = 200;
    check_start_without_console();
    assert_true(fake_kernel_has_note("slot from the controller found 0xc8"));
}

static void test_bulk_error(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    serial[0].stalls_bulk = true;
    assert_int_equal(con->ops->write(con, stream, 100), 100);
    pass_ms(5);
    assert_true(fake_kernel_is_removed(con));
    assert_int_equal(con->lost, 100);
    assert_true(fake_kernel_has_note("the device takes no more output: code of the transfer"));
    pass_ms(500); /* refused until it is pulled out */
    assert_int_equal(fake_kernel_console_count(), 1);
}

/* The host system error, and the card pulled out. */
static void test_dies(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    serial[0].naks = true;
    assert_int_equal(con->ops->write(con, stream, 100), 100);
    fake.usbsts = XHCI_STS_HSE;
    xhci_fake_plug(&fake, 2, &serial[1]);
    pass_ms(5);
    assert_true(fake_kernel_is_removed(con));
    assert_int_equal(con->lost, 100);
    pass_ms(500);
    assert_int_equal(fake_kernel_console_count(), 1);
}

/* xHCI 1.2 §6.4.2.1, xHCI 1.2 §6.4.2.2: events about slots, endpoints and blocks that are none: nothing happens. */
static void test_wild_events(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    serial[0].naks = true;
    assert_int_equal(con->ops->write(con, stream, 100), 100);
    for (unsigned type = 0; type < 64; type++)
        for (unsigned slot = 0; slot < 256; slot += 51)
            for (unsigned id = 0; id < 32; id++) {
                uint32_t control = XHCI_TRB_TYPE(type) | XHCI_TRB_SLOT(slot) |
                                   XHCI_TRB_ENDPOINT(id);
                xhci_fake_event(&fake, UINT64_MAX, XHCI_SUCCESS << 24, control);
                xhci_fake_event(&fake, fake.slots[1].rings[4].at + 16, XHCI_SUCCESS << 24, control);
                xhci_fake_event(&fake, fake.commands.at, XHCI_SUCCESS << 24, control);
                fake_kernel_poll();
            }
    assert_int_equal(con->ops->inflight(con), 100);
    assert_false(fake_kernel_is_removed(con));
}

/* A residue longer than the block: nothing is taken as received. */
static void test_lying_residue(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    uint8_t buf[100];
    assert_int_equal(con->ops->read(con, buf, sizeof buf), 0); /* asks for a packet */
    xhci_fake_event(&fake, fake.slots[1].rings[3].at, (uint32_t)XHCI_SUCCESS << 24 | 0xffffff,
                    XHCI_TRB_TYPE(XHCI_TRANSFER_EVENT) | XHCI_TRB_SLOT(1) | XHCI_TRB_ENDPOINT(3));
    assert_int_equal(con->ops->read(con, buf, sizeof buf), 0);
}

/* --- the fake itself -------------------------------------------------------------------------- */

static void test_fake_is_strict(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    uint8_t outside[64] = { 0 };
    (void)con->ops->write(con, outside, sizeof outside);
    assert_string_equal(fake.bus.fault, "xHCI 1.2 §6.4.1: memory of a block");
    fake.bus.fault = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_serial, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nothing_plugged, setup, teardown),
        cmocka_unit_test_setup_teardown(test_two_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_big_contexts_and_scratchpads, setup, teardown),
        cmocka_unit_test_setup_teardown(test_long_write, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many_writes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_transfer_never_completes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_late_completion, setup, teardown),
        cmocka_unit_test_setup_teardown(test_abandon_fails, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unplugged, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hot_plug, setup, teardown),
        cmocka_unit_test_setup_teardown(test_replugged, setup, teardown),
        cmocka_unit_test_setup_teardown(test_replugged_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unplugged_during_enumeration, setup, teardown),
        cmocka_unit_test_setup_teardown(test_never_halts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_never_resets, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reads_ones, setup, teardown),
        cmocka_unit_test_setup_teardown(test_too_many_scratchpads, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bios_lets_go, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bios_keeps_it, setup, teardown),
        cmocka_unit_test_setup_teardown(test_command_never_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(test_command_fails, setup, teardown),
        cmocka_unit_test_setup_teardown(test_control_never_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(test_slot_out_of_range, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bulk_error, setup, teardown),
        cmocka_unit_test_setup_teardown(test_dies, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wild_events, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lying_residue, setup, teardown),
        cmocka_unit_test_setup_teardown(test_fake_is_strict, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
