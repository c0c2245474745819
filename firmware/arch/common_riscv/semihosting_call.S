/*
 * The semihosting call: three instructions that a debugger knows by sight.
 *
 * RISC-V Semihosting 0.4, section 2: none of them compressed, all on one page.
 *
 * SPDX-License-Identifier: MIT
 */
    .section .text.riscv_semihosting_call, "ax"
    .globl riscv_semihosting_call
    .globl riscv_semihosting_break
    .balign 16
    .option push
    .option norvc
riscv_semihosting_call:
    slli zero, zero, 0x1f
riscv_semihosting_break:
    ebreak
    srai zero, zero, 7
    ret
    .option pop
