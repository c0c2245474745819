/*
 * Exceptions of the CPU: the table that the CPU reads, and the register dump.
 *
 * Every exception switches to a stack of its own (SDM volume 3, §6.14.5), so that a
 * broken stack pointer still ends in a dump.  Nothing ever returns from here.
 *
 * Source: SDM volume 3, §6.14 (64-bit IDT), §7.7 (64-bit TSS), figure 7-4 (its descriptor).
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/arch/x86_64/traps.h"

#include <stddef.h>
#include <stdint.h>

#include "firmware/arch/arch.h"
#include "firmware/arch/common_x86/descriptor_tables.h"
#include "firmware/arch/common_x86/exceptions.h"

#define CODE64_SELECTOR 0x08 /* boot.S */
#define TSS_SELECTOR    0x10

/* SDM volume 3, figure 6-8: present, ring 0, 64-bit interrupt gate. */
#define GATE_INTERRUPT 0x8e

#define STACK_SIZE 16384

struct gate {
    uint16_t offset_low, selector;
    uint8_t stack, type;
    uint16_t offset_middle;
    uint32_t offset_high, reserved;
};
_Static_assert(sizeof(struct gate) == 16, "SDM volume 3, figure 6-8");

struct tss {
    uint32_t reserved0;
    uint64_t rsp[3], reserved1, ist[7], reserved2;
    uint16_t reserved3, io_map;
} __attribute__((packed));
_Static_assert(sizeof(struct tss) == 104, "SDM volume 3, figure 7-11");

/* As trap_entries.S pushes them, the last first. */
struct trap_frame {
    uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15;
    uint64_t vector, error_code;
    uint64_t rip, cs, rflags, rsp, ss;
};

extern const uintptr_t trap_entries[EXCEPTION_COUNT];
extern uint64_t gdt_tss[2]; /* boot.S */

_Noreturn void trap_report(const struct trap_frame *frame);

static struct gate idt[EXCEPTION_COUNT];
static struct tss tss;
static uint8_t stack[STACK_SIZE] __attribute__((aligned(16), section(".noinit.trap_stack")));

static struct gate gate_to(uintptr_t entry)
{
    return (struct gate){
        .offset_low = (uint16_t)entry,
        .selector = CODE64_SELECTOR,
        .stack = 1,
        .type = GATE_INTERRUPT,
        .offset_middle = (uint16_t)(entry >> 16),
        .offset_high = (uint32_t)(entry >> 32),
    };
}

static void load_tss(void)
{
    tss.ist[0] = (uintptr_t)stack + sizeof(stack);
    tss.io_map = sizeof(tss);
    gdt_tss[0] = tss_descriptor(&tss, sizeof(tss));
    gdt_tss[1] = (uintptr_t)&tss >> 32;
    load_task(TSS_SELECTOR);
}

void traps_init(void)
{
    load_tss();
    for (size_t i = 0; i < EXCEPTION_COUNT; i++)
        idt[i] = gate_to(trap_entries[i]);
    load_idt(idt, sizeof(idt));
}

_Noreturn void trap_report(const struct trap_frame *frame)
{
    const struct arch_register registers[] = {
        { "rip", frame->rip },        { "cs", frame->cs },   { "rflags", frame->rflags },
        { "rsp", frame->rsp },        { "ss", frame->ss },   { "vector", frame->vector },
        { "err", frame->error_code }, { "cr2", read_cr2() }, { "cr0", read_cr0() },
        { "cr3", read_cr3() },        { "cr4", read_cr4() }, { "rax", frame->rax },
        { "rbx", frame->rbx },        { "rcx", frame->rcx }, { "rdx", frame->rdx },
        { "rsi", frame->rsi },        { "rdi", frame->rdi }, { "rbp", frame->rbp },
        { "r8", frame->r8 },          { "r9", frame->r9 },   { "r10", frame->r10 },
        { "r11", frame->r11 },        { "r12", frame->r12 }, { "r13", frame->r13 },
        { "r14", frame->r14 },        { "r15", frame->r15 },
    };
    firmware_fault(exception_name(frame->vector), registers,
                   sizeof(registers) / sizeof(registers[0]));
}
