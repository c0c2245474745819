/*
 * A PL011 for unit tests, stricter than QEMU's: it takes the divisor over only when LCR_H
 * is written, forbids programming while enabled and sending while disabled, and has a FIFO
 * that really fills.
 *
 * Source: DDI 0183G.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FAKES_PL011_FAKE_H
#define TESTS_FAKES_PL011_FAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "drivers/io.h"
#include "tests/fakes/serial_line.h"

struct pl011_fake {
    struct serial_line line;

    /* set by the test */
    unsigned revision; /* of PeriphID2: 3 and above have FIFOs of 32 bytes      */
    uint8_t part;      /* PeriphID0                                             */
    uint32_t cell;     /* PCellID                                               */
    unsigned width;    /* the narrowest access that the bus lets through        */
    bool is_gone;      /* reads all ones                                        */
    bool is_babbling;  /* RXFE is never set                                     */

    /* the registers */
    uint32_t ibrd, fbrd, lcr_h, cr, imsc, ris;
    uint32_t divisor;     /* in 64ths, as taken over by LCR_H                  */
    bool is_line_pending; /* IBRD or FBRD written, LCR_H not yet               */
    unsigned may_write;   /* bytes that the last look at FR allowed            */

    /* looked at by the test */
    unsigned writes;
};

void pl011_fake_init(struct pl011_fake *fake);
struct io pl011_fake_window(struct pl011_fake *fake);

extern const struct io_bus pl011_fake_bus;

#endif
