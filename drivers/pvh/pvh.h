/*
 * The PVH boot protocol: what the loader tells us, in struct hvm_start_info.
 *
 * Source: Xen, docs/misc/pvh.pandoc and xen/include/public/arch-x86/hvm/start_info.h
 *         (called PVH below; the layout is the comment at the head of the latter).
 * QEMU: -kernel firmware.elf on q35, pc and microvm.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_PVH_PVH_H
#define DRIVERS_PVH_PVH_H

#include <stdbool.h>
#include <stdint.h>

#include "drivers/physical.h"
#include "drivers/status.h"

struct pvh {
    const char *command_line; /* NUL-terminated, never NULL, where the loader put it */
    uint64_t rsdp;            /* physical, 0: there is no ACPI                        */
    const uint8_t *memmap;    /* memmap_count entries of the memory map, unchecked    */
    unsigned memmap_count;    /* 0: the loader gave no map                            */
};

/*
 * Read start_info.  What can be used is used: *pvh is always filled in, and empty
 * where the loader's word can't be trusted.
 *
 * start_info  physical address, as it came in EBX
 * returns     OK | ERR_BROKEN (why names the first thing that is wrong)
 */
int pvh_read(struct pvh *pvh, const struct physical *physical, uint64_t start_info,
             struct why *why);

/*
 * Does the memory map call len bytes at phys memory that tables may lie in (RAM,
 * reserved, ACPI tables, ACPI NVS)?  The range must lie within one entry.
 */
bool pvh_is_memory(const struct pvh *pvh, uint64_t phys, uint64_t len);

#endif
