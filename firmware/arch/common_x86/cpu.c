/*
 * Waiting, stopping, the last resort, and what this CPU lacks.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stddef.h>

#include "firmware/arch/arch.h"
#include "firmware/platform/pc/pc_arch.h"

/* QEMU has no semihosting on x86. */
const struct io_bus *const arch_semihosting_bus = NULL;

/* QEMU's TCG ends its time slice here, so that its other threads run. */
void arch_relax(void)
{
    __asm__ volatile("pause");
}

_Noreturn void arch_halt(void)
{
    for (;;)
        __asm__ volatile("cli; hlt" : : : "memory");
}

/*
 * With no room in the IDT a divide error can't be delivered, nor the double fault that
 * follows: the CPU shuts down, and the machine resets (SDM volume 3, §6.15, interrupt 8).
 * Why a division?  KVM without hardware help emulates it, but not ud2 or int3.
 */
_Noreturn void pc_triple_fault(void)
{
    static const struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) empty = { 0, 0 };

    __asm__ volatile("lidt %0; xor %%ecx, %%ecx; div %%ecx" : : "m"(empty) : "eax", "ecx", "edx");
    arch_halt();
}
