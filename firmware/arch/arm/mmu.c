/*
 * arm: the MMU in its long-descriptor format (LPAE), for the sake of one thing: QEMU puts
 * the PCI configuration space at 0x4010000000, which no 32-bit pointer reaches.
 *
 *   address       means
 *   0x00000000    the same, device memory         1 GiB
 *   0x40000000    the same, RAM                   1 GiB
 *   0x80000000    nothing: faults                 1 GiB
 *   0xc0000000    windows of 2 MiB, given out     1 GiB
 *                 by arch_map() for anything from 2 GiB up
 *
 * A CPU without LPAE runs with its MMU off, and what lies above 4 GiB is out of its reach.
 *
 * Source: DDI 0406C, B3.6 (long-descriptor format), B4.1.154 (TTBCR), B4.1.104 (MAIR0).
 * Next on the tour: firmware/arch/arm/vectors.S
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdbool.h>

#include "firmware/arch/arch.h"
#include "firmware/arch/arm/arm.h"

/* clang-format off */
#define TABLE        0x3ull               /* the next table's address            */
#define BLOCK        0x1ull
#define   BLOCK_ATTR(n)  ((uint64_t)(n) << 2)   /* index into MAIR0              */
#define   BLOCK_SH_INNER (3ull << 8)
#define   BLOCK_AF       (1ull << 10)     /* accessed: no fault to say so        */
#define   BLOCK_XN       (1ull << 54)     /* nothing is executed here            */

#define ATTR_DEVICE  0
#define ATTR_NORMAL  1
#define MAIR0_VALUE (0x04u << (8 * ATTR_DEVICE) | 0xffu << (8 * ATTR_NORMAL))

#define TTBCR_VALUE (1u << 31             /* EAE: the long-descriptor format     */ \
    | 1u << 23                            /* EPD1: TTBR0 has all                 */ \
    | 3u << 12 | 1u << 10 | 1u << 8)      /* walks are cached, inner shareable   */

#define SCTLR_M      (1u << 0)            /* MMU on            */
#define SCTLR_C      (1u << 2)            /* data cache        */
#define SCTLR_I      (1u << 12)           /* instruction cache */

#define ID_MMFR0_VMSA_LPAE 5              /* the least value that means: has it  */
/* clang-format on */

#define GIB           0x40000000ull
#define LOW_END       (2 * GIB) /* below it an address means itself */
#define WINDOWS_BASE  (3 * GIB)
#define WINDOW_SHIFT  21
#define WINDOW_SIZE   (1ull << WINDOW_SHIFT)
#define WINDOW_COUNT  512u
#define PHYS_END      (1ull << 40)
#define DEVICE_BLOCK  (BLOCK | BLOCK_ATTR(ATTR_DEVICE) | BLOCK_AF | BLOCK_XN)
#define BLOCK_ADDRESS (PHYS_END - WINDOW_SIZE)

static uint64_t windows[WINDOW_COUNT] __attribute__((aligned(4096), section(".bss.pages")));
static uint64_t level1[4] __attribute__((aligned(32)));
static unsigned windows_used;
static bool is_mmu_on;

static bool has_lpae(void)
{
    return (CP15_READ(0, c0, c1, 4) & 0xf) >= ID_MMFR0_VMSA_LPAE; /* ID_MMFR0 */
}

void mmu_init(void)
{
    if (!has_lpae())
        return;
    level1[0] = DEVICE_BLOCK;
    level1[1] = GIB | BLOCK | BLOCK_ATTR(ATTR_NORMAL) | BLOCK_SH_INNER | BLOCK_AF;
    level1[3] = (uintptr_t)windows | TABLE;

    CP15_WRITE(0, c10, c2, 0, MAIR0_VALUE);
    CP15_WRITE(0, c2, c0, 2, TTBCR_VALUE);
    __asm__ volatile("mcrr p15, 0, %0, %1, c2" ::"r"(level1), "r"(0) : "memory"); /* TTBR0 */
    __asm__ volatile("dsb" ::: "memory");
    CP15_WRITE(0, c8, c7, 0, 0); /* TLBIALL */
    CP15_WRITE(0, c7, c5, 0, 0); /* ICIALLU */
    __asm__ volatile("dsb\n isb" ::: "memory");
    CP15_WRITE(0, c1, c0, 0, CP15_READ(0, c1, c0, 0) | SCTLR_M | SCTLR_C | SCTLR_I);
    __asm__ volatile("isb" ::: "memory");
    is_mmu_on = true;
}

/* Do windows[first ..] already show these blocks? */
static bool is_run(unsigned first, unsigned count, uint64_t block)
{
    for (unsigned i = 0; i < count; i++, block += WINDOW_SIZE)
        if (first + i >= windows_used || (windows[first + i] & BLOCK_ADDRESS) != block)
            return false;
    return true;
}

/* The first of count windows that show memory from `block` on: old ones, or new ones. */
static int find_run(unsigned count, uint64_t block)
{
    for (unsigned first = 0; first < windows_used; first++)
        if (is_run(first, count, block))
            return (int)first;
    if (count > WINDOW_COUNT - windows_used)
        return -1;

    unsigned first = windows_used;
    for (; windows_used < first + count; block += WINDOW_SIZE)
        windows[windows_used++] = block | DEVICE_BLOCK;
    __asm__ volatile("dsb ishst\n isb" ::: "memory");
    return (int)first;
}

uintptr_t arch_map(uint64_t phys, uint64_t len)
{
    uint64_t end = phys + len;

    if (len == 0 || end < phys || end > PHYS_END)
        return 0;
    if (end <= LOW_END || (!is_mmu_on && end <= 4 * GIB))
        return (uintptr_t)phys;
    if (!is_mmu_on || phys < LOW_END)
        return 0;

    uint64_t block = phys & ~(WINDOW_SIZE - 1);
    uint64_t count = (end - block + WINDOW_SIZE - 1) >> WINDOW_SHIFT;
    int first = count <= WINDOW_COUNT ? find_run((unsigned)count, block) : -1;
    if (first < 0)
        return 0;
    return (uintptr_t)(WINDOWS_BASE + ((uint64_t)first << WINDOW_SHIFT) + (phys - block));
}
