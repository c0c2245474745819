/*
 * A console that does what a test wants: takes everything, a byte a call, nothing at all;
 * reads our memory at once, later, or never.
 *
 * What it "sends" is copied out of the log's memory only when it is sent, so that
 * memory overwritten too early shows in what arrives.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FAKES_CONSOLE_H
#define TESTS_FAKES_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/console.h"

#define FAKE_CONSOLE_PIECES 4096

struct fake_console {
    struct console con; /* first */
    struct console_ops ops;

    /* how it behaves */
    size_t takes_most;     /* bytes a write() takes at most: 0 is dead            */
    size_t sends;          /* in flight: bytes sent at each look, SIZE_MAX all    */
    size_t room;           /* in flight: bytes at most                            */
    size_t emergency_most; /* bytes an emergency() takes at most                  */
    bool is_never_sent;
    bool is_liar; /* says that it took more than it was offered          */

    /* what it saw */
    char *got; /* everything sent, in order */
    size_t got_len, got_size;
    unsigned writes, empty_writes, abandons, emergencies;
    size_t largest_write;

    /* what it has taken and not sent yet */
    struct {
        const char *bytes;
        size_t len;
    } pieces[FAKE_CONSOLE_PIECES];
    size_t first, count, inflight;
};

/* A FIFO of so many bytes, that is empty at every look. */
void fake_console_fifo(struct fake_console *fake, const char *name, size_t fifo);

/* A queue that holds `room` bytes, of which `sends` are sent at each look; SIZE_MAX: all
 * of them within write(), as a synchronous doorbell does. */
void fake_console_queue(struct fake_console *fake, const char *name, size_t room, size_t sends);

/* Let the device send so many of the bytes in flight. */
void fake_console_send(struct fake_console *fake, size_t len);

void fake_console_free(struct fake_console *fake);

#endif
