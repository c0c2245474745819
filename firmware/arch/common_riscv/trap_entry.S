/*
 * The CPU reports a fault: save the registers, on a stack of our own (the fault may be
 * the stack's), and let trap.c look.
 *
 * Privileged 20211203: section 3.1.7 (mtvec), 4.1.2 (stvec): 4-byte aligned.
 *
 * SPDX-License-Identifier: MIT
 */
#if __riscv_xlen == 64
#    define LOAD ld
#    define STORE sd
#    define WORD 8
#else
#    define LOAD lw
#    define STORE sw
#    define WORD 4
#endif
#define FRAME_SIZE (32 * WORD)

    .macro each_register operation
    .irp n, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    \operation x\n, \n * WORD(sp)
    .endr
    .endm

    .macro trap_entry name, scratch, return
    .section .text.\name, "ax"
    .globl \name
    .balign 4
\name:
    csrw \scratch, sp
    la sp, trap_stack_top - FRAME_SIZE
    each_register STORE
    csrr t0, \scratch
    STORE t0, 2 * WORD(sp)
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    mv a0, sp
    call riscv_trap
    each_register LOAD
    LOAD sp, 2 * WORD(sp)
    \return
    .endm

    trap_entry riscv_trap_entry_s, sscratch, sret
    trap_entry riscv_trap_entry_m, mscratch, mret

    .section .noinit.trap_stack, "aw", @nobits
    .balign 16
    .space 8192
trap_stack_top:
