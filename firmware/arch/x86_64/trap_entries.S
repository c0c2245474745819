/*
 * One entry for each exception: save what the CPU does not, and tell C.
 *
 * The CPU pushes SS RSP RFLAGS CS RIP, and for some exceptions an error code; the others
 * push a 0 here, so that struct trap_frame (traps.c) has one shape.
 *
 * Source: SDM volume 3, §6.14.2 (64-bit stack frame), table 6-1 (error codes).
 *
 * SPDX-License-Identifier: MIT
 */

        .macro  entry vector, has_error_code=0
        .balign 16
entry_\vector:
        .if     \has_error_code == 0
        push    $0
        .endif
        push    $\vector
        jmp     save_registers
        .pushsection .rodata.traps, "a"
        .quad   entry_\vector
        .popsection
        .endm

        .section .rodata.traps, "a"
        .balign 8
        .globl  trap_entries
trap_entries:

        .text
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
