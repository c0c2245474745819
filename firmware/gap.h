/*
 * The gap line (wire.h): where a console lost bytes, it says how many, and goes on at
 * the start of a later line.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_GAP_H
#define FIRMWARE_GAP_H

#include <stdbool.h>
#include <stddef.h>

#include "drivers/console.h"

/* Has it lost bytes that no gap line has told yet, or a gap line half sent? */
bool gap_is_due(const struct console *con);

/* Is its gap line half sent?  Then nothing else may come between. */
bool gap_is_open(const struct console *con);

/* The first start of a line behind this position, or the end of the log. */
uint64_t gap_next_line(uint64_t position);

/*
 * Offer the gap line through `write`; with its first byte taken, the cursor moves on to
 * where the console resumes.  Only while nothing else is in flight.
 * returns  how many bytes of it were taken, 0: not now
 */
size_t gap_offer(struct console *con, size_t (*write)(struct console *, const void *, size_t));

/* A device was made to let go of its gap line before it was sent: so many bytes of it. */
void gap_was_lost(struct console *con, size_t gap_bytes);

#endif
