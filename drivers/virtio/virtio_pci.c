/*
 * virtio over PCI: the card, and which kind of registers it has.
 *
 * A transitional card has both kinds; the modern ones are used then.
 *
 * Source: VIRTIO 1.2 §4.1.2 (discovery), §4.1.5.1 (initialisation).
 * QEMU:   -device virtio-serial-pci[-transitional|-non-transitional]
 * Next on the tour: drivers/virtio/virtio_pci_modern.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/virtio/virtio_pci.h"

#include "drivers/kernel.h"
#include "drivers/pci/pci.h"
#include "drivers/text.h"
#include "drivers/virtio/virtio_console.h"
#include "drivers/virtio/virtio_pci_regs.h"

/* The modern registers, else the legacy ones.  If neither will do, `why` tells of the
 * modern ones, where the card has any. */
static int open_registers(struct virtio_pci *pci, const struct pci_function *fn)
{
    int status = virtio_pci_open_modern(pci, fn);
    struct why why = pci->dev.why;

    if (status == OK || virtio_pci_open_legacy(pci, fn) == OK)
        return OK;
    if (status != ERR_ABSENT || fn->device != VIRTIO_PCI_CONSOLE_TRANSITIONAL)
        pci->dev.why = why;
    return status == ERR_ABSENT ? ERR_UNSUPPORTED : status;
}

static int pci_attach(const struct device *found, const struct device_id *id)
{
    struct virtio_pci *pci = kernel_memory(sizeof(*pci), _Alignof(struct virtio_pci));
    struct text name;
    int status;

    if (!pci)
        return ERR_FULL;
    name = text_begin(pci->dev.found, sizeof(pci->dev.found));
    text_add(&name, found->found);
    pci->dev.kind = "virtio-pci";
    pci_enable(found->pci);
    status = open_registers(pci, found->pci);
    if (status != OK)
        return vcon_add_undriven(&pci->dev, id->kind, status);
    return vcon_attach(&pci->dev, id->kind);
}

static const struct device_id pci_ids[] = {
    { BUS_PCI, NULL, VIRTIO_PCI_VENDOR, VIRTIO_PCI_CONSOLE_TRANSITIONAL, "virtio-serial-pci" },
    { BUS_PCI, NULL, VIRTIO_PCI_VENDOR, VIRTIO_PCI_CONSOLE, "virtio-serial-pci" },
    { 0 },
};

const struct driver virtio_pci_driver = {
    .name = "virtio-pci",
    .ids = pci_ids,
    .attach = pci_attach,
};
