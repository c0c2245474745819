/*
 * aarch64: what an exception was, in words, and the registers for the record.
 *
 * Source: DDI 0487J, D17.2.37 (ESR_EL1: exception classes and fault status codes).
 * Next on the tour: firmware/fault.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/text.h"
#include "firmware/arch/aarch64/aarch64.h"
#include "firmware/arch/arch.h"
#include "firmware/arch/common_arm/common_arm.h"

/* clang-format off */
#define ESR_EC(esr)    ((unsigned)((esr) >> 26) & 0x3f)   /* exception class                  */
#define   EC_UNKNOWN      0x00
#define   EC_FP           0x07
#define   EC_ILLEGAL      0x0e
#define   EC_SVC          0x15
#define   EC_HVC          0x16
#define   EC_SMC          0x17
#define   EC_SYSREG       0x18
#define   EC_INSN_ABORT   0x21
#define   EC_PC_ALIGN     0x22
#define   EC_DATA_ABORT   0x25
#define   EC_SP_ALIGN     0x26
#define   EC_SERROR       0x2f
#define   EC_BREAKPOINT   0x3c
#define ESR_FSC(esr)   ((unsigned)(esr) & 0x3f)           /* fault status of an abort         */
#define ESR_WNR        (1u << 6)                          /* data abort: it was a write       */
/* clang-format on */

static const struct {
    unsigned class;
    const char *name;
} classes[] = {
    { EC_UNKNOWN, "undefined instruction" },
    { EC_FP, "FP or SIMD instruction trapped" },
    { EC_ILLEGAL, "illegal execution state" },
    { EC_SVC, "svc" },
    { EC_HVC, "hvc" },
    { EC_SMC, "smc" },
    { EC_SYSREG, "system register access trapped" },
    { EC_INSN_ABORT, "instruction abort" },
    { EC_PC_ALIGN, "misaligned pc" },
    { EC_DATA_ABORT, "data abort" },
    { EC_SP_ALIGN, "misaligned sp" },
    { EC_SERROR, "SError" },
    { EC_BREAKPOINT, "brk" },
};

static const char *class_name(unsigned class)
{
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
        if (classes[i].class == class)
            return classes[i].name;
    return "exception";
}

/* "data abort: translation fault, read" */
static void describe(uint64_t esr, char *buf, size_t size)
{
    struct text text = text_begin(buf, size);
    unsigned class = ESR_EC(esr);

    text_add(&text, class_name(class));
    if (class != EC_DATA_ABORT && class != EC_INSN_ABORT)
        return;
    text_add(&text, ": ");
    text_add(&text, fault_status_name(ESR_FSC(esr)));
    if (class == EC_DATA_ABORT)
        text_add(&text, esr & ESR_WNR ? ", write" : ", read");
}

void trap_handle(struct trap_frame *frame)
{
    static const char *const names[] = {
        "pc",  "esr", "far", "spsr", "sp",  "x0",  "x1",  "x2",  "x3",  "x4",  "x5",  "x6",
        "x7",  "x8",  "x9",  "x10",  "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18",
        "x19", "x20", "x21", "x22",  "x23", "x24", "x25", "x26", "x27", "x28", "x29", "x30",
    };
    enum { SPECIAL = 5, COUNT = SPECIAL + 31 };
    static struct arch_register rows[COUNT];
    static char what[80];

    if (ESR_EC(frame->esr) == EC_UNKNOWN && semihosting_step_over(frame->elr)) {
        frame->elr += 4;
        return;
    }
    const uint64_t special[SPECIAL] = { frame->elr, frame->esr, frame->far, frame->spsr,
                                        frame->sp };
    for (unsigned i = 0; i < COUNT; i++)
        rows[i] = (struct arch_register){
            .name = names[i],
            .value = i < SPECIAL ? special[i] : frame->x[i - SPECIAL],
        };
    describe(frame->esr, what, sizeof(what));
    firmware_fault(what, rows, COUNT);
}
