/*
 * The debug console: one port.  Source: QEMU, hw/char/debugcon.c; Bochs, "port E9 hack".
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_SERIAL_DEBUGCON_REGS_H
#define DRIVERS_SERIAL_DEBUGCON_REGS_H

/* clang-format off */
#define DEBUGCON_DATA      0     /* W   a byte to send; R  always DEBUGCON_READBACK */
#define DEBUGCON_READBACK  0xe9u /* QEMU: the default of isa-debugcon's readback=   */
#define DEBUGCON_REGISTERS 1
/* clang-format on */

#endif
