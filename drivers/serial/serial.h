/*
 * What every serial driver does the same: turn a device that was found into a
 * console of the log, driven or not.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_SERIAL_SERIAL_H
#define DRIVERS_SERIAL_SERIAL_H

#include "drivers/console.h"
#include "drivers/device.h"

/* The line speed that we program where the chip has one: what every terminal
 * program offers, and the fastest that the PC's 1.8432 MHz clock gives. */
#define SERIAL_BAUD 115200u

/* Fill in what the log tells about a console: kind, how it was found, primary. */
void serial_describe(struct console *con, const struct device *dev, const char *kind);

/*
 * Name a device that is there but can't be driven, and why not.
 * returns  status, so that the caller can end with it | ERR_FULL no memory to name it
 */
int serial_add_undriven(const struct device *dev, const char *kind, int status,
                        const struct why *why);

#endif
