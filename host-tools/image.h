/*
 * The image that the guest boots.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_IMAGE_H
#define HOST_TOOLS_IMAGE_H

#include "host-tools/machines.h"
#include "host-tools/problem.h"

/*
 * Where our firmware for a machine is: <arch>/<image> below $TUTTI_BUILD_DIR, or below the
 * folder that this program itself lies in.  The caller frees it.
 */
char *image_default(const struct machine *machine);

/*
 * Can this machine boot it?  An ELF of the right architecture, or a Linux kernel image.
 * returns  0 | -1 and the problem: missing, no image, of another architecture
 */
int image_check(const char *path, const struct machine *machine, struct problem *problem);

/*
 * Is this the image that wrote the log?  Its first record has build=ID, and the image has
 * the same ID somewhere within.  A log without one is believed.
 *
 * log, len   from the first record on
 */
bool image_wrote(const char *path, const unsigned char *log, size_t len);

#endif
