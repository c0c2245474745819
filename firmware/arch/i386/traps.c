/*
 * Exceptions of the CPU: the table that the CPU reads, and the register dump.
 *
 * An exception goes on with the stack that it found, and if that is the trouble, it becomes
 * a double fault.  That one switches to a task of its own, which has a good stack and finds
 * the registers in the task that it interrupted.  Nothing ever returns from here.
 *
 * Source: SDM volume 3, §6.11 (IDT gates, figure 6-2), §7.2 (TSS, figures 7-2 and 7-3).
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/arch/i386/traps.h"

#include <stddef.h>
#include <stdint.h>

#include "firmware/arch/arch.h"
#include "firmware/arch/common_x86/descriptor_tables.h"
#include "firmware/arch/common_x86/exceptions.h"

#define CODE_SELECTOR       0x08 /* boot.S */
#define DATA_SELECTOR       0x10
#define TSS_SELECTOR        0x18
#define DOUBLE_TSS_SELECTOR 0x20

#define VECTOR_DOUBLE_FAULT 8

#define GATE_INTERRUPT 0x8e /* figure 6-2: present, ring 0, 32-bit interrupt gate */
#define GATE_TASK      0x85 /* figure 6-2: present, ring 0, task gate             */

#define STACK_SIZE 16384

struct gate {
    uint16_t offset_low, selector;
    uint8_t reserved, type;
    uint16_t offset_high;
};
_Static_assert(sizeof(struct gate) == 8, "SDM volume 3, figure 6-2");

struct tss {
    uint32_t link, esp0, ss0, esp1, ss1, esp2, ss2, cr3;
    uint32_t eip, eflags, eax, ecx, edx, ebx, esp, ebp, esi, edi;
    uint32_t es, cs, ss, ds, fs, gs, ldt;
    uint16_t trap, io_map;
};
_Static_assert(sizeof(struct tss) == 104, "SDM volume 3, figure 7-2");

/* As trap_entries.S pushes them, the last first. */
struct trap_frame {
    uint32_t edi, esi, ebp, esp, ebx, edx, ecx, eax;
    uint32_t vector, error_code;
    uint32_t eip, cs, eflags;
};

extern const uintptr_t trap_entries[EXCEPTION_COUNT];
extern uint64_t gdt_tss[2]; /* boot.S */

_Noreturn void trap_report(const struct trap_frame *frame);

static struct gate idt[EXCEPTION_COUNT];
static struct tss interrupted;  /* saved here when a double fault comes */
static struct tss double_fault; /* what then runs                       */
static uint8_t stack[STACK_SIZE] __attribute__((aligned(16), section(".noinit.trap_stack")));

_Noreturn void trap_report(const struct trap_frame *frame)
{
    /* pusha saw the stack below the five words that were pushed before it. */
    uint32_t esp = frame->esp + 5 * sizeof(uint32_t);
    const struct arch_register registers[] = {
        { "eip", frame->eip },        { "cs", frame->cs },
        { "eflags", frame->eflags },  { "esp", esp },
        { "ebp", frame->ebp },        { "vector", frame->vector },
        { "err", frame->error_code }, { "cr2", read_cr2() },
        { "cr0", read_cr0() },        { "cr3", read_cr3() },
        { "cr4", read_cr4() },        { "eax", frame->eax },
        { "ebx", frame->ebx },        { "ecx", frame->ecx },
        { "edx", frame->edx },        { "esi", frame->esi },
        { "edi", frame->edi },
    };
    firmware_fault(exception_name(frame->vector), registers,
                   sizeof(registers) / sizeof(registers[0]));
}

/* The double fault's task begins here.  Its error code is always 0. */
static _Noreturn void report_double_fault(void)
{
    const struct trap_frame frame = {
        .edi = interrupted.edi,
        .esi = interrupted.esi,
        .ebp = interrupted.ebp,
        .esp = interrupted.esp - 5 * sizeof(uint32_t),
        .ebx = interrupted.ebx,
        .edx = interrupted.edx,
        .ecx = interrupted.ecx,
        .eax = interrupted.eax,
        .vector = VECTOR_DOUBLE_FAULT,
        .eip = interrupted.eip,
        .cs = interrupted.cs,
        .eflags = interrupted.eflags,
    };
    trap_report(&frame);
}

static void load_tasks(void)
{
    double_fault = (struct tss){
        .cr3 = read_cr3(),
        .eip = (uint32_t)(uintptr_t)report_double_fault,
        .eflags = 2, /* SDM volume 1, figure 3-8: bit 1 is always set */
        .esp = (uint32_t)(uintptr_t)stack + sizeof(stack) - 12,
        .es = DATA_SELECTOR,
        .cs = CODE_SELECTOR,
        .ss = DATA_SELECTOR,
        .ds = DATA_SELECTOR,
        .fs = DATA_SELECTOR,
        .gs = DATA_SELECTOR,
        .io_map = sizeof(struct tss),
    };
    interrupted.io_map = sizeof(interrupted);
    gdt_tss[0] = tss_descriptor(&interrupted, sizeof(interrupted));
    gdt_tss[1] = tss_descriptor(&double_fault, sizeof(double_fault));
    load_task(TSS_SELECTOR);
}

static struct gate gate_to(uintptr_t entry)
{
    return (struct gate){
        .offset_low = (uint16_t)entry,
        .selector = CODE_SELECTOR,
        .type = GATE_INTERRUPT,
        .offset_high = (uint16_t)(entry >> 16),
    };
}

void traps_init(void)
{
    load_tasks();
    for (size_t i = 0; i < EXCEPTION_COUNT; i++)
        idt[i] = gate_to(trap_entries[i]);
    idt[VECTOR_DOUBLE_FAULT] = (struct gate){ .selector = DOUBLE_TSS_SELECTOR, .type = GATE_TASK };
    load_idt(idt, sizeof(idt));
}
