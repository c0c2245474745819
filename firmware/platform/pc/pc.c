/*
 * What the loader and ACPI say about this PC, and in which order its devices are
 * looked for.
 *
 * QEMU: -M q35|pc|microvm -kernel firmware.elf
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/platform/pc/pc.h"

#include <stddef.h>

#include "drivers/kernel.h"
#include "firmware/arch/arch.h"
#include "firmware/platform/platform.h"

/* The BIOS area, where the RSDP lies: memory, but in no entry of some memory maps. */
#define BIOS_AREA     0xe0000u
#define BIOS_AREA_END 0x100000u

#define LOADER_MEMORY_END 0x100000000ull

static struct pc pc;

/* What was wrong with the loader's word, until there is a log to say so. */
static struct {
    const char *text;
    struct why why;
} complaints[5];
static size_t complaint_count;

static void complain(const char *text, const struct why *why)
{
    if (complaint_count == sizeof(complaints) / sizeof(complaints[0]))
        return;
    complaints[complaint_count].text = text;
    complaints[complaint_count].why = *why;
    complaint_count++;
}

/* The loader's structs may lie anywhere below 4 GiB. */
static const uint8_t *loader_memory(const struct physical *physical, uint64_t phys, uint64_t len)
{
    (void)physical;
    if (phys >= LOADER_MEMORY_END || len > LOADER_MEMORY_END - phys)
        return NULL;
    return (const uint8_t *)arch_map(phys, len);
}

/* ACPI tables must lie where the memory map has memory, if there is a map. */
static const uint8_t *table_memory(const struct physical *physical, uint64_t phys, uint64_t len)
{
    bool is_bios = phys >= BIOS_AREA && phys < BIOS_AREA_END && len <= BIOS_AREA_END - phys;
    if (!is_bios && pc.pvh.memmap_count != 0 && !pvh_is_memory(&pc.pvh, phys, len))
        return NULL;
    return loader_memory(physical, phys, len);
}

static const struct physical loader = { .at = loader_memory };
static const struct physical tables = { .at = table_memory };

static void read_fadt(void)
{
    struct acpi_table table;
    struct why why;
    int status = acpi_find(&pc.acpi, "FACP", 0, &table, &why);
    if (status == OK)
        acpi_fadt_read(&table, &pc.fadt);
    else if (status != ERR_ABSENT)
        complain("FADT not used", &why);
}

static void read_dsdt(void)
{
    struct why why;
    if (pc.fadt.dsdt == 0)
        return;
    int status = acpi_table_at(&tables, pc.fadt.dsdt, "DSDT", &pc.dsdt, &why);
    if (status == ERR_ABSENT)
        why_set(&why, status, "another table is at its address", pc.fadt.dsdt, 0);
    if (status != OK)
        complain("DSDT not used", &why);
}

static void read_spcr(void)
{
    struct acpi_table table;
    struct why why;
    int status = acpi_find(&pc.acpi, "SPCR", 0, &table, &why);
    if (status == OK)
        status = acpi_spcr_read(&table, &pc.spcr, &why);
    if (status != OK && status != ERR_ABSENT)
        complain("SPCR not used", &why);
}

/* Read ACPI's tables once.  Not before the first UART: their checksums take time. */
static void read_acpi(void)
{
    static bool is_read;
    if (is_read)
        return;
    is_read = true;

    struct why why;
    int status = acpi_open(&pc.acpi, &tables, pc.pvh.rsdp, &why);
    if (status != OK && status != ERR_ABSENT)
        complain("ACPI not used", &why);
    read_fadt();
    read_dsdt();
    read_spcr();
}

void platform_init(uintptr_t boot_info)
{
    struct why why;
    if (pvh_read(&pc.pvh, &loader, boot_info, &why) != OK)
        complain("start_info is wrong", &why);
}

const char *platform_command_line(void)
{
    return pc.pvh.command_line;
}

/* A microvm has no host bridge at the ports, whether it has ACPI or not. */
const char *platform_machine(void)
{
    const char *machine = pc_pci_machine();
    return machine != NULL ? machine : "microvm";
}

void platform_find_first(void)
{
    pc_isa_attach_first();
}

void platform_find_rest(void)
{
    pc_isa_attach_usual();
    read_acpi();
    for (size_t i = 0; i < complaint_count; i++)
        kernel_note("pc", complaints[i].text, &complaints[i].why);
    pc_isa_attach_rest(&pc);
    pc_virtio_attach(&pc);
    pc_pci_attach(&pc);
    pc_power_announce(&pc);
}

void platform_power_off(unsigned status)
{
    (void)status; /* no register of a PC carries one: the end record does */
    read_acpi();  /* a panic may come before platform_find_rest() */
    pc_power_off(&pc);
}
