/*
 * Physical addresses into reach.
 *
 * identity_map.S has mapped the first 4 GiB to themselves, but for page 0.  What lies above
 * (ECAM and BARs of large machines) is mapped to itself here, in pages of 2 MiB, when
 * somebody asks for it.  Page 0 may hold what the loader says (SeaBIOS leaves the memory
 * map there): it is reached by another address, so that null stays a fault.
 *
 *   virtual  47....39 38....30 29....21 20..........0
 *            map 4    map 3    directory  2 MiB
 *
 * Source: SDM volume 3, §4.5 (4-level paging), table 4-18 (large page entries).
 *
 * SPDX-License-Identifier: MIT
 */
#include <stddef.h>
#include <stdint.h>

#include "firmware/arch/arch.h"
#include "firmware/arch/common_x86/cpu.h"
#include "firmware/arch/common_x86/page_bits.h"

#define PAGE_ADDRESS 0x000ffffffffff000ull

#define BOOT_MAPPED  0x100000000ull
#define IDENTITY_END (1ull << 46) /* half of the lower canonical half */
#define PAGE_0_AT    IDENTITY_END /* where page 0 is found            */

/* Each GiB that something lies in takes one table, and each 512 GiB one more: enough
 * for devices in a dozen places. */
#define SPARE_TABLES 16

extern uint64_t page_map_4[ENTRIES]; /* boot.S */

static uint64_t spare[SPARE_TABLES][ENTRIES]
    __attribute__((aligned(4096), section(".noinit.spare_tables")));
static unsigned spare_used;

static uint64_t *take_spare_table(void)
{
    if (spare_used == SPARE_TABLES)
        return NULL;
    uint64_t *table = spare[spare_used++];
    for (size_t i = 0; i < ENTRIES; i++)
        table[i] = 0;
    return table;
}

/* The table below an entry, made if there is none.  NULL: no spare table left. */
static uint64_t *table_below(uint64_t *entry)
{
    if (!(*entry & PAGE_PRESENT)) {
        uint64_t *table = take_spare_table();
        if (table == NULL)
            return NULL;
        *entry = (uintptr_t)table | PAGE_TABLE;
    }
    return (uint64_t *)(uintptr_t)(*entry & PAGE_ADDRESS);
}

static int map_large_page(uint64_t virtual, uint64_t phys_and_caching)
{
    uint64_t *map_3 = table_below(&page_map_4[virtual >> 39]);
    if (map_3 == NULL)
        return 0;
    uint64_t *directory = table_below(&map_3[virtual >> 30 & (ENTRIES - 1)]);
    if (directory == NULL)
        return 0;
    /* Nothing was there before: the CPU has kept nothing of it (SDM volume 3, §4.10.4.3). */
    directory[virtual >> 21 & (ENTRIES - 1)] = phys_and_caching | PAGE_LARGE | PAGE_WRITABLE |
                                               PAGE_PRESENT;
    return 1;
}

/* SDM volume 2, CPUID leaf 8000_0008h: EAX 7..0 is the width of physical addresses. */
static uint64_t physical_end(void)
{
    unsigned width = cpu_id(0x80000008).eax & 0xff;
    uint64_t end = 1ull << (width >= 32 && width <= 52 ? width : 36);
    return end < IDENTITY_END ? end : IDENTITY_END;
}

static uintptr_t map_page_0(uint64_t phys, uint64_t len)
{
    if (len > LARGE_PAGE - phys || !map_large_page(PAGE_0_AT, 0))
        return 0;
    return PAGE_0_AT + phys;
}

uintptr_t arch_map(uint64_t phys, uint64_t len)
{
    if (len == 0)
        return 0;
    if (phys < SMALL_PAGE)
        return map_page_0(phys, len);
    if (phys < BOOT_MAPPED && len <= BOOT_MAPPED - phys)
        return phys;
    if (phys > physical_end() || len > physical_end() - phys)
        return 0;

    uint64_t page = phys < BOOT_MAPPED ? BOOT_MAPPED : phys & ~(uint64_t)(LARGE_PAGE - 1);
    for (; page < phys + len; page += LARGE_PAGE) {
        if (!map_large_page(page, page | PAGE_UNCACHED))
            return 0;
    }
    return phys;
}
