/*
 * What the files of this folder share.  riscv32 and riscv64 are the same sources: only the width
 * of a register differs, and the compiler knows that.
 *
 *   boot.S         from the reset vector, or OpenSBI, to C
 *   trap_entry.S   saves the registers when the CPU reports a fault
 *   trap.c         names the fault and dumps them
 *   cpu.c          waiting, halting, faulting: what arch.h asks
 *   time.c         the count that time is made of
 *   sbi.c          what the firmware underneath does for us, in S-mode
 *   semihosting.c  what a debugger, or QEMU, does for us
 *   probes.S       instructions that a CPU may refuse
 *
 * Source: The RISC-V Instruction Set Manual, volume II, Privileged Architecture, 20211203.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_ARCH_COMMON_RISCV_RISCV_H
#define FIRMWARE_ARCH_COMMON_RISCV_RISCV_H

#include <stdbool.h>
#include <stdint.h>

/*
 * 1 in firmware-m.elf, which starts in M-mode with nothing underneath; 0 in firmware.elf,
 * which OpenSBI starts in S-mode.  A CPU can't be asked, so the linker script says it.
 */
extern const uint32_t riscv_is_machine_mode;

/*
 * The trap registers come in two sets, m... and s..., alike but for the first letter.
 * RISCV_READ(cause) defines riscv_read_cause(), RISCV_WRITE(epc) riscv_write_epc().
 */
/* clang-format off */
#define RISCV_READ(name)                                                \
    static uintptr_t riscv_read_##name(void)                            \
    {                                                                   \
        uintptr_t value;                                                \
        if (riscv_is_machine_mode)                                      \
            __asm__ volatile("csrr %0, m" #name : "=r"(value));         \
        else                                                            \
            __asm__ volatile("csrr %0, s" #name : "=r"(value));         \
        return value;                                                   \
    }

#define RISCV_WRITE(name)                                               \
    static void riscv_write_##name(uintptr_t value)                     \
    {                                                                   \
        if (riscv_is_machine_mode)                                      \
            __asm__ volatile("csrw m" #name ", %0" : : "r"(value));     \
        else                                                            \
            __asm__ volatile("csrw s" #name ", %0" : : "r"(value));     \
    }
/* clang-format on */

/* The integer registers when a trap came, in the order of trap_entry.S; x[0] is not used. */
struct riscv_frame {
    uintptr_t x[32];
};

/* Called by boot.S, on the one hart that goes on.  tree: the device tree's address. */
_Noreturn void riscv_start(uintptr_t tree);

/* Called by trap_entry.S.  Returns only if somebody expected this trap. */
void riscv_trap(const struct riscv_frame *frame);

/* Is there a time CSR?  Asked before the first arch_ticks(). */
void riscv_probe_clock(void);

/*
 * Instructions that a CPU may refuse, by address.  trap.c steps over them, and sets the flag:
 * clear it before trying one.
 */
extern volatile bool riscv_is_refused;
extern const char riscv_semihosting_break[]; /* the ebreak in riscv_semihosting_call */
void riscv_probe_time(void);                 /* begins with a read of the time CSR   */

#endif
