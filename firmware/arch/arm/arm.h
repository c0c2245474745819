/*
 * arm: what the files of this folder share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_ARCH_ARM_ARM_H
#define FIRMWARE_ARCH_ARM_ARM_H

#include <stdint.h>

/* A 32-bit register of coprocessor 15, by its numbers in DDI 0406C, B3.17. */
#define CP15_READ(op1, crn, crm, op2)                                                       \
    ({                                                                                      \
        uint32_t cp15_;                                                                     \
        __asm__ volatile("mrc p15, " #op1 ", %0, " #crn ", " #crm ", " #op2 : "=r"(cp15_)); \
        cp15_;                                                                              \
    })

#define CP15_WRITE(op1, crn, crm, op2, value)                                                    \
    __asm__ volatile("mcr p15, " #op1 ", %0, " #crn ", " #crm ", " #op2 ::"r"((uint32_t)(value)) \
                     : "memory")

/* The vectors by number: what a trap_frame's kind says. */
enum trap_kind {
    TRAP_UNDEFINED = 1,
    TRAP_SVC = 2,
    TRAP_PREFETCH_ABORT = 3,
    TRAP_DATA_ABORT = 4,
    TRAP_INTERRUPT = 6,
};

/* What vectors.S saves: its order is that file's. */
struct trap_frame {
    uint32_t r[13];
    uint32_t sp, lr, pc, spsr, kind;
};

/* boot.S: the processor mode in which QEMU entered. */
extern uint32_t boot_mode;

/* Called by boot.S once, before anything else in C. */
void mmu_init(void);

/* Called by vectors.S; returns only if the fault was expected and is to be stepped over. */
void trap_handle(struct trap_frame *frame);

#endif
