/*
 * An 8250-family UART for unit tests, stricter than QEMU's: it tracks DLAB, the divisor and
 * the FIFO, and names the rule when the driver sends with no room, no divisor or in loopback.
 * It can also be what is no UART at all: an empty port, a bus that echoes, plain memory.
 *
 * Source: PC16550D.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FAKES_UART8250_FAKE_H
#define TESTS_FAKES_UART8250_FAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "drivers/io.h"
#include "tests/fakes/serial_line.h"

enum uart8250_fake_chip {
    FAKE_16550A, /* 16 bytes of FIFO                                    */
    FAKE_16550,  /* a FIFO that must not be used (PC16550D §8.6)        */
    FAKE_16450,  /* none                                                */
    FAKE_8250,   /* none, and no scratch register either                */
    FAKE_ONES,   /* an empty port: 0xff                                 */
    FAKE_ZEROS,  /* an empty port that is pulled down                   */
    FAKE_ECHO,   /* an empty port that reads what the bus carried last  */
    FAKE_MEMORY, /* eight bytes that keep what is written               */
};

struct uart8250_fake {
    struct serial_line line;

    /* set by the test */
    enum uart8250_fake_chip chip;
    unsigned shift, width; /* how the registers are to be accessed       */
    bool is_gone;          /* pulled out: all ones                       */
    bool is_babbling;      /* LSR always says that a byte has come       */
    bool is_deaf;          /* LCR does not take what is written          */

    /* the registers */
    uint8_t ier, fcr, lcr, mcr, scr;
    uint16_t divisor;
    unsigned may_write; /* bytes that the last look at LSR allowed    */
    uint8_t on_the_bus; /* FAKE_ECHO                                  */
    uint8_t memory[8];  /* FAKE_MEMORY                                */

    /* looked at by the test */
    unsigned disturbances; /* accesses that a UART in use would notice   */
};

void uart8250_fake_init(struct uart8250_fake *fake, enum uart8250_fake_chip chip);

/* A window onto it, as kernel_map() would open it. */
struct io uart8250_fake_window(struct uart8250_fake *fake);

extern const struct io_bus uart8250_fake_bus;

#endif
