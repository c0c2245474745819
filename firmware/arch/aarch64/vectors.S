/*
 * aarch64: every exception saves all registers and tells trap_handle().
 *
 * The table has 16 vectors of 128 bytes.  Its second half is for exceptions from a lower
 * level, where nothing of ours ever runs: it is left out.
 *
 * Source: DDI 0487J, D1.3.1 (the table of vectors).
 * Next on the tour: firmware/arch/aarch64/trap.c
 *
 * SPDX-License-Identifier: MIT
 */

    .section .text.vectors, "ax"
    .balign 2048
    .globl vectors
vectors:
    .rept 8
    .balign 128
    msr tpidr_el1, x0                   /* the one free register: x0 is needed */
    b save
    .endr

/*
 * The frame is static and the stack a second one: whatever the fault was, these two
 * can be relied on.  A fault within a fault overwrites them; nobody returns from it.
 */
save:
    adrp x0, frame
    add x0, x0, :lo12:frame
    stp x1, x2, [x0, #8 * 1]
    stp x3, x4, [x0, #8 * 3]
    stp x5, x6, [x0, #8 * 5]
    stp x7, x8, [x0, #8 * 7]
    stp x9, x10, [x0, #8 * 9]
    stp x11, x12, [x0, #8 * 11]
    stp x13, x14, [x0, #8 * 13]
    stp x15, x16, [x0, #8 * 15]
    stp x17, x18, [x0, #8 * 17]
    stp x19, x20, [x0, #8 * 19]
    stp x21, x22, [x0, #8 * 21]
    stp x23, x24, [x0, #8 * 23]
    stp x25, x26, [x0, #8 * 25]
    stp x27, x28, [x0, #8 * 27]
    stp x29, x30, [x0, #8 * 29]
    mrs x1, tpidr_el1
    mov x2, sp
    str x1, [x0, #8 * 0]
    str x2, [x0, #8 * 31]
    mrs x1, elr_el1
    mrs x2, spsr_el1
    mrs x3, esr_el1
    mrs x4, far_el1
    stp x1, x2, [x0, #8 * 32]
    stp x3, x4, [x0, #8 * 34]
    adrp x1, __fault_stack_top
    add x1, x1, :lo12:__fault_stack_top
    mov sp, x1
    bl trap_handle

/* It was expected: go on where the frame says. */
    adrp x0, frame
    add x0, x0, :lo12:frame
    ldp x1, x2, [x0, #8 * 31]
    mov sp, x1
    msr elr_el1, x2
    ldr x1, [x0, #8 * 33]
    msr spsr_el1, x1
    ldp x1, x2, [x0, #8 * 1]
    ldp x3, x4, [x0, #8 * 3]
    ldp x5, x6, [x0, #8 * 5]
    ldp x7, x8, [x0, #8 * 7]
    ldp x9, x10, [x0, #8 * 9]
    ldp x11, x12, [x0, #8 * 11]
    ldp x13, x14, [x0, #8 * 13]
    ldp x15, x16, [x0, #8 * 15]
    ldp x17, x18, [x0, #8 * 17]         /* x19 to x29 are C's to preserve */
    ldr x30, [x0, #8 * 30]
    ldr x0, [x0]
    eret

    .section .bss.frame, "aw", %nobits
    .balign 16
frame:
    .skip 8 * 36
