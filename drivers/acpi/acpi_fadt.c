/*
 * FADT: which registers switch the machine off; see acpi.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/acpi/acpi.h"

/* clang-format off */
/* ACPI §5.2.9, table 5.9: byte offsets.  QEMU's pc has revision 1, which ends at 116. */
#define FADT_DSDT            40    /* u32                                          */
#define FADT_PM1A_CNT_BLK    64    /* u32, a port                                  */
#define FADT_PM1B_CNT_BLK    68    /* u32, a port                                  */
#define FADT_FLAGS           112   /* u32                                          */
#define   FADT_FLAGS_HW_REDUCED_ACPI  (1u << 20)
#define FADT_X_DSDT          140   /* u64                                          */
#define FADT_X_PM1A_CNT_BLK  172   /* generic address                              */
#define FADT_X_PM1B_CNT_BLK  184   /* generic address                              */
#define FADT_SLEEP_CONTROL   244   /* generic address                              */
/* clang-format on */

#define GAS_SIZE 12

static uint32_t field32(const struct acpi_table *table, uint32_t offset)
{
    return offset + 4 <= table->len ? le32_at(table->bytes + offset) : 0;
}

static uint64_t field64(const struct acpi_table *table, uint32_t offset)
{
    return offset + 8 <= table->len ? le64_at(table->bytes + offset) : 0;
}

static struct acpi_register field_register(const struct acpi_table *table, uint32_t offset)
{
    if (offset + GAS_SIZE > table->len)
        return (struct acpi_register){ .address = 0 };
    return acpi_register_at(table->bytes + offset);
}

/* The extended field counts if it is there and not 0 (ACPI §5.2.9, X_PM1a_CNT_BLK). */
static struct acpi_register pm1_control(const struct acpi_table *table, uint32_t extended,
                                        uint32_t port)
{
    struct acpi_register control = field_register(table, extended);
    if (control.address != 0)
        return control;
    return (struct acpi_register){ .space = ACPI_SPACE_PORTS,
                                   .bits = 16,
                                   .address = field32(table, port) };
}

void acpi_fadt_read(const struct acpi_table *table, struct acpi_fadt *fadt)
{
    uint64_t dsdt = field64(table, FADT_X_DSDT);
    *fadt = (struct acpi_fadt){
        .dsdt = dsdt != 0 ? dsdt : field32(table, FADT_DSDT),
        .pm1a_control = pm1_control(table, FADT_X_PM1A_CNT_BLK, FADT_PM1A_CNT_BLK),
        .pm1b_control = pm1_control(table, FADT_X_PM1B_CNT_BLK, FADT_PM1B_CNT_BLK),
        .sleep_control = field_register(table, FADT_SLEEP_CONTROL),
        .is_hardware_reduced = (field32(table, FADT_FLAGS) & FADT_FLAGS_HW_REDUCED_ACPI) != 0,
    };
}
