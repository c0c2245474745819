/*
 * From the loader's hand to C, in 32-bit protected mode all the way; paging with PAE, so
 * that addresses above 4 GiB can be brought into reach.
 *
 * QEMU finds the note, and jumps to the address in it with paging off and the address
 * of start_info in EBX.  Only this CPU runs; the others wait for an interrupt that we
 * never send.
 *
 * Sources: Xen, docs/misc/pvh.pandoc (entry state); SDM volume 3, §4.4 (PAE paging).
 * QEMU: qemu-system-i386 or qemu-system-x86_64 -M q35|pc|microvm -kernel firmware.elf
 * Next on the tour: firmware/main.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/arch/common_x86/page_bits.h"
#include "firmware/arch/common_x86/pvh_entry.h"

        .section .text.boot, "ax"
        .globl  pvh_start
pvh_start:
        cli
        cld
        /* The loader's GDT lies in its ROM: bring our own before a segment is touched. */
        lgdt    gdt_pointer
        ljmp    $CODE_SELECTOR, $1f
1:      mov     $DATA_SELECTOR, %eax
        mov     %eax, %ds
        mov     %eax, %es
        mov     %eax, %ss
        mov     %eax, %fs
        mov     %eax, %gs
        mov     $stack_top, %esp

        zero_bss
        call    identity_map

        /* SDM volume 3, §4.4.1: the CPU reads these four entries when CR3 is written. */
        mov     $CR4_PAE, %eax
        mov     %eax, %cr4
        mov     $page_pointers, %eax
        mov     %eax, %cr3
        enable_paging

        fninit
        xor     %ebp, %ebp                      /* the last frame */
        sub     $12, %esp                       /* the argument on a 16-byte boundary */
        push    %ebx
        call    i386_start                      /* does not return */

        .data
        .balign 32
page_pointers:                                  /* one for each GiB; present is their only bit */
        .long   page_directories + 0 * SMALL_PAGE + PAGE_PRESENT, 0
        .long   page_directories + 1 * SMALL_PAGE + PAGE_PRESENT, 0
        .long   page_directories + 2 * SMALL_PAGE + PAGE_PRESENT, 0
        .long   page_directories + 3 * SMALL_PAGE + PAGE_PRESENT, 0

        .balign 8
        .globl  gdt, gdt_tss
gdt:    .quad   0
        .quad   0x00cf9b000000ffff              /* code, 32-bit, 4 GiB   */
        .quad   0x00cf93000000ffff              /* data, 4 GiB           */
gdt_tss:
        .quad   0, 0                            /* filled in by traps.c      */
gdt_end:
        .equ    CODE_SELECTOR, 0x08
        .equ    DATA_SELECTOR, 0x10
gdt_pointer:
        .word   gdt_end - gdt - 1
        .long   gdt

        .section .noinit.boot, "aw", @nobits
        .balign 16
        .skip   STACK_SIZE
stack_top:
        .globl  __stack_top
        .equ    __stack_top, stack_top

        .section .note.GNU-stack, "", @progbits
