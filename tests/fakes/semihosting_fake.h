/*
 * The other side of semihosting for unit tests.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FAKES_SEMIHOSTING_FAKE_H
#define TESTS_FAKES_SEMIHOSTING_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/io.h"
#include "tests/fakes/serial_line.h"

struct semihosting_fake {
    struct serial_line line; /* sent[], broken                               */

    /* set by the test */
    bool is_off; /* the call is an instruction that faults */

    uint32_t result;
    bool is_refused;
    unsigned calls;
};

void semihosting_fake_init(struct semihosting_fake *fake);
struct io semihosting_fake_window(struct semihosting_fake *fake);

#endif
