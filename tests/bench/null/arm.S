/* The null guest: one byte to the PL011 at 0x09000000, then stop.  SPDX-License-Identifier: MIT */
    .text
    .globl _start
_start:
    mov r0, #0x09000000
    mov r1, #'.'
    str r1, [r0]
1:  wfi
    b 1b
