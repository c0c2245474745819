/*
 * From the loader to C.
 *
 *   S-mode   OpenSBI jumps to _start with one hart
 *   M-mode   with -bios none QEMU's reset vector does, with every hart of -smp
 *   a0       the hart's id        a1   the device tree's address
 *
 * Interrupts and address translation are off in both.
 *
 * QEMU: -M virt -kernel firmware.elf  |  -M virt -bios none -kernel firmware-m.elf
 *
 * SPDX-License-Identifier: MIT
 */
#if __riscv_xlen == 64
#    define STORE sd
#    define WORD 8
#else
#    define STORE sw
#    define WORD 4
#endif

    .section .text.boot, "ax"
    .globl _start
_start:
    /* The first hart to come goes on, the others sleep. */
    la t0, boot_ticket
    li t1, 1
    amoswap.w.aq t0, t1, (t0)
    bnez t0, sleep

    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    la sp, __stack_top
    lw t0, riscv_is_machine_mode
    beqz t0, 1f

    csrw mie, zero
    la t0, riscv_trap_entry_m
    csrw mtvec, t0
    j 2f
1:
    csrw sie, zero
    la t0, riscv_trap_entry_s
    csrw stvec, t0
2:
    /* C expects its zeroed variables to be zero. */
    la t0, __bss_start
    la t1, __bss_end
3:
    bgeu t0, t1, 4f
    STORE zero, 0(t0)
    addi t0, t0, WORD
    j 3b
4:
    mv a0, a1
    tail riscv_start

    /* No interrupt is enabled, so nothing wakes it. */
sleep:
    wfi
    j sleep

    /* In .data: other harts look at it while bss is being zeroed. */
    .section .data.boot_ticket, "aw"
    .balign 4
boot_ticket:
    .word 0
