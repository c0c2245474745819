/*
 * drivers/serial/pl011.c; what it shares with other UARTs is in tests/fakes/uart_tests.c.
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

#include "drivers/serial/pl011.h"
#include "drivers/serial/pl011_regs.h"
#include "tests/fakes/kernel.h"
#include "tests/fakes/pl011_fake.h"
#include "tests/fakes/uart_tests.h"

static struct pl011_fake fake;

/* --- fixtures ------------------------------------------------------------------------ */

static int attach(uint32_t clock_hz)
{
    struct device dev = { .bus = BUS_PLATFORM,
                          .found = "fdt:/pl011@9000000",
                          .compatible = "arm,pl011",
                          .io = pl011_fake_window(&fake),
                          .clock_hz = clock_hz };
    return drivers_attach(&dev);
}

static struct console *attached(void)
{
    assert_int_equal(attach(24000000), OK);
    return fake_kernel_console(0);
}

static void init(void)
{
    pl011_fake_init(&fake);
}

const struct uart_under_test uart = {
    .line = &fake.line,
    .init = init,
    .attached = attached,
    .is_gone = &fake.is_gone,
    .is_babbling = &fake.is_babbling,
    .idle_us = PL011_IDLE_US,
};

/* --- is it there? -------------------------------------------------------------------- */

static void assert_not_driven(uint64_t found)
{
    unsigned writes = fake.writes;
    assert_int_equal(attach(0), ERR_ABSENT);
    struct console *con = fake_kernel_console(0);
    assert_int_equal(con->status, ERR_ABSENT);
    assert_int_equal(con->why.found, found);
    assert_string_equal(con->kind, "pl011");
    assert_int_equal(con->ops->write(con, "x", 1), 0);
    assert_int_equal(fake.writes, writes);
}

/* DDI 0183G §3.3.16 */
static void test_another_cell_is_not_driven(void **state)
{
    (void)state;
    fake.cell = 0xb105100d;
    assert_not_driven(0xb105100d);
}

/* DDI 0183G §3.3.15 */
static void test_another_part_is_not_driven(void **state)
{
    (void)state;
    fake.part = 0x31; /* the number of a PL031 */
    assert_not_driven(0x31);
}

static void test_empty_window_is_not_driven(void **state)
{
    (void)state;
    fake.is_gone = true;
    assert_not_driven(0xffffffff);
}

/* --- programming --------------------------------------------------------------------- */

/* DDI 0183G §3.3.7, DDI 0183G §3.3.8, DDI 0183G §3.3.10, DDI 0183G §3.3.13 */
static void test_line_is_8n1_with_fifos_and_no_interrupts(void **state)
{
    (void)state;
    fake.imsc = fake.ris = 0x7ff;
    attached();
    assert_int_equal(fake.ris, 0);
    assert_int_equal(fake.lcr_h, PL011_LCR_H_WLEN8 | PL011_LCR_H_FEN);
    assert_int_equal(fake.imsc, 0);
    assert_int_equal(fake.cr & (PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE),
                     PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE);
    uart_assert_rules_kept();
}

/* DDI 0183G §3.3.5, DDI 0183G §3.3.6: 24 MHz / (16 * 115200) is 13 and 1/64. */
static void test_divisor_follows_the_clock(void **state)
{
    (void)state;
    const struct {
        uint32_t clock_hz;
        unsigned ibrd, fbrd;
    } rows[] = { { 24000000, 13, 1 }, { 0, 13, 1 }, { 1843200, 1, 0 },        { 3686400, 2, 0 },
                 { 48000000, 26, 3 }, { 1, 1, 0 },  { 0xffffffffu, 2330, 11 } };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        pl011_fake_init(&fake);
        assert_int_equal(attach(rows[i].clock_hz), OK);
        assert_int_equal(fake.ibrd, rows[i].ibrd);
        assert_int_equal(fake.fbrd, rows[i].fbrd);
        assert_int_equal(fake.divisor, rows[i].ibrd << 6 | rows[i].fbrd);
        uart_assert_rules_kept();
    }
}

/* It was enabled by a loader: it is disabled before it is programmed. */
static void test_an_enabled_one_is_disabled_first(void **state)
{
    (void)state;
    fake.cr |= PL011_CR_UARTEN;
    attached();
    uart_assert_rules_kept();
}

/* DDI 0183G §3.3.15: r1p5 doubled the FIFOs. */
static void test_fifo_size_follows_the_revision(void **state)
{
    (void)state;
    const unsigned sizes[] = { 16, 16, 16, 32, 32 };
    for (unsigned revision = 0; revision < 5; revision++) {
        fake_kernel_reset();
        pl011_fake_init(&fake);
        fake.revision = revision;
        struct console *con = attached();
        assert_int_equal(con->ops->write(con, uart_flood, 100), sizes[revision]);
        uart_assert_rules_kept();
    }
}

static void test_no_memory(void **state)
{
    (void)state;
    fake_kernel_memory_left(0);
    assert_int_equal(attach(0), ERR_FULL);
    fake.part = 0;
    assert_int_equal(attach(0), ERR_FULL);
}

/* --- the console --------------------------------------------------------------------- */

static void test_console_says_what_it_is(void **state)
{
    (void)state;
    struct console *con = attached();
    assert_string_equal(con->kind, "pl011");
    assert_string_equal(con->found, "fdt:/pl011@9000000");
    assert_int_equal(con->status, OK);
    assert_int_equal(con->ops->class, CONSOLE_BLOCKING);
}

/* 17 accesses for 16 bytes, 33 for 32. */
static void test_accesses_per_byte(void **state)
{
    (void)state;
    for (unsigned revision = 1; revision <= 3; revision += 2) {
        fake_kernel_reset();
        pl011_fake_init(&fake);
        fake.revision = revision;
        struct console *con = attached();
        uint64_t before = con->accesses;
        assert_int_equal(uart_write_all(con, uart_flood, UART_FLOOD, 1), UART_FLOOD);
        uint64_t spent = con->accesses - before;
        assert_true(spent > UART_FLOOD);
        assert_true(spent * 1000 <= UART_FLOOD * (revision == 1 ? 1063ull : 1032ull));
        uart_assert_sent(uart_flood, UART_FLOOD);
        uart_assert_rules_kept();
    }
}

static void test_width_belongs_to_the_window(void **state)
{
    (void)state;
    fake.width = 4;
    struct console *con = attached();
    assert_int_equal(uart_write_all(con, uart_flood, 1000, 1), 1000);
    uart_assert_sent(uart_flood, 1000);
    uart_assert_rules_kept();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UART_TESTS,
        UART_TEST(test_another_cell_is_not_driven),
        UART_TEST(test_another_part_is_not_driven),
        UART_TEST(test_empty_window_is_not_driven),
        UART_TEST(test_line_is_8n1_with_fifos_and_no_interrupts),
        UART_TEST(test_divisor_follows_the_clock),
        UART_TEST(test_an_enabled_one_is_disabled_first),
        UART_TEST(test_fifo_size_follows_the_revision),
        UART_TEST(test_no_memory),
        UART_TEST(test_console_says_what_it_is),
        UART_TEST(test_accesses_per_byte),
        UART_TEST(test_width_belongs_to_the_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
