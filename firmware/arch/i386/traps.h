/*
 * Exceptions of the CPU, told to the log.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_ARCH_I386_TRAPS_H
#define FIRMWARE_ARCH_I386_TRAPS_H

/* From now on every exception ends in firmware_fault(). */
void traps_init(void);

#endif
