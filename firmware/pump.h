/*
 * The pump: who is offered what, when, and for how long anybody waits.
 *
 * No console waits for another: the cost of many is that of the slowest one, not the
 * sum.  A pass visits the consoles class by class (drivers/console.h):
 *
 *   with a doorbell   a batch when PUMP_BATCH bytes for each such console wait (at most
 *                     PUMP_BATCH_MOST), or the oldest of them is PUMP_AGE_US old; while the last
 *                     batch is still in flight, batches grow up to PUMP_BATCH_MOST
 *   without           as much as it takes, at once
 *
 * In a flush, on panic and when the program is idle, all at once.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_PUMP_H
#define FIRMWARE_PUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/console.h"
#include "drivers/kernel.h"
#include "firmware/log.h"

#define PUMP_MIN(a, b) ((a) < (b) ? (a) : (b))

/* A doorbell costs as much as hundreds of bytes, so thousands should go with it. */
#define PUMP_BATCH      PUMP_MIN(8192u, LOG_RING_SIZE / 8)
#define PUMP_BATCH_MOST PUMP_MIN(131072u, LOG_RING_SIZE / 4)
#define PUMP_AGE_US     1000u

/*
 * Rings for age alone: a few may come in quick succession, so that a line here and
 * there leaves at once; in a steady stream they are PUMP_EARLY_US apart.
 */
#define PUMP_EARLY_US    8000u
#define PUMP_EARLY_BURST 4u

/* What one pass gives a console that has no doorbell: one that came late must not hold
 * up the program until it has had the whole log. */
#define PUMP_BURST_MOST 4096u

/* A console that took or gave back nothing for so long, while others wait for it, is parked: a
 * host that is merely busy comes back sooner.  park=MS on the command line. */
#define PUMP_PARK_MS 1000u

/* A parked console is looked at this often: it costs next to nothing. */
#define PUMP_RETRY_US 10000u

void pump_init(void);
void pump_set_park_ms(uint32_t ms);

/* A console has joined the list. */
void pump_join(struct console *con);

/* Poll this service in every pass from now on. */
void pump_add_service(struct service *service);

/*
 * Wait until len bytes more fit into the ring: nobody's device reads them any more, and every
 * live console has had them.
 * blocks   while a live console makes progress, and at most park=MS without
 */
void pump_make_room(size_t len);

/* Look after services and consoles, as after each write to the log.  Never waits. */
void pump_offer(void);

/* One turn of an idle loop: everybody is offered everything at once.  Never waits. */
void pump_idle(void);

/* log_flush() */
void pump_flush(void);

/*
 * The last resort of a panic: what a console with a dead queue has not had goes out
 * through its emergency door.
 */
void pump_emergency(void);

/* early=emerg: let a console that has just joined have the first line by that door. */
void pump_first_light(struct console *con);

/* Within a pass: no record can be written now (record.c keeps it until later). */
bool pump_is_busy(void);

/* Forget that a pass was under way: a fault came out of it. */
void pump_break(void);

/* Bytes that the device still reads. */
size_t pump_inflight(struct console *con);

#endif
