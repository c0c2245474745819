/*
 * Physical addresses into reach.
 *
 * identity_map.S has mapped the first 4 GiB to themselves, but for page 0.  The second
 * GiB is taken back here, and becomes a window: what lies above 4 GiB (BARs of large
 * machines), in page 0 or in the second GiB itself is shown there, in pages of 2 MiB.
 *
 *   0        1 GiB         2 GiB                      4 GiB
 *   | itself | the window  | itself                   |
 *
 * Source: SDM volume 3, §4.4 (PAE paging), table 4-9 (large page entries).
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdbool.h>
#include <stdint.h>

#include "firmware/arch/arch.h"
#include "firmware/arch/common_x86/cpu.h"
#include "firmware/arch/common_x86/page_bits.h"

#define WINDOW       0x40000000u
#define WINDOW_END   0x80000000u
#define WINDOW_TABLE 1 /* the directory of the second GiB */
#define IDENTITY_END 0x100000000ull
#define PHYSICAL_END (1ull << 52)

extern uint64_t page_directories[4][ENTRIES]; /* identity_map.S */

static unsigned window_used; /* pages of the window, from its start */

static bool is_identity(uint64_t phys, uint64_t len)
{
    if (phys < SMALL_PAGE || phys >= IDENTITY_END || len > IDENTITY_END - phys)
        return false;
    return phys >= WINDOW_END || (phys < WINDOW && len <= WINDOW - phys);
}

static uint64_t window_entry(uint64_t page)
{
    return page | PAGE_PRESENT | PAGE_WRITABLE | PAGE_LARGE | PAGE_UNCACHED;
}

/* Are these pages in the window already, one behind the other?  From which on? */
static bool find_in_window(uint64_t page, uint64_t count, unsigned *first)
{
    const uint64_t *window = page_directories[WINDOW_TABLE];
    for (*first = 0; *first + count <= window_used; (*first)++) {
        uint64_t i = 0;
        while (i < count && window[*first + i] == window_entry(page + i * LARGE_PAGE))
            i++;
        if (i == count)
            return true;
    }
    return false;
}

static bool add_to_window(uint64_t page, uint64_t count)
{
    if (count > ENTRIES - window_used)
        return false;
    for (uint64_t i = 0; i < count; i++, window_used++)
        page_directories[WINDOW_TABLE][window_used] = window_entry(page + i * LARGE_PAGE);
    /* The identity that was there may be remembered: writing CR3 forgets it (SDM volume 3,
     * §4.10.4.1). */
    uint32_t cr3;
    __asm__ volatile("mov %%cr3, %0; mov %0, %%cr3" : "=r"(cr3) : : "memory");
    return true;
}

uintptr_t arch_map(uint64_t phys, uint64_t len)
{
    if (len == 0 || phys >= PHYSICAL_END || len > PHYSICAL_END - phys)
        return 0;
    if (is_identity(phys, len))
        return (uintptr_t)phys;

    uint64_t page = phys & ~(uint64_t)(LARGE_PAGE - 1);
    uint64_t count = (phys + len - page + LARGE_PAGE - 1) / LARGE_PAGE;
    unsigned first;
    if (!find_in_window(page, count, &first)) {
        first = window_used;
        if (!add_to_window(page, count))
            return 0;
    }
    return WINDOW + first * LARGE_PAGE + (uintptr_t)(phys - page);
}
