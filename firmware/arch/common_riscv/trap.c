/*
 * A fault, in words, with all registers, through the log.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/arch/arch.h"
#include "firmware/arch/common_riscv/riscv.h"

RISCV_READ(cause)
RISCV_READ(epc)
RISCV_WRITE(epc)
RISCV_READ(tval)
RISCV_READ(status)

/* Privileged 20211203, table 3.6 (mcause) and table 4.2 (scause): exceptions. */
static const char *const cause_names[] = {
    [0] = "instruction address misaligned",
    [1] = "instruction access fault",
    [2] = "illegal instruction",
    [3] = "breakpoint",
    [4] = "load address misaligned",
    [5] = "load access fault",
    [6] = "store address misaligned",
    [7] = "store access fault",
    [8] = "environment call from U-mode",
    [9] = "environment call from S-mode",
    [11] = "environment call from M-mode",
    [12] = "instruction page fault",
    [13] = "load page fault",
    [15] = "store page fault",
};

/* The names that the calling convention gives to x1 .. x31. */
static const char *const register_names[] = {
    "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "s0", "s1", "a0", "a1",
    "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5", "s6",
    "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6",
};

#define CAUSE_COUNT    (sizeof(cause_names) / sizeof(cause_names[0]))
#define REGISTER_COUNT (sizeof(register_names) / sizeof(register_names[0]))

/* The top bit of the cause says "interrupt"; none is ever enabled. */
static const char *cause_name(uintptr_t cause)
{
    if (cause < CAUSE_COUNT && cause_names[cause])
        return cause_names[cause];
    return cause >> (8 * sizeof(cause) - 1) ? "unexpected interrupt" : "unknown exception";
}

/* Instructions that a CPU need not know.  Each is four bytes long. */
static const uintptr_t may_be_refused[] = {
    (uintptr_t)riscv_semihosting_break, /* a breakpoint, where no debugger is */
    (uintptr_t)riscv_probe_time,        /* illegal, where there is no Zicntr  */
};

volatile bool riscv_is_refused;

/* Go on behind the instruction; whoever tried it looks at the flag. */
static bool is_stepped_over(void)
{
    uintptr_t epc = riscv_read_epc();
    for (size_t i = 0; i < sizeof(may_be_refused) / sizeof(may_be_refused[0]); i++) {
        if (epc != may_be_refused[i])
            continue;
        riscv_is_refused = true;
        riscv_write_epc(epc + 4);
        return true;
    }
    return false;
}

void riscv_trap(const struct riscv_frame *frame)
{
    if (is_stepped_over())
        return;

    uintptr_t cause = riscv_read_cause();
    struct arch_register registers[4 + REGISTER_COUNT] = {
        { "pc", riscv_read_epc() },
        { "cause", cause },
        { "tval", riscv_read_tval() },
        { "status", riscv_read_status() },
    };
    for (size_t i = 0; i < REGISTER_COUNT; i++)
        registers[4 + i] = (struct arch_register){ register_names[i], frame->x[1 + i] };
    firmware_fault(cause_name(cause), registers, 4 + REGISTER_COUNT);
}
