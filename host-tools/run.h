/*
 * One boot, from the first descriptor to the last byte.
 *
 *   prepare taps -> start QEMU, which stands still -> QMP -> attach taps -> cont
 *   -> wait for the end records -> drain until quiet -> quit -> wait for the process
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_RUN_H
#define HOST_TOOLS_RUN_H

#include "host-tools/compose.h"
#include "host-tools/inventory.h"
#include "host-tools/plan.h"
#include "host-tools/qemu_binary.h"
#include "host-tools/report.h"

struct run_result {
    enum run_end end;
    char end_text[1024];        /* one line about `end`, or ""               */
    char halt_reason[32];       /* why the guest stopped, in QEMU's word, or "" */
    int end_signal;             /* QEMU died by this, else 0                 */
    int own_signal;             /* we were told to stop by this, else 0      */
    char qemu_version[32];      /* "7.2.22", or ""                           */
    double seconds;             /* from the start of QEMU to its end         */
    struct strbuf messages;     /* what QEMU said                            */
    bool has_frozen;            /* QEMU did not answer while a reader stood still */
    struct inventory inventory; /* which consoles QEMU built              */
};

/*
 * Boot it and capture everything.  The captures stay in the plan's taps; run_release()
 * lets them go.
 *
 * live     show the log here while it comes, or NULL
 * returns  0: it ran, see the result  |  -1 and the problem: it could not.
 *          run_result_free() in both cases.
 */
int run_boot(struct plan *plan, const struct compose_input *input, const struct qemu_binary *qemu,
             FILE *live, struct run_result *result, struct problem *problem);
void run_release(struct plan *plan);
void run_result_free(struct run_result *result);

#endif
