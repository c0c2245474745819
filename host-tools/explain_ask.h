/*
 * Start a QEMU paused, ask it what it has built, and end it.
 *
 * QEMU flags: the probe's, -S, and -readconfig of a memory file with our own QMP channel
 * (-mon or -qmp would change which defaults QEMU adds; a configuration file does not).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_EXPLAIN_ASK_H
#define HOST_TOOLS_EXPLAIN_ASK_H

#include "host-tools/explain_probe.h"
#include "host-tools/explain_view.h"
#include "host-tools/problem.h"

#define ASK_CHARDEV "tutti-qmp" /* our own, left out of the view */

/*
 * Fill the view.
 *
 * modules  QEMU_MODULE_DIR, or NULL
 * returns  0 | -1 and the problem, worded with a hint.  Free the view in both cases.
 */
int explain_ask(const struct probe *probe, const char *modules, struct view *view,
                struct problem *problem);

#endif
