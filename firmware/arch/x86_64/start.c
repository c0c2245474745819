/*
 * The first C, called by boot.S; and what this CPU is called.
 *
 * Next on the tour: firmware/main.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/arch/arch.h"
#include "firmware/arch/x86_64/traps.h"

_Noreturn void x86_64_start(uint32_t start_info);

const char arch_name[] = "x86_64";

const char *arch_mode(void)
{
    return "long";
}

_Noreturn void x86_64_start(uint32_t start_info)
{
    traps_init();
    firmware_main(start_info);
}

/* Read where boot.S has mapped nothing: a page fault, with the address in CR2. */
void arch_fault(void)
{
    uint64_t value;
    __asm__ volatile("mov (%1), %0" : "=r"(value) : "r"(0x0000600dfa017000ull));
}
