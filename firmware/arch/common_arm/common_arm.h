/*
 * What the 32-bit and the 64-bit Arm architecture have in common.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_ARCH_COMMON_ARM_COMMON_ARM_H
#define FIRMWARE_ARCH_COMMON_ARM_COMMON_ARM_H

#include <stdint.h>

/* Arm Power State Coordination Interface, DEN 0022E, 5.10. */
#define PSCI_SYSTEM_OFF 0x84000008u

/* psci.c's two conduits, written in assembly: a call with this function number. */
void psci_by_hvc(uint32_t function);
void psci_by_smc(uint32_t function);

/*
 * A fault status code in words.  AArch64 and the long-descriptor format of AArch32 have
 * the same: DDI 0487J, D17.2.37 (DFSC); DDI 0406C, B3.13.3.
 */
const char *fault_status_name(unsigned code);

#endif
