/*
 * For trap_entries.S: one entry for each exception, in their order, and the table of them.
 *
 * An exception for which the CPU pushes no error code pushes a 0 here, so that struct trap_frame
 * (traps.c) has one shape.  Each entry goes on at save_registers.
 *
 * POINTER   what makes a word of the table: .long or .quad
 *
 * Source: SDM volume 3, table 6-1.
 *
 * SPDX-License-Identifier: MIT
 */
/* clang-format off */
        .macro  entry vector, has_error_code=0
        .balign 16
entry_\vector:
        .if     \has_error_code == 0
        push    $0
        .endif
        push    $\vector
        jmp     save_registers
        .pushsection .rodata.traps, "a"
        POINTER entry_\vector
        .popsection
        .endm

        .section .rodata.traps, "a"
        .balign 8
        .globl  trap_entries
trap_entries:

        .text
        entry   0
        entry   1
        entry   2
        entry   3
        entry   4
        entry   5
        entry   6
        entry   7
        entry   8, 1
        entry   9
        entry   10, 1
        entry   11, 1
        entry   12, 1
        entry   13, 1
        entry   14, 1
        entry   15
        entry   16
        entry   17, 1
        entry   18
        entry   19
        entry   20
        entry   21, 1
        entry   22
        entry   23
        entry   24
        entry   25
        entry   26
        entry   27
        entry   28
        entry   29, 1
        entry   30, 1
        entry   31
