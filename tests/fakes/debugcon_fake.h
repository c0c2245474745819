/*
 * A debug console port for unit tests.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FAKES_DEBUGCON_FAKE_H
#define TESTS_FAKES_DEBUGCON_FAKE_H

#include <stdint.h>

#include "drivers/io.h"
#include "tests/fakes/serial_line.h"

struct debugcon_fake {
    struct serial_line line; /* sent[], broken                         */
    uint8_t readback;        /* set by the test: 0xff is an empty port */
    unsigned reads, writes;
};

void debugcon_fake_init(struct debugcon_fake *fake);
struct io debugcon_fake_window(struct debugcon_fake *fake);

#endif
