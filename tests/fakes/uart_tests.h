/*
 * The tests that every UART passes, whatever its registers: bytes go out in order, none is
 * lost, no wait is without end.  A test program says which UART, and adds its own.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FAKES_UART_TESTS_H
#define TESTS_FAKES_UART_TESTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/console.h"
#include "tests/fakes/serial_line.h"

/* The UART under test: its fake, behind one face. */
struct uart_under_test {
    struct serial_line *line;
    void (*init)(void); /* as it comes out of reset, with a FIFO of 16 */
    struct console *(*attached)(void);
    bool *is_gone, *is_babbling; /* misbehaviour of the fake                    */
    uint64_t idle_us;            /* how long the driver waits for what is sent  */
};

extern const struct uart_under_test uart; /* the test program's */

#define UART_FLOOD 65536u
extern uint8_t uart_flood[UART_FLOOD];

int uart_setup(void **state);
int uart_teardown(void **state);

/* Offer everything until nothing is left, or nothing is taken so many times. */
size_t uart_write_all(struct console *con, const uint8_t *buf, size_t len, unsigned tries);

/* Exactly these bytes have gone out; no rule of the manual was broken. */
void uart_assert_sent(const uint8_t *bytes, size_t len);
void uart_assert_rules_kept(void);

void uart_test_waiting_for_idle_is_bounded(void **state);
void uart_test_a_full_fifo_takes_nothing(void **state);
void uart_test_slow_line_loses_nothing(void **state);
void uart_test_sent_means_the_last_bit_too(void **state);
void uart_test_every_access_is_counted(void **state);
void uart_test_reading(void **state);
void uart_test_endless_input_is_bounded(void **state);
void uart_test_pulled_out_takes_nothing(void **state);

#define UART_TEST(name) cmocka_unit_test_setup_teardown(name, uart_setup, uart_teardown)

/* clang-format off */
#define UART_TESTS \
    UART_TEST(uart_test_waiting_for_idle_is_bounded), \
    UART_TEST(uart_test_a_full_fifo_takes_nothing), \
    UART_TEST(uart_test_slow_line_loses_nothing), \
    UART_TEST(uart_test_sent_means_the_last_bit_too), \
    UART_TEST(uart_test_every_access_is_counted), \
    UART_TEST(uart_test_reading), \
    UART_TEST(uart_test_endless_input_is_bounded), \
    UART_TEST(uart_test_pulled_out_takes_nothing)
/* clang-format on */

#endif
