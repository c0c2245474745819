/*
 * Which layer did it?  The rules, and why they hold, stand at the head of verify.h.
 *
 * Inside the verifier only.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_BLAME_H
#define HOST_TOOLS_BLAME_H

#include "host-tools/verify.h"

/* Blame for every verdict that has none yet. */
void blame_all(struct verification *verification);

#endif
