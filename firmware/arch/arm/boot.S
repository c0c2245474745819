/*
 * arm: from QEMU's entry to firmware_main().
 *
 * QEMU enters a bare ELF in ARM state with all registers 0 and the MMU off: in SVC mode, with
 * `-M virt,virtualization=on` in HYP mode, with `-M virt,secure=on` in secure SVC mode.
 * All C code runs in SVC mode.
 *
 * Source: Arm Architecture Reference Manual ARMv7-A, DDI 0406C, B1 (modes), B4 (registers).
 * Next on the tour: firmware/arch/arm/mmu.c
 *
 * SPDX-License-Identifier: MIT
 */

/* clang-format off */
#define MODE_SVC          0x13
#define MODE_HYP          0x1a
#define MODE_MASK         0x1f
#define SPSR_SVC_MASKED   0x1d3       /* SVC mode, ARM state, A I F masked          */
#define HCPTR_NO_TRAPS    0x33ff      /* RES1 bits only: no coprocessor traps       */
#define CNTHCTL_PL1       0x3         /* PL1 may use the physical counter and timer */
#define MPIDR_AFFINITY    0x00ffffff
/* clang-format on */

    .syntax unified
    .arch_extension virt
    .arm
    .section .text.boot, "ax"
    .globl _start
    .type _start, %function
_start:
    mov r10, r2                         /* a device tree, from loaders that pass one */
    mrc p15, 0, r0, c0, c0, 5           /* MPIDR: CPU 0.0.0 goes on, the others sleep */
    ldr r1, =MPIDR_AFFINITY
    tst r0, r1
    bne sleep

    mrs r9, cpsr
    and r9, r9, #MODE_MASK              /* remembered for arch_mode() */
    cmp r9, #MODE_HYP
    bne in_svc

    mov r0, #0
    mcr p15, 4, r0, c1, c1, 0           /* HCR: nothing is trapped, nothing translated */
    mcr p15, 4, r0, c1, c1, 3           /* HSTR: no coprocessor register is trapped */
    ldr r1, =HCPTR_NO_TRAPS
    mcr p15, 4, r1, c1, c1, 2           /* HCPTR */
    mov r1, #CNTHCTL_PL1
    mcr p15, 4, r1, c14, c1, 0          /* CNTHCTL */
    mcrr p15, 4, r0, r0, c14            /* CNTVOFF: the virtual counter is the physical one */
    mrc p15, 0, r1, c0, c0, 0
    mcr p15, 4, r1, c0, c0, 0           /* VPIDR = MIDR */
    mrc p15, 0, r1, c0, c0, 5
    mcr p15, 4, r1, c0, c0, 5           /* VMPIDR = MPIDR */
    ldr r1, =SPSR_SVC_MASKED
    msr spsr_cxsf, r1                   /* HYP mode's own */
    adr r1, in_svc
    msr elr_hyp, r1
    eret

in_svc:
    cpsid aif, #MODE_SVC
    ldr r0, =vectors
    mcr p15, 0, r0, c12, c0, 0          /* VBAR */
    mrc p15, 0, r0, c1, c0, 0
    bic r0, r0, #(1 << 13)              /* SCTLR.V: vectors are where VBAR says */
    bic r0, r0, #(1 << 30)              /* SCTLR.TE: exceptions are taken in ARM state */
    bic r0, r0, #(1 << 1)               /* SCTLR.A: no alignment checks beyond the memory's */
    mcr p15, 0, r0, c1, c0, 0
    isb
    ldr sp, =__stack_top

    ldr r0, =__bss_start
    ldr r1, =__bss_end
    mov r2, #0
    mov r3, #0
zero_bss:
    cmp r0, r1
    strdlo r2, r3, [r0], #8
    blo zero_bss

    ldr r0, =boot_mode
    str r9, [r0]
    bl mmu_init
    cmp r10, #0
    movne r0, r10
    ldreq r0, =__tree                   /* QEMU tells a bare ELF nothing: RAM's start */
    bl firmware_main

sleep:
    wfi
    b sleep
