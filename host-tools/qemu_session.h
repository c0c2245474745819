/*
 * A QEMU with no machine, for questions over QMP.
 *
 * `-device help` would tell as well, but it loads every module that it can find, also those
 * of another QEMU that is installed beside, and then gives up.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_QEMU_SESSION_H
#define HOST_TOOLS_QEMU_SESSION_H

#include "host-tools/process.h"
#include "host-tools/qemu_binary.h"
#include "host-tools/qmp.h"

struct qemu_session {
    uv_loop_t loop;
    struct process process;
    struct qmp qmp;
    bool has_qmp;
};

/* returns  0 | -1 and the problem; close it in both cases */
int qemu_session_open(struct qemu_session *session, const struct qemu_binary *qemu,
                      struct problem *problem);
void qemu_session_close(struct qemu_session *session);

/* Has it this -device? */
bool qemu_session_has_device(struct qemu_session *session, const char *name);

#endif
