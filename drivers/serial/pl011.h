/*
 * The Arm PrimeCell UART, PL011.
 *
 * Source: DDI 0183G (pl011_regs.h).
 *
 * Next on the tour: pl011.c
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_SERIAL_PL011_H
#define DRIVERS_SERIAL_PL011_H

#include <stdint.h>

#include "drivers/console.h"
#include "drivers/device.h"
#include "drivers/io.h"

struct pl011 {
    struct console con; /* first: a pointer to it is one to the uart  */
    struct io io;       /* one page of registers                      */
    unsigned fifo_size; /* bytes that may be written when TXFE is set,
                           set by pl011_probe()                       */
    unsigned room;      /* ... of which so many were not used yet     */
};

/*
 * Is there a PL011 behind the window?  Reads its identity, changes nothing.
 * returns  OK | ERR_ABSENT no (uart->con.why)
 * DDI 0183G §3.3.15, DDI 0183G §3.3.16
 */
int pl011_probe(struct pl011 *uart);

/*
 * Program it: 115200 baud, 8N1, FIFOs on, no interrupts.
 *
 * clock_hz  UARTCLK, 0 if unknown: then the 24 MHz of Arm's own boards
 * blocks    up to PL011_IDLE_US, for bytes that are still being sent
 * DDI 0183G §3.3.8 (disable, program, enable), §3.3.7 (LCR_H last)
 */
void pl011_init(struct pl011 *uart, uint32_t clock_hz);

/* 32 bytes of 10 bits each at 9600 baud, the slowest that loaders use, are 34 ms. */
#define PL011_IDLE_US 40000u

extern const struct driver pl011_driver;

#endif
