/*
 * One entry for each exception: save what the CPU does not, and tell C.
 *
 * The CPU pushes EFLAGS CS EIP, and for some exceptions an error code; the others push a 0
 * here, so that struct trap_frame (traps.c) has one shape.  A double fault comes through a
 * task gate instead: the CPU saves the registers itself.
 *
 * Source: SDM volume 3, §6.12.1 (stack frame), table 6-1 (error codes), §7.3 (task gates).
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
        .long   entry_\vector
        .popsection
        .endm

        .section .rodata.traps, "a"
        .balign 4
        .globl  trap_entries
trap_entries:

        .text
#include "firmware/arch/common_x86/exception_entries.h"

save_registers:
        pusha
        cld
        mov     %esp, %eax
        and     $-16, %esp
        sub     $12, %esp
        push    %eax
        call    trap_report             /* does not return */

        .section .note.GNU-stack, "", @progbits
