/*
 * Descriptor tables and control registers, as wide as the CPU's words.
 *
 * Source: SDM volume 3, §2.4 (IDTR), §2.5 (control registers), figures 7-3 and 7-4 (TSS
 * descriptors: in 64-bit mode a second word follows, the upper half of the base).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_ARCH_COMMON_X86_DESCRIPTOR_TABLES_H
#define FIRMWARE_ARCH_COMMON_X86_DESCRIPTOR_TABLES_H

#include <stddef.h>
#include <stdint.h>

#define DESCRIPTOR_TSS 0x89ull /* figures 7-3, 7-4: present, ring 0, available TSS */

/* The low word of a descriptor: the base is spread over three places of it. */
static inline uint64_t tss_descriptor(const void *tss, size_t size)
{
    uint64_t base = (uintptr_t)tss;
    return (size - 1) | (base & 0xffffff) << 16 | DESCRIPTOR_TSS << 40 | (base >> 24 & 0xff) << 56;
}

static inline void load_task(uint16_t selector)
{
    __asm__ volatile("ltr %0" : : "r"(selector) : "memory");
}

/* From now on exceptions go through these gates. */
static inline void load_idt(const void *gates, size_t size)
{
    const struct {
        uint16_t limit;
        uintptr_t base;
    } __attribute__((packed)) pointer = { (uint16_t)(size - 1), (uintptr_t)gates };
    __asm__ volatile("lidt %0" : : "m"(pointer) : "memory");
}

#define CONTROL_REGISTER(name)                                 \
    static inline uintptr_t read_##name(void)                  \
    {                                                          \
        uintptr_t value;                                       \
        __asm__ volatile("mov %%" #name ", %0" : "=r"(value)); \
        return value;                                          \
    }
CONTROL_REGISTER(cr0)
CONTROL_REGISTER(cr2)
CONTROL_REGISTER(cr3)
CONTROL_REGISTER(cr4)
#undef CONTROL_REGISTER

#endif
