/*
 * UARTs at ports of their own: what the DSDT says of each; see acpi.h.
 *
 *   Device (COM2) {
 *       Name (_HID, EisaId ("PNP0501"))
 *       ...
 *       Name (_CRS, ResourceTemplate () { IO (Decode16, 0x0220, 0x0220, 0x00, 0x08) ... })
 *   }
 *
 * Both names are data here, so that no interpreter is needed.
 *
 * QEMU: -device isa-serial,iobase=0x220,irq=5,chardev=c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/acpi/acpi.h"
#include "drivers/acpi/acpi_aml.h"

/* ACPI §6.4.2.5, table 6.32: a small resource of seven bytes. */
#define IO_PORT_DESCRIPTOR 0x47

/* From _HID to _CRS QEMU has 17 bytes (_UID, _STA).  More than this is another device's. */
#define CRS_WITHIN 64

/* Name (_HID, EisaId ("PNP0501")): a number of four bytes.  ACPI §19.3.4 (EISAID) */
static const uint8_t uart_hid[] = { AML_NAME_OP,      '_',  'H',  'I',  'D',
                                    AML_DWORD_PREFIX, 0x41, 0xd0, 0x05, 0x01 };
static const uint8_t crs_name[] = { AML_NAME_OP, '_', 'C', 'R', 'S', AML_BUFFER_OP };

/* Of a buffer: its length in bytes, then the first descriptor, whose lowest base is the port. */
static int read_resources(struct aml *aml, uint16_t *port)
{
    if (aml_skip_package_length(aml) != OK || aml_number(aml) < 0)
        return ERR_BROKEN;
    if (aml_byte(aml) != IO_PORT_DESCRIPTOR || aml_byte(aml) < 0)
        return ERR_BROKEN;
    int low = aml_byte(aml), high = aml_byte(aml);
    if (low < 0 || high < 0)
        return ERR_BROKEN;
    *port = (uint16_t)(low | high << 8);
    return OK;
}

static int find_resources(struct aml aml, uint16_t *port)
{
    for (unsigned i = 0; i < CRS_WITHIN && aml.at < aml.end; i++, aml.at++) {
        if (aml_take(&aml, crs_name, sizeof(crs_name)))
            return read_resources(&aml, port);
    }
    return ERR_ABSENT;
}

int acpi_uart_find(const struct acpi_table *table, unsigned nth, uint16_t *port)
{
    for (struct aml aml = aml_of(table); aml.at < aml.end; aml.at++) {
        struct aml here = aml;
        if (aml_take(&here, uart_hid, sizeof(uart_hid)) && find_resources(here, port) == OK &&
            nth-- == 0)
            return OK;
    }
    return ERR_ABSENT;
}
