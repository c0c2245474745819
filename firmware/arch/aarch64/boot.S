/*
 * aarch64: from QEMU's entry to firmware_main().
 *
 * QEMU enters a bare ELF with all registers 0 and the MMU off, at EL1, at EL2 with
 * `-M virt,virtualization=on`, at EL3 with `-M virt,secure=on`.  All C code runs at EL1:
 * from EL3 in the secure state, so that the secure UART can be reached.
 *
 * Source: Arm Architecture Reference Manual, DDI 0487J, section D17.2 (registers).
 * Next on the tour: firmware/arch/aarch64/mmu.c
 *
 * SPDX-License-Identifier: MIT
 */

/* clang-format off */
#define SCR_EL3_EL1_SECURE  0x4b0       /* RW: EL1 is AArch64; SMD: no SMC; RES1 4, 5; NS 0 */
#define HCR_EL2_RW          (1 << 31)   /* EL1 is AArch64, nothing is trapped               */
#define CPTR_EL2_NO_TRAPS   0x33ff      /* RES1 bits only: FP and SIMD do not trap          */
#define CNTHCTL_EL2_EL1     0x3         /* EL1 may use the physical counter and timer       */
#define SPSR_EL1H_MASKED    0x3c5       /* return to EL1 with its own stack, D A I F masked */
#define SCTLR_EL1_RES1      0x30d00800  /* MMU, caches and alignment checks off             */
#define CPACR_EL1_FPEN      (3 << 20)   /* FP and SIMD do not trap                          */
/* clang-format on */

    .section .text.boot, "ax"
    .globl _start
_start:
    mov x20, x0                         /* a device tree, from loaders that pass one */
    mrs x1, mpidr_el1                   /* affinity 0.0.0.0 goes on, the others sleep */
    ldr x2, =0xff00ffffff
    tst x1, x2
    b.ne sleep

    mrs x1, CurrentEL
    ubfx x1, x1, #2, #2
    mov x21, x1                         /* remembered for arch_mode() */
    cmp x1, #2
    b.lt at_el1
    b.eq at_el2

at_el3:
    mov x1, #SCR_EL3_EL1_SECURE
    msr scr_el3, x1
    msr cptr_el3, xzr                   /* FP and SIMD do not trap to EL3 */
    msr mdcr_el3, xzr
    mov x1, #SPSR_EL1H_MASKED
    msr spsr_el3, x1
    adr x1, at_el1
    msr elr_el3, x1
    ldr x1, =SCTLR_EL1_RES1
    msr sctlr_el1, x1
    eret

at_el2:
    mov x1, #HCR_EL2_RW
    msr hcr_el2, x1
    mov x1, #CPTR_EL2_NO_TRAPS
    msr cptr_el2, x1
    msr hstr_el2, xzr
    mov x1, #CNTHCTL_EL2_EL1
    msr cnthctl_el2, x1
    msr cntvoff_el2, xzr                /* the virtual counter is the physical one */
    mrs x1, midr_el1
    msr vpidr_el2, x1
    mrs x1, mpidr_el1
    msr vmpidr_el2, x1
    mov x1, #SPSR_EL1H_MASKED
    msr spsr_el2, x1
    adr x1, at_el1
    msr elr_el2, x1
    ldr x1, =SCTLR_EL1_RES1
    msr sctlr_el1, x1
    eret

at_el1:
    isb
    msr spsel, #1
    mov x1, #CPACR_EL1_FPEN
    msr cpacr_el1, x1
    adrp x1, vectors
    add x1, x1, :lo12:vectors
    msr vbar_el1, x1
    adrp x1, __stack_top
    add x1, x1, :lo12:__stack_top
    mov sp, x1
    isb

    adrp x1, __bss_start
    add x1, x1, :lo12:__bss_start
    adrp x2, __bss_end
    add x2, x2, :lo12:__bss_end
zero_bss:
    cmp x1, x2
    b.hs bss_is_zero
    stp xzr, xzr, [x1], #16
    b zero_bss

bss_is_zero:
    adrp x1, boot_el
    str w21, [x1, :lo12:boot_el]
    bl mmu_init
    ldr x0, =__tree                     /* QEMU tells a bare ELF nothing: RAM's start */
    cmp x20, #0
    csel x0, x0, x20, eq
    bl firmware_main

sleep:
    wfi
    b sleep
