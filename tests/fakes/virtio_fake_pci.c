/*
 * virtio over PCI for unit tests: the modern registers (VIRTIO 1.2 §4.1.4.3) laid out in
 * one BAR as QEMU does, and the legacy ports (§4.1.4.10).
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/virtio/virtio_pci_regs.h"
#include "tests/fakes/virtio_fake.h"

static struct virtio_fake_pci *pci_of(const struct io *io)
{
    return io->ctx;
}

static size_t place(const struct io *io, size_t offset)
{
    return io->base - pci_of(io)->base + offset;
}

/* Each field is accessed in its own width: VIRTIO 1.2 §4.1.3.1. */
static void check_width(struct virtio_fake *fake, unsigned bytes, unsigned width)
{
    virtio_fake_rule(fake, bytes == width, "VIRTIO 1.2 §4.1.3.1: access of another width");
}

/* --- modern --------------------------------------------------------------------------------- */

static unsigned width_of(size_t at)
{
    if (at == VIRTIO_PCI_COMMON_STATUS)
        return 1;
    return at >= VIRTIO_PCI_COMMON_QUEUE_SELECT && at < VIRTIO_PCI_COMMON_QUEUE_DESC ? 2 : 4;
}

static uint32_t read_common(struct virtio_fake *fake, size_t at)
{
    switch (at) {
    case VIRTIO_PCI_COMMON_DEVICE_FEATURE:
        return virtio_fake_features(fake);
    case VIRTIO_PCI_COMMON_STATUS:
        return virtio_fake_status(fake);
    case VIRTIO_PCI_COMMON_QUEUE_SIZE:
        return virtio_fake_queue_max(fake);
    case VIRTIO_PCI_COMMON_QUEUE_NOTIFY_OFF:
        return fake->queue_sel;
    default:
        virtio_fake_rule(fake, false, "VIRTIO 1.2 §4.1.4.3: read of no register");
        return 0;
    }
}

static uint32_t modern_read(const struct io *io, size_t offset, unsigned bytes)
{
    struct virtio_fake *fake = pci_of(io)->fake;
    size_t at = place(io, offset);

    fake->accesses++;
    if (at >= VIRTIO_FAKE_PCI_DEVICE)
        return fake->config_read(fake, at - VIRTIO_FAKE_PCI_DEVICE, bytes);
    check_width(fake, bytes, width_of(at));
    return read_common(fake, at);
}

static void write_area(struct virtio_fake *fake, size_t at, uint32_t value)
{
    struct virtio_fake_queue *q = virtio_fake_selected(fake);
    uint64_t *areas[] = { &q->desc, &q->driver, &q->device };
    uint64_t *area = areas[(at - VIRTIO_PCI_COMMON_QUEUE_DESC) / 8];
    unsigned shift = at & 4 ? 32 : 0;

    *area = (*area & ~(0xffffffffull << shift)) | (uint64_t)value << shift;
}

static void write_common(struct virtio_fake *fake, size_t at, uint32_t value)
{
    switch (at) {
    case VIRTIO_PCI_COMMON_DEVICE_FEATURE_SELECT:
        fake->device_sel = value;
        break;
    case VIRTIO_PCI_COMMON_DRIVER_FEATURE_SELECT:
        fake->driver_sel = value;
        break;
    case VIRTIO_PCI_COMMON_DRIVER_FEATURE:
        virtio_fake_set_features(fake, value);
        break;
    case VIRTIO_PCI_COMMON_STATUS:
        virtio_fake_set_status(fake, (uint8_t)value);
        break;
    case VIRTIO_PCI_COMMON_QUEUE_SELECT:
        fake->queue_sel = value;
        break;
    case VIRTIO_PCI_COMMON_QUEUE_SIZE:
        virtio_fake_set_size(fake, value);
        break;
    case VIRTIO_PCI_COMMON_QUEUE_ENABLE:
        virtio_fake_rule(fake, value == 1, "VIRTIO 1.2 §4.1.4.3.2: a 0 to queue_enable");
        virtio_fake_enable(fake);
        break;
    default:
        virtio_fake_rule(fake, at >= VIRTIO_PCI_COMMON_QUEUE_DESC && at < VIRTIO_PCI_COMMON_BYTES,
                         "VIRTIO 1.2 §4.1.4.3: write to no register");
        if (at >= VIRTIO_PCI_COMMON_QUEUE_DESC && at < VIRTIO_PCI_COMMON_BYTES)
            write_area(fake, at, value);
    }
}

static void ring_modern(struct virtio_fake_pci *pci, size_t at, unsigned bytes, uint32_t value)
{
    check_width(pci->fake, bytes, 2);
    virtio_fake_rule(pci->fake, at == (size_t)value * pci->multiplier,
                     "VIRTIO 1.2 §4.1.4.4: the doorbell of another queue");
    virtio_fake_bell(pci->fake, value);
}

static void modern_write(const struct io *io, size_t offset, unsigned bytes, uint32_t value)
{
    struct virtio_fake *fake = pci_of(io)->fake;
    size_t at = place(io, offset);

    fake->accesses++;
    if (at >= VIRTIO_FAKE_PCI_NOTIFY) {
        ring_modern(pci_of(io), at - VIRTIO_FAKE_PCI_NOTIFY, bytes, value);
        return;
    }
    if (at >= VIRTIO_FAKE_PCI_DEVICE) {
        fake->config_write(fake, at - VIRTIO_FAKE_PCI_DEVICE, bytes, value);
        return;
    }
    check_width(fake, bytes, width_of(at));
    write_common(fake, at, value);
}

const struct io_bus virtio_fake_pci_modern_bus = { .read = modern_read, .write = modern_write };

/* --- legacy --------------------------------------------------------------------------------- */

static size_t config_start(const struct virtio_fake_pci *pci)
{
    return pci->has_msix ? VIRTIO_PCI_LEGACY_CONFIG_MSIX : VIRTIO_PCI_LEGACY_CONFIG;
}

static uint32_t legacy_read(const struct io *io, size_t offset, unsigned bytes)
{
    struct virtio_fake *fake = pci_of(io)->fake;
    size_t at = place(io, offset);

    fake->accesses++;
    fake->device_sel = 0;
    if (at >= config_start(pci_of(io)))
        return fake->config_read(fake, at - config_start(pci_of(io)), bytes);
    switch (at) {
    case VIRTIO_PCI_LEGACY_DEVICE_FEATURES:
        check_width(fake, bytes, 4);
        return virtio_fake_features(fake);
    case VIRTIO_PCI_LEGACY_QUEUE_SIZE:
        check_width(fake, bytes, 2);
        return virtio_fake_queue_max(fake);
    case VIRTIO_PCI_LEGACY_STATUS:
        check_width(fake, bytes, 1);
        return virtio_fake_status(fake);
    default:
        virtio_fake_rule(fake, false, "VIRTIO 1.2 §4.1.4.10: read of no register");
        return 0;
    }
}

/* The queue has the device's size, its page is of 4096 bytes: VIRTIO 1.2 §4.1.5.1.3.1. */
static void enable_legacy(struct virtio_fake *fake, uint32_t page)
{
    fake->page_size = 4096;
    virtio_fake_selected(fake)->size = fake->queue_max;
    virtio_fake_enable_legacy(fake, page, 4096);
}

static void write_legacy(struct virtio_fake *fake, size_t at, unsigned bytes, uint32_t value)
{
    switch (at) {
    case VIRTIO_PCI_LEGACY_DRIVER_FEATURES:
        check_width(fake, bytes, 4);
        fake->driver_sel = 0;
        virtio_fake_set_features(fake, value);
        break;
    case VIRTIO_PCI_LEGACY_QUEUE_PFN:
        check_width(fake, bytes, 4);
        enable_legacy(fake, value);
        break;
    case VIRTIO_PCI_LEGACY_QUEUE_SELECT:
        check_width(fake, bytes, 2);
        fake->queue_sel = value;
        break;
    case VIRTIO_PCI_LEGACY_QUEUE_NOTIFY:
        check_width(fake, bytes, 2);
        virtio_fake_bell(fake, value);
        break;
    case VIRTIO_PCI_LEGACY_STATUS:
        check_width(fake, bytes, 1);
        virtio_fake_set_status(fake, (uint8_t)value);
        break;
    default:
        virtio_fake_rule(fake, false, "VIRTIO 1.2 §4.1.4.10: write to no register");
    }
}

static void legacy_write(const struct io *io, size_t offset, unsigned bytes, uint32_t value)
{
    struct virtio_fake_pci *pci = pci_of(io);
    size_t at = place(io, offset);

    pci->fake->accesses++;
    if (at >= config_start(pci))
        pci->fake->config_write(pci->fake, at - config_start(pci), bytes, value);
    else
        write_legacy(pci->fake, at, bytes, value);
}

const struct io_bus virtio_fake_pci_legacy_bus = { .read = legacy_read, .write = legacy_write };
