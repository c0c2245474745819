/*
 * virtio over PCI, the modern registers: vendor capabilities name the BAR, offset
 * and length of each group.
 *
 *     capability list            BAR 4 of QEMU's card
 *     COMMON   bar 4 + 0x0000 -> features, status, queues
 *     DEVICE   bar 4 + 0x2000 -> max_nr_ports, emergency write
 *     NOTIFY   bar 4 + 0x3000 -> a doorbell for each queue, `multiplier` bytes apart
 *
 * Source: VIRTIO 1.2 §4.1.4, §4.1.5.1.
 * QEMU:   -device virtio-serial-pci[-non-transitional]
 * Next on the tour: drivers/virtio/virtio_pci_legacy.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/pci/pci.h"
#include "drivers/virtio/virtio_console_regs.h"
#include "drivers/virtio/virtio_pci.h"
#include "drivers/virtio/virtio_pci_regs.h"
#include "drivers/virtio/virtqueue.h"

static struct virtio_pci *pci_of(struct virtio *dev)
{
    return (struct virtio_pci *)dev;
}

static struct io *common_of(struct virtio *dev)
{
    return &pci_of(dev)->common;
}

/* --- the transport's operations --------------------------------------------------------- */

static uint8_t modern_status_get(struct virtio *dev)
{
    return io_read8(common_of(dev), VIRTIO_PCI_COMMON_STATUS);
}

static void modern_status_set(struct virtio *dev, uint8_t status)
{
    io_write8(common_of(dev), VIRTIO_PCI_COMMON_STATUS, status);
}

static uint32_t read_features(struct io *io, unsigned word)
{
    io_write32(io, VIRTIO_PCI_COMMON_DEVICE_FEATURE_SELECT, word);
    return io_read32(io, VIRTIO_PCI_COMMON_DEVICE_FEATURE);
}

static void write_features(struct io *io, unsigned word, uint32_t features)
{
    io_write32(io, VIRTIO_PCI_COMMON_DRIVER_FEATURE_SELECT, word);
    io_write32(io, VIRTIO_PCI_COMMON_DRIVER_FEATURE, features);
}

static uint64_t modern_features_get(struct virtio *dev)
{
    uint64_t high = read_features(common_of(dev), 1);
    return high << 32 | read_features(common_of(dev), 0);
}

static void modern_features_set(struct virtio *dev, uint64_t features)
{
    write_features(common_of(dev), 0, (uint32_t)features);
    write_features(common_of(dev), 1, (uint32_t)(features >> 32));
}

static unsigned modern_queue_max(struct virtio *dev, unsigned index)
{
    io_write16(common_of(dev), VIRTIO_PCI_COMMON_QUEUE_SELECT, (uint16_t)index);
    return io_read16(common_of(dev), VIRTIO_PCI_COMMON_QUEUE_SIZE);
}

static void write_address(struct io *io, size_t reg, uint64_t address)
{
    io_write32(io, reg, (uint32_t)address);
    io_write32(io, reg + 4, (uint32_t)(address >> 32));
}

/* The doorbell must lie within the notify capability: VIRTIO 1.2 §4.1.4.4. */
static int find_doorbell(struct virtio_pci *pci, struct virtq *vq)
{
    uint16_t off = io_read16(&pci->common, VIRTIO_PCI_COMMON_QUEUE_NOTIFY_OFF);
    uint64_t at = (uint64_t)off * pci->notify_multiplier;

    if (at + 2 > pci->notify_len)
        return why_set(&pci->dev.why, ERR_BROKEN, "doorbell ends at", at + 2, pci->notify_len);
    vq->notify_at = (uint32_t)at;
    return OK;
}

/* VIRTIO 1.2 §4.1.5.1.3 */
static int modern_queue_enable(struct virtio *dev, struct virtq *vq)
{
    struct io *io = common_of(dev);
    int status;

    io_write16(io, VIRTIO_PCI_COMMON_QUEUE_SELECT, (uint16_t)vq->index);
    status = find_doorbell(pci_of(dev), vq);
    if (status != OK)
        return status;
    io_write16(io, VIRTIO_PCI_COMMON_QUEUE_SIZE, (uint16_t)vq->size);
    write_address(io, VIRTIO_PCI_COMMON_QUEUE_DESC, vq->desc_phys);
    write_address(io, VIRTIO_PCI_COMMON_QUEUE_DRIVER, vq->driver_phys);
    write_address(io, VIRTIO_PCI_COMMON_QUEUE_DEVICE, vq->device_phys);
    io_write16(io, VIRTIO_PCI_COMMON_QUEUE_ENABLE, 1);
    return OK;
}

static void modern_notify(struct virtio *dev, struct virtq *vq)
{
    io_write16(&pci_of(dev)->notify, vq->notify_at, (uint16_t)vq->index);
}

static uint32_t modern_config_read(struct virtio *dev, size_t offset, unsigned bytes)
{
    return io_read(&pci_of(dev)->config, offset, bytes);
}

static void modern_config_write(struct virtio *dev, size_t offset, unsigned bytes, uint32_t value)
{
    io_write(&pci_of(dev)->config, offset, bytes, value);
}

static const struct virtio_transport modern_transport = {
    .status_get = modern_status_get,
    .status_set = modern_status_set,
    .features_get = modern_features_get,
    .features_set = modern_features_set,
    .queue_max = modern_queue_max,
    .queue_enable = modern_queue_enable,
    .notify = modern_notify,
    .config_read = modern_config_read,
    .config_write = modern_config_write,
};

/* --- finding the registers ---------------------------------------------------------------- */

/* One group of registers, as a capability names it. */
struct group {
    unsigned at; /* the capability's own offset */
    unsigned bar;
    uint32_t offset, len;
};

/* A list that leaves configuration space, or a reserved BAR, is as if it were not
 * there: VIRTIO 1.2 §4.1.4.1. */
static bool read_group(const struct pci_function *fn, unsigned at, unsigned need,
                       struct group *group)
{
    unsigned len = pci_config_read(fn, at + VIRTIO_PCI_CAP_LEN, 1);

    if (at + need > 256 || len < need)
        return false;
    group->at = at;
    group->bar = pci_config_read(fn, at + VIRTIO_PCI_CAP_BAR, 1);
    group->offset = pci_config_read(fn, at + VIRTIO_PCI_CAP_OFFSET, 4);
    group->len = pci_config_read(fn, at + VIRTIO_PCI_CAP_LENGTH, 4);
    return group->bar < PCI_BAR_COUNT;
}

/* The first usable capability of a type; the device lists the best one first (§4.1.4.1). */
static int find_group(const struct pci_function *fn, unsigned type, unsigned need,
                      struct group *group)
{
    unsigned at = 0;

    while ((at = pci_find_capability(fn, VIRTIO_PCI_CAP_ID, at)) != 0)
        if (pci_config_read(fn, at + VIRTIO_PCI_CAP_TYPE, 1) == type &&
            read_group(fn, at, need, group))
            return OK;
    return ERR_ABSENT;
}

static int open_group(struct virtio_pci *pci, const struct pci_function *fn,
                      const struct group *group, uint32_t need, struct io *io)
{
    if (group->len < need)
        return why_set(&pci->dev.why, ERR_BROKEN, "capability too short", group->len, need);
    return pci_map_bar(fn, group->bar, group->offset, group->len, io, &pci->dev.why);
}

static int open_notify(struct virtio_pci *pci, const struct pci_function *fn,
                       const struct group *group)
{
    pci->notify_len = group->len;
    pci->notify_multiplier = pci_config_read(fn, group->at + VIRTIO_PCI_CAP_MULTIPLIER, 4);
    return open_group(pci, fn, group, 2, &pci->notify);
}

int virtio_pci_open_modern(struct virtio_pci *pci, const struct pci_function *fn)
{
    struct group common, notify, device;
    int status;

    why_set(&pci->dev.why, ERR_ABSENT, "no capability of type", 0, VIRTIO_PCI_CAP_COMMON);
    if (find_group(fn, VIRTIO_PCI_CAP_COMMON, VIRTIO_PCI_CAP_BYTES, &common) != OK ||
        find_group(fn, VIRTIO_PCI_CAP_NOTIFY, VIRTIO_PCI_CAP_NOTIFY_BYTES, &notify) != OK ||
        find_group(fn, VIRTIO_PCI_CAP_DEVICE, VIRTIO_PCI_CAP_BYTES, &device) != OK)
        return ERR_ABSENT;
    status = open_group(pci, fn, &common, VIRTIO_PCI_COMMON_BYTES, &pci->common);
    if (status == OK)
        status = open_notify(pci, fn, &notify);
    if (status == OK)
        status = open_group(pci, fn, &device, VIRTIO_CONSOLE_CFG_BYTES, &pci->config);
    pci->dev.transport = &modern_transport;
    return status;
}
