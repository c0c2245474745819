/*
 * The first C, called by boot.S; and what this CPU is called.
 *
 * Next on the tour: firmware/main.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/arch/arch.h"
#include "firmware/arch/i386/traps.h"

_Noreturn void i386_start(uintptr_t start_info);

const char arch_name[] = "i386";

const char *arch_mode(void)
{
    return "protected";
}

_Noreturn void i386_start(uintptr_t start_info)
{
    traps_init();
    firmware_main(start_info);
}

/* Read page 0, which identity_map.S has left out: a page fault, with the address in CR2. */
void arch_fault(void)
{
    uintptr_t value;
    __asm__ volatile("mov (%1), %0" : "=r"(value) : "r"(0x17));
}
