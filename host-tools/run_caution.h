/*
 * What the user's own arguments for QEMU give cause to say before a run.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_RUN_CAUTION_H
#define HOST_TOOLS_RUN_CAUTION_H

#include <stdio.h>

/* The words behind --, NULL-ended: "tutti: note: ..." for each caution.  What QEMU would not
 * understand is left for QEMU to tell. */
void run_caution(char **qemu_args, FILE *out);

#endif
