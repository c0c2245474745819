/*
 * virtio-mmio for unit tests, versions 1 and 2: table 4.1 and 4.2 of VIRTIO 1.2 §4.2.
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/virtio/virtio_mmio_regs.h"
#include "tests/fakes/virtio_fake.h"

static struct virtio_fake_mmio *mmio_of(const struct io *io)
{
    return io->ctx;
}

static uint32_t mmio_read(const struct io *io, size_t offset, unsigned bytes)
{
    struct virtio_fake_mmio *mmio = mmio_of(io);
    struct virtio_fake *fake = mmio->fake;

    fake->accesses++;
    if (offset >= VIRTIO_MMIO_CONFIG)
        return fake->config_read(fake, offset - VIRTIO_MMIO_CONFIG, bytes);
    virtio_fake_rule(fake, bytes == 4, "VIRTIO 1.2 §4.2.2.2: registers have 32 bits");
    switch (offset) {
    case VIRTIO_MMIO_MAGIC:
        return mmio->magic;
    case VIRTIO_MMIO_VERSION:
        virtio_fake_rule(fake, mmio->magic == VIRTIO_MMIO_MAGIC_VALUE,
                         "VIRTIO 1.2 §4.2.3.1.1: version read without magic");
        return mmio->version;
    case VIRTIO_MMIO_DEVICE_ID:
        return mmio->device_id;
    case VIRTIO_MMIO_DEVICE_FEATURES:
        return virtio_fake_features(fake);
    case VIRTIO_MMIO_QUEUE_NUM_MAX:
        return virtio_fake_queue_max(fake);
    case VIRTIO_MMIO_STATUS:
        return virtio_fake_status(fake);
    default:
        virtio_fake_rule(fake, false, "VIRTIO 1.2 §4.2.2: read of a register that can't be read");
        return 0;
    }
}

static void set_half(uint64_t *address, size_t offset, uint32_t value)
{
    unsigned shift = offset & 4 ? 32 : 0;
    *address = (*address & ~(0xffffffffull << shift)) | (uint64_t)value << shift;
}

/* Registers that only version 2 has. */
static void write_v2(struct virtio_fake *fake, size_t offset, uint32_t value)
{
    switch (offset) {
    case VIRTIO_MMIO_QUEUE_DESC_LOW:
    case VIRTIO_MMIO_QUEUE_DESC_HIGH:
        set_half(&virtio_fake_selected(fake)->desc, offset, value);
        break;
    case VIRTIO_MMIO_QUEUE_DRIVER_LOW:
    case VIRTIO_MMIO_QUEUE_DRIVER_HIGH:
        set_half(&virtio_fake_selected(fake)->driver, offset, value);
        break;
    case VIRTIO_MMIO_QUEUE_DEVICE_LOW:
    case VIRTIO_MMIO_QUEUE_DEVICE_HIGH:
        set_half(&virtio_fake_selected(fake)->device, offset, value);
        break;
    case VIRTIO_MMIO_QUEUE_READY:
        virtio_fake_rule(fake, value == 1, "VIRTIO 1.2 §4.2.2: QUEUE_READY");
        virtio_fake_enable(fake);
        break;
    default:
        virtio_fake_rule(fake, false, "VIRTIO 1.2 §4.2.2: write to a register of no meaning");
    }
}

/* Registers that only version 1 has. */
static void write_legacy(struct virtio_fake *fake, size_t offset, uint32_t value)
{
    switch (offset) {
    case VIRTIO_MMIO_GUEST_PAGE_SIZE:
        virtio_fake_rule(fake, value > 0 && (value & (value - 1)) == 0,
                         "VIRTIO 1.2 §4.2.4: page size is no power of two");
        fake->page_size = value;
        break;
    case VIRTIO_MMIO_QUEUE_ALIGN:
        virtio_fake_selected(fake)->align = value;
        break;
    case VIRTIO_MMIO_QUEUE_PFN:
        virtio_fake_enable_legacy(fake, value, virtio_fake_selected(fake)->align);
        break;
    default:
        virtio_fake_rule(fake, false, "VIRTIO 1.2 §4.2.4: write to a register of no meaning");
    }
}

static void write_register(struct virtio_fake_mmio *mmio, size_t offset, uint32_t value)
{
    struct virtio_fake *fake = mmio->fake;

    switch (offset) {
    case VIRTIO_MMIO_DEVICE_FEATURES_SEL:
        fake->device_sel = value;
        break;
    case VIRTIO_MMIO_DRIVER_FEATURES_SEL:
        fake->driver_sel = value;
        break;
    case VIRTIO_MMIO_DRIVER_FEATURES:
        virtio_fake_set_features(fake, value);
        break;
    case VIRTIO_MMIO_QUEUE_SEL:
        fake->queue_sel = value;
        break;
    case VIRTIO_MMIO_QUEUE_NUM:
        virtio_fake_set_size(fake, value);
        break;
    case VIRTIO_MMIO_QUEUE_NOTIFY:
        virtio_fake_bell(fake, value);
        break;
    case VIRTIO_MMIO_STATUS:
        virtio_fake_set_status(fake, (uint8_t)value);
        break;
    default:
        mmio->version == 1 ? write_legacy(fake, offset, value) : write_v2(fake, offset, value);
    }
}

static void mmio_write(const struct io *io, size_t offset, unsigned bytes, uint32_t value)
{
    struct virtio_fake_mmio *mmio = mmio_of(io);

    mmio->fake->accesses++;
    if (offset >= VIRTIO_MMIO_CONFIG) {
        mmio->fake->config_write(mmio->fake, offset - VIRTIO_MMIO_CONFIG, bytes, value);
        return;
    }
    virtio_fake_rule(mmio->fake, bytes == 4, "VIRTIO 1.2 §4.2.2.2: registers have 32 bits");
    virtio_fake_rule(mmio->fake, mmio->device_id != 0,
                     "VIRTIO 1.2 §4.2.3.1.1: write to an empty slot");
    write_register(mmio, offset, value);
}

const struct io_bus virtio_fake_mmio_bus = { .read = mmio_read, .write = mmio_write };
