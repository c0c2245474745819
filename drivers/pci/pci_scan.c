/*
 * Walk the buses: every function of every device, and through each bridge that
 * names a bus of its own.
 *
 * Only buses that a bridge names are looked at in full.  Of all other numbers only
 * device 0 is: a second root bus, such as QEMU's pxb, begins with one.  That costs at most
 * 255 reads; a complete search would cost 8160 and find nothing more on QEMU.
 *
 * PCI 3.0 §6.1, P2P 1.2 §3.2.5.  Next on the tour: drivers/virtio/virtio_pci.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_internal.h"
#include "drivers/pci/pci_regs.h"

struct scan {
    struct pci_host *host;
    void (*visit)(const struct pci_function *fn, void *ctx);
    void *ctx;
    uint8_t seen[256 / 8]; /* buses walked: each once, whatever bridges say */
    struct pci_notes notes;
    int visited;
};

static bool scan_has_seen(const struct scan *scan, unsigned bus)
{
    return scan->seen[bus / 8] >> bus % 8 & 1;
}

static void scan_bus(struct scan *scan, unsigned bus, unsigned limit, unsigned depth);

/* A bus number goes up on the way down; only so can no two bridges loop.  P2P 1.2 §3.2.5.3 */
static bool may_enter(struct scan *scan, const struct pci_function *bridge, unsigned secondary,
                      unsigned subordinate, unsigned limit, unsigned depth)
{
    unsigned bus = bridge->bdf >> 8;
    struct why why = { 0 };

    if (depth >= PCI_DEPTH_MAX)
        (void)why_set(&why, ERR_UNSUPPORTED, "bridges below bridges", depth, PCI_DEPTH_MAX);
    else if (secondary <= bus || secondary > limit)
        (void)why_set(&why, ERR_BROKEN, "bus number behind it", secondary, bus + 1);
    else if (subordinate < secondary || subordinate > limit)
        (void)why_set(&why, ERR_BROKEN, "last bus number behind it", subordinate, secondary);
    else if (scan_has_seen(scan, secondary))
        (void)why_set(&why, ERR_BROKEN, "bus number that another bridge has", secondary, bus + 1);
    else
        return true;
    pci_note(&scan->notes, bridge, "bridge left out", &why);
    return false;
}

static void scan_bridge(struct scan *scan, const struct pci_function *bridge, unsigned limit,
                        unsigned depth)
{
    unsigned secondary = pci_config_read(bridge, PCI_BRIDGE_SECONDARY_BUS, 1);
    unsigned subordinate = pci_config_read(bridge, PCI_BRIDGE_SUBORDINATE, 1);

    if (secondary == 0)
        return; /* never numbered: nothing can be reached, and pci_assign() said why */
    if (may_enter(scan, bridge, secondary, subordinate, limit, depth))
        scan_bus(scan, secondary, subordinate, depth + 1);
}

static void scan_function(struct scan *scan, unsigned bdf, unsigned limit, unsigned depth)
{
    struct pci_function fn;

    if (pci_read_function(scan->host, bdf, &fn) != OK)
        return;
    if (pci_is_bridge(&fn)) {
        scan_bridge(scan, &fn, limit, depth);
    } else if (fn.header_type == 0) {
        scan->visited++;
        scan->visit(&fn, scan->ctx);
    } else {
        struct why why = { "header type", fn.header_type, 0 };
        pci_note(&scan->notes, &fn, "left out", &why);
    }
}

/* limit: the highest bus number that may lie behind this bus. */
static void scan_bus(struct scan *scan, unsigned bus, unsigned limit, unsigned depth)
{
    scan->seen[bus / 8] = (uint8_t)(scan->seen[bus / 8] | 1u << bus % 8);
    for (unsigned dev = 0; dev < PCI_DEVICES_PER_BUS; dev++) {
        unsigned count = pci_count_functions(scan->host, bus, dev);
        for (unsigned fn = 0; fn < count; fn++)
            scan_function(scan, PCI_BDF(bus, dev, fn), limit, depth);
    }
}

int pci_scan(struct pci_host *host, void (*visit)(const struct pci_function *fn, void *ctx),
             void *ctx)
{
    struct scan scan = { .host = host, .visit = visit, .ctx = ctx };

    if (host->first_bus > host->last_bus || host->last_bus > 255)
        return ERR_BROKEN;
    if (host->needs_assignment)
        pci_assign(host);
    for (unsigned bus = host->first_bus; bus <= host->last_bus; bus++)
        if (bus == host->first_bus ||
            (!scan_has_seen(&scan, bus) && pci_is_there(host, PCI_BDF(bus, 0, 0))))
            scan_bus(&scan, bus, host->last_bus, 0);
    return scan.visited;
}
