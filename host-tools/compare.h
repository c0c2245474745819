/*
 * A capture held against a complete copy of the same stream: the same, to the byte.
 *
 * With the truth at hand a fault needs no guessing.  One fault is one edit, and the common
 * beginning and the common ending leave exactly what was cut out, put in or changed.  With
 * several, the record numbers tell where the capture comes back in step after the first.
 *
 * Inside the verifier only; verify.h is the interface.
 * Next on the tour: host-tools/blame.c
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_COMPARE_H
#define HOST_TOOLS_COMPARE_H

#include "host-tools/stream.h"

/* Length of what two texts have in common at their beginning. */
size_t common_start(struct span a, struct span b);

/* Fill in is_identical and differs_at. */
void compare_identity(const struct stream *reference, const struct stream *copy,
                      struct verdict *verdict);

/*
 * Put what the reference tells in the place of what the copy alone could tell.  A verdict
 * that already names its cause (gap lines, line ends, a second boot) stays as it is.
 */
void compare_explain(const struct stream *reference, const struct stream *copy,
                     struct verdict *verdict);

#endif
