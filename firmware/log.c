/*
 * THE stream: a ring in memory, written once, read by every console at its own pace.
 *
 *            log_start()         a cursor            log_end()
 *                 v                 v                    v
 *   . . . gone . .|kkkkkkkkkkkkkkkkk|kkkkkkkkkkkkkkkkkkkk| not written yet
 *                 |<--------- at most LOG_RING_SIZE ---->|
 *
 * A position counts bytes since boot; position % LOG_RING_SIZE is where the byte lies.
 *
 * Next on the tour: firmware/pump.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/log.h"

#include <string.h>

#include "firmware/crc32.h"
#include "firmware/noinit.h"
#include "firmware/pump.h"

_Static_assert((LOG_RING_SIZE & (LOG_RING_SIZE - 1)) == 0, "LOG_RING_SIZE is a power of two");
_Static_assert(LOG_RING_SIZE >= 16384, "LOG_RING_SIZE holds a batch and a few lines");

static unsigned char ring[LOG_RING_SIZE] NOINIT_RING;

static struct {
    uint64_t end;
    uint64_t summed; /* up to here crc is the checksum */
    uint32_t crc;
    struct console *consoles;
} stream;

void log_init(void)
{
    stream.end = stream.summed = 0;
    stream.crc = 0;
    stream.consoles = NULL;
    pump_init();
}

uint64_t log_end(void)
{
    return stream.end;
}

uint64_t log_start(void)
{
    return stream.end > LOG_RING_SIZE ? stream.end - LOG_RING_SIZE : 0;
}

/* --- The ring ----------------------------------------------------------------------- */

static size_t ring_index(uint64_t position)
{
    return (size_t)(position % LOG_RING_SIZE);
}

static size_t least(uint64_t a, uint64_t b)
{
    return (size_t)(a < b ? a : b);
}

size_t log_peek(uint64_t position, const void **piece)
{
    size_t index = ring_index(position);
    *piece = ring + index;
    return least(stream.end - position, LOG_RING_SIZE - index);
}

static void append(const unsigned char *buf, size_t len)
{
    size_t index = ring_index(stream.end);
    size_t until_wrap = least(len, LOG_RING_SIZE - index);
    memcpy(ring + index, buf, until_wrap);
    memcpy(ring, buf + until_wrap, len - until_wrap);
    stream.end += len;
}

/* Out of the ring, and not before the consoles have been offered it. */
static void sum_up(void)
{
    while (stream.summed < stream.end) {
        const void *piece;
        size_t len = log_peek(stream.summed, &piece);
        stream.crc = crc32_update(stream.crc, piece, len);
        stream.summed += len;
    }
}

uint32_t log_crc32(void)
{
    sum_up();
    return stream.crc;
}

/* More than a quarter of the ring at once would make everybody wait for everybody. */
void log_write(const void *buf, size_t len)
{
    const unsigned char *rest = buf;
    while (len > 0) {
        size_t piece = least(len, LOG_RING_SIZE / 4);
        pump_make_room(piece);
        append(rest, piece);
        pump_offer();
        sum_up();
        rest += piece;
        len -= piece;
    }
}

void log_flush(void)
{
    pump_flush();
}

/* --- The consoles ------------------------------------------------------------------- */

struct console *log_consoles(void)
{
    return stream.consoles;
}

bool log_drives(const struct console *con)
{
    return con->status == OK && con->is_selected && !con->is_gone;
}

static enum console_class class_of(const struct console *con)
{
    return con->ops ? con->ops->class : CONSOLE_BLOCKING;
}

static void unlink_console(const struct console *con)
{
    struct console **link = &stream.consoles;
    while (*link && *link != con)
        link = &(*link)->next;
    if (*link)
        *link = con->next;
}

static void link_console(struct console *con)
{
    struct console **link = &stream.consoles;
    while (*link && class_of(*link) <= class_of(con))
        link = &(*link)->next;
    con->next = *link;
    *link = con;
}

void log_attach(struct console *con)
{
    unlink_console(con);
    link_console(con);
    pump_join(con);
}
