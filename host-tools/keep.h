/*
 * What -o DIR keeps of a run: the evidence.
 *
 *   NAME.log         one for each console, the bytes as they came
 *   qemu-command     the command line, to be pasted
 *   qemu-messages    what QEMU said
 *   result.json      what --json prints
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_KEEP_H
#define HOST_TOOLS_KEEP_H

#include "host-tools/problem.h"
#include "host-tools/report.h"

/* Make the folder, if it isn't there; its parent must be.  returns 0 | -1 and the problem */
int keep_folder(const char *folder, struct problem *problem);

/* returns  0 | -1 and the problem */
int keep_bytes(const char *folder, const char *name, const void *bytes, size_t len,
               struct problem *problem);
int keep_json(const char *folder, const struct report *report, struct problem *problem);

#endif
