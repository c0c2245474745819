/*
 * The debug console of Bochs and QEMU: a byte written to the port is a byte sent.
 *
 * Source: debugcon_regs.h
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_SERIAL_DEBUGCON_H
#define DRIVERS_SERIAL_DEBUGCON_H

#include "drivers/device.h"

/*
 * Answers to two compatible strings, with the port as the window:
 *
 * "qemu,debugcon"        looked for: a console only if the port reads back as one
 * "qemu,debugcon-given"  somebody named the port, and it is believed: its readback may
 *                        have been changed (readback=)
 */
extern const struct driver debugcon_driver;

#endif
