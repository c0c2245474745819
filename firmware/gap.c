/*
 * Gap lines.
 *
 * The line is put together in the console's own struct, since a device may read it long
 * after; until its first byte is taken it may still be put together anew, because more
 * may be lost meanwhile.
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/gap.h"

#include <string.h>

#include "drivers/text.h"
#include "firmware/log.h"
#include "firmware/wire.h"

bool gap_is_open(const struct console *con)
{
    return con->gap_sent > 0;
}

bool gap_is_due(const struct console *con)
{
    return gap_is_open(con) || con->cursor < log_start() || con->lost != con->lost_seen;
}

uint64_t gap_next_line(uint64_t position)
{
    const void *piece;
    size_t len;
    while ((len = log_peek(position, &piece)) > 0) {
        const char *newline = memchr(piece, '\n', len);
        if (newline)
            return position + (size_t)(newline - (const char *)piece) + 1;
        position += len;
    }
    return position;
}

static uint64_t resume_position(const struct console *con)
{
    if (con->cursor < log_start())
        return gap_next_line(log_start());
    return con->is_mid_line ? gap_next_line(con->cursor) : con->cursor;
}

/* Bytes taken and lost may have ended anywhere, so they count as the middle of a line. */
static void compose(struct console *con, uint64_t resume)
{
    uint64_t lost = con->lost - con->lost_seen;
    struct text line = text_begin(con->gap, sizeof(con->gap));
    if (con->is_mid_line || lost > 0)
        text_add(&line, WIRE_EOL);
    text_add(&line, WIRE_GAP);
    text_add_decimal(&line, resume - con->cursor + lost);
    text_add(&line, WIRE_EOL);
    con->gap_len = (uint8_t)line.len;
}

static void move_on(struct console *con, uint64_t resume)
{
    con->gap_told = resume - con->cursor + con->lost - con->lost_seen;
    con->given_up += resume - con->cursor;
    con->lost_seen = con->lost;
    con->cursor = resume;
    con->floor = resume;
    con->sent_at = UINT64_MAX;
    con->is_mid_line = false;
}

size_t gap_offer(struct console *con, size_t (*write)(struct console *, const void *, size_t))
{
    bool was_open = gap_is_open(con);
    uint64_t resume = was_open ? con->cursor : resume_position(con);
    if (!was_open)
        compose(con, resume);

    size_t left = con->gap_len - (size_t)con->gap_sent;
    size_t taken = write(con, con->gap + con->gap_sent, left);
    if (taken == 0)
        return 0;
    if (!was_open)
        move_on(con, resume);
    con->gap_sent = taken < left ? (uint8_t)(con->gap_sent + taken) : 0;
    return taken;
}

/* What it told is to be told again, and its own bytes are none of the stream's. */
void gap_was_lost(struct console *con, size_t gap_bytes)
{
    con->lost_seen += gap_bytes;
    con->lost_seen -= con->gap_told;
    con->gap_sent = 0;
}
