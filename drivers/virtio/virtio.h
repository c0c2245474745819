/*
 * Seam 2: the virtio transport, and the handshake that is the same over all of
 * them.
 *
 * Source: VIRTIO 1.2, chapters 2 (facilities), 3.1 (initialisation), 4 (transports).
 * Next on the tour: virtio_mmio.c, then virtio_pci.c
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_VIRTIO_VIRTIO_H
#define DRIVERS_VIRTIO_VIRTIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/io.h"
#include "drivers/status.h"

struct virtio;
struct virtq;

/* VIRTIO 1.2 §2.1 */
#define VIRTIO_STATUS_ACKNOWLEDGE 1u
#define VIRTIO_STATUS_DRIVER      2u
#define VIRTIO_STATUS_DRIVER_OK   4u
#define VIRTIO_STATUS_FEATURES_OK 8u
#define VIRTIO_STATUS_NEEDS_RESET 64u
#define VIRTIO_STATUS_FAILED      128u

/* VIRTIO 1.2 §5: the device that we drive */
#define VIRTIO_ID_CONSOLE 3u

/* VIRTIO 1.2 §6 */
#define VIRTIO_F_INDIRECT_DESC   (1ull << 28)
#define VIRTIO_F_EVENT_IDX       (1ull << 29)
#define VIRTIO_F_VERSION_1       (1ull << 32)
#define VIRTIO_F_ACCESS_PLATFORM (1ull << 33)
#define VIRTIO_F_RING_PACKED     (1ull << 34)

/* The nine operations in which transports differ. */
struct virtio_transport {
    uint8_t (*status_get)(struct virtio *dev);
    void (*status_set)(struct virtio *dev, uint8_t status); /* 0 resets */
    uint64_t (*features_get)(struct virtio *dev);           /* offered by the device */
    void (*features_set)(struct virtio *dev, uint64_t features);
    /* Largest size of queue `index`, 0 if there is none. */
    unsigned (*queue_max)(struct virtio *dev, unsigned index);
    /* Tell the device where the queue is, and switch it on. */
    int (*queue_enable)(struct virtio *dev, struct virtq *vq);
    void (*notify)(struct virtio *dev, struct virtq *vq); /* the doorbell */
    /* Device configuration, offset in bytes; 1, 2 or 4 at a time. */
    uint32_t (*config_read)(struct virtio *dev, size_t offset, unsigned bytes);
    void (*config_write)(struct virtio *dev, size_t offset, unsigned bytes, uint32_t value);
};

/* A virtio device on some transport.  Embedded first in the transport's struct. */
struct virtio {
    const struct virtio_transport *transport; /* set by the transport             */
    const char *kind;                         /* "virtio-mmio", "virtio-pci"; same */
    char found[64];                           /* "fdt:/virtio_mmio@a003e00"; same  */
    bool is_legacy;                           /* no VERSION_1, status has no FEATURES_OK; same */
    bool has_fixed_queue_size;                /* legacy PCI; same                  */
    unsigned used_align;                      /* legacy: of the used ring; same    */
    uint64_t features;                        /* agreed; owned by virtio_start()   */
    struct why why;                           /* what went wrong last              */
};

/*
 * Reset the device and agree on features: VIRTIO 1.2 §3.1.1 steps 1-6.
 *
 * wanted   features that we can use; VERSION_1 is added where it must be
 * returns  OK, and dev->features is what was agreed
 *          | ERR_TIMEOUT the device stays in reset
 *          | ERR_UNSUPPORTED it does not accept our features, or insists on one
 *            that we do not speak; status is then FAILED
 * Queues are set up next (step 7), then virtio_driver_ok().
 */
int virtio_start(struct virtio *dev, uint64_t wanted);

/* Step 8: the device is live. */
void virtio_driver_ok(struct virtio *dev);

/* Give up on the device, and tell it so (§2.1.1). */
void virtio_fail(struct virtio *dev);

/* Put the device back to its first state; nothing of ours is used by it any more. */
int virtio_reset(struct virtio *dev);

static inline bool virtio_has(const struct virtio *dev, uint64_t feature)
{
    return (dev->features & feature) != 0;
}

#endif
