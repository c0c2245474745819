/*
 * SPCR: which UART the machine calls its console; see acpi.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/acpi/acpi.h"

/* Microsoft, Serial Port Console Redirection Table, table 1: the generic address
 * follows the interface type and three reserved bytes. */
#define SPCR_BASE_ADDRESS 40
#define SPCR_BASE_END     52

int acpi_spcr_read(const struct acpi_table *table, struct acpi_register *uart, struct why *why)
{
    if (table->len < SPCR_BASE_END)
        return why_set(why, ERR_BROKEN, "SPCR too short", table->len, SPCR_BASE_END);
    *uart = acpi_register_at(table->bytes + SPCR_BASE_ADDRESS);
    return OK;
}
