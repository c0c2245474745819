/*
 * A virtio transport for unit tests that has no registers: for the tests of what lies
 * above the transports.
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/virtio/virtqueue.h"
#include "tests/fakes/virtio_fake.h"

static struct virtio_fake *fake_of(struct virtio *dev)
{
    return ((struct virtio_fake_direct *)dev)->fake;
}

static uint8_t direct_status_get(struct virtio *dev)
{
    return virtio_fake_status(fake_of(dev));
}

static void direct_status_set(struct virtio *dev, uint8_t status)
{
    virtio_fake_set_status(fake_of(dev), status);
}

static uint64_t direct_features_get(struct virtio *dev)
{
    struct virtio_fake *fake = fake_of(dev);
    uint64_t features;

    fake->device_sel = 0;
    features = virtio_fake_features(fake);
    if (dev->is_legacy)
        return features;
    fake->device_sel = 1;
    return features | (uint64_t)virtio_fake_features(fake) << 32;
}

static void direct_features_set(struct virtio *dev, uint64_t features)
{
    struct virtio_fake *fake = fake_of(dev);

    fake->driver_sel = 0;
    virtio_fake_set_features(fake, (uint32_t)features);
    fake->driver_sel = 1;
    if (!dev->is_legacy)
        virtio_fake_set_features(fake, (uint32_t)(features >> 32));
}

static unsigned direct_queue_max(struct virtio *dev, unsigned index)
{
    fake_of(dev)->queue_sel = index;
    return virtio_fake_queue_max(fake_of(dev));
}

static int direct_queue_enable(struct virtio *dev, struct virtq *vq)
{
    struct virtio_fake *fake = fake_of(dev);
    struct virtio_fake_queue *q;

    fake->queue_sel = vq->index;
    virtio_fake_set_size(fake, vq->size);
    q = virtio_fake_selected(fake);
    q->desc = vq->desc_phys;
    q->driver = vq->driver_phys;
    q->device = vq->device_phys;
    virtio_fake_enable(fake);
    return OK;
}

static void direct_notify(struct virtio *dev, struct virtq *vq)
{
    virtio_fake_bell(fake_of(dev), vq->index);
}

static uint32_t direct_config_read(struct virtio *dev, size_t offset, unsigned bytes)
{
    return fake_of(dev)->config_read(fake_of(dev), offset, bytes);
}

static void direct_config_write(struct virtio *dev, size_t offset, unsigned bytes, uint32_t value)
{
    fake_of(dev)->config_write(fake_of(dev), offset, bytes, value);
}

static const struct virtio_transport direct_transport = {
    .status_get = direct_status_get,
    .status_set = direct_status_set,
    .features_get = direct_features_get,
    .features_set = direct_features_set,
    .queue_max = direct_queue_max,
    .queue_enable = direct_queue_enable,
    .notify = direct_notify,
    .config_read = direct_config_read,
    .config_write = direct_config_write,
};

void virtio_fake_direct_init(struct virtio_fake_direct *direct, struct virtio_fake *fake)
{
    *direct = (struct virtio_fake_direct){
        .dev = { .transport = &direct_transport,
                 .kind = "virtio-direct",
                 .found = "test:0",
                 .is_legacy = fake->is_legacy,
                 .used_align = 64 },
        .fake = fake,
    };
}
