/*
 * arm: every exception saves all registers and tells trap_handle().
 *
 * Source: DDI 0406C, B1.8 (exceptions: vectors, modes, what the link register holds).
 * Next on the tour: firmware/arch/arm/trap.c
 *
 * SPDX-License-Identifier: MIT
 */

#define MODE_SVC 0x13
#define MODE_ABT 0x17

/* The frame of arm.h: r0 to r12, then these. */
#define FRAME_SP    52
#define FRAME_LR    56
#define FRAME_PC    60
#define FRAME_SPSR  64
#define FRAME_KIND  68

    .syntax unified
    .arm
    .section .text.vectors, "ax"
    .balign 32
    .globl vectors
vectors:
    b .                                 /* reset: never taken here */
    b undefined
    b supervisor_call
    b prefetch_abort
    b data_abort
    b .                                 /* unused */
    b interrupt                         /* IRQ: masked */
    b interrupt                         /* FIQ: masked */

/*
 * The frame is static, and sp is a register of the new mode's own: nothing is lost.
 * \kind   as in arm.h
 * \back   how far the link register is behind the instruction (B1.8.3)
 */
    .macro entry kind, back
    ldr sp, =frame
    stm sp, {r0-r12}
    mrs r1, spsr
    sub r2, lr, #\back
    mov r3, #\kind
    b save
    .endm

undefined:
    ldr sp, =frame
    stm sp, {r0-r12}
    mrs r1, spsr
    tst r1, #(1 << 5)                   /* interrupted in Thumb state: 2 behind, not 4 */
    subne r2, lr, #2
    subeq r2, lr, #4
    mov r3, #1
    b save

prefetch_abort:
    entry 3, 4
data_abort:
    entry 4, 8
interrupt:
    entry 6, 4

/* Taken in SVC mode itself: the old sp would be lost, so it waits in TPIDRPRW. */
supervisor_call:
    mcr p15, 0, sp, c13, c0, 4
    ldr sp, =frame
    stm sp, {r0-r12}
    mrs r1, spsr
    mov r2, lr
    mov r3, #2
    mov r4, sp
    mrc p15, 0, sp, c13, c0, 4
    b saved_mode

save:
    mov r4, sp
    cps #MODE_SVC                       /* whose sp and lr were interrupted */
saved_mode:
    str sp, [r4, #FRAME_SP]
    str lr, [r4, #FRAME_LR]
    str r2, [r4, #FRAME_PC]
    str r1, [r4, #FRAME_SPSR]
    str r3, [r4, #FRAME_KIND]
    ldr sp, =__fault_stack_top
    mov r0, r4
    bl trap_handle

/* It was expected: go on where the frame says. */
    ldr r4, =frame
    ldr sp, [r4, #FRAME_SP]
    ldr lr, [r4, #FRAME_LR]
    cps #MODE_ABT                       /* for an lr and an spsr to return with */
    ldr sp, =frame
    ldr lr, [sp, #FRAME_PC]
    ldr r0, [sp, #FRAME_SPSR]
    msr spsr_cxsf, r0
    ldm sp, {r0-r12}
    movs pc, lr

    .section .bss.frame, "aw", %nobits
    .balign 8
frame:
    .skip 72
