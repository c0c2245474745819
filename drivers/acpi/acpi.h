/*
 * ACPI: the few static tables that say where consoles are and how power goes off.
 *
 * No interpreter: the two things taken out of AML, the S5 package and the ports of the
 * UARTs, are data, and found by a bounded scan.  All of it is checked before use: lengths,
 * checksums, and every address through drivers/physical.h.
 *
 *   acpi.c       RSDP, RSDT and XSDT, table headers
 *   acpi_fadt.c  FADT: the registers that switch the machine off
 *   acpi_aml.c   the few words of AML that are data
 *   acpi_s5.c    \_S5: what to write there
 *   acpi_uart.c  UARTs at ports of their own
 *   acpi_mcfg.c  MCFG: where PCI configuration space is
 *   acpi_spcr.c  SPCR: which UART the machine calls its console
 *
 * Source: Advanced Configuration and Power Interface 6.4 (called ACPI below).
 * QEMU: q35, pc, and microvm unless acpi=off.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_ACPI_ACPI_H
#define DRIVERS_ACPI_ACPI_H

#include <stdbool.h>
#include <stdint.h>

#include "drivers/physical.h"
#include "drivers/status.h"

/* A whole table, header included, its length and checksum checked. */
struct acpi_table {
    const uint8_t *bytes;
    uint32_t len; /* at least ACPI_HEADER_SIZE */
};

#define ACPI_HEADER_SIZE 36 /* ACPI §5.2.6, table 5.4 */

struct acpi {
    const struct physical *physical;
    struct acpi_table root; /* the XSDT or the RSDT     */
    unsigned entry_size;    /* 8 in an XSDT, 4 in an RSDT */
};

/*
 * Check the RSDP and the list of tables that it points to.  The XSDT is taken if
 * there is one that is right, else the RSDT.
 *
 * rsdp     physical address; 0 if there is none
 * returns  OK | ERR_ABSENT no RSDP | ERR_BROKEN (why says)
 * ACPI §5.2.5.3
 */
int acpi_open(struct acpi *acpi, const struct physical *physical, uint64_t rsdp, struct why *why);

/*
 * The nth (from 0) good table with this signature of four letters.
 * returns  OK | ERR_ABSENT no such table
 *          | ERR_BROKEN there is none, but one that is wrong (why says)
 */
int acpi_find(const struct acpi *acpi, const char *signature, unsigned nth,
              struct acpi_table *table, struct why *why);

/*
 * The table with this signature at a physical address (the DSDT is found so).
 * returns  OK | ERR_ABSENT another table is there | ERR_BROKEN (why says)
 */
int acpi_table_at(const struct physical *physical, uint64_t phys, const char *signature,
                  struct acpi_table *table, struct why *why);

/* A register, as a Generic Address Structure names it.  ACPI §5.2.3.2 */
enum acpi_space { ACPI_SPACE_MEMORY = 0, ACPI_SPACE_PORTS = 1 };
struct acpi_register {
    uint8_t space;    /* enum acpi_space, or another value       */
    uint8_t bits;     /* width of the register                   */
    uint64_t address; /* 0: there is no such register            */
};

/* Read the 12 bytes of a Generic Address Structure. */
struct acpi_register acpi_register_at(const uint8_t *gas);

struct acpi_fadt {
    uint64_t dsdt; /* physical, 0: none                            */
    struct acpi_register pm1a_control, pm1b_control;
    struct acpi_register sleep_control; /* hardware-reduced machines       */
    bool is_hardware_reduced;           /* no PM1 registers: microvm       */
};

/* Fields that the table is too short for read as 0: absent.  ACPI §5.2.9 */
void acpi_fadt_read(const struct acpi_table *table, struct acpi_fadt *fadt);

/* What goes into the SLP_TYP fields for S5, "soft off". */
struct acpi_s5 {
    uint8_t type_a, type_b; /* 0..7 */
};

/*
 * Look for the package \_S5 in a DSDT or SSDT.
 * returns  OK | ERR_ABSENT not in this table | ERR_BROKEN it is there, and wrong (why says)
 * ACPI §7.4.2, §20.2
 */
int acpi_s5_find(const struct acpi_table *table, struct acpi_s5 *s5, struct why *why);

/*
 * The nth (from 0) UART at ports that a DSDT or SSDT describes.
 * port     its first port
 * returns  OK | ERR_ABSENT no more
 * ACPI §6.1.5 (_HID), §6.2.2 (_CRS), §6.4.2.5 (I/O port descriptor)
 */
int acpi_uart_find(const struct acpi_table *table, unsigned nth, uint16_t *port);

/* One piece of PCI configuration space in memory. */
struct acpi_ecam {
    uint64_t base; /* physical address of bus 0 (not of first_bus) */
    uint16_t segment;
    uint8_t first_bus, last_bus; /* inclusive */
};

/*
 * The nth (from 0) entry of the MCFG.
 * returns  OK | ERR_ABSENT no more | ERR_BROKEN (why says)
 * PCI Firmware Specification 3.0 §4.1.2
 */
int acpi_mcfg_entry(const struct acpi_table *table, unsigned nth, struct acpi_ecam *ecam,
                    struct why *why);

/*
 * The UART that the machine calls its console.
 * returns  OK | ERR_BROKEN the table is too short (why says)
 * Microsoft, Serial Port Console Redirection Table, table 1
 */
int acpi_spcr_read(const struct acpi_table *table, struct acpi_register *uart, struct why *why);

#endif
