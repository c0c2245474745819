/*
 * What every fake UART has behind its registers: a transmit FIFO, a shift register, the
 * wire that the bytes leave by, and input that somebody typed.
 *
 *   register -> FIFO (depth) -> shift register -> sent[]
 *
 * Time is "looks": each time the driver reads the chip's status, bytes move on.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FAKES_SERIAL_LINE_H
#define TESTS_FAKES_SERIAL_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SERIAL_LINE_SENT_MAX (1u << 17)

struct serial_line {
    /* set by the test */
    bool is_stuck;           /* the host does not read: nothing leaves           */
    unsigned bytes_per_look; /* how many leave at each look; 0: as many as there are */

    /* owned by the fake */
    unsigned depth; /* of the transmit FIFO, set by the chip             */
    unsigned count; /* bytes in it                                       */
    uint8_t fifo[64];
    bool is_shifting;
    uint8_t shifting;
    uint8_t input[64];
    unsigned input_count;

    /* looked at by the test */
    uint8_t sent[SERIAL_LINE_SENT_MAX];
    size_t sent_count;
    size_t dropped;   /* bytes thrown away by a FIFO reset                      */
    char broken[200]; /* the first rule that the driver broke, "" if none       */
};

/* A rule of the manual: if it is not kept, its text is kept in `broken`. */
void serial_line_rule(struct serial_line *line, bool is_kept, const char *rule);

/* One byte into the FIFO; false if it is full. */
bool serial_line_put(struct serial_line *line, uint8_t byte);

/* Time passes. */
void serial_line_look(struct serial_line *line);

bool serial_line_is_empty(const struct serial_line *line); /* the FIFO is              */
bool serial_line_is_idle(const struct serial_line *line);  /* ... the shift register too */

void serial_line_drop(struct serial_line *line);

/* Input: somebody types; the chip hands over one byte (0 if there is none). */
void serial_line_type(struct serial_line *line, const char *text);
uint8_t serial_line_take(struct serial_line *line);

#endif
