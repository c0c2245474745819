/*
 * What every UART must do, and survive.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tests/fakes/uart_tests.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/fakes/kernel.h"

uint8_t uart_flood[UART_FLOOD];

int uart_setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    uart.init();
    for (size_t i = 0; i < UART_FLOOD; i++)
        uart_flood[i] = (uint8_t)(i * 7 + i / 251);
    return 0;
}

int uart_teardown(void **state)
{
    (void)state;
    fake_kernel_reset();
    return 0;
}

/* --- fixtures ------------------------------------------------------------------------ */

size_t uart_write_all(struct console *con, const uint8_t *buf, size_t len, unsigned tries)
{
    size_t done = 0;
    while (done < len && tries > 0) {
        size_t taken = con->ops->write(con, buf + done, len - done);
        assert_true(taken <= len - done);
        done += taken;
        tries -= taken == 0;
    }
    return done;
}

void uart_assert_sent(const uint8_t *bytes, size_t len)
{
    serial_line_look(uart.line);
    assert_int_equal(uart.line->sent_count, len);
    assert_memory_equal(uart.line->sent, bytes, len);
}

void uart_assert_rules_kept(void)
{
    assert_string_equal(uart.line->broken, "");
}

/* --- output -------------------------------------------------------------------------- */

void uart_test_waiting_for_idle_is_bounded(void **state)
{
    (void)state;
    uart.line->is_stuck = true;
    serial_line_put(uart.line, 'x');
    uart.attached();
    assert_true(fake_kernel_clock() >= uart.idle_us);
    assert_true(fake_kernel_clock() < 2 * uart.idle_us);
}

/* PC16550D §8.4, DDI 0183G §3.3.3: never more than there is room for. */
void uart_test_a_full_fifo_takes_nothing(void **state)
{
    (void)state;
    struct console *con = uart.attached();
    uart.line->is_stuck = true;
    assert_int_equal(con->ops->write(con, uart_flood, 10), 10);
    assert_int_equal(con->ops->write(con, uart_flood + 10, 100), 6);
    for (int i = 0; i < 100; i++)
        assert_int_equal(con->ops->write(con, uart_flood + 16, 10), 0);
    uart.line->is_stuck = false;
    assert_int_equal(con->ops->write(con, uart_flood + 16, 10), 10);
    uart_assert_sent(uart_flood, 26);
    uart_assert_rules_kept();
}

void uart_test_slow_line_loses_nothing(void **state)
{
    (void)state;
    struct console *con = uart.attached();
    uart.line->bytes_per_look = 1;
    assert_int_equal(uart_write_all(con, uart_flood, 2000, 1u << 16), 2000);
    uart.line->bytes_per_look = 0;
    uart_assert_sent(uart_flood, 2000);
    uart_assert_rules_kept();
}

/* PC16550D §8.4: THRE comes before the last byte is out, TEMT after; DDI 0183G §3.3.3: BUSY. */
void uart_test_sent_means_the_last_bit_too(void **state)
{
    (void)state;
    struct console *con = uart.attached();
    assert_true(con->ops->is_sent(con));
    uart.line->bytes_per_look = 1;
    assert_int_equal(con->ops->write(con, "ab", 2), 2);
    assert_false(con->ops->is_sent(con)); /* 'a' shifting, 'b' in the FIFO */
    assert_false(con->ops->is_sent(con)); /* FIFO empty, 'b' shifting      */
    assert_true(serial_line_is_empty(uart.line));
    assert_true(con->ops->is_sent(con));
}

/* What the ledger tells: a status and a byte, each. */
void uart_test_every_access_is_counted(void **state)
{
    (void)state;
    struct console *con = uart.attached();
    assert_int_equal(con->ops->write(con, "a", 1), 1);
    uint64_t before = con->accesses;
    assert_true(con->ops->is_sent(con));
    assert_int_equal(con->accesses - before, 1);
    char byte;
    serial_line_type(uart.line, "b");
    assert_int_equal(con->ops->read(con, &byte, 1), 1);
    assert_int_equal(con->accesses - before, 3);
}

/* --- input --------------------------------------------------------------------------- */

void uart_test_reading(void **state)
{
    (void)state;
    struct console *con = uart.attached();
    char buf[64] = { 0 };
    assert_int_equal(con->ops->read(con, buf, sizeof(buf)), 0);
    serial_line_type(uart.line, "hello, world: more than a FIFO");
    assert_int_equal(con->ops->read(con, buf, 5), 5);
    assert_int_equal(con->ops->read(con, buf + 5, sizeof(buf) - 5), 16);
    assert_int_equal(con->ops->read(con, buf + 21, sizeof(buf) - 21), 9);
    assert_string_equal(buf, "hello, world: more than a FIFO");
    uart_assert_rules_kept();
}

void uart_test_endless_input_is_bounded(void **state)
{
    (void)state;
    struct console *con = uart.attached();
    *uart.is_babbling = true;
    static char buf[4096];
    assert_int_equal(con->ops->read(con, buf, sizeof(buf)), 16);
}

void uart_test_pulled_out_takes_nothing(void **state)
{
    (void)state;
    struct console *con = uart.attached();
    *uart.is_gone = true;
    char buf[16];
    assert_int_equal(con->ops->write(con, uart_flood, 100), 0);
    assert_int_equal(con->ops->read(con, buf, sizeof(buf)), 0);
    assert_false(con->ops->is_sent(con));
}
