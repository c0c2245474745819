/*
 * What both controllers of USB 1 must do, and survive.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tests/fakes/usb1_tests.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/usb/usb_regs.h"
#include "tests/fakes/kernel.h"

struct usb_fake_device usb1_serial[2];
uint8_t usb1_stream[100000];

static struct usb_fake_device hub;

int usb1_setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    fake_kernel_clock_step(20);
    usb1.init();
    usb_fake_serial(&usb1_serial[0]);
    usb_fake_serial(&usb1_serial[1]);
    usb_fake_hub(&hub);
    for (size_t i = 0; i < sizeof usb1_stream; i++)
        usb1_stream[i] = (uint8_t)(i * 7 + i / 251);
    fake_kernel_dma(usb1_stream, sizeof usb1_stream);
    return 0;
}

int usb1_teardown(void **state)
{
    (void)state;
    fake_kernel_reset();
    if (usb1.bus->fault)
        print_error("%s\n", usb1.bus->fault);
    return usb1.bus->fault != NULL;
}

/* Time goes by: a frame each millisecond, with the services looked after. */
void usb1_pass_ms(unsigned ms)
{
    for (unsigned i = 0; i < ms; i++) {
        uint64_t end = fake_kernel_clock() + 1000;
        usb1.frame();
        while (fake_kernel_clock() < end)
            fake_kernel_poll();
    }
}

struct console *usb1_attach_serial(void)
{
    usb1.plug(1, &usb1_serial[0]);
    assert_int_equal(usb1.attach(), OK);
    assert_int_equal(fake_kernel_console_count(), 1);
    return fake_kernel_console(0);
}

/* Offer bytes until they are taken, as the pump does. */
static void send(struct console *con, size_t len)
{
    size_t done = 0;

    for (unsigned i = 0; i < 10000 && done < len; i++) {
        done += con->ops->write(con, usb1_stream + done, len - done);
        usb1_pass_ms(1);
        (void)con->ops->inflight(con);
    }
    assert_int_equal(done, len);
    for (unsigned ms = 0; ms < 200 && !con->ops->is_sent(con); ms++)
        usb1_pass_ms(1);
}

void usb1_test_serial(void **state)
{
    (void)state;
    struct console *con = usb1_attach_serial();
    assert_string_equal(con->kind, "usb-serial");
    assert_string_equal(con->found, "usb:00:04.0/1");
    send(con, 7);
    assert_true(con->ops->is_sent(con));
    assert_int_equal(con->returned, 7);
    assert_memory_equal(usb1_serial[0].out, usb1_stream, 7);
}

void usb1_test_two_and_a_hub(void **state)
{
    (void)state;
    usb1.plug(1, &hub);
    usb1.plug(2, &usb1_serial[0]);
    usb_fake_plug(&hub.ports[2], &usb1_serial[1]);
    assert_int_equal(usb1.attach(), OK);
    assert_int_equal(fake_kernel_console_count(), 2);
    assert_string_equal(fake_kernel_console(0)->found, "usb:00:04.0/2");
    assert_string_equal(fake_kernel_console(1)->found, "usb:00:04.0/1.3");
    for (unsigned i = 0; i < 2; i++) {
        send(fake_kernel_console(i), 1000);
        assert_memory_equal(usb1_serial[i].out, usb1_stream, 1000);
    }
}

/* Through many rounds of the queue; toggles and order are the fake's to watch. */
void usb1_test_long_write(void **state)
{
    (void)state;
    struct console *con = usb1_attach_serial();
    send(con, sizeof usb1_stream);
    assert_int_equal(con->ops->inflight(con), 0);
    assert_int_equal(usb1_serial[0].out_len, sizeof usb1_stream);
    assert_memory_equal(usb1_serial[0].out, usb1_stream, sizeof usb1_stream);
}

void usb1_test_short_writes(void **state)
{
    (void)state;
    struct console *con = usb1_attach_serial();
    for (size_t done = 0; done < 5000; done += 5) {
        assert_int_equal(con->ops->write(con, usb1_stream + done, 5), 5);
        usb1_pass_ms(1);
        (void)con->ops->inflight(con);
    }
    assert_memory_equal(usb1_serial[0].out, usb1_stream, 5000);
}

/* How much came: the buffer pointer tells (OHCI 1.0a §4.3.1.2), or ActLen (UHCI 1.1 §3.2.2). */
void usb1_test_input(void **state)
{
    (void)state;
    struct console *con = usb1_attach_serial();
    char buf[64] = { 0 };
    assert_int_equal(con->ops->read(con, buf, sizeof buf), 0);
    usb1_pass_ms(3);
    memcpy(usb1_serial[0].in, "typed", 5);
    usb1_serial[0].in_len = 5;
    usb1_pass_ms(3);
    assert_int_equal(con->ops->read(con, buf, sizeof buf), 5);
    assert_string_equal(buf, "typed");
}

/* A device that takes nothing; abandoned, and then it goes on with the right toggle. */
void usb1_test_transfer_never_completes(void **state)
{
    (void)state;
    struct console *con = usb1_attach_serial();
    send(con, 64); /* so that the toggle is not what it began with */
    usb1_serial[0].naks = true;
    size_t taken = con->ops->write(con, usb1_stream, 5000), before;
    usb1_pass_ms(5);
    assert_int_equal(con->ops->inflight(con), taken);
    assert_false(con->ops->is_sent(con));
    before = fake_kernel_clock();
    con->ops->abandon(con);
    assert_in_range(fake_kernel_clock() - before, 1, 20000);
    assert_int_equal(con->ops->inflight(con), 0);
    assert_int_equal(con->lost, taken);
    usb1_serial[0].naks = false;
    send(con, 200);
    assert_int_equal(usb1_serial[0].out_len, 264);
    assert_memory_equal(usb1_serial[0].out + 64, usb1_stream, 200);
}

void usb1_test_unplugged(void **state)
{
    (void)state;
    struct console *con = usb1_attach_serial();
    usb1_serial[0].naks = true;
    assert_int_equal(con->ops->write(con, usb1_stream, 500), 500);
    usb1.unplug(1);
    usb1_pass_ms(60);
    assert_true(fake_kernel_is_removed(con));
    assert_int_equal(con->lost, 500);
    assert_int_equal(con->ops->inflight(con), 0);
    assert_int_equal(con->ops->write(con, usb1_stream, 10), 0);
}

void usb1_test_replugged(void **state)
{
    (void)state;
    struct console *con = usb1_attach_serial();
    for (unsigned i = 1; i <= 5; i++) {
        usb1.unplug(1);
        usb1_pass_ms(50);
        usb1.plug(1, &usb1_serial[i % 2]);
        usb1_pass_ms(500);
        assert_int_equal(fake_kernel_console_count(), i + 1);
        con = fake_kernel_console(i);
        usb1_serial[i % 2].out_len = 0;
        send(con, 100);
        assert_memory_equal(usb1_serial[i % 2].out, usb1_stream, 100);
    }
}

void usb1_test_unplugged_during_enumeration(void **state)
{
    (void)state;
    assert_int_equal(usb1.attach(), OK);
    for (unsigned ms = 90; ms < 260; ms += 3) {
        usb1.plug(1, &usb1_serial[0]);
        usb1_pass_ms(ms);
        usb1.unplug(1);
        usb1_pass_ms(60);
    }
    usb1.plug(2, &usb1_serial[1]);
    usb1_pass_ms(600);
    struct console *con = fake_kernel_console(fake_kernel_console_count() - 1);
    assert_string_equal(con->found, "usb:00:04.0/2");
    send(con, 100);
    assert_memory_equal(usb1_serial[1].out, usb1_stream, 100);
}

void usb1_test_bulk_error(void **state)
{
    (void)state;
    struct console *con = usb1_attach_serial();
    usb1_serial[0].stalls_bulk = true;
    assert_int_equal(con->ops->write(con, usb1_stream, 100), 100);
    usb1_pass_ms(60);
    assert_true(fake_kernel_is_removed(con));
    assert_int_equal(con->lost, 100);
    assert_true(fake_kernel_has_note("the device takes no more output"));
    assert_false(usb1.bus->ports[0].is_enabled);
}

/* Descriptors of a device that stalls, is silent, or is never ready. */
static void check_refused(const char *why)
{
    usb1.plug(1, &usb1_serial[0]);
    usb1.plug(2, &usb1_serial[1]);
    assert_int_equal(usb1.attach(), OK);
    usb1_pass_ms(700);
    assert_int_equal(fake_kernel_console_count(), 1);
    assert_string_equal(fake_kernel_console(0)->found, "usb:00:04.0/2");
    assert_true(fake_kernel_has_note(why));
}

void usb1_test_stalls(void **state)
{
    (void)state;
    usb1_serial[0].stalls = USB_GET_DESCRIPTOR;
    check_refused(usb1.stalls);
}

void usb1_test_silent(void **state)
{
    (void)state;
    usb1_serial[0].is_silent = true;
    check_refused(usb1.silence);
}

void usb1_test_never_ready(void **state)
{
    (void)state;
    usb1_serial[0].naks = true;
    check_refused("giving it an address: microseconds without an answer");
}

void usb1_test_keyboard(void **state)
{
    (void)state;
    usb_fake_keyboard(&usb1_serial[0]);
    usb1_serial[0].is_low_speed = true;
    check_refused("0627:0001: no console: left alone");
}

/* --- a controller that does not what it should --------------------------------------------- */

void usb1_check_unusable(const char *why)
{
    uint64_t before = fake_kernel_clock();

    usb1.plug(1, &usb1_serial[0]);
    assert_int_not_equal(usb1.attach(), OK);
    assert_in_range(fake_kernel_clock() - before, 0, 1000000);
    assert_true(fake_kernel_has_note(usb1.unusable));
    assert_true(fake_kernel_has_note(why));
    assert_int_equal(fake_kernel_service_count(), 0);
}

void usb1_test_reads_ones(void **state)
{
    (void)state;
    *usb1.is_gone = true;
    usb1_check_unusable("");
}

/* OHCI 1.0a §7.1.3, UHCI 1.1 §2.1.1: a reset is over soon. */
void usb1_test_never_resets(void **state)
{
    (void)state;
    *usb1.never_resets = true;
    usb1_check_unusable("reset");
}

/* No frame goes by: the start is bounded, and the device is given up. */
void usb1_test_stuck(void **state)
{
    (void)state;
    *usb1.is_stuck = true;
    usb1.plug(1, &usb1_serial[0]);
    assert_int_equal(usb1.attach(), OK);
    usb1_pass_ms(1000);
    assert_int_equal(fake_kernel_console_count(), 0);
    assert_true(fake_kernel_has_note("microseconds without an answer"));
}

void usb1_test_dies(void **state)
{
    (void)state;
    struct console *con = usb1_attach_serial();
    usb1_serial[0].naks = true;
    assert_int_equal(con->ops->write(con, usb1_stream, 100), 100);
    usb1.die();
    usb1_pass_ms(60);
    assert_true(fake_kernel_is_removed(con));
    assert_true(fake_kernel_has_note("the controller is given up"));
    assert_int_equal(con->lost, 100);
}

void usb1_test_pulled_card(void **state)
{
    (void)state;
    struct console *con = usb1_attach_serial();
    *usb1.is_gone = true;
    usb1_pass_ms(60);
    assert_true(fake_kernel_is_removed(con));
}

void usb1_test_no_memory(void **state)
{
    (void)state;
    for (size_t left = 500; left < 24000; left += 500) {
        fake_kernel_reset();
        fake_kernel_clock_step(20);
        usb1.init();
        usb_fake_serial(&usb1_serial[0]);
        fake_kernel_memory_left(left);
        usb1.plug(1, &usb1_serial[0]);
        (void)usb1.attach(); /* no crash, whatever it was enough for */
    }
}

/* Memory above 4 GiB is no use to it, and it says so. */
void usb1_test_memory_too_high(void **state)
{
    (void)state;
    fake_kernel_reset();
    usb1.init();
    fake_kernel_64bit_addresses();
    usb1_check_unusable("memory below 4 GiB");
}
