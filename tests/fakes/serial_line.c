/*
 * FIFO, shift register and wire of a fake UART.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tests/fakes/serial_line.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

void serial_line_rule(struct serial_line *line, bool is_kept, const char *rule)
{
    if (!is_kept && !line->broken[0])
        snprintf(line->broken, sizeof(line->broken), "%s", rule);
}

bool serial_line_put(struct serial_line *line, uint8_t byte)
{
    if (line->count >= line->depth)
        return false;
    line->fifo[line->count++] = byte;
    return true;
}

static void send(struct serial_line *line)
{
    if (line->sent_count < sizeof(line->sent))
        line->sent[line->sent_count++] = line->shifting;
    line->is_shifting = false;
}

static void load_shift_register(struct serial_line *line)
{
    line->shifting = line->fifo[0];
    line->is_shifting = true;
    line->count--;
    memmove(line->fifo, line->fifo + 1, line->count);
}

void serial_line_look(struct serial_line *line)
{
    unsigned left = line->bytes_per_look ? line->bytes_per_look : UINT_MAX;
    if (line->is_stuck)
        left = 0;
    for (; left > 0 && !serial_line_is_idle(line); left--) {
        if (line->is_shifting)
            send(line);
        if (line->count > 0)
            load_shift_register(line);
    }
}

bool serial_line_is_empty(const struct serial_line *line)
{
    return line->count == 0;
}

bool serial_line_is_idle(const struct serial_line *line)
{
    return line->count == 0 && !line->is_shifting;
}

void serial_line_drop(struct serial_line *line)
{
    line->dropped += line->count;
    line->count = 0;
}

void serial_line_type(struct serial_line *line, const char *text)
{
    for (; *text && line->input_count < sizeof(line->input); text++)
        line->input[line->input_count++] = (uint8_t)*text;
}

uint8_t serial_line_take(struct serial_line *line)
{
    if (line->input_count == 0)
        return 0;
    uint8_t byte = line->input[0];
    line->input_count--;
    memmove(line->input, line->input + 1, line->input_count);
    return byte;
}
