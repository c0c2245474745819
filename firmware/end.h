/*
 * How a run ends: well, or by a panic.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_END_H
#define FIRMWARE_END_H

/* A run begins, again: only a test needs to say so. */
void end_reset(void);

/*
 * List the consoles and their accounts, write the end: record, give every console
 * everything, linger, and switch the machine off.
 * status   0..255, for the end: record and the machine
 */
_Noreturn void firmware_end(unsigned status);

/* Something that must not happen did: say so on every console, and end the run. */
_Noreturn void firmware_panic(const char *what);

#endif
