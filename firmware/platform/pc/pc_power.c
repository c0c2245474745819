/*
 * Switching the machine off, as its FADT means it:
 *
 *   q35, pc            SLP_TYP and SLP_EN into PM1a (and PM1b) control
 *   microvm            the same into the sleep control register
 *   microvm,acpi=off   nothing to write to: reset by a triple fault, which -no-reboot
 *                      turns into the end
 *
 * Source: ACPI §4.8.3.2.1 (PM1 control), §4.8.3.7 (sleep control), §7.4.2 (_S5).
 *
 * SPDX-License-Identifier: MIT
 */
#include <stddef.h>

#include "drivers/kernel.h"
#include "drivers/text.h"
#include "firmware/arch/arch.h"
#include "firmware/platform/pc/pc.h"
#include "firmware/platform/pc/pc_arch.h"

/* clang-format off */
/* ACPI §4.8.3.2.1, table 4.13 */
#define PM1_CONTROL_SLP_TYP_SHIFT    10
#define PM1_CONTROL_SLP_TYP          (7u << 10)
#define PM1_CONTROL_SLP_EN           (1u << 13)
/* ACPI §4.8.3.7, table 4.18 */
#define SLEEP_CONTROL_SLP_TYP_SHIFT  2
#define SLEEP_CONTROL_SLP_EN         (1u << 5)
/* clang-format on */

/* QEMU stops the CPU within microseconds; a second is for a host that is busy. */
#define OFF_BUDGET_US 1000000

static int map_register(struct io *io, const struct acpi_register *reg)
{
    switch (reg->space) {
    case ACPI_SPACE_MEMORY:
        return kernel_map(io, IO_SPACE_MEMORY, reg->address, 4);
    case ACPI_SPACE_PORTS:
        return kernel_map(io, IO_SPACE_PORTS, reg->address, 4);
    default:
        return ERR_UNSUPPORTED;
    }
}

static void write_pm1(const struct acpi_register *reg, unsigned type)
{
    struct io io;
    if (reg->address == 0 || map_register(&io, reg) != OK)
        return;
    /* The other bits are somebody else's (SCI_EN): keep them.  Type first, then enable. */
    unsigned value = io_read16(&io, 0) & ~(PM1_CONTROL_SLP_TYP | PM1_CONTROL_SLP_EN);
    value |= type << PM1_CONTROL_SLP_TYP_SHIFT;
    io_write16(&io, 0, (uint16_t)value);
    io_write16(&io, 0, (uint16_t)(value | PM1_CONTROL_SLP_EN));
}

static void write_sleep_control(const struct acpi_register *reg, unsigned type)
{
    struct io io;
    if (map_register(&io, reg) == OK)
        io_write8(&io, 0, (uint8_t)(type << SLEEP_CONTROL_SLP_TYP_SHIFT | SLEEP_CONTROL_SLP_EN));
}

/* The package may be in the DSDT or in any SSDT; the DSDT's troubles are what counts. */
static int find_s5(const struct pc *pc, struct acpi_s5 *s5, struct why *why)
{
    int status = pc->dsdt.len != 0 ? acpi_s5_find(&pc->dsdt, s5, why) : ERR_ABSENT;

    struct acpi_table ssdt;
    struct why ssdt_why;
    for (unsigned i = 0; status != OK; i++) {
        if (acpi_find(&pc->acpi, "SSDT", i, &ssdt, &ssdt_why) != OK)
            return status;
        if (acpi_s5_find(&ssdt, s5, &ssdt_why) == OK)
            return OK;
    }
    return status;
}

/* The register that counts on this machine. */
static const struct acpi_register *off_register(const struct pc *pc)
{
    return pc->fadt.is_hardware_reduced ? &pc->fadt.sleep_control : &pc->fadt.pm1a_control;
}

void pc_power_announce(const struct pc *pc)
{
    struct acpi_s5 s5;
    struct why why = { 0 };
    int status = find_s5(pc, &s5, &why);
    if (status != OK || off_register(pc)->address == 0) {
        kernel_note("power", "off by a triple fault: ACPI names no other way",
                    why.what != NULL ? &why : NULL);
        return;
    }

    char buf[80];
    struct text text = text_begin(buf, sizeof(buf));
    text_add(&text, pc->fadt.is_hardware_reduced ? "off by ACPI's sleep control at 0x"
                                                 : "off by ACPI's PM1a control at 0x");
    text_add_hex(&text, off_register(pc)->address, 1);
    text_add(&text, ", type ");
    text_add_decimal(&text, s5.type_a);
    kernel_note("power", buf, NULL);
}

static void off_by_acpi(const struct pc *pc)
{
    struct acpi_s5 s5;
    struct why why;
    if (off_register(pc)->address == 0 || find_s5(pc, &s5, &why) != OK)
        return;
    if (pc->fadt.is_hardware_reduced) {
        write_sleep_control(&pc->fadt.sleep_control, s5.type_a);
    } else {
        write_pm1(&pc->fadt.pm1a_control, s5.type_a);
        write_pm1(&pc->fadt.pm1b_control, s5.type_b);
    }
    for (uint64_t start = kernel_now_us(); kernel_now_us() - start < OFF_BUDGET_US;)
        arch_relax();
}

void pc_power_off(const struct pc *pc)
{
    off_by_acpi(pc);
    pc_triple_fault();
}
