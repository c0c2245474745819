/*
 * What the firmware asks of a machine: which devices it has, and how it ends.
 *
 * pc/    QEMU's q35, pc, microvm: PVH start_info, ACPI, ISA ports    (x86_64, i386)
 * virt/  QEMU's virt machines: a device tree                         (arm, aarch64, riscv)
 * An architecture's makefile line picks one.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_PLATFORM_PLATFORM_H
#define FIRMWARE_PLATFORM_PLATFORM_H

#include <stdint.h>

/*
 * Read what the loader handed over; nothing is written and no device touched.
 * Bad input is kept and named later, by platform_find_rest().
 */
void platform_init(uintptr_t boot_info);

/* The words of -append, NUL-terminated, "" if there are none.  Never NULL. */
const char *platform_command_line(void);

/* Best guess of the machine: "q35", "pc", "microvm", or the FDT's "linux,dummy-virt". */
const char *platform_machine(void);

/* First light: the machine's first UART, if it is where it always is. */
void platform_find_first(void);

/* All other consoles; records what it can't use. */
void platform_find_rest(void);

/* Switch the machine off, status 0..255 where it can carry one.  Returns only if it can't. */
void platform_power_off(unsigned status);

#endif
