/*
 * The tool's own QMP channel: a socket pair, so no name and no race.
 *
 * QEMU flags: -chardev socket,id=tutti-qmp,fd=3 -mon chardev=tutti-qmp,mode=control
 *
 * A call runs the event loop until its answer is there.  So everything else goes on
 * meanwhile, above all the reading of captures: a QEMU that is stuck in a write to one of
 * them answers only once that is read.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_QMP_H
#define HOST_TOOLS_QMP_H

#include <uv.h>

#include "host-tools/problem.h"
#include "host-tools/qmp_message.h"

struct qmp {
    uv_pipe_t pipe;
    uv_timer_t clock;
    struct qmp_lines lines;
    char version[32];         /* QEMU's, once it has greeted               */
    unsigned version_number;  /* major * 100 + minor, 0 before             */
    json_int_t last_id;       /* of the command that was sent last         */
    struct qmp_message reply; /* to it, once has_reply                     */
    bool has_reply, has_expired;
    bool is_broken;    /* QEMU said what is no QMP; text in reply   */
    bool is_closed;    /* QEMU's end is gone                        */
    bool is_cancelled; /* whoever waits must give up: qmp_cancel()  */
    void (*on_event)(void *ctx, const struct qmp_message *event); /* set by the owner, or NULL */
    void *ctx;
};

/*
 * Start on our end of the socket pair; takes the descriptor over.
 * returns  0 | -1 and the problem
 */
int qmp_open(struct qmp *qmp, uv_loop_t *loop, int fd, struct problem *problem);
void qmp_close(struct qmp *qmp); /* then the loop must run once more */
void qmp_free(struct qmp *qmp);  /* ... and then this                */

/* Wait for the greeting, and say which dialect we speak (qmp_capabilities). */
int qmp_greet(struct qmp *qmp, unsigned timeout_ms, struct problem *problem);

/*
 * One command and its answer.
 *
 * arguments  taken over, or NULL
 * body       what it returned, new reference; NULL: not wanted
 * returns    0 | -1 and the problem: an error, no answer in time, QEMU gone
 */
int qmp_call(struct qmp *qmp, const char *command, json_t *arguments, unsigned timeout_ms,
             json_t **body, struct problem *problem);

/* Has it greeted, and answered or may still do so? */
bool qmp_is_alive(const struct qmp *qmp);

/* Have whoever waits give up: QEMU has died, or the user wants to stop. */
void qmp_cancel(struct qmp *qmp);

/* How QEMU shows the chardev of this name, "pty:/dev/pts/7"; freed by the caller.
 * NULL and the problem if it has none. */
char *qmp_chardev_filename(struct qmp *qmp, const char *label, struct problem *problem);

#endif
