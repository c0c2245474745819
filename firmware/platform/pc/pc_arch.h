/*
 * What the PC asks of its architectures beyond firmware/arch/arch.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_PLATFORM_PC_PC_ARCH_H
#define FIRMWARE_PLATFORM_PC_PC_ARCH_H

/* Reset the machine by a fault that no handler can take: works where nothing else does. */
_Noreturn void pc_triple_fault(void);

#endif
