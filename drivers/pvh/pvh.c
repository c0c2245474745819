/*
 * Reads struct hvm_start_info; see pvh.h.
 *
 * Next on the tour: drivers/acpi/acpi.h
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/pvh/pvh.h"

#include <stddef.h>

/* clang-format off */
/* PVH, struct hvm_start_info: byte offsets. */
#define START_INFO_MAGIC           0   /* u32                                       */
#define   START_INFO_MAGIC_VALUE     0x336ec578u  /* "xEn3", its E with bit 7 set */
#define START_INFO_VERSION         4   /* u32: the memory map exists from 1 on      */
#define START_INFO_CMDLINE         24  /* u64, physical, 0: none                    */
#define START_INFO_RSDP            32  /* u64, physical, 0: none                    */
#define START_INFO_SIZE_V0         40
#define START_INFO_MEMMAP          40  /* u64, physical, 0: none                    */
#define START_INFO_MEMMAP_ENTRIES  48  /* u32                                       */
#define START_INFO_SIZE_V1         56

/* PVH, struct hvm_memmap_table_entry. */
#define MEMMAP_ADDR   0   /* u64 */
#define MEMMAP_LEN    8   /* u64 */
#define MEMMAP_TYPE   16  /* u32 */
#define   MEMMAP_TYPE_RAM       1
#define   MEMMAP_TYPE_RESERVED  2
#define   MEMMAP_TYPE_ACPI      3
#define   MEMMAP_TYPE_NVS       4
#define MEMMAP_ENTRY  24
/* clang-format on */

/* An E820 map has 128 entries at most, and QEMU's has about ten. */
#define MEMMAP_ENTRIES_MAX 128

/* Linux takes 2048 bytes.  QEMU has no limit, but a line that doesn't end here isn't one. */
#define CMDLINE_MAX 16384

/* Is there a NUL within CMDLINE_MAX bytes, all of them readable? */
static bool cmdline_ends(const struct physical *physical, uint64_t phys)
{
    for (uint64_t i = 0; i < CMDLINE_MAX; i++) {
        const uint8_t *byte = physical->at(physical, phys + i, 1);
        if (byte == NULL)
            return false;
        if (*byte == 0)
            return true;
    }
    return false;
}

static int read_cmdline(struct pvh *pvh, const struct physical *physical, uint64_t phys,
                        struct why *why)
{
    if (phys == 0)
        return OK;
    if (!cmdline_ends(physical, phys))
        return why_set(why, ERR_BROKEN, "command line without an end", phys, 0);
    pvh->command_line = (const char *)physical->at(physical, phys, 1);
    return OK;
}

static int read_memmap(struct pvh *pvh, const struct physical *physical, const uint8_t *info,
                       struct why *why)
{
    uint64_t phys = le64_at(info + START_INFO_MEMMAP);
    uint32_t count = le32_at(info + START_INFO_MEMMAP_ENTRIES);
    if (phys == 0 || count == 0)
        return OK;
    if (count > MEMMAP_ENTRIES_MAX)
        return why_set(why, ERR_BROKEN, "memory map entries", count, MEMMAP_ENTRIES_MAX);
    pvh->memmap = physical->at(physical, phys, (uint64_t)count * MEMMAP_ENTRY);
    if (pvh->memmap == NULL)
        return why_set(why, ERR_BROKEN, "memory map outside memory", phys, 0);
    pvh->memmap_count = count;
    return OK;
}

int pvh_read(struct pvh *pvh, const struct physical *physical, uint64_t start_info, struct why *why)
{
    *pvh = (struct pvh){ .command_line = "" };

    const uint8_t *info = physical->at(physical, start_info, START_INFO_SIZE_V0);
    if (info == NULL)
        return why_set(why, ERR_BROKEN, "start_info outside memory", start_info, 0);
    if (le32_at(info) != START_INFO_MAGIC_VALUE)
        return why_set(why, ERR_BROKEN, "start_info magic", le32_at(info), START_INFO_MAGIC_VALUE);

    pvh->rsdp = le64_at(info + START_INFO_RSDP);
    int cmdline = read_cmdline(pvh, physical, le64_at(info + START_INFO_CMDLINE), why);

    if (le32_at(info + START_INFO_VERSION) < 1)
        return cmdline;
    info = physical->at(physical, start_info, START_INFO_SIZE_V1);
    if (info == NULL)
        return why_set(why, ERR_BROKEN, "start_info outside memory", start_info, 0);

    struct why map_why;
    int map = read_memmap(pvh, physical, info, &map_why);
    if (cmdline == OK && map != OK)
        *why = map_why;
    return cmdline != OK ? cmdline : map;
}

/* SeaBIOS calls the memory of its ACPI tables reserved, as it calls PCI's ECAM: reading
 * that by mistake does no harm. */
static bool is_table_memory(uint32_t type)
{
    return type >= MEMMAP_TYPE_RAM && type <= MEMMAP_TYPE_NVS;
}

bool pvh_is_memory(const struct pvh *pvh, uint64_t phys, uint64_t len)
{
    for (unsigned i = 0; i < pvh->memmap_count; i++) {
        const uint8_t *entry = pvh->memmap + (size_t)i * MEMMAP_ENTRY;
        uint64_t base = le64_at(entry + MEMMAP_ADDR);
        uint64_t size = le64_at(entry + MEMMAP_LEN);
        bool is_inside = phys >= base && phys - base <= size && len <= size - (phys - base);
        if (is_inside && is_table_memory(le32_at(entry + MEMMAP_TYPE)))
            return true;
    }
    return false;
}
