/*
 * Page table entries of 64 bits, for C and assembly.
 *
 * Source: SDM volume 3, tables 4-8 to 4-11 (PAE) and 4-15 to 4-20 (long mode).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_ARCH_COMMON_X86_PAGE_BITS_H
#define FIRMWARE_ARCH_COMMON_X86_PAGE_BITS_H

#define PAGE_PRESENT  0x01
#define PAGE_WRITABLE 0x02
#define PAGE_UNCACHED 0x18 /* PWT and PCD: device memory              */
#define PAGE_LARGE    0x80 /* in a directory: 2 MiB, not a table      */

#define PAGE_TABLE (PAGE_PRESENT | PAGE_WRITABLE)

#define SMALL_PAGE 0x1000
#define LARGE_PAGE 0x200000
#define ENTRIES    512 /* in each table */

#endif
