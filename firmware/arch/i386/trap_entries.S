/*
 * One entry for each exception: save what the CPU does not, and tell C.
 *
 * The CPU pushes EFLAGS CS EIP, and for some exceptions an error code.  A double fault comes
 * through a task gate instead: the CPU saves the registers itself.
 *
 * Source: SDM volume 3, §6.12.1 (stack frame), §7.3 (task gates).
 *
 * SPDX-License-Identifier: MIT
 */

#define POINTER .long
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
