/*
 * arm: the instruction that stops for a debugger.
 *
 * Source: Arm 100863 3.0, chapter 4: HLT 0xF000 in ARM state, operation in r0, parameters
 * at r1, result in r0.  Without a debugger it is undefined; ARMv7 has no name for it.
 *
 * SPDX-License-Identifier: MIT
 */
#define HLT_F000 0xe10f0070

    .syntax unified
    .arm
    .text
    .globl semihosting_call, semihosting_instruction
    .type semihosting_call, %function
semihosting_call:
semihosting_instruction:
    .inst HLT_F000
    bx lr
