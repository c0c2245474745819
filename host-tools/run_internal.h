/*
 * What the files of one boot share: run.c, run_start.c, run_wait.c, run_plug.c, run_poll.c,
 * run_tell.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_RUN_INTERNAL_H
#define HOST_TOOLS_RUN_INTERNAL_H

#include <stdint.h>
#include <uv.h>

#include "host-tools/live.h"
#include "host-tools/process.h"
#include "host-tools/qmp.h"
#include "host-tools/run.h"
#include "host-tools/temp_folder.h"

/* QEMU at the start: its modules, firmware blobs, a cold disk, other runs beside it. */
#define START_MS 30000

/* QEMU ends within milliseconds of `quit`, unless it is stuck in a write. */
#define QUIT_MS 3000

#define STOP_SIGNALS 3 /* SIGINT, SIGTERM, SIGHUP */

/* What the run knows about one tap, beyond its bytes. */
struct progress {
    size_t len;   /* at the last tick                */
    bool has_end; /* the end record is there         */
};

struct run {
    struct plan *plan;
    const struct qemu_binary *qemu;
    struct run_result *result;
    uv_loop_t loop;
    uv_timer_t tick;
    uv_signal_t signals[STOP_SIGNALS];
    struct process process;
    struct qmp qmp;
    bool has_qmp;
    struct temp_folder folder;
    struct progress *progress; /* one for each tap                         */
    struct live live;
    uint64_t started_ms; /* loop time                                */
    uint64_t grown_ms;   /* when some tap last grew                  */
    bool has_halted;     /* the guest powered off                    */
    uint64_t polled_ms;  /* when QEMU was last asked for a tap's bytes */
    bool is_polling;     /* a question of ours is under way          */
    uint64_t probed_ms;  /* ... while a reader stood still            */
    int signal;          /* we were told to stop by this, else 0     */
};

/* --- run_start.c: everything up to the guest's first instruction ----------------------- */

int run_bring_up(struct run *run, const struct compose_input *input, struct problem *problem);

/* --- run_plug.c: devices that come and go while the guest runs -------------------------- */

int run_plug(struct run *run, struct problem *problem);

/* --- run_wait.c: captures and time --------------------------------------------------------- */

/* Take what has come on every tap. */
void run_collect(struct run *run);

/* Run the loop until it is done, or nothing can come of it any more.  returns  is it done? */
bool run_wait_until(struct run *run, bool (*is_done)(struct run *run), uint64_t budget_ms);

bool run_has_everything(struct run *run); /* that the captures will ever have */
bool run_is_quiet(struct run *run);       /* nothing more is under way        */
bool run_has_exited(struct run *run);     /* QEMU is gone                     */
bool run_never(struct run *run);          /* just wait                        */

/* We are told to stop, or QEMU is gone. */
bool run_must_stop(const struct run *run);

/* Of --timeout, in milliseconds. */
uint64_t run_time_left(struct run *run);

/* --- run_poll.c: what needs a question, and so can't be done in a tick ------------------- */

void run_poll(struct run *run);

/* --- run_tell.c: how it went --------------------------------------------------------------- */

void run_tell_timeout(struct run *run);
void run_tell_death(struct run *run);

/* QEMU would not start: its own words, and what they mean. */
void run_tell_refusal(struct run *run, struct problem *problem);

#endif
