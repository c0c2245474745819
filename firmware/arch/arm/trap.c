/*
 * arm: what an exception was, in words, and the registers for the record.
 *
 * Source: DDI 0406C, B3.13.3 (fault status codes), B4.1.52 (DFSR), B4.1.96 (IFSR).
 * Next on the tour: firmware/fault.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/text.h"
#include "firmware/arch/arch.h"
#include "firmware/arch/arm/arm.h"
#include "firmware/arch/common_arm/common_arm.h"

/* clang-format off */
#define FSR_LPAE     (1u << 9)     /* the code is of the long-descriptor format */
#define FSR_WNR      (1u << 11)    /* DFSR: it was a write                      */
#define FSR_STATUS   0x3fu
/* clang-format on */

static const char *kind_name(uint32_t kind)
{
    switch (kind) {
    case TRAP_UNDEFINED:
        return "undefined instruction";
    case TRAP_SVC:
        return "svc";
    case TRAP_PREFETCH_ABORT:
        return "prefetch abort";
    case TRAP_DATA_ABORT:
        return "data abort";
    default:
        return "interrupt";
    }
}

/* "data abort: translation fault, read" */
static void describe(uint32_t kind, uint32_t fsr, char *buf, size_t size)
{
    struct text text = text_begin(buf, size);

    text_add(&text, kind_name(kind));
    if (kind != TRAP_DATA_ABORT && kind != TRAP_PREFETCH_ABORT)
        return;
    if (fsr & FSR_LPAE) {
        text_add(&text, ": ");
        text_add(&text, fault_status_name(fsr & FSR_STATUS));
    }
    if (kind == TRAP_DATA_ABORT)
        text_add(&text, fsr & FSR_WNR ? ", write" : ", read");
}

void trap_handle(struct trap_frame *frame)
{
    static const char *const names[] = { "pc", "fsr", "far", "spsr", "sp", "lr", "r0",
                                         "r1", "r2",  "r3",  "r4",   "r5", "r6", "r7",
                                         "r8", "r9",  "r10", "r11",  "r12" };
    enum { SPECIAL = 6, COUNT = SPECIAL + 13 };
    static struct arch_register rows[COUNT];
    static char what[80];

    if (frame->kind == TRAP_UNDEFINED && semihosting_step_over(frame->pc)) {
        frame->pc += 4;
        return;
    }
    bool is_fetch = frame->kind == TRAP_PREFETCH_ABORT;
    uint32_t fsr = is_fetch ? CP15_READ(0, c5, c0, 1) : CP15_READ(0, c5, c0, 0);
    uint32_t far = is_fetch ? CP15_READ(0, c6, c0, 2) : CP15_READ(0, c6, c0, 0);
    const uint32_t special[SPECIAL] = { frame->pc, fsr, far, frame->spsr, frame->sp, frame->lr };
    for (unsigned i = 0; i < COUNT; i++)
        rows[i] = (struct arch_register){
            .name = names[i],
            .value = i < SPECIAL ? special[i] : frame->r[i - SPECIAL],
        };
    describe(frame->kind, fsr, what, sizeof(what));
    firmware_fault(what, rows, COUNT);
}
