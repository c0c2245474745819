/*
 * Page tables for the first 4 GiB, each address mapped to itself: the two lowest levels,
 * which are the same for long mode and for 32-bit mode with PAE.
 *
 *   page_directories  4 tables of 512 pages of 2 MiB: one table for each GiB
 *   first_pages       the first of these pages again, as 512 pages of 4 KiB
 *
 * RAM is cached; from the second GiB on all is taken for device memory (ACPI's tables may
 * lie there as well: read uncached, they read the same).  Page 0 is left out, so that a
 * null pointer faults.
 *
 * Source: SDM volume 3, table 4-10 (PAE) and 4-18 (long mode): pages of 2 MiB.
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/arch/common_x86/page_bits.h"

#define LARGE           (PAGE_PRESENT | PAGE_WRITABLE | PAGE_LARGE)
#define FIRST_GIB_LAST  ((0x40000000 - LARGE_PAGE) | LARGE)

        .section .text.boot, "ax"
        .code32
        .globl  identity_map
identity_map:                                   /* uses EAX and EDI */
        mov     $LARGE, %eax
        mov     $page_directories, %edi
1:      mov     %eax, (%edi)
        movl    $0, 4(%edi)
        add     $8, %edi
        cmp     $FIRST_GIB_LAST, %eax
        jne     2f
        or      $PAGE_UNCACHED, %eax
2:      add     $LARGE_PAGE, %eax
        jnc     1b                              /* past 4 GiB: done */

        movl    $(first_pages + PAGE_TABLE), page_directories
        mov     $PAGE_TABLE, %eax
        mov     $first_pages, %edi
3:      mov     %eax, (%edi)
        movl    $0, 4(%edi)
        add     $8, %edi
        add     $SMALL_PAGE, %eax
        cmp     $(LARGE_PAGE | PAGE_TABLE), %eax
        jne     3b
        movl    $0, first_pages                 /* page 0 */
        ret

        .section .noinit.pages, "aw", @nobits
        .balign SMALL_PAGE
        .globl  page_directories
page_directories:
        .skip   4 * SMALL_PAGE
first_pages:
        .skip   SMALL_PAGE

        .section .note.GNU-stack, "", @progbits
