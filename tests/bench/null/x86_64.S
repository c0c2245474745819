/*
 * The null guest: a PVH image that writes one byte to COM1 and stops.  What the
 * firmware's first byte is timed against.
 * SPDX-License-Identifier: MIT
 */
    .section .note.pvh, "a", @note
    .long 4, 4, 18              /* name size, desc size, XEN_ELFNOTE_PHYS32_ENTRY */
    .asciz "Xen"
    .long _start

    .text
    .code32
    .globl _start
_start:
    mov $0x3f8, %dx
    mov $'.', %al
    out %al, (%dx)
1:  cli
    hlt
    jmp 1b
