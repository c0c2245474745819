/*
 * What the user's own arguments for QEMU give cause to say before a run.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_RUN_CAUTION_H
#define HOST_TOOLS_RUN_CAUTION_H

#include <stdio.h>

#include "host-tools/run_options.h"

/* "tutti: note: ..." for each caution about the words behind --.  What QEMU would not
 * understand is left for QEMU to tell. */
void run_caution(const struct run_options *options, FILE *out);

#endif
