/*
 * MCFG: where PCI configuration space lies in memory; see acpi.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/acpi/acpi.h"

/* clang-format off */
/* PCI Firmware Specification 3.0 §4.1.2, tables 4-2 and 4-3: byte offsets. */
#define MCFG_ENTRIES       44   /* after the header and 8 reserved bytes           */
#define MCFG_ENTRY_SIZE    16
#define   MCFG_BASE          0    /* u64                                           */
#define   MCFG_SEGMENT       8    /* u16                                           */
#define   MCFG_FIRST_BUS     10   /* u8                                            */
#define   MCFG_LAST_BUS      11   /* u8                                            */
/* clang-format on */

int acpi_mcfg_entry(const struct acpi_table *table, unsigned nth, struct acpi_ecam *ecam,
                    struct why *why)
{
    if (table->len < MCFG_ENTRIES || nth >= (table->len - MCFG_ENTRIES) / MCFG_ENTRY_SIZE)
        return ERR_ABSENT;

    const uint8_t *entry = table->bytes + MCFG_ENTRIES + nth * MCFG_ENTRY_SIZE;
    *ecam = (struct acpi_ecam){
        .base = le64_at(entry + MCFG_BASE),
        .segment = le16_at(entry + MCFG_SEGMENT),
        .first_bus = entry[MCFG_FIRST_BUS],
        .last_bus = entry[MCFG_LAST_BUS],
    };
    /* PCIe 4.0 §7.2.2: the base of 2^n buses is aligned to 2^n MiB, so to one at least. */
    if (ecam->base == 0 || (ecam->base & 0xfffff) != 0)
        return why_set(why, ERR_BROKEN, "MCFG base not at a MiB", ecam->base, 0);
    if (ecam->first_bus > ecam->last_bus)
        return why_set(why, ERR_BROKEN, "MCFG last bus below first", ecam->last_bus,
                       ecam->first_bus);
    return OK;
}
