/*
 * What the firmware asks of an architecture: the CPU, and nothing but the CPU.
 * Machines (where devices are, how power goes off) are in firmware/platform/.
 *
 * firmware/arch/README.md is the checklist for a new one.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_ARCH_ARCH_H
#define FIRMWARE_ARCH_ARCH_H

#include <stddef.h>
#include <stdint.h>

#include "drivers/io.h"

/* "x86_64", "aarch64", "arm", "riscv64": the name of the folder. */
extern const char arch_name[];

/* "long", "EL1", "EL2", "SVC", "S", "M": where the boot code left us. */
const char *arch_mode(void);

/*
 * A free-running counter, and its rate in Hz.  The rate may be a first estimate
 * that arch_ticks_hz() refines from call to call; firmware/clock.c keeps time from going back.
 */
uint64_t arch_ticks(void);
uint64_t arch_ticks_hz(void);

/* Find out the rate, or begin to.  It takes time: called once, after the first byte. */
void arch_find_ticks_hz(uintptr_t boot_info);

/* One turn of a waiting loop: lets the other threads of the host run. */
void arch_relax(void);

/* Stop this CPU for ever. */
_Noreturn void arch_halt(void);

/*
 * Make len bytes at a physical address reachable, as device memory.
 * returns  the address to use, or 0: can't be mapped (why not is for the caller to say)
 */
uintptr_t arch_map(uint64_t phys, uint64_t len);

/* x86: in and out.  NULL elsewhere. */
extern const struct io_bus *const arch_port_bus;

/* The semihosting call as a window (drivers/serial/semihosting.h).  NULL: this CPU has none. */
extern const struct io_bus *const arch_semihosting_bus;

/* Provoke a fault, for tests: an access or instruction that this CPU must refuse. */
void arch_fault(void);

/*
 * The boot code calls these, in C from the first instruction on that can run it.
 * boot_info  what the loader handed over: PVH start_info, device tree, or 0
 */
_Noreturn void firmware_main(uintptr_t boot_info);

/*
 * The trap handlers call this once, with the register dump as rows of text: it
 * records them, and ends the run with WIRE_STATUS_FAULT.  A fault within a fault halts.
 * what    "page fault", "undefined instruction", ...
 */
struct arch_register {
    const char *name;
    uint64_t value;
};
_Noreturn void firmware_fault(const char *what, const struct arch_register *registers,
                              size_t count);

#endif
