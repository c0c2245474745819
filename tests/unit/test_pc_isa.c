/*
 * firmware/platform/pc/pc_isa.c: which ports become consoles.
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

#include "firmware/command_line.h"
#include "firmware/log.h"
#include "firmware/platform/pc/pc.h"
#include "tests/fakes/debugcon_fake.h"
#include "tests/fakes/kernel.h"
#include "tests/fakes/uart8250_fake.h"

#define COMS 4

static const uint16_t com_ports[COMS] = { 0x3f8, 0x2f8, 0x3e8, 0x2e8 };
static const char *const com_names[COMS] = { "isa:0x3f8", "isa:0x2f8", "isa:0x3e8", "isa:0x2e8" };
static struct uart8250_fake com[COMS];
static struct debugcon_fake debugcon;
static struct pc pc;

/* A PC without any of them: its ports read all ones. */
static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    log_init();
    memset(&pc, 0, sizeof(pc));
    memset(command_line.debugcons, 0, sizeof(command_line.debugcons));
    for (size_t i = 0; i < COMS; i++) {
        uart8250_fake_init(&com[i], FAKE_ONES);
        fake_kernel_map(IO_SPACE_PORTS, com_ports[i], 8, &uart8250_fake_bus, &com[i]);
    }
    debugcon_fake_init(&debugcon);
    debugcon.readback = 0xff;
    return 0;
}

/* As the firmware does it; the kernel would put each console into the log. */
static void find(void)
{
    pc_isa_attach_first();
    pc_isa_attach_usual();
    for (size_t i = 0; i < fake_kernel_console_count(); i++)
        log_attach(fake_kernel_console(i));
    pc_isa_attach_rest(&pc);
}

static void map_debugcon(uint16_t port)
{
    struct io io = debugcon_fake_window(&debugcon);
    fake_kernel_map(IO_SPACE_PORTS, port, 1, io.bus, io.ctx);
}

static void assert_is_written(size_t index, struct serial_line *line, const char *found)
{
    struct console *con = fake_kernel_console(index);
    assert_non_null(con);
    assert_string_equal(con->found, found);
    assert_int_equal(con->status, OK);
    assert_int_equal(con->ops->write(con, "tutti", 5), 5);
    serial_line_look(line);
    assert_int_equal(line->sent_count, 5);
    assert_memory_equal(line->sent, "tutti", 5);
    assert_string_equal(line->broken, "");
}

/* Any subset of COM1 .. COM4, such as an isa-serial with index=1 and no other. */
static void test_every_subset_of_the_four(void **state)
{
    for (unsigned there = 0; there < 1u << COMS; there++) {
        setup(state);
        for (size_t i = 0; i < COMS; i++)
            uart8250_fake_init(&com[i], there >> i & 1 ? FAKE_16550A : FAKE_ONES);
        find();
        size_t count = 0;
        for (size_t i = 0; i < COMS; i++)
            if (there >> i & 1)
                assert_is_written(count++, &com[i].line, com_names[i]);
        assert_int_equal(fake_kernel_console_count(), count);
        assert_int_equal(fake_kernel_note_count(), 0);
    }
}

static void test_absent_in_every_way(void **state)
{
    (void)state;
    const enum uart8250_fake_chip nothing[COMS] = { FAKE_ONES, FAKE_ZEROS, FAKE_ECHO, FAKE_MEMORY };
    for (size_t i = 0; i < COMS; i++)
        uart8250_fake_init(&com[i], nothing[i]);
    find();
    assert_int_equal(fake_kernel_console_count(), 0);
}

/* isa-serial,iobase=0x220: no port that we look at, so nobody touches it. */
static void test_a_uart_elsewhere_is_left_alone(void **state)
{
    (void)state;
    static struct uart8250_fake elsewhere;
    uart8250_fake_init(&elsewhere, FAKE_16550A);
    fake_kernel_map(IO_SPACE_PORTS, 0x220, 8, &uart8250_fake_bus, &elsewhere);
    find();
    assert_int_equal(fake_kernel_console_count(), 0);
    assert_int_equal(elsewhere.disturbances, 0);
}

static void test_spcr_names_the_primary_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < COMS; i++)
        uart8250_fake_init(&com[i], FAKE_16550A);
    pc.spcr.space = ACPI_SPACE_PORTS;
    pc.spcr.address = 0x2f8;
    find();
    for (size_t i = 0; i < COMS; i++)
        assert_int_equal(fake_kernel_console(i)->is_primary, i == 1);
}

static void test_debugcon_at_its_usual_port(void **state)
{
    (void)state;
    map_debugcon(0xe9);
    find();
    assert_int_equal(fake_kernel_console_count(), 0);
    assert_int_equal(debugcon.writes, 0);

    debugcon.readback = 0xe9;
    find();
    assert_is_written(0, &debugcon.line, "isa:0xe9");
}

static void test_debugcon_where_it_is_said_to_be(void **state)
{
    (void)state;
    map_debugcon(0x500);
    command_line.debugcons[0] = 0x500;
    find();
    assert_is_written(0, &debugcon.line, "isa:0x500");
    assert_int_equal(fake_kernel_console_count(), 1);
}

/* Named ones, and the usual one besides; it is found once, though it is named, too. */
static void test_several_debugcons(void **state)
{
    (void)state;
    static struct debugcon_fake other;
    debugcon_fake_init(&other);
    struct io io = debugcon_fake_window(&other);
    fake_kernel_map(IO_SPACE_PORTS, 0x500, 1, io.bus, io.ctx);
    map_debugcon(0xe9);
    debugcon.readback = 0xe9;
    command_line.debugcons[0] = 0x500;
    find();
    assert_is_written(0, &other.line, "isa:0x500");
    assert_is_written(1, &debugcon.line, "isa:0xe9");
    assert_int_equal(fake_kernel_console_count(), 2);

    command_line.debugcons[1] = 0xe9;
    pc_isa_attach_rest(&pc);
    assert_int_equal(fake_kernel_console_count(), 4);
}

static int teardown(void **state)
{
    (void)state;
    fake_kernel_reset();
    return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_every_subset_of_the_four),
        TEST(test_absent_in_every_way),
        TEST(test_a_uart_elsewhere_is_left_alone),
        TEST(test_spcr_names_the_primary_one),
        TEST(test_debugcon_at_its_usual_port),
        TEST(test_debugcon_where_it_is_said_to_be),
        TEST(test_several_debugcons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
