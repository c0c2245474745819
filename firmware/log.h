/*
 * THE stream: one append-only log, kept in memory, offered to every console.
 *
 * Why keep the byte before sending it?  A console that is found late starts at
 * byte 0 and gets the whole log; a slow one is offered the rest later.
 *
 * log.c     the ring, its consoles, the checksum
 * pump.c    who is offered what, when, and for how long anybody waits
 * gap.c     the one line that a console sees where it lost bytes
 * record.c  lines into records: SEQ TIME TAG: TEXT
 *
 * Next on the tour: drivers/console.h
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_LOG_H
#define FIRMWARE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/console.h"

#ifndef LOG_RING_SIZE
#    define LOG_RING_SIZE (1u << 20) /* bytes, a power of two; `make LOG_RING_SIZE=...` */
#endif

/* Start over with an empty log and no consoles. */
void log_init(void);

/*
 * Append bytes, and offer every console what it has not had yet.
 * blocks   only while the ring is full of bytes that a live console has not had;
 *          bounded: a console without progress is parked (pump.h)
 * Not to be called from within a driver or service: record() may be.
 */
void log_write(const void *buf, size_t len);

/*
 * Wait until every live console has everything, and has sent it.
 * blocks   bounded in the same way
 */
void log_flush(void);

/* Positions: bytes since boot. */
uint64_t log_end(void);   /* where the next byte goes           */
uint64_t log_start(void); /* the oldest byte still kept         */
uint32_t log_crc32(void); /* of all bytes so far, as zlib's     */

/*
 * The longest contiguous piece of the ring from a position on.
 * position  log_start() .. log_end()
 * returns   its length, 0 at the end; *piece points into the ring
 */
size_t log_peek(uint64_t position, const void **piece);

/* The list of consoles, in pass order: by class, then as they came.  It holds those
 * that are not driven too, and those that are gone. */
struct console *log_consoles(void);

/* Add a console.  It starts at 0 (or, if the ring has moved on, with a gap line).
 * One that was on the list before starts anew. */
void log_attach(struct console *con);

/* Is it given the log at all: driven, wanted, and there? */
bool log_drives(const struct console *con);

#endif
