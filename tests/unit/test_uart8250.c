/*
 * drivers/serial/uart8250.c; what it shares with other UARTs is in tests/fakes/uart_tests.c.
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

#include "drivers/serial/uart8250.h"
#include "drivers/serial/uart8250_regs.h"
#include "tests/fakes/kernel.h"
#include "tests/fakes/uart8250_fake.h"
#include "tests/fakes/uart_tests.h"

static struct uart8250_fake fake;

/* --- fixtures ------------------------------------------------------------------------ */

static int attach(const char *compatible, uint32_t clock_hz)
{
    struct device dev = { .bus = BUS_PLATFORM,
                          .found = "isa:0x3f8",
                          .is_primary = true,
                          .compatible = compatible,
                          .io = uart8250_fake_window(&fake),
                          .clock_hz = clock_hz };
    return drivers_attach(&dev);
}

static struct console *attached(void)
{
    assert_int_equal(attach("isa-serial", 0), OK);
    return fake_kernel_console(0);
}

static void init(void)
{
    uart8250_fake_init(&fake, FAKE_16550A);
}

const struct uart_under_test uart = {
    .line = &fake.line,
    .init = init,
    .attached = attached,
    .is_gone = &fake.is_gone,
    .is_babbling = &fake.is_babbling,
    .idle_us = UART8250_IDLE_US,
};

/* --- is it there? -------------------------------------------------------------------- */

static void test_empty_ports_are_absent(void **state)
{
    (void)state;
    const enum uart8250_fake_chip nothing[] = { FAKE_ONES, FAKE_ZEROS, FAKE_ECHO, FAKE_MEMORY };
    for (size_t i = 0; i < 4; i++) {
        uart8250_fake_init(&fake, nothing[i]);
        assert_int_equal(attach("isa-serial", 0), ERR_ABSENT);
    }
    assert_int_equal(fake_kernel_console_count(), 0);
    assert_int_equal(fake_kernel_note_count(), 0);
}

/* A bus that echoes: whatever it carried before the first look. */
static void test_echoing_bus_is_absent_whatever_it_held(void **state)
{
    (void)state;
    for (unsigned held = 0; held < 256; held++) {
        uart8250_fake_init(&fake, FAKE_ECHO);
        fake.on_the_bus = (uint8_t)held;
        assert_int_equal(attach("isa-serial", 0), ERR_ABSENT);
    }
}

static void test_memory_is_absent_whatever_it_holds(void **state)
{
    (void)state;
    for (unsigned held = 0; held < 256; held++) {
        uart8250_fake_init(&fake, FAKE_MEMORY);
        memset(fake.memory, (int)held, sizeof(fake.memory));
        assert_int_equal(attach("isa-serial", 0), ERR_ABSENT);
    }
}

/* PC16550D §8.10: the first 8250 has no scratch register; we don't drive it. */
static void test_chip_without_scratch_is_absent(void **state)
{
    (void)state;
    uart8250_fake_init(&fake, FAKE_8250);
    assert_int_equal(attach("isa-serial", 0), ERR_ABSENT);
}

static void test_announced_and_absent_is_told(void **state)
{
    (void)state;
    uart8250_fake_init(&fake, FAKE_ONES);
    assert_int_equal(attach("ns16550a", 0), ERR_ABSENT);
    struct console *con = fake_kernel_console(0);
    assert_non_null(con);
    assert_int_equal(con->status, ERR_ABSENT);
    assert_string_equal(con->kind, "ns16550");
    assert_string_equal(con->found, "isa:0x3f8");
    assert_non_null(con->why.what);
    assert_int_equal(con->why.found, 0xff);
    assert_int_equal(con->ops->write(con, "x", 1), 0);
}

/* Probing a UART that somebody uses changes nothing that he could see.
 * PC16550D §8.10 (scratch), §8.4, §8.6, §8.9 (reads with effects) */
/* PC16550D §8.7, §8.8: bits that are always 0.  A device that sets them is not written to. */
static void test_bits_that_are_always_zero(void **state)
{
    (void)state;
    struct io io = uart8250_fake_window(&fake);
    struct why why;
    for (unsigned bit = 0; bit < 8; bit++) {
        uart8250_fake_init(&fake, FAKE_16550A);
        fake.mcr = (uint8_t)(1u << bit);
        assert_int_equal(uart8250_probe(&io, &why), bit >= 5 ? ERR_ABSENT : OK);
        uart8250_fake_init(&fake, FAKE_16550A);
        fake.ier = (uint8_t)(1u << bit);
        assert_int_equal(uart8250_probe(&io, &why), bit >= 4 ? ERR_ABSENT : OK);
        assert_int_equal(fake.ier, 1u << bit);
        /* DLAB hides IER: what is seen there is the divisor. */
        fake.lcr = UART8250_LCR_DLAB;
        fake.divisor = 0xff00;
        assert_int_equal(uart8250_probe(&io, &why), OK);
    }
}

static void test_probe_disturbs_nothing(void **state)
{
    (void)state;
    fake.ier = 0x0f;
    fake.fcr = UART8250_FCR_ENABLE;
    fake.lcr = 0x1b;
    fake.mcr = 0x0b;
    fake.scr = 0x77;
    fake.divisor = 12;
    fake.line.depth = 16;
    serial_line_put(&fake.line, 'o');
    serial_line_type(&fake.line, "in");
    struct uart8250_fake before = fake;

    struct io io = uart8250_fake_window(&fake);
    struct why why;
    assert_int_equal(uart8250_probe(&io, &why), OK);
    assert_true(io.accesses <= 13);
    fake.on_the_bus = before.on_the_bus;
    memcpy(fake.memory, before.memory, sizeof(fake.memory));
    assert_memory_equal(&fake, &before, sizeof(fake));
    assert_int_equal(fake.disturbances, 0);
}

/* PC16550D §8.1: with DLAB left set, register 1 is the divisor and not IER. */
static void test_probe_with_dlab_left_set(void **state)
{
    (void)state;
    fake.lcr = UART8250_LCR_DLAB;
    fake.divisor = 0xff00;
    struct console *con = attached();
    assert_int_equal(uart_write_all(con, uart_flood, 100, 1), 100);
    uart_assert_rules_kept();
}

static void test_line_control_must_stick(void **state)
{
    (void)state;
    fake.is_deaf = true;
    assert_int_equal(attach("isa-serial", 0), ERR_ABSENT);
}

/* --- programming --------------------------------------------------------------------- */

/* PC16550D §8.1, PC16550D §8.7, PC16550D §8.8 */
static void test_line_is_115200_8n1_without_interrupts(void **state)
{
    (void)state;
    fake.ier = 0x0f;
    fake.mcr = UART8250_MCR_LOOP;
    attached();
    assert_int_equal(fake.divisor, 1);
    assert_int_equal(fake.lcr, UART8250_LCR_WLEN8);
    assert_int_equal(fake.ier, 0);
    assert_int_equal(fake.mcr, UART8250_MCR_DTR | UART8250_MCR_RTS);
    uart_assert_rules_kept();
}

/* PC16550D §8.3 */
static void test_divisor_follows_the_clock(void **state)
{
    (void)state;
    const struct {
        uint32_t clock_hz;
        unsigned divisor;
    } rows[] = { { 0, 1 },        { 1843200, 1 },   { 3686400, 2 },       { 1, 1 },
                 { 14745600, 8 }, { 24000000, 13 }, { 0xffffffffu, 2330 } };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uart8250_fake_init(&fake, FAKE_16550A);
        assert_int_equal(attach("ns16550a", rows[i].clock_hz), OK);
        assert_int_equal(fake.divisor, rows[i].divisor);
    }
}

/* PC16550D §8.6, PC16550D §8.5 */
static void test_fifo_size_is_found(void **state)
{
    (void)state;
    const enum uart8250_fake_chip chips[] = { FAKE_16550A, FAKE_16550, FAKE_16450 };
    const unsigned sizes[] = { 16, 1, 1 };
    for (size_t i = 0; i < 3; i++) {
        fake_kernel_reset();
        uart8250_fake_init(&fake, chips[i]);
        struct console *con = attached();
        assert_int_equal(con->ops->write(con, uart_flood, 100), sizes[i]);
        assert_int_equal(uart_write_all(con, uart_flood + sizes[i], 1000, 1), 1000);
        uart_assert_sent(uart_flood, 1000 + sizes[i]);
        uart_assert_rules_kept();
    }
}

static void test_what_waits_in_the_fifos_stays(void **state)
{
    (void)state;
    fake.fcr = UART8250_FCR_ENABLE;
    fake.line.depth = 16;
    fake.line.is_stuck = true;
    serial_line_put(&fake.line, 'a');
    serial_line_put(&fake.line, 'b');
    serial_line_type(&fake.line, "typed");
    struct console *con = attached();

    char input[8] = { 0 };
    assert_int_equal(con->ops->read(con, input, sizeof(input)), 5);
    assert_string_equal(input, "typed");
    fake.line.is_stuck = false;
    uart_assert_sent((const uint8_t *)"ab", 2);
    assert_int_equal(fake.line.dropped, 0);
}

static void test_no_memory(void **state)
{
    (void)state;
    fake_kernel_memory_left(0);
    assert_int_equal(attach("isa-serial", 0), ERR_FULL);
    uart8250_fake_init(&fake, FAKE_ONES);
    assert_int_equal(attach("ns16550", 0), ERR_FULL);
}

/* --- the console --------------------------------------------------------------------- */

static void test_console_says_what_it_is(void **state)
{
    (void)state;
    struct console *con = attached();
    assert_string_equal(con->kind, "isa-serial");
    assert_string_equal(con->found, "isa:0x3f8");
    assert_true(con->is_primary);
    assert_int_equal(con->status, OK);
    assert_int_equal(con->ops->class, CONSOLE_FIFO);
    assert_null(con->ops->inflight);
}

/* PC16550D §8.4: never more than the FIFO holds for each THRE. */
static void test_a_call_takes_one_fifo(void **state)
{
    (void)state;
    struct console *con = attached();
    assert_int_equal(con->ops->write(con, uart_flood, 3), 3);
    assert_int_equal(con->ops->write(con, uart_flood + 3, 500), 13);
    assert_int_equal(con->ops->write(con, uart_flood + 16, 500), 16);
    assert_int_equal(con->ops->write(con, uart_flood + 32, 16), 16);
    uart_assert_sent(uart_flood, 48);
    uart_assert_rules_kept();
}

/* 17 accesses for 16 bytes, however short the lines are. */
static void test_accesses_per_byte(void **state)
{
    (void)state;
    struct console *con = attached();
    const size_t lines[] = { 1, 7, 45, 81, UART_FLOOD };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        uint64_t before = con->accesses;
        fake.line.sent_count = 0;
        for (size_t done = 0; done < UART_FLOOD; done += lines[i]) {
            size_t len = lines[i] < UART_FLOOD - done ? lines[i] : UART_FLOOD - done;
            assert_int_equal(uart_write_all(con, uart_flood + done, len, 1), len);
        }
        assert_true(con->accesses - before > UART_FLOOD);
        assert_true((con->accesses - before) * 1000 <= UART_FLOOD * 1063ull);
        uart_assert_sent(uart_flood, UART_FLOOD);
    }
    uart_assert_rules_kept();
}

/* --- windows ------------------------------------------------------------------------- */

static void test_stride_and_width_belong_to_the_window(void **state)
{
    (void)state;
    const struct {
        unsigned shift, width;
    } rows[] = { { 0, 0 }, { 0, 1 }, { 1, 2 }, { 2, 4 }, { 2, 1 }, { 3, 4 } };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fake_kernel_reset();
        uart8250_fake_init(&fake, FAKE_16550A);
        fake.shift = rows[i].shift;
        fake.width = rows[i].width;
        struct console *con = attached();
        assert_int_equal(uart_write_all(con, uart_flood, 1000, 1), 1000);
        uart_assert_sent(uart_flood, 1000);
        uart_assert_rules_kept();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UART_TESTS,
        UART_TEST(test_empty_ports_are_absent),
        UART_TEST(test_echoing_bus_is_absent_whatever_it_held),
        UART_TEST(test_memory_is_absent_whatever_it_holds),
        UART_TEST(test_chip_without_scratch_is_absent),
        UART_TEST(test_announced_and_absent_is_told),
        UART_TEST(test_bits_that_are_always_zero),
        UART_TEST(test_probe_disturbs_nothing),
        UART_TEST(test_probe_with_dlab_left_set),
        UART_TEST(test_line_control_must_stick),
        UART_TEST(test_line_is_115200_8n1_without_interrupts),
        UART_TEST(test_divisor_follows_the_clock),
        UART_TEST(test_fifo_size_is_found),
        UART_TEST(test_what_waits_in_the_fifos_stays),
        UART_TEST(test_no_memory),
        UART_TEST(test_console_says_what_it_is),
        UART_TEST(test_a_call_takes_one_fifo),
        UART_TEST(test_accesses_per_byte),
        UART_TEST(test_stride_and_width_belong_to_the_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
