/*
 * RSDP, RSDT, XSDT and table headers; see acpi.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/acpi/acpi.h"

#include <stddef.h>

#include "drivers/text.h"

/* clang-format off */
/* ACPI §5.2.5.3, table 5.3: byte offsets in the RSDP. */
#define RSDP_SIGNATURE      0    /* "RSD PTR "                                     */
#define RSDP_REVISION       15   /* u8: 0 for ACPI 1.0, 2 since                    */
#define RSDP_RSDT           16   /* u32, physical                                  */
#define RSDP_SIZE_V1        20   /* what the first checksum covers                 */
#define RSDP_LENGTH         20   /* u32: what the extended checksum covers         */
#define RSDP_XSDT           24   /* u64, physical                                  */
#define RSDP_SIZE_V2        36

/* ACPI §5.2.6, table 5.4: byte offsets in a table header. */
#define HEADER_SIGNATURE    0
#define HEADER_LENGTH       4    /* u32: of the whole table                        */
/* clang-format on */

#define SIGNATURE_SIZE 4

/* QEMU's largest table is a DSDT of some KiB.  A checksum over more than this would
 * cost a noticeable time for what can only be a lie. */
#define TABLE_MAX (1u << 20)

/* All bytes of a table, its checksum included, add up to 0 modulo 256. */
static uint8_t sum_of(const uint8_t *bytes, uint32_t len)
{
    uint8_t sum = 0;
    for (uint32_t i = 0; i < len; i++)
        sum = (uint8_t)(sum + bytes[i]);
    return sum;
}

static int check_table(const struct physical *physical, uint64_t phys, struct acpi_table *table,
                       struct why *why)
{
    const uint8_t *header = physical->at(physical, phys, ACPI_HEADER_SIZE);
    if (header == NULL)
        return why_set(why, ERR_BROKEN, "table outside memory", phys, 0);

    uint32_t len = le32_at(header + HEADER_LENGTH);
    if (len < ACPI_HEADER_SIZE)
        return why_set(why, ERR_BROKEN, "table shorter than its header", len, ACPI_HEADER_SIZE);
    if (len > TABLE_MAX)
        return why_set(why, ERR_BROKEN, "table longer than any", len, TABLE_MAX);

    const uint8_t *bytes = physical->at(physical, phys, len);
    if (bytes == NULL)
        return why_set(why, ERR_BROKEN, "table ends outside memory", phys + len, 0);
    if (sum_of(bytes, len) != 0)
        return why_set(why, ERR_BROKEN, "table checksum", sum_of(bytes, len), 0);
    *table = (struct acpi_table){ .bytes = bytes, .len = len };
    return OK;
}

int acpi_table_at(const struct physical *physical, uint64_t phys, const char *signature,
                  struct acpi_table *table, struct why *why)
{
    const uint8_t *header = physical->at(physical, phys, SIGNATURE_SIZE);
    if (header == NULL)
        return why_set(why, ERR_BROKEN, "table outside memory", phys, 0);
    if (!bytes_equal(header + HEADER_SIGNATURE, signature, SIGNATURE_SIZE))
        return ERR_ABSENT;
    return check_table(physical, phys, table, why);
}

/* An address of 0 means that the list does not exist. */
static int open_root(struct acpi *acpi, uint64_t phys, const char *signature, unsigned entry_size,
                     struct why *why)
{
    if (phys == 0)
        return why_set(why, ERR_BROKEN, "RSDP without a list of tables", 0, 0);
    acpi->entry_size = entry_size;
    int status = acpi_table_at(acpi->physical, phys, signature, &acpi->root, why);
    if (status == ERR_ABSENT)
        return why_set(why, ERR_BROKEN, "list of tables has another signature", phys, 0);
    return status;
}

/* The part of the RSDP that revision 2 added.  Returns 0 if it can't be used. */
static uint64_t xsdt_of(const struct physical *physical, uint64_t rsdp)
{
    const uint8_t *bytes = physical->at(physical, rsdp, RSDP_SIZE_V2);
    if (bytes == NULL || bytes[RSDP_REVISION] < 2)
        return 0;
    if (le32_at(bytes + RSDP_LENGTH) != RSDP_SIZE_V2 || sum_of(bytes, RSDP_SIZE_V2) != 0)
        return 0;
    return le64_at(bytes + RSDP_XSDT);
}

int acpi_open(struct acpi *acpi, const struct physical *physical, uint64_t rsdp, struct why *why)
{
    *acpi = (struct acpi){ .physical = physical };
    if (rsdp == 0)
        return ERR_ABSENT;

    const uint8_t *bytes = physical->at(physical, rsdp, RSDP_SIZE_V1);
    if (bytes == NULL)
        return why_set(why, ERR_BROKEN, "RSDP outside memory", rsdp, 0);
    if (!bytes_equal(bytes + RSDP_SIGNATURE, "RSD PTR ", 8))
        return why_set(why, ERR_BROKEN, "RSDP signature", le64_at(bytes), 0x2052545020445352);
    if (sum_of(bytes, RSDP_SIZE_V1) != 0)
        return why_set(why, ERR_BROKEN, "RSDP checksum", sum_of(bytes, RSDP_SIZE_V1), 0);

    /* ACPI §5.2.5.3: the XSDT is to be preferred. */
    uint64_t xsdt = xsdt_of(physical, rsdp);
    if (xsdt != 0 && open_root(acpi, xsdt, "XSDT", 8, why) == OK)
        return OK;
    return open_root(acpi, le32_at(bytes + RSDP_RSDT), "RSDT", 4, why);
}

static uint64_t entry_at(const struct acpi *acpi, uint32_t index)
{
    const uint8_t *entry = acpi->root.bytes + ACPI_HEADER_SIZE + index * acpi->entry_size;
    return acpi->entry_size == 8 ? le64_at(entry) : le32_at(entry);
}

int acpi_find(const struct acpi *acpi, const char *signature, unsigned nth,
              struct acpi_table *table, struct why *why)
{
    if (acpi->root.bytes == NULL)
        return ERR_ABSENT;

    /* Entries that point anywhere but to a table are somebody else's trouble, unless
     * nothing better is found. */
    int worst = ERR_ABSENT;
    uint32_t count = (acpi->root.len - ACPI_HEADER_SIZE) / acpi->entry_size;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t phys = entry_at(acpi, i);
        if (phys == 0)
            continue;
        int status = acpi_table_at(acpi->physical, phys, signature, table, why);
        if (status == OK && nth-- == 0)
            return OK;
        if (status != OK && status != ERR_ABSENT)
            worst = status;
    }
    return worst;
}

struct acpi_register acpi_register_at(const uint8_t *gas)
{
    /* ACPI §5.2.3.2, table 5.1: space, width, offset, access size, address. */
    return (struct acpi_register){ .space = gas[0], .bits = gas[1], .address = le64_at(gas + 4) };
}
