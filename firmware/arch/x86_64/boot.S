/*
 * From the loader's hand to C: 32-bit protected mode in, long mode out.
 *
 * QEMU finds the note, and jumps to the address in it with paging off and the address
 * of start_info in EBX.  Only this CPU runs; the others wait for an interrupt that we
 * never send.
 *
 * Sources: Xen, docs/misc/pvh.pandoc (entry state); SDM volume 3, §9.8.5 (entering long mode).
 * QEMU: -M q35|pc|microvm -kernel firmware.elf
 * Next on the tour: firmware/main.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/arch/common_x86/page_bits.h"
#include "firmware/arch/common_x86/pvh_entry.h"

#define MSR_EFER        0xc0000080
#define EFER_LME        (1 << 8)

        .section .text.boot, "ax"
        .code32
        .globl  pvh_start
pvh_start:
        cli
        cld
        mov     $stack_top, %esp        /* CS, DS, ES and SS are flat, says PVH */

        zero_bss
        call    identity_map
        call    upper_levels

        /* SDM volume 3, §9.8.5, steps 2 to 4: PAE, CR3, LME, paging. */
        mov     $(CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT), %eax
        mov     %eax, %cr4
        mov     $page_map_4, %eax
        mov     %eax, %cr3
        mov     $MSR_EFER, %ecx
        rdmsr
        or      $EFER_LME, %eax
        wrmsr
        enable_paging
        lgdt    gdt_pointer             /* the loader's lies in its ROM */
        ljmp    $CODE64_SELECTOR, $long_mode

/* Two levels above the directories: one entry, then one for each GiB. */
upper_levels:
        xor     %eax, %eax
        mov     $page_map_4, %edi
        mov     $(2 * SMALL_PAGE / 4), %ecx
        rep stosl
        movl    $(page_map_3 + PAGE_TABLE), page_map_4

        mov     $(page_directories + PAGE_TABLE), %eax
        xor     %ecx, %ecx
1:      mov     %eax, page_map_3(, %ecx, 8)
        add     $SMALL_PAGE, %eax
        inc     %ecx
        cmp     $4, %ecx
        jne     1b
        ret

        .code64
long_mode:
        mov     $stack_top, %esp                /* the upper half becomes 0 */
        fninit                                  /* MXCSR is still as after reset */
        xor     %ebp, %ebp                      /* the last frame */
        mov     %ebx, %edi
        call    x86_64_start                    /* does not return */

        .data
        .balign 8
        .globl  gdt, gdt_tss
gdt:    .quad   0
        .quad   0x00af9b000000ffff              /* code, 64-bit          */
gdt_tss:
        .quad   0, 0                            /* filled in by traps.c  */
gdt_end:
        .equ    CODE64_SELECTOR, 0x08
gdt_pointer:
        .word   gdt_end - gdt - 1
        .quad   gdt

        .section .noinit.boot, "aw", @nobits
        .balign SMALL_PAGE
        .globl  page_map_4
page_map_4:
        .skip   SMALL_PAGE
page_map_3:
        .skip   SMALL_PAGE
        .skip   STACK_SIZE
stack_top:
        .globl  __stack_top
        .equ    __stack_top, stack_top

        .section .note.GNU-stack, "", @progbits
