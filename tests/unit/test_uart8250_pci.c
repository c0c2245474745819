/*
 * drivers/serial/uart8250_pci.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/pci/pci.h"
#include "drivers/serial/uart8250.h"
#include "drivers/serial/uart8250_regs.h"
#include "tests/fakes/kernel.h"
#include "tests/fakes/uart8250_fake.h"

#define CARDS    4
#define PORTS    4
#define IO_BASE  0xc000u
#define CARD_IO  0x40u
#define REDHAT   0x1b36
#define COMMAND  4
#define IO_SPACE (1u << 0)

static struct uart8250_fake ports[CARDS][PORTS];
static uint32_t command;

/* Configuration space of any card: only COMMAND takes what is written. */
static uint32_t config_read(struct pci_host *host, unsigned bdf, unsigned offset, unsigned bytes)
{
    (void)host, (void)bdf, (void)bytes;
    return offset == COMMAND ? command : 0;
}

static void config_write(struct pci_host *host, unsigned bdf, unsigned offset, unsigned bytes,
                         uint32_t value)
{
    (void)host, (void)bdf, (void)bytes;
    if (offset == COMMAND)
        command = value;
}

static const struct pci_config_ops config = { .read = config_read, .write = config_write };
static struct pci_host host = { .config = &config, .last_bus = 255, .io_space = IO_SPACE_PORTS };

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    command = 0;
    for (unsigned card = 0; card < CARDS; card++)
        for (unsigned port = 0; port < PORTS; port++) {
            uart8250_fake_init(&ports[card][port], FAKE_16550A);
            fake_kernel_map(IO_SPACE_PORTS, IO_BASE + card * CARD_IO + port * 8, 8,
                            &uart8250_fake_bus, &ports[card][port]);
        }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fake_kernel_reset();
    return 0;
}

/* --- fixtures ------------------------------------------------------------------------ */

static struct pci_function card_function(unsigned card, uint16_t device, uint64_t len)
{
    return (struct pci_function){
        .host = &host,
        .bdf = PCI_BDF(0, 3 + card, 0),
        .vendor = REDHAT,
        .device = device,
        .class_code = 0x070002,
        .bars[0] = { .space = IO_SPACE_PORTS,
                     .address = IO_BASE + card * CARD_IO,
                     .len = len,
                     .is_assigned = true },
    };
}

static int attach_function(struct pci_function *fn)
{
    struct device dev = { .bus = BUS_PCI, .pci = fn };
    snprintf(dev.found, sizeof(dev.found), "pci:00:%02x.0", fn->bdf >> 3 & 31);
    return drivers_attach(&dev);
}

static int attach(unsigned card, uint16_t device, uint64_t len)
{
    struct pci_function fn = card_function(card, device, len);
    return attach_function(&fn);
}

static void assert_port(size_t index, const char *kind, const char *found, unsigned card,
                        unsigned port)
{
    struct console *con = fake_kernel_console(index);
    struct uart8250_fake *fake = &ports[card][port];
    assert_non_null(con);
    assert_string_equal(con->kind, kind);
    assert_string_equal(con->found, found);
    assert_int_equal(con->status, OK);
    assert_int_equal(con->ops->write(con, found, strlen(found)), 16);
    serial_line_look(&fake->line);
    assert_int_equal(fake->line.sent_count, 16);
    assert_memory_equal(fake->line.sent, found, 16);
    assert_string_equal(fake->line.broken, "");
}

/* --- tests --------------------------------------------------------------------------- */

static void test_one_port(void **state)
{
    (void)state;
    assert_int_equal(attach(0, 2, 8), OK);
    assert_int_equal(fake_kernel_console_count(), 1);
    assert_port(0, "pci-serial", "pci:00:03.0/bar0/port0", 0, 0);
    assert_true(command & IO_SPACE);
}

static void test_two_ports(void **state)
{
    (void)state;
    assert_int_equal(attach(0, 3, 16), OK);
    assert_int_equal(fake_kernel_console_count(), 2);
    assert_port(0, "pci-serial-2x", "pci:00:03.0/bar0/port0", 0, 0);
    assert_port(1, "pci-serial-2x", "pci:00:03.0/bar0/port1", 0, 1);
}

static void test_many_cards(void **state)
{
    (void)state;
    for (unsigned card = 0; card < CARDS; card++)
        assert_int_equal(attach(card, 4, 32), OK);
    assert_int_equal(fake_kernel_console_count(), CARDS * PORTS);
    for (unsigned i = 0; i < CARDS * PORTS; i++) {
        char found[32];
        snprintf(found, sizeof(found), "pci:00:%02x.0/bar0/port%u", 3 + i / PORTS, i % PORTS);
        assert_port(i, "pci-serial-4x", found, i / PORTS, i % PORTS);
    }
}

/* Chips need not work alike: one is slow, one has no FIFO, one is stuck. */
static void test_ports_are_independent(void **state)
{
    (void)state;
    uart8250_fake_init(&ports[0][1], FAKE_16450);
    ports[0][2].line.is_stuck = true;
    assert_int_equal(attach(0, 4, 32), OK);
    const size_t taken[PORTS] = { 16, 1, 16, 16 }, again[PORTS] = { 16, 1, 0, 16 };
    for (unsigned port = 0; port < PORTS; port++) {
        struct console *con = fake_kernel_console(port);
        char text[20] = "nineteen characters";
        assert_int_equal(con->ops->write(con, text, 19), taken[port]);
        assert_int_equal(con->ops->write(con, text, 19), again[port]);
        assert_string_equal(ports[0][port].line.broken, "");
    }
}

/* microvm,pcie=on has no I/O window: the card is named, and why it can't be driven. */
static void test_no_room_for_the_bar(void **state)
{
    (void)state;
    struct pci_function fn = card_function(0, 3, 16);
    fn.bars[0].is_assigned = false;
    assert_int_equal(attach_function(&fn), ERR_FULL);
    assert_int_equal(fake_kernel_console_count(), 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(fake_kernel_console(i)->status, ERR_FULL);
        assert_non_null(fake_kernel_console(i)->why.what);
    }
    assert_string_equal(fake_kernel_console(1)->found, "pci:00:03.0/bar0/port1");
}

static void test_no_bar(void **state)
{
    (void)state;
    assert_int_equal(attach(0, 2, 0), ERR_ABSENT);
    assert_int_equal(fake_kernel_console(0)->status, ERR_ABSENT);
}

/* A card that says four ports and has room for two: those two are driven. */
static void test_short_bar(void **state)
{
    (void)state;
    assert_int_equal(attach(0, 4, 16), OK);
    assert_int_equal(fake_kernel_console_count(), 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(fake_kernel_console(i)->status, i < 2 ? OK : ERR_BROKEN);
}

/* The card is there, and one of its UARTs does not answer. */
static void test_a_dead_port_takes_no_other_with_it(void **state)
{
    (void)state;
    ports[0][0].is_gone = true;
    assert_int_equal(attach(0, 4, 32), OK);
    assert_int_equal(fake_kernel_console_count(), 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(fake_kernel_console(i)->status, i == 0 ? ERR_ABSENT : OK);
}

static void test_other_cards_are_not_ours(void **state)
{
    (void)state;
    assert_int_equal(attach(0, 5, 8), ERR_UNSUPPORTED);
    assert_int_equal(fake_kernel_console_count(), 0);
}

/* The card is the primary console: that means its first port. */
static void test_primary_is_the_first_port(void **state)
{
    (void)state;
    struct pci_function fn = card_function(0, 4, 32);
    struct device dev = { .bus = BUS_PCI, .found = "pci:00:03.0", .is_primary = true, .pci = &fn };
    assert_int_equal(drivers_attach(&dev), OK);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(fake_kernel_console(i)->is_primary, i == 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_one_port),
        TEST(test_two_ports),
        TEST(test_many_cards),
        TEST(test_ports_are_independent),
        TEST(test_no_room_for_the_bar),
        TEST(test_no_bar),
        TEST(test_short_bar),
        TEST(test_a_dead_port_takes_no_other_with_it),
        TEST(test_other_cards_are_not_ours),
        TEST(test_primary_is_the_first_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
