/*
 * What the 32-bit and the 64-bit Arm architecture have in common.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_ARCH_COMMON_ARM_COMMON_ARM_H
#define FIRMWARE_ARCH_COMMON_ARM_COMMON_ARM_H

#include <stdbool.h>
#include <stdint.h>

/* Arm Power State Coordination Interface, DEN 0022E, 5.10. */
#define PSCI_SYSTEM_OFF 0x84000008u

/* psci.c's two conduits, written in assembly: a call with this function number. */
void psci_by_hvc(uint32_t function);
void psci_by_smc(uint32_t function);

/* semihosting.S: the call, and its one instruction, of 4 bytes, which may fault. */
uintptr_t semihosting_call(uintptr_t operation, const void *block);
extern const char semihosting_instruction[];

/*
 * A trap handler asks: is this the instruction of a semihosting call?
 * returns  true: the call is refused; go on 4 bytes further
 */
bool semihosting_step_over(uintptr_t pc);

/*
 * A fault status code in words.  AArch64 and the long-descriptor format of AArch32 have
 * the same: DDI 0487J, D17.2.37 (DFSC); DDI 0406C, B3.13.3.
 */
const char *fault_status_name(unsigned code);

#endif
