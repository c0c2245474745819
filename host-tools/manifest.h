/*
 * The consoles that a stream lists: its `console:`, `removed:` and `ledger:` records.
 *
 * Inside the verifier only; verify.h has the result.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_MANIFEST_H
#define HOST_TOOLS_MANIFEST_H

#include "host-tools/stream.h"

/* Far more than QEMU can have; a stream that lists more is hostile, and cut there. */
#define MANIFEST_MAX 1024

/* returns  0 | -1 out of memory */
int manifest_read(const struct stream *stream, struct manifest *manifest);

#endif
