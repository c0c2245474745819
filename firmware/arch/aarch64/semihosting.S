/*
 * aarch64: the instruction that stops for a debugger.
 *
 * Source: Arm 100863 3.0, chapter 4: HLT 0xF000, operation in w0, parameters at x1,
 * result in x0.  Without a debugger it is undefined.
 *
 * SPDX-License-Identifier: MIT
 */
    .text
    .globl semihosting_call, semihosting_instruction
semihosting_call:
semihosting_instruction:
    hlt #0xf000
    ret
