/*
 * virtio over PCI, the legacy registers: fixed ports in BAR 0, features of 32 bits,
 * and queues of the one size that the device names.
 *
 * Source: VIRTIO 1.2 §4.1.4.10, §4.1.5.1.3.1.
 * QEMU:   -device virtio-serial-pci,disable-modern=on
 * Next on the tour: drivers/virtio/virtio_console.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/pci/pci.h"
#include "drivers/virtio/virtio_console_regs.h"
#include "drivers/virtio/virtio_pci.h"
#include "drivers/virtio/virtio_pci_regs.h"
#include "drivers/virtio/virtqueue.h"

#define PAGE_SIZE 4096u /* unit of QUEUE_PFN, alignment of the used ring */

static struct io *ports_of(struct virtio *dev)
{
    return &((struct virtio_pci *)dev)->common;
}

static uint8_t legacy_status_get(struct virtio *dev)
{
    return io_read8(ports_of(dev), VIRTIO_PCI_LEGACY_STATUS);
}

static void legacy_status_set(struct virtio *dev, uint8_t status)
{
    io_write8(ports_of(dev), VIRTIO_PCI_LEGACY_STATUS, status);
}

static uint64_t legacy_features_get(struct virtio *dev)
{
    return io_read32(ports_of(dev), VIRTIO_PCI_LEGACY_DEVICE_FEATURES);
}

static void legacy_features_set(struct virtio *dev, uint64_t features)
{
    io_write32(ports_of(dev), VIRTIO_PCI_LEGACY_DRIVER_FEATURES, (uint32_t)features);
}

static unsigned legacy_queue_max(struct virtio *dev, unsigned index)
{
    io_write16(ports_of(dev), VIRTIO_PCI_LEGACY_QUEUE_SELECT, (uint16_t)index);
    return io_read16(ports_of(dev), VIRTIO_PCI_LEGACY_QUEUE_SIZE);
}

static int legacy_queue_enable(struct virtio *dev, struct virtq *vq)
{
    uint64_t page = vq->desc_phys / PAGE_SIZE;

    if (page > UINT32_MAX)
        return why_set(&dev->why, ERR_FULL, "ring above what a page number holds", page,
                       UINT32_MAX);
    io_write16(ports_of(dev), VIRTIO_PCI_LEGACY_QUEUE_SELECT, (uint16_t)vq->index);
    io_write32(ports_of(dev), VIRTIO_PCI_LEGACY_QUEUE_PFN, (uint32_t)page);
    return OK;
}

static void legacy_notify(struct virtio *dev, struct virtq *vq)
{
    io_write16(ports_of(dev), VIRTIO_PCI_LEGACY_QUEUE_NOTIFY, (uint16_t)vq->index);
}

static uint32_t legacy_config_read(struct virtio *dev, size_t offset, unsigned bytes)
{
    return io_read(ports_of(dev), ((struct virtio_pci *)dev)->legacy_config + offset, bytes);
}

static void legacy_config_write(struct virtio *dev, size_t offset, unsigned bytes, uint32_t value)
{
    io_write(ports_of(dev), ((struct virtio_pci *)dev)->legacy_config + offset, bytes, value);
}

static const struct virtio_transport legacy_transport = {
    .status_get = legacy_status_get,
    .status_set = legacy_status_set,
    .features_get = legacy_features_get,
    .features_set = legacy_features_set,
    .queue_max = legacy_queue_max,
    .queue_enable = legacy_queue_enable,
    .notify = legacy_notify,
    .config_read = legacy_config_read,
    .config_write = legacy_config_write,
};

/* Two interrupt registers come before the configuration if MSI-X is on.  We never
 * switch it on, but whoever ran before us may have. */
static uint32_t find_config(const struct pci_function *fn)
{
    unsigned at = pci_find_capability(fn, VIRTIO_PCI_MSIX_CAP_ID, 0);
    uint32_t control = at ? pci_config_read(fn, at + VIRTIO_PCI_MSIX_CONTROL, 2) : 0;

    return control & VIRTIO_PCI_MSIX_ENABLE ? VIRTIO_PCI_LEGACY_CONFIG_MSIX
                                            : VIRTIO_PCI_LEGACY_CONFIG;
}

int virtio_pci_open_legacy(struct virtio_pci *pci, const struct pci_function *fn)
{
    if (fn->device != VIRTIO_PCI_CONSOLE_TRANSITIONAL)
        return ERR_ABSENT;
    pci->dev.transport = &legacy_transport;
    pci->dev.is_legacy = true;
    pci->dev.has_fixed_queue_size = true;
    pci->dev.used_align = PAGE_SIZE;
    pci->legacy_config = find_config(fn);
    return pci_map_bar(fn, VIRTIO_PCI_LEGACY_BAR, 0, pci->legacy_config + VIRTIO_CONSOLE_CFG_BYTES,
                       &pci->common, &pci->dev.why);
}
