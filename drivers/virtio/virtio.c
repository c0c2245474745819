/*
 * The handshake between a virtio device and its driver, once for all transports.
 *
 *   reset -> ACKNOWLEDGE -> DRIVER -> features -> FEATURES_OK -> queues -> DRIVER_OK
 *
 * A legacy device knows no FEATURES_OK: it takes what it is given.
 *
 * Source: VIRTIO 1.2 §2.1 (status), §2.2 (features), §2.4 (reset), §3.1.1 (the order).
 * Next on the tour: drivers/virtio/virtqueue.h
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/virtio/virtio.h"

#include "drivers/kernel.h"

/* QEMU resets within the register write.  Hardware may take longer; no document
 * says how long, and 100 ms is what a boot can bear to lose to one dead device. */
#define RESET_BUDGET_US 100000u

/* Add to the status: a driver must not take bits away, but by reset (§2.1.1). */
static void add_status(struct virtio *dev, uint8_t bits)
{
    dev->transport->status_set(dev, dev->transport->status_get(dev) | bits);
}

int virtio_reset(struct virtio *dev)
{
    uint64_t start = kernel_now_us();
    uint8_t status;

    dev->transport->status_set(dev, 0);
    /* Not before it reads 0 has the reset happened: VIRTIO 1.2 §2.4.2, §4.1.4.3.2. */
    while ((status = dev->transport->status_get(dev)) != 0)
        if (kernel_now_us() - start > RESET_BUDGET_US)
            return why_set(&dev->why, ERR_TIMEOUT, "status after reset", status, 0);
    return OK;
}

void virtio_fail(struct virtio *dev)
{
    add_status(dev, VIRTIO_STATUS_FAILED);
}

void virtio_driver_ok(struct virtio *dev)
{
    add_status(dev, VIRTIO_STATUS_DRIVER_OK);
}

/* Of what the device offers, what we want.  VIRTIO 1.2 §2.2.1: never more than that. */
static uint64_t choose_features(const struct virtio *dev, uint64_t offered, uint64_t wanted)
{
    if (dev->is_legacy)
        return offered & wanted & UINT32_MAX;
    /* Memory of ours is at the same address for everybody, so ACCESS_PLATFORM asks
     * nothing of us: VIRTIO 1.2 §6.1 says to accept it. */
    return offered & (wanted | VIRTIO_F_VERSION_1 | VIRTIO_F_ACCESS_PLATFORM);
}

static int agree_features(struct virtio *dev, uint64_t wanted)
{
    uint64_t offered = dev->transport->features_get(dev);
    uint8_t status;

    dev->features = choose_features(dev, offered, wanted);
    if (!dev->is_legacy && !virtio_has(dev, VIRTIO_F_VERSION_1)) /* §6.1 */
        return why_set(&dev->why, ERR_UNSUPPORTED, "features without VERSION_1", offered,
                       VIRTIO_F_VERSION_1);
    dev->transport->features_set(dev, dev->features);
    if (dev->is_legacy)
        return OK;

    add_status(dev, VIRTIO_STATUS_FEATURES_OK);
    /* §3.1.1 step 6: only reading it back tells whether the device agrees. */
    status = dev->transport->status_get(dev);
    if (!(status & VIRTIO_STATUS_FEATURES_OK))
        return why_set(&dev->why, ERR_UNSUPPORTED, "refuses our features, status", status,
                       status | VIRTIO_STATUS_FEATURES_OK);
    return OK;
}

int virtio_start(struct virtio *dev, uint64_t wanted)
{
    int status = virtio_reset(dev); /* step 1 */
    if (status != OK)
        return status;
    add_status(dev, VIRTIO_STATUS_ACKNOWLEDGE); /* step 2: we saw it          */
    add_status(dev, VIRTIO_STATUS_DRIVER);      /* step 3: we can drive it    */
    status = agree_features(dev, wanted);       /* steps 4 to 6               */
    if (status != OK)
        virtio_fail(dev);
    return status;
}
