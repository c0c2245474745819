/*
 * The flattened device tree as bytes.  Source: Devicetree Specification v0.4,
 * chapter 5 (all numbers are big-endian).
 * Left out: the memory reservation block (5.3): we hand out no memory of the machine.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_FDT_FDT_REGS_H
#define DRIVERS_FDT_FDT_REGS_H

/* clang-format off */
/* The header: offsets of its fields.                                 5.2 */
#define FDT_MAGIC                0   /* FDT_MAGIC_VALUE                        */
#define FDT_TOTALSIZE            4   /* bytes of the whole blob                */
#define FDT_OFF_DT_STRUCT        8   /* the structure block, aligned to 4      */
#define FDT_OFF_DT_STRINGS      12   /* the strings block                      */
#define FDT_OFF_MEM_RSVMAP      16
#define FDT_VERSION             20
#define FDT_LAST_COMP_VERSION   24   /* the oldest version it is readable as   */
#define FDT_BOOT_CPUID_PHYS     28
#define FDT_SIZE_DT_STRINGS     32
#define FDT_SIZE_DT_STRUCT      36   /* since version 17                       */
#define FDT_HEADER_SIZE         40

#define FDT_MAGIC_VALUE 0xd00dfeedu
#define FDT_VERSION_WE_READ     17

/* Tokens of the structure block, each aligned to 4.                5.4.1 */
#define FDT_BEGIN_NODE  1u   /* name, NUL, padding                             */
#define FDT_END_NODE    2u
#define FDT_PROP        3u   /* len, offset of the name, value, padding        */
#define FDT_NOP         4u
#define FDT_END         9u

#define FDT_TOKEN_SIZE   4
#define FDT_PROP_LEN     4   /* offsets from the token FDT_PROP                */
#define FDT_PROP_NAMEOFF 8
#define FDT_PROP_VALUE  12
/* clang-format on */

#endif
