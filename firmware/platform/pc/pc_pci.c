/*
 * PCI host bridges of a PC, and what is behind them.
 *
 * QEMU: any -device on q35 or pc; -M microvm,pcie=on.
 * Next on the tour: drivers/pci/pci.h
 *
 * SPDX-License-Identifier: MIT
 */
#include <stddef.h>

#include "drivers/device.h"
#include "drivers/pci/pci.h"
#include "drivers/text.h"
#include "firmware/arch/arch.h"
#include "firmware/platform/pc/pc.h"

/* PCI 3.0 §3.2.2.3.2: configuration mechanism 1. */
#define CONFIG_PORTS          0xcf8
#define CONFIG_PORTS_LEN      8
#define CONFIG_ADDRESS        0
#define CONFIG_ADDRESS_ENABLE 0x80000000u
#define CONFIG_DATA           4

/* Device and vendor of function 00:00.0, as the first register has them. */
#define HOST_BRIDGE_440FX 0x12378086u
#define HOST_BRIDGE_Q35   0x29c08086u
#define HOST_BRIDGE_GPEX  0x00081b36u

/* QEMU, include/hw/i386/microvm.h: PCIE_MMIO and PCIE_ECAM.  Its firmware assigns nothing,
 * and it has no MCFG: the DSDT names these addresses, and the host bridge says that it
 * is there. */
#define MICROVM_WINDOW     0xc0000000u
#define MICROVM_WINDOW_LEN 0x20000000u
#define MICROVM_ECAM       0xe0000000u

#define BUS_LEN (1u << 20) /* PCIe 4.0 §7.2.2: 32 devices, 8 functions, 4 KiB */

/* One host for each MCFG entry.  QEMU has one; more would be other segments. */
#define HOSTS_MAX 4
static struct pci_host hosts[HOSTS_MAX];

static void attach_function(const struct pci_function *fn, void *ctx)
{
    (void)ctx;
    struct pci_function copy = *fn;
    struct device dev = { .bus = BUS_PCI, .pci = &copy };
    pci_name(fn, dev.found, sizeof(dev.found));
    drivers_attach(&dev);
}

static void scan(struct pci_host *host)
{
    if (pci_scan(host, attach_function, NULL) < 0)
        kernel_note("pci", "the bus could not be scanned", NULL);
}

static void set_microvm_window(struct pci_host *host)
{
    host->needs_assignment = true;
    host->mem_window = (struct pci_window){ .pci_base = MICROVM_WINDOW,
                                            .cpu_base = MICROVM_WINDOW,
                                            .len = MICROVM_WINDOW_LEN };
}

static int scan_ecam(const struct pc *pc, struct pci_host *host, const struct acpi_ecam *ecam)
{
    *host = (struct pci_host){
        .config = &pci_config_ecam,
        .first_bus = ecam->first_bus,
        .last_bus = ecam->last_bus,
        .io_space = IO_SPACE_PORTS,
    };
    int status = kernel_map(&host->io, IO_SPACE_MEMORY, ecam->base,
                            (uint64_t)(ecam->last_bus + 1u) * BUS_LEN);
    if (status != OK)
        return status;
    if (pc->fadt.is_hardware_reduced)
        set_microvm_window(host);
    scan(host);
    return OK;
}

/* Returns how many host bridges the MCFG named that could be used. */
static unsigned attach_by_mcfg(const struct pc *pc)
{
    struct acpi_table mcfg;
    struct why why;
    int status = acpi_find(&pc->acpi, "MCFG", 0, &mcfg, &why);
    if (status != OK) {
        if (status != ERR_ABSENT)
            kernel_note("pci", "MCFG not used", &why);
        return 0;
    }

    unsigned used = 0;
    struct acpi_ecam ecam;
    for (unsigned i = 0; used < HOSTS_MAX; i++) {
        status = acpi_mcfg_entry(&mcfg, i, &ecam, &why);
        if (status == ERR_ABSENT)
            break;
        if (status == OK && scan_ecam(pc, &hosts[used], &ecam) == OK)
            used++;
        else
            kernel_note("pci", "MCFG entry not used", status == OK ? NULL : &why);
    }
    return used;
}

/* The first register of 00:00.0, or 0xffffffff: there are no such ports. */
static uint32_t read_host_bridge(void)
{
    struct io io = { .bus = arch_port_bus, .base = CONFIG_PORTS };
    io_write32(&io, CONFIG_ADDRESS, CONFIG_ADDRESS_ENABLE);
    if (io_read32(&io, CONFIG_ADDRESS) != CONFIG_ADDRESS_ENABLE)
        return 0xffffffff;
    return io_read32(&io, CONFIG_DATA);
}

const char *pc_pci_machine(void)
{
    switch (read_host_bridge()) {
    case 0xffffffff:
        return NULL;
    case HOST_BRIDGE_440FX:
        return "pc";
    case HOST_BRIDGE_Q35:
        return "q35";
    default:
        return "unknown";
    }
}

static void attach_by_ports(void)
{
    if (read_host_bridge() == 0xffffffff)
        return;
    struct pci_host *host = &hosts[0];
    *host = (struct pci_host){
        .config = &pci_config_ports,
        .first_bus = 0,
        .last_bus = 255,
        .io_space = IO_SPACE_PORTS,
    };
    if (kernel_map(&host->io, IO_SPACE_PORTS, CONFIG_PORTS, CONFIG_PORTS_LEN) == OK)
        scan(host);
}

static void attach_microvm(const struct pc *pc)
{
    struct io io;
    if (kernel_map(&io, IO_SPACE_MEMORY, MICROVM_ECAM, BUS_LEN) != OK ||
        io_read32(&io, 0) != HOST_BRIDGE_GPEX)
        return;
    struct acpi_ecam ecam = { .base = MICROVM_ECAM, .first_bus = 0, .last_bus = 255 };
    scan_ecam(pc, &hosts[0], &ecam);
}

void pc_pci_attach(const struct pc *pc)
{
    if (attach_by_mcfg(pc) != 0)
        return;
    if (pc->fadt.is_hardware_reduced)
        attach_microvm(pc);
    else
        attach_by_ports();
}
