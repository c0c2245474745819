/*
 * Semihosting: the CPU itself asks the debugger, here QEMU, to do something.
 *
 * Source: Arm 100863, "Semihosting for AArch32 and AArch64", 3.0; "RISC-V Semihosting", 0.4,
 * which has the same operations behind another instruction.
 *
 * The instruction belongs to the architecture, so the driver reaches it through a window
 * whose bus means this:
 *
 *   burst(operation, block, len)   make the call, with the address of the parameter block
 *   read(SEMIHOSTING_RESULT)       what the call returned
 *   read(SEMIHOSTING_REFUSED)      1 if the CPU knew no such call: it reported a fault
 *                                  instead, which the trap handler got over
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_SERIAL_SEMIHOSTING_H
#define DRIVERS_SERIAL_SEMIHOSTING_H

#include <stdint.h>

#include "drivers/device.h"

#define SEMIHOSTING_RESULT  0
#define SEMIHOSTING_REFUSED 1

/* Operations: Arm 100863, chapter 7. */
#define SEMIHOSTING_SYS_WRITEC 0x03 /* block: the byte                                  */
#define SEMIHOSTING_SYS_WRITE0 0x04 /* block: the bytes, and a NUL                      */
#define SEMIHOSTING_SYS_ERRNO  0x13 /* no block; returns a number, and changes nothing  */

/* Answers to compatible "semihosting". */
extern const struct driver semihosting_driver;

#endif
