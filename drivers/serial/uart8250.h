/*
 * The 8250 family of UARTs: 8250A, 16450, 16550A and what imitates them.
 *
 * One driver for the PC's ports, PCI cards (uart8250_pci.c), a device tree's
 * ns16550 and the fake: where the registers are is the window's affair.
 *
 * Source: PC16550D, "Universal Asynchronous Receiver/Transmitter with FIFOs".
 *
 * Next on the tour: uart8250.c
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_SERIAL_UART8250_H
#define DRIVERS_SERIAL_UART8250_H

#include <stdbool.h>
#include <stdint.h>

#include "drivers/console.h"
#include "drivers/device.h"
#include "drivers/io.h"

struct uart8250 {
    struct console con; /* first: a pointer to it is one to the uart   */
    struct io io;       /* its eight registers                         */
    unsigned fifo_size; /* bytes that may be written when THRE is set,
                           set by uart8250_init()                      */
    unsigned room;      /* ... of which so many were not used yet      */
};

/*
 * Is there a UART behind this window?  Leaves one that is in use as it is: nothing
 * is written but the scratch register, which gets its value back, and no register
 * is read whose reading changes anything.
 *
 * returns  OK | ERR_ABSENT no (why says which register was wrong)
 * blocks   never: 13 accesses at most
 * PC16550D §8.10 (scratch), §8.8 (MCR), §8.7 (IER)
 */
int uart8250_probe(struct io *io, struct why *why);

/*
 * Program it: 115200 baud, 8N1, FIFO on if it has one, no interrupts.  What waits in its
 * FIFOs stays there if they were on: the end of a loader's message, or early input.
 *
 * clock_hz  what the divisor divides, 0 if unknown: then the PC's 1.8432 MHz
 * returns   OK | ERR_ABSENT it does not behave like a UART after all (uart->con.why)
 * blocks    up to UART8250_IDLE_US, for bytes that are still being sent
 */
int uart8250_init(struct uart8250 *uart, uint32_t clock_hz);

/* 16 bytes of 10 bits each at 9600 baud, the slowest that loaders use, are 17 ms. */
#define UART8250_IDLE_US 20000u

/*
 * Probe and program the UART at port->io, and make it a console.
 *
 * kind          of the console: "isa-serial", "ns16550", "pci-serial"
 * is_announced  somebody said that it is there (device tree, PCI): if it isn't, that
 *               is worth a console that is not driven.  Otherwise it is just absent.
 * returns       OK | ERR_ABSENT | ERR_FULL no memory
 */
int uart8250_attach_port(const struct device *port, const char *kind, bool is_announced);

extern const struct driver uart8250_driver;     /* ports and memory */
extern const struct driver uart8250_pci_driver; /* cards            */

#endif
