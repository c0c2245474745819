/*
 * Instructions that a CPU may refuse.  trap.c knows their addresses, and that each is four
 * bytes long.
 *
 * SPDX-License-Identifier: MIT
 */
    .section .text.riscv_probe_time, "ax"
    .globl riscv_probe_time
    .balign 4
riscv_probe_time:
    csrr a0, time
    ret

    /*
     * The semihosting call: three instructions that a debugger knows by sight.
     * RISC-V Semihosting 0.4, section 2: none of them compressed, all on one page.
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
