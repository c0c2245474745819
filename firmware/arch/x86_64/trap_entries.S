/*
 * One entry for each exception: save what the CPU does not, and tell C.
 *
 * The CPU pushes SS RSP RFLAGS CS RIP, and for some exceptions an error code.
 *
 * Source: SDM volume 3, §6.14.2 (64-bit stack frame).
 *
 * SPDX-License-Identifier: MIT
 */

#define POINTER .quad
#include "firmware/arch/common_x86/exception_entries.h"

save_registers:
        push    %r15
        push    %r14
        push    %r13
        push    %r12
        push    %r11
        push    %r10
        push    %r9
        push    %r8
        push    %rbp
        push    %rdi
        push    %rsi
        push    %rdx
        push    %rcx
        push    %rbx
        push    %rax
        cld
        mov     %rsp, %rdi              /* 22 words down from a 16-byte boundary: aligned */
        call    trap_report             /* does not return */

        .section .note.GNU-stack, "", @progbits
