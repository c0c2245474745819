/*
 * The PCI host bridge: where its configuration space is, and which addresses it has to
 * give out.  Nobody has assigned a BAR on a virt machine.
 *
 *   reg        the ECAM: 1 MiB for each bus of bus-range
 *   ranges     I/O, 32-bit and 64-bit memory: PCI address, CPU address, length
 *
 * Source: Linux bindings, pci/host-generic-pci.yaml; PCI Bus Binding to IEEE 1275, 2.1.
 * QEMU: any PCI -device on -M virt.  highmem=off puts the ECAM below 4 GiB.
 * Next on the tour: drivers/pci/pci.h
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/kernel.h"
#include "drivers/pci/pci.h"
#include "drivers/text.h"
#include "firmware/platform/virt/virt.h"

#define BUS_SHIFT 20 /* PCIe 4.0 §7.2.2: 32 devices of 8 functions of 4 KiB */

/* Functions point at their host for ever.  QEMU has one; two leave room for its next idea. */
#define HOSTS_MAX 2
static struct pci_host hosts[HOSTS_MAX];
static unsigned host_count;

/* The buses of bus-range that the ECAM has room for. */
static int set_buses(struct pci_host *host, const struct fdt_node *node, uint64_t ecam_len)
{
    uint32_t first = 0, last = 255;

    (void)fdt_cell(node, "bus-range", 0, &first);
    (void)fdt_cell(node, "bus-range", 1, &last);
    uint64_t count = ecam_len >> BUS_SHIFT;
    if (first > last || last > 255 || count == 0)
        return ERR_BROKEN;
    host->first_bus = first;
    host->last_bus = last - first < count ? last : first + (uint32_t)count - 1;
    return OK;
}

static void set_window(struct pci_window *window, const struct fdt_pci_range *range)
{
    if (window->len == 0)
        *window = (struct pci_window){
            .pci_base = range->pci_base,
            .cpu_base = range->cpu_base,
            .len = range->len,
        };
}

static void set_windows(struct pci_host *host, const struct fdt_node *node)
{
    struct fdt_pci_range range;

    for (unsigned i = 0; fdt_pci_range(node, i, &range) == OK; i++)
        switch (FDT_PCI_SPACE(range.flags)) {
        case FDT_PCI_SPACE_IO:
            set_window(&host->io_window, &range);
            break;
        case FDT_PCI_SPACE_MEM32:
            set_window(&host->mem_window, &range);
            break;
        case FDT_PCI_SPACE_MEM64:
            set_window(&host->mem64_window, &range);
            break;
        }
}

static void attach_function(const struct pci_function *fn, void *ctx)
{
    (void)ctx;
    struct pci_function copy = *fn;
    struct device dev = { .bus = BUS_PCI, .pci = &copy };

    pci_name(fn, dev.found, sizeof(dev.found));
    drivers_attach(&dev);
}

void virt_pci_attach(const struct fdt_node *node)
{
    struct fdt_range ecam;
    struct why why;

    if (host_count == HOSTS_MAX) {
        kernel_note("pci", "one host bridge too many: left alone", NULL);
        return;
    }
    struct pci_host *host = &hosts[host_count];
    *host = (struct pci_host){
        .config = &pci_config_ecam,
        .io_space = IO_SPACE_MEMORY,
        .needs_assignment = true,
    };
    if (virt_map(node, &host->io, &why) != OK) {
        virt_note_unusable(node, &why);
        return;
    }
    if (fdt_reg(node, 0, &ecam) != OK || set_buses(host, node, ecam.len) != OK) {
        kernel_note("pci", "the host bridge's bus-range or reg is wrong", NULL);
        return;
    }
    set_windows(host, node);
    host_count++;
    if (pci_scan(host, attach_function, NULL) < 0)
        kernel_note("pci", "the bus could not be scanned", NULL);
}
