/*
 * What the files of the pump share; nobody else includes this.
 *
 *   pump.c           a pass: who is offered what
 *   pump_console.c   one console: does it move, and which bytes of the ring does it need
 *   pump_doorbell.c  when is a batch ripe
 *   pump_wait.c      who waits for whom: room in the ring, flush, parking, panic
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_PUMP_INTERNAL_H
#define FIRMWARE_PUMP_INTERNAL_H

#include "firmware/pump.h"

struct pump {
    uint64_t floor;           /* nobody needs what lies before: it may be overwritten */
    uint64_t park_us;         /* without progress                                     */
    uint64_t batch;           /* bytes that are worth a doorbell                      */
    unsigned is_busy;         /* depth: within a pass, or a wait for room             */
    struct service *services; /* polled in each pass                                  */
    struct console *others;   /* the first on the list that is not DOORBELL           */
    uint64_t look_at;         /* no DOORBELL console is ripe before this position,    */
    uint64_t look_us;         /* ... or this time                                     */
};

extern struct pump pump;

/* --- pump.c */

/* Poll the services, offer everybody what is due; everything if it is urgent.  Never waits. */
void pump_pass(bool is_urgent);

/* --- pump_console.c */

bool pump_has_doorbell(const struct console *con);
bool pump_is_live(const struct console *con);    /* somebody to wait for          */
bool pump_is_waiting(const struct console *con); /* has not been given everything */

/* inflight(), and whether it has gone down: that is progress. */
size_t pump_look_in_flight(struct console *con, uint64_t now);

/* The oldest byte of the ring that it has not had, or whose memory its device reads. */
uint64_t pump_needs_from(struct console *con, uint64_t now);

/* Does its device read memory of the ring?  A gap line in flight is none. */
bool pump_pins_ring(struct console *con, uint64_t now);

/* It took or gave back bytes: a parked console is parked no more. */
void pump_has_moved(struct console *con, uint64_t now);
void pump_park(struct console *con);

/* --- pump_doorbell.c */

/* Is a ring due, for the batch or for its age? */
bool pump_is_ripe(struct console *con, uint64_t now);
void pump_has_rung(struct console *con, uint64_t now);

/* More consoles, larger batches: the cost of all rings together stays that of a few. */
void pump_count_doorbells(void);

/* May any DOORBELL console be ripe?  Found out while all of them are visited. */
bool pump_may_be_ripe(uint64_t now);
void pump_begin_looking(void);
void pump_look_again(const struct console *con);

#endif
