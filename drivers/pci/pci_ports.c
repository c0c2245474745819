/*
 * Configuration space through two x86 ports: an address goes into 0xcf8, the value
 * comes out of 0xcfc.  Only the first 256 bytes can be reached.
 *
 * PCI 3.0 §3.2.2.3.2
 * QEMU: pc, q35
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_regs.h"

#define PORTS_SPACE 256u

static void ports_select(struct pci_host *host, unsigned bdf, unsigned offset)
{
    io_write32(&host->io, PCI_CONFIG_ADDRESS,
               PCI_CONFIG_ADDRESS_ENABLE | bdf << 8 | (offset & ~3u));
}

static uint32_t ports_read(struct pci_host *host, unsigned bdf, unsigned offset, unsigned bytes)
{
    if (offset >= PORTS_SPACE)
        return UINT32_MAX;
    ports_select(host, bdf, offset);
    return io_read(&host->io, PCI_CONFIG_DATA + (offset & 3), bytes);
}

static void ports_write(struct pci_host *host, unsigned bdf, unsigned offset, unsigned bytes,
                        uint32_t value)
{
    if (offset >= PORTS_SPACE)
        return;
    ports_select(host, bdf, offset);
    io_write(&host->io, PCI_CONFIG_DATA + (offset & 3), bytes, value);
}

const struct pci_config_ops pci_config_ports = {
    .read = ports_read,
    .write = ports_write,
};
