/*
 * drivers/usb/ohci*.c: the controller, its queues, and everything that it may do wrong.
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

static struct ohci_fake fake;
static struct usb_fake_device serial[2], hub;
static uint8_t stream[100000];

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    fake_kernel_clock_step(20);
    ohci_fake_init(&fake);
    usb_fake_serial(&serial[0]);
    usb_fake_serial(&serial[1]);
    usb_fake_hub(&hub);
    for (size_t i = 0; i < sizeof stream; i++)
        stream[i] = (uint8_t)(i * 7 + i / 251);
    fake_kernel_dma(stream, sizeof stream);
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

/* Time goes by: a frame each millisecond, with the services looked after. */
static void pass_ms(unsigned ms)
{
    for (unsigned i = 0; i < ms; i++) {
        uint64_t end = fake_kernel_clock() + 1000;
        ohci_fake_frame(&fake);
        while (fake_kernel_clock() < end)
            fake_kernel_poll();
    }
}

static struct console *attach_serial(void)
{
    ohci_fake_plug(&fake, 1, &serial[0]);
    assert_int_equal(ohci_fake_attach(&fake), OK);
    assert_int_equal(fake_kernel_console_count(), 1);
    return fake_kernel_console(0);
}

/* Offer bytes until they are taken, as the pump does. */
static void send(struct console *con, size_t len)
{
    size_t done = 0;

    for (unsigned i = 0; i < 10000 && done < len; i++) {
        done += con->ops->write(con, stream + done, len - done);
        pass_ms(1);
        (void)con->ops->inflight(con);
    }
    assert_int_equal(done, len);
    for (unsigned ms = 0; ms < 200 && !con->ops->is_sent(con); ms++)
        pass_ms(1);
}

static void test_serial(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    assert_string_equal(con->kind, "usb-serial");
    assert_string_equal(con->found, "usb:00:04.0/1");
    send(con, 7);
    assert_true(con->ops->is_sent(con));
    assert_int_equal(con->returned, 7);
    assert_memory_equal(serial[0].out, stream, 7);
}

static void test_two_and_a_hub(void **state)
{
    (void)state;
    ohci_fake_plug(&fake, 1, &hub);
    ohci_fake_plug(&fake, 2, &serial[0]);
    usb_fake_plug(&hub.ports[2], &serial[1]);
    assert_int_equal(ohci_fake_attach(&fake), OK);
    assert_int_equal(fake_kernel_console_count(), 2);
    assert_string_equal(fake_kernel_console(0)->found, "usb:00:04.0/2");
    assert_string_equal(fake_kernel_console(1)->found, "usb:00:04.0/1.3");
    for (unsigned i = 0; i < 2; i++) {
        send(fake_kernel_console(i), 1000);
        assert_memory_equal(serial[i].out, stream, 1000);
    }
}

/* Through many rounds of the queue; toggles and order are the fake's to watch. */
static void test_long_write(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    send(con, sizeof stream);
    assert_int_equal(con->ops->inflight(con), 0);
    assert_int_equal(serial[0].out_len, sizeof stream);
    assert_memory_equal(serial[0].out, stream, sizeof stream);
}

static void test_short_writes(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    for (size_t done = 0; done < 5000; done += 5) {
        assert_int_equal(con->ops->write(con, stream + done, 5), 5);
        pass_ms(1);
        (void)con->ops->inflight(con);
    }
    assert_memory_equal(serial[0].out, stream, 5000);
}

/* OHCI 1.0a §4.3.1.2: how much came is told by the buffer pointer. */
static void test_input(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    char buf[64] = { 0 };
    assert_int_equal(con->ops->read(con, buf, sizeof buf), 0);
    pass_ms(3);
    memcpy(serial[0].in, "typed", 5);
    serial[0].in_len = 5;
    pass_ms(3);
    assert_int_equal(con->ops->read(con, buf, sizeof buf), 5);
    assert_string_equal(buf, "typed");
}

/* A device that takes nothing; abandoned, and then it goes on with the right toggle. */
static void test_transfer_never_completes(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    send(con, 64); /* so that the toggle is not what it began with */
    serial[0].naks = true;
    size_t taken = con->ops->write(con, stream, 5000), before;
    pass_ms(5);
    assert_int_equal(con->ops->inflight(con), taken);
    assert_false(con->ops->is_sent(con));
    before = fake_kernel_clock();
    con->ops->abandon(con);
    assert_in_range(fake_kernel_clock() - before, 1, 20000);
    assert_int_equal(con->ops->inflight(con), 0);
    assert_int_equal(con->lost, taken);
    serial[0].naks = false;
    send(con, 200);
    assert_int_equal(serial[0].out_len, 264);
    assert_memory_equal(serial[0].out + 64, stream, 200);
}

static void test_unplugged(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    serial[0].naks = true;
    assert_int_equal(con->ops->write(con, stream, 500), 500);
    ohci_fake_unplug(&fake, 1);
    pass_ms(60);
    assert_true(fake_kernel_is_removed(con));
    assert_int_equal(con->lost, 500);
    assert_int_equal(con->ops->inflight(con), 0);
    assert_int_equal(con->ops->write(con, stream, 10), 0);
}

static void test_replugged(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    for (unsigned i = 1; i <= 5; i++) {
        ohci_fake_unplug(&fake, 1);
        pass_ms(50);
        ohci_fake_plug(&fake, 1, &serial[i % 2]);
        pass_ms(500);
        assert_int_equal(fake_kernel_console_count(), i + 1);
        con = fake_kernel_console(i);
        serial[i % 2].out_len = 0;
        send(con, 100);
        assert_memory_equal(serial[i % 2].out, stream, 100);
    }
}

static void test_unplugged_during_enumeration(void **state)
{
    (void)state;
    assert_int_equal(ohci_fake_attach(&fake), OK);
    for (unsigned ms = 90; ms < 260; ms += 3) {
        ohci_fake_plug(&fake, 1, &serial[0]);
        pass_ms(ms);
        ohci_fake_unplug(&fake, 1);
        pass_ms(60);
    }
    ohci_fake_plug(&fake, 2, &serial[1]);
    pass_ms(600);
    struct console *con = fake_kernel_console(fake_kernel_console_count() - 1);
    assert_string_equal(con->found, "usb:00:04.0/2");
    send(con, 100);
    assert_memory_equal(serial[1].out, stream, 100);
}

static void test_bulk_error(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    serial[0].stalls_bulk = true;
    assert_int_equal(con->ops->write(con, stream, 100), 100);
    pass_ms(60);
    assert_true(fake_kernel_is_removed(con));
    assert_int_equal(con->lost, 100);
    assert_true(fake_kernel_has_note("the device takes no more output"));
    assert_false(fake.bus.ports[0].is_enabled);
}

/* Descriptors of a device that stalls, is silent, or is never ready. */
static void check_refused(const char *why)
{
    ohci_fake_plug(&fake, 1, &serial[0]);
    ohci_fake_plug(&fake, 2, &serial[1]);
    assert_int_equal(ohci_fake_attach(&fake), OK);
    pass_ms(700);
    assert_int_equal(fake_kernel_console_count(), 1);
    assert_string_equal(fake_kernel_console(0)->found, "usb:00:04.0/2");
    assert_true(fake_kernel_has_note(why));
}

static void test_stalls(void **state)
{
    (void)state;
    serial[0].stalls = USB_GET_DESCRIPTOR;
    check_refused("reading the head of its descriptor: condition code found 0x4");
}

static void test_silent(void **state)
{
    (void)state;
    serial[0].is_silent = true;
    check_refused("giving it an address: condition code");
}

static void test_never_ready(void **state)
{
    (void)state;
    serial[0].naks = true;
    check_refused("giving it an address: microseconds without an answer");
}

static void test_keyboard(void **state)
{
    (void)state;
    usb_fake_keyboard(&serial[0]);
    serial[0].is_low_speed = true;
    check_refused("0627:0001: no console: left alone");
}

/* --- a controller that does not what it should --------------------------------------------- */

static void check_unusable(const char *why)
{
    uint64_t before = fake_kernel_clock();

    ohci_fake_plug(&fake, 1, &serial[0]);
    assert_int_not_equal(ohci_fake_attach(&fake), OK);
    assert_in_range(fake_kernel_clock() - before, 0, 1000000);
    assert_true(fake_kernel_has_note("the OHCI controller can't be used"));
    assert_true(fake_kernel_has_note(why));
    assert_int_equal(fake_kernel_service_count(), 0);
}

/* OHCI 1.0a §5.1.1.3.3 */
static void test_bios_lets_go(void **state)
{
    (void)state;
    fake.control = OHCI_CTL_IR;
    (void)attach_serial();
}

static void test_bios_keeps_it(void **state)
{
    (void)state;
    fake.control = OHCI_CTL_IR;
    fake.keeps_bios = true;
    check_unusable("firmware's ownership");
}

/* OHCI 1.0a §7.4.1: at most 15. */
static void test_port_count_lies(void **state)
{
    (void)state;
    fake.ports = 16;
    check_unusable("ports of the root hub found 0x10");
}

/* The queue's head points at no descriptor of ours: the pipe is given up. */
static void test_wild_head(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    fake.wild_head = 0xdeadbee0;
    assert_int_equal(con->ops->write(con, stream, 100), 100);
    pass_ms(60);
    assert_true(fake_kernel_is_removed(con));
    assert_true(fake_kernel_has_note("head of the queue found 0xdeadbee0"));
    fake.bus.fault = NULL; /* the fake itself stumbles over it */
}

static void test_reads_ones(void **state)
{
    (void)state;
    fake.is_gone = true;
    check_unusable("");
}

/* OHCI 1.0a §7.1.3: a reset is over in 10 us. */
static void test_never_resets(void **state)
{
    (void)state;
    fake.never_resets = true;
    check_unusable("reset");
}

/* No frame goes by: the start is bounded, and the device is given up. */
static void test_stuck(void **state)
{
    (void)state;
    fake.is_stuck = true;
    ohci_fake_plug(&fake, 1, &serial[0]);
    assert_int_equal(ohci_fake_attach(&fake), OK);
    pass_ms(1000);
    assert_int_equal(fake_kernel_console_count(), 0);
    assert_true(fake_kernel_has_note("microseconds without an answer"));
}

static void test_dies(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    serial[0].naks = true;
    assert_int_equal(con->ops->write(con, stream, 100), 100);
    fake.interrupt = OHCI_INT_UE;
    pass_ms(60);
    assert_true(fake_kernel_is_removed(con));
    assert_true(fake_kernel_has_note("the controller is given up"));
    assert_int_equal(con->lost, 100);
}

static void test_pulled_card(void **state)
{
    (void)state;
    struct console *con = attach_serial();
    fake.is_gone = true;
    pass_ms(60);
    assert_true(fake_kernel_is_removed(con));
}

static void test_no_memory(void **state)
{
    (void)state;
    for (size_t left = 500; left < 24000; left += 500) {
        fake_kernel_reset();
        fake_kernel_clock_step(20);
        ohci_fake_init(&fake);
        usb_fake_serial(&serial[0]);
        fake_kernel_memory_left(left);
        ohci_fake_plug(&fake, 1, &serial[0]);
        (void)ohci_fake_attach(&fake); /* no crash, whatever it was enough for */
    }
}

/* Memory above 4 GiB is no use to it, and it says so. */
static void test_memory_too_high(void **state)
{
    (void)state;
    fake_kernel_reset();
    ohci_fake_init(&fake);
    fake_kernel_64bit_addresses();
    check_unusable("memory below 4 GiB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_serial, setup, teardown),
        cmocka_unit_test_setup_teardown(test_two_and_a_hub, setup, teardown),
        cmocka_unit_test_setup_teardown(test_long_write, setup, teardown),
        cmocka_unit_test_setup_teardown(test_short_writes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_input, setup, teardown),
        cmocka_unit_test_setup_teardown(test_transfer_never_completes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unplugged, setup, teardown),
        cmocka_unit_test_setup_teardown(test_replugged, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unplugged_during_enumeration, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bulk_error, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stalls, setup, teardown),
        cmocka_unit_test_setup_teardown(test_silent, setup, teardown),
        cmocka_unit_test_setup_teardown(test_never_ready, setup, teardown),
        cmocka_unit_test_setup_teardown(test_keyboard, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bios_lets_go, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bios_keeps_it, setup, teardown),
        cmocka_unit_test_setup_teardown(test_port_count_lies, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wild_head, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reads_ones, setup, teardown),
        cmocka_unit_test_setup_teardown(test_never_resets, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stuck, setup, teardown),
        cmocka_unit_test_setup_teardown(test_dies, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pulled_card, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(test_memory_too_high, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
