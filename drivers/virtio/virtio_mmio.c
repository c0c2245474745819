/*
 * virtio-mmio, versions 1 (legacy) and 2.
 *
 * Legacy is what QEMU gives unless told otherwise: there a queue is one block of
 * memory, named by its page number, and features have 32 bits.
 *
 * Source: VIRTIO 1.2 §4.2 (version 2), §4.2.4 (legacy).
 * QEMU:   -device virtio-serial-device on microvm and the virt machines;
 *         -global virtio-mmio.force-legacy=false for version 2.
 * Next on the tour: drivers/virtio/virtio_pci.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/virtio/virtio_mmio.h"

#include "drivers/kernel.h"
#include "drivers/text.h"
#include "drivers/virtio/virtio.h"
#include "drivers/virtio/virtio_console.h"
#include "drivers/virtio/virtio_mmio_regs.h"
#include "drivers/virtio/virtqueue.h"

#define PAGE_SIZE 4096u /* unit of the legacy QUEUE_PFN */

/* Legacy: the used ring may start at any power of two that we name, so that a small
 * queue fits into one page.  A cache line keeps the two writers apart. */
#define USED_ALIGN 64u

struct virtio_mmio {
    struct virtio dev; /* first: the transport's operations get this */
    struct io io;
};

static struct io *io_of(struct virtio *dev)
{
    return &((struct virtio_mmio *)dev)->io;
}

static uint8_t mmio_status_get(struct virtio *dev)
{
    return (uint8_t)io_read32(io_of(dev), VIRTIO_MMIO_STATUS);
}

static void mmio_status_set(struct virtio *dev, uint8_t status)
{
    io_write32(io_of(dev), VIRTIO_MMIO_STATUS, status);
}

static uint32_t read_features(struct io *io, unsigned word)
{
    io_write32(io, VIRTIO_MMIO_DEVICE_FEATURES_SEL, word);
    return io_read32(io, VIRTIO_MMIO_DEVICE_FEATURES);
}

static void write_features(struct io *io, unsigned word, uint32_t features)
{
    io_write32(io, VIRTIO_MMIO_DRIVER_FEATURES_SEL, word);
    io_write32(io, VIRTIO_MMIO_DRIVER_FEATURES, features);
}

static uint64_t mmio_features_get(struct virtio *dev)
{
    uint64_t high = dev->is_legacy ? 0 : read_features(io_of(dev), 1);
    return high << 32 | read_features(io_of(dev), 0);
}

static void mmio_features_set(struct virtio *dev, uint64_t features)
{
    write_features(io_of(dev), 0, (uint32_t)features);
    if (!dev->is_legacy)
        write_features(io_of(dev), 1, (uint32_t)(features >> 32));
    else /* the last word before queues are set up: §4.2.4 wants it by then */
        io_write32(io_of(dev), VIRTIO_MMIO_GUEST_PAGE_SIZE, PAGE_SIZE);
}

static unsigned mmio_queue_max(struct virtio *dev, unsigned index)
{
    io_write32(io_of(dev), VIRTIO_MMIO_QUEUE_SEL, index);
    return io_read32(io_of(dev), VIRTIO_MMIO_QUEUE_NUM_MAX);
}

static void write_address(struct io *io, size_t reg_low, uint64_t address)
{
    io_write32(io, reg_low, (uint32_t)address);
    io_write32(io, reg_low + 4, (uint32_t)(address >> 32));
}

/* VIRTIO 1.2 §4.2.3.2 */
static int queue_enable_v2(struct virtio *dev, struct virtq *vq)
{
    struct io *io = io_of(dev);

    io_write32(io, VIRTIO_MMIO_QUEUE_SEL, vq->index);
    io_write32(io, VIRTIO_MMIO_QUEUE_NUM, vq->size);
    write_address(io, VIRTIO_MMIO_QUEUE_DESC_LOW, vq->desc_phys);
    write_address(io, VIRTIO_MMIO_QUEUE_DRIVER_LOW, vq->driver_phys);
    write_address(io, VIRTIO_MMIO_QUEUE_DEVICE_LOW, vq->device_phys);
    io_write32(io, VIRTIO_MMIO_QUEUE_READY, 1);
    return OK;
}

/* VIRTIO 1.2 §4.2.4, "Virtqueue configuration" */
static int queue_enable_legacy(struct virtio *dev, struct virtq *vq)
{
    struct io *io = io_of(dev);
    uint64_t page = vq->desc_phys / PAGE_SIZE;

    if (page > UINT32_MAX)
        return why_set(&dev->why, ERR_FULL, "ring above what a page number holds", page,
                       UINT32_MAX);
    io_write32(io, VIRTIO_MMIO_QUEUE_SEL, vq->index);
    io_write32(io, VIRTIO_MMIO_QUEUE_NUM, vq->size);
    io_write32(io, VIRTIO_MMIO_QUEUE_ALIGN, dev->used_align);
    io_write32(io, VIRTIO_MMIO_QUEUE_PFN, (uint32_t)page);
    return OK;
}

static int mmio_queue_enable(struct virtio *dev, struct virtq *vq)
{
    return dev->is_legacy ? queue_enable_legacy(dev, vq) : queue_enable_v2(dev, vq);
}

static void mmio_notify(struct virtio *dev, struct virtq *vq)
{
    io_write32(io_of(dev), VIRTIO_MMIO_QUEUE_NOTIFY, vq->index);
}

static uint32_t mmio_config_read(struct virtio *dev, size_t offset, unsigned bytes)
{
    return io_read(io_of(dev), VIRTIO_MMIO_CONFIG + offset, bytes);
}

static void mmio_config_write(struct virtio *dev, size_t offset, unsigned bytes, uint32_t value)
{
    io_write(io_of(dev), VIRTIO_MMIO_CONFIG + offset, bytes, value);
}

static const struct virtio_transport mmio_transport = {
    .status_get = mmio_status_get,
    .status_set = mmio_status_set,
    .features_get = mmio_features_get,
    .features_set = mmio_features_set,
    .queue_max = mmio_queue_max,
    .queue_enable = mmio_queue_enable,
    .notify = mmio_notify,
    .config_read = mmio_config_read,
    .config_write = mmio_config_write,
};

/* Is it a console?  In this order, each register meaning something only if the one
 * before fits: VIRTIO 1.2 §4.2.3.1.1. */
static bool is_console(struct io *io)
{
    return io_read32(io, VIRTIO_MMIO_MAGIC) == VIRTIO_MMIO_MAGIC_VALUE &&
           io_read32(io, VIRTIO_MMIO_VERSION) != 0 &&
           io_read32(io, VIRTIO_MMIO_DEVICE_ID) == VIRTIO_ID_CONSOLE;
}

static void describe(struct virtio *dev, const struct device *found, uint32_t version)
{
    struct text name = text_begin(dev->found, sizeof(dev->found));

    text_add(&name, found->found);
    dev->kind = "virtio-mmio";
    dev->transport = &mmio_transport;
    dev->is_legacy = version == 1;
    dev->used_align = USED_ALIGN;
}

static int mmio_attach(const struct device *found, const struct device_id *id)
{
    struct io io = found->io;
    struct virtio_mmio *mmio;
    uint32_t version;

    io.width = 0; /* configuration fields are read in their own widths: §4.2.2.2 */
    if (!is_console(&io))
        return ERR_ABSENT;
    mmio = kernel_memory(sizeof(*mmio), _Alignof(struct virtio_mmio));
    if (!mmio)
        return ERR_FULL;
    mmio->io = io;
    version = io_read32(&mmio->io, VIRTIO_MMIO_VERSION);
    describe(&mmio->dev, found, version);
    if (version > 2) {
        why_set(&mmio->dev.why, ERR_UNSUPPORTED, "version", version, 2);
        return vcon_add_undriven(&mmio->dev, id->kind, ERR_UNSUPPORTED);
    }
    return vcon_attach(&mmio->dev, id->kind);
}

static const struct device_id mmio_ids[] = {
    { .bus = BUS_PLATFORM, .compatible = "virtio,mmio", .kind = "virtio-serial-device" },
    { 0 },
};

const struct driver virtio_mmio_driver = {
    .name = "virtio-mmio",
    .ids = mmio_ids,
    .attach = mmio_attach,
};
