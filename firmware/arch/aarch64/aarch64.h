/*
 * aarch64: what the files of this folder share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_ARCH_AARCH64_AARCH64_H
#define FIRMWARE_ARCH_AARCH64_AARCH64_H

#include <stdint.h>

#define SYSREG_READ(name)                                   \
    ({                                                      \
        uint64_t sysreg_;                                   \
        __asm__ volatile("mrs %0, " #name : "=r"(sysreg_)); \
        sysreg_;                                            \
    })

#define SYSREG_WRITE(name, value) \
    __asm__ volatile("msr " #name ", %0" ::"r"((uint64_t)(value)) : "memory")

/* What vectors.S saves: its order is that file's. */
struct trap_frame {
    uint64_t x[31];
    uint64_t sp, elr, spsr, esr, far;
};

/* boot.S: the exception level at which QEMU entered. */
extern uint32_t boot_el;

/* Called by boot.S once, before anything else in C. */
void mmu_init(void);

/* Called by vectors.S; returns only if the fault was expected and is to be stepped over. */
void trap_handle(struct trap_frame *frame);

#endif
