/*
 * Exceptions by name; see exceptions.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/arch/common_x86/exceptions.h"

#include <stddef.h>

/* SDM volume 3, table 6-1. */
static const char *const names[EXCEPTION_COUNT] = {
    [0] = "divide error",
    [1] = "debug",
    [2] = "non-maskable interrupt",
    [3] = "breakpoint",
    [4] = "overflow",
    [5] = "bound range exceeded",
    [6] = "invalid opcode",
    [7] = "no FPU",
    [8] = "double fault",
    [9] = "FPU segment overrun",
    [10] = "invalid TSS",
    [11] = "segment not present",
    [12] = "stack fault",
    [13] = "general protection",
    [14] = "page fault",
    [16] = "FPU error",
    [17] = "alignment check",
    [18] = "machine check",
    [19] = "SIMD error",
    [20] = "virtualization exception",
    [21] = "control protection",
};

const char *exception_name(unsigned long vector)
{
    if (vector >= EXCEPTION_COUNT || names[vector] == NULL)
        return "reserved exception";
    return names[vector];
}
