/*
 * Configuration space in memory: every function has its own 4 KiB page, so an
 * access is one load or store.
 *
 *   27      20 19    15 14  12 11        0
 *   |   bus   |  dev   |  fn  |  offset  |
 *
 * PCIe 4.0 §7.2.2, table 7-1.  The window starts at first_bus.
 * QEMU: q35, virt, microvm,pcie=on
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/pci/pci.h"

static size_t ecam_offset(const struct pci_host *host, unsigned bdf, unsigned offset)
{
    return (size_t)(bdf - (host->first_bus << 8)) << 12 | offset;
}

static uint32_t ecam_read(struct pci_host *host, unsigned bdf, unsigned offset, unsigned bytes)
{
    return io_read(&host->io, ecam_offset(host, bdf, offset), bytes);
}

static void ecam_write(struct pci_host *host, unsigned bdf, unsigned offset, unsigned bytes,
                       uint32_t value)
{
    io_write(&host->io, ecam_offset(host, bdf, offset), bytes, value);
}

const struct pci_config_ops pci_config_ecam = {
    .read = ecam_read,
    .write = ecam_write,
};
