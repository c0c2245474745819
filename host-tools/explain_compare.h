/*
 * Have two command lines built the same machine?
 *
 * Pure.  Compared: the chardevs and what they are; every device by kind and number; every
 * frontend, where it is, who is behind it.  Not compared: what differs from start to start
 * (the number of a pty, names in a private folder) and where QEMU keeps an object.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_EXPLAIN_COMPARE_H
#define HOST_TOOLS_EXPLAIN_COMPARE_H

#include "host-tools/explain_model.h"

/* Adds what differs, one line each; returns whether anything did. */
bool model_differences(const struct model *a, const struct model *b, struct argv *lines);

#endif
