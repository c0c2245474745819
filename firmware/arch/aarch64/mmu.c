/*
 * aarch64: the MMU, with every address meaning itself.
 *
 * Why at all?  With the MMU off all memory is Device memory: unaligned accesses and DC ZVA
 * fault, and under a hypervisor our stores pass by the cache through which the host reads.
 *
 * 40 bits of address, in blocks of 1 GiB: two tables of level 1 under one of level 0.
 * RAM's first GiB is normal memory; a device's GiB is mapped when somebody asks for it.
 * An access to anything else faults.
 *
 * Source: DDI 0487J, D8.3.1 (descriptors), D17.2.131 (TCR_EL1), D17.2.97 (MAIR_EL1).
 * Next on the tour: firmware/arch/aarch64/vectors.S
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/arch/aarch64/aarch64.h"
#include "firmware/arch/arch.h"

/* clang-format off */
#define TABLE        0x3ull                /* the next table's address              */
#define BLOCK        0x1ull
#define   BLOCK_ATTR(n) ((uint64_t)(n) << 2)  /* index into MAIR_EL1               */
#define   BLOCK_SH_INNER (3ull << 8)
#define   BLOCK_AF       (1ull << 10)      /* accessed: no fault to say so          */
#define   BLOCK_PXN      (1ull << 53)      /* nothing is executed here              */
#define   BLOCK_UXN      (1ull << 54)

#define ATTR_DEVICE  0
#define ATTR_NORMAL  1
#define MAIR_EL1_VALUE (0x04ull << (8 * ATTR_DEVICE) | 0xffull << (8 * ATTR_NORMAL))
                                           /* nGnRE; write-back, allocating         */

#define TCR_EL1_VALUE (24ull               /* T0SZ: 64 - 24 = 40 bits of address    */ \
    | 1ull << 8 | 1ull << 10 | 3ull << 12  /* walks are cached, inner shareable     */ \
    | 1ull << 23                           /* EPD1: no upper half                   */ \
    | 2ull << 32)                          /* IPS: 40 bits, the least that CPUs have */

#define SCTLR_EL1_M  (1ull << 0)           /* MMU on           */
#define SCTLR_EL1_C  (1ull << 2)           /* data cache       */
#define SCTLR_EL1_I  (1ull << 12)          /* instruction cache */
/* clang-format on */

#define GIB_SHIFT 30
#define GIB_COUNT 1024u /* 40 bits of address */
#define RAM_GIB   1u    /* the GiB that we are in */

static uint64_t level1[GIB_COUNT] __attribute__((aligned(4096), section(".bss.pages")));
static uint64_t level0[2] __attribute__((aligned(64)));

void mmu_init(void)
{
    level0[0] = (uintptr_t)&level1[0] | TABLE;
    level0[1] = (uintptr_t)&level1[GIB_COUNT / 2] | TABLE;
    level1[RAM_GIB] = (uint64_t)RAM_GIB << GIB_SHIFT | BLOCK | BLOCK_ATTR(ATTR_NORMAL) |
                      BLOCK_SH_INNER | BLOCK_AF;

    SYSREG_WRITE(mair_el1, MAIR_EL1_VALUE);
    SYSREG_WRITE(tcr_el1, TCR_EL1_VALUE);
    SYSREG_WRITE(ttbr0_el1, (uintptr_t)level0);
    __asm__ volatile("dsb sy; tlbi vmalle1; ic iallu; dsb sy; isb" ::: "memory");
    SYSREG_WRITE(sctlr_el1, SYSREG_READ(sctlr_el1) | SCTLR_EL1_M | SCTLR_EL1_C | SCTLR_EL1_I);
    __asm__ volatile("isb" ::: "memory");
}

uintptr_t arch_map(uint64_t phys, uint64_t len)
{
    uint64_t first = phys >> GIB_SHIFT;
    uint64_t last = (phys + len - 1) >> GIB_SHIFT;

    if (len == 0 || last < first || last >= GIB_COUNT)
        return 0;
    for (uint64_t gib = first; gib <= last; gib++)
        if (level1[gib] == 0)
            level1[gib] = gib << GIB_SHIFT | BLOCK | BLOCK_ATTR(ATTR_DEVICE) | BLOCK_AF |
                          BLOCK_PXN | BLOCK_UXN;
    /* An entry that was invalid is in no TLB: the walk only has to see the store (D8.14). */
    __asm__ volatile("dsb ishst; isb" ::: "memory");
    return (uintptr_t)phys;
}
