/*
 * For boot.S: how QEMU's loader finds the entry, and what both x86 boot codes do alike.
 *
 * Sources: Xen, docs/misc/pvh.pandoc (note and entry state); SDM volume 3, §2.5 (control
 * registers).
 *
 * SPDX-License-Identifier: MIT
 */
/* clang-format off */
#define XEN_ELFNOTE_PHYS32_ENTRY  18

#define CR0_MP          (1 << 1)
#define CR0_EM          (1 << 2)
#define CR0_NE          (1 << 5)
#define CR0_PG          (1 << 31)
#define CR4_PAE         (1 << 5)
#define CR4_OSFXSR      (1 << 9)        /* SSE on                        */
#define CR4_OSXMMEXCPT  (1 << 10)

#define STACK_SIZE      65536

        .section .note.pvh, "a", @note
        .balign 4
        .long   4, 4, XEN_ELFNOTE_PHYS32_ENTRY
        .asciz  "Xen"
        .long   pvh_start

/* It is small: the log's ring and its like need no zeroing. */
        .macro  zero_bss
        xor     %eax, %eax
        mov     $__bss_start, %edi
        mov     $__bss_end, %ecx
        sub     %edi, %ecx
        shr     $2, %ecx
        rep stosl
        .endm

/* CR0's last bits: paging and the FPU on. */
        .macro  enable_paging
        mov     %cr0, %eax
        and     $~CR0_EM, %eax
        or      $(CR0_PG | CR0_NE | CR0_MP), %eax
        mov     %eax, %cr0
        .endm
