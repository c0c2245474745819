/*
 * A virtqueue: buffers of ours that a device reads or fills, and gives back.
 *
 *     we                        memory                       the device
 *     virtq_give(buf) ------->  descriptor: address, len
 *     virtq_ring()    ------->  "n more are available" ----> doorbell
 *                                                            reads buf
 *     virtq_take()    <-------  "this one is used"   <------
 *
 * Zero copy: a descriptor points at the caller's memory, which belongs to the
 * device until virtq_take() returns its token.
 *
 * virtqueue.c     tokens, and the checks of everything that a device hands back
 * virtq_split.c   the split ring   (VIRTIO 1.2 §2.7)
 * virtq_packed.c  the packed ring  (VIRTIO 1.2 §2.8)
 * Next on the tour: drivers/virtio/virtq_split.c, then virtio_mmio.c
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_VIRTIO_VIRTQUEUE_H
#define DRIVERS_VIRTIO_VIRTQUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/virtio/virtio.h"

/* The device side of a ring never trusts us, and we never trust it: what it may
 * say is held against what we know of each buffer. */
struct virtq_slot {
    void *buf;          /* the caller's memory                       */
    uint32_t len;       /* bytes given or lent                       */
    uint16_t next_free; /* slot after this one in the list           */
    bool is_in_flight;  /* the device has it                         */
};

/* What the device said it is done with. */
struct virtq_used {
    unsigned token; /* of virtq_give() or virtq_lend()           */
    void *buf;      /* what was given or lent                    */
    uint32_t len;   /* bytes written into a lent buffer          */
};

struct virtq;

/* In what the two kinds of ring differ. */
struct virtq_format {
    /* Get memory for size entries; set the three addresses.  OK | ERR_FULL */
    int (*alloc)(struct virtq *vq);
    /* Put the empty ring into its first state. */
    void (*clear)(struct virtq *vq);
    /* Write one buffer into the ring; the device need not see it before expose(). */
    void (*put)(struct virtq *vq, unsigned slot, uint64_t phys, uint32_t len, bool is_lent);
    /* Let the device see everything put so far. */
    void (*expose)(struct virtq *vq);
    /* Does the device want the doorbell for what was exposed since the last one? */
    bool (*wants_doorbell)(struct virtq *vq);
    /* Has the device written a used entry that was not taken yet? */
    bool (*has_used)(struct virtq *vq);
    /* That entry, as the device wrote it: 1 | ERR_BROKEN (why) */
    int (*next_used)(struct virtq *vq, uint32_t *id, uint32_t *len);
};

extern const struct virtq_format virtq_split, virtq_packed;

struct virtq {
    struct virtio *dev;
    const struct virtq_format *format;
    unsigned index, size;
    struct virtq_slot *slots;     /* size of them, the token is the index        */
    unsigned free_head;           /* first free slot                             */
    unsigned in_flight;           /* how many the device has                     */
    bool is_broken;               /* the device lied: nothing more is taken      */
    void *desc, *driver, *device; /* the three areas of the ring; set by format  */
    uint64_t desc_phys;           /* the same, for the transport: descriptors,   */
    uint64_t driver_phys;         /* ... what we write (the available ring),     */
    uint64_t device_phys;         /* ... what the device writes (the used ring)  */
    uint16_t next;                /* buffers put so far, modulo 2^16; by format  */
    uint16_t rung;                /* `next` when the doorbell was last decided   */
    uint16_t used;                /* used entries taken so far, same             */
    uint32_t notify_at;           /* the doorbell; owned by the transport        */
};

/*
 * Get memory for queue `index` and hand it to the device.
 *
 * wanted   how many buffers at once, a power of two; the device's limit may make it
 *          less, and a legacy PCI device sets it
 * returns  OK | ERR_ABSENT the device has no such queue | ERR_FULL no memory
 *          | ERR_BROKEN no legal size (dev->why)
 * VIRTIO 1.2 §4.1.5.1.3, §4.2.3.2
 */
int virtq_init(struct virtq *vq, struct virtio *dev, unsigned index, unsigned wanted);

/* After virtio_start() on a device that was reset: empty, and handed over again. */
int virtq_restart(struct virtq *vq);

/*
 * Put one buffer of ours into the ring: give it to be read, or lend it to be filled.
 * The device hears of it at the next virtq_ring().
 *
 * buf, len   1.. bytes that stay as they are until virtq_take() returns the token
 * returns    0.. the token | ERR_BUSY all slots in flight: take some back first
 *            | ERR_BROKEN the device has lied before
 * blocks     never
 * VIRTIO 1.2 §2.7.13 steps 1 to 3, or §2.8.21
 */
int virtq_give(struct virtq *vq, const void *buf, uint32_t len);
int virtq_lend(struct virtq *vq, void *buf, uint32_t len);

/*
 * Show the device everything given and lent so far, and ring its doorbell unless
 * it asked not to be told.
 * returns  was the doorbell rung?
 * VIRTIO 1.2 §2.7.13 steps 4 to 6, §2.7.13.3.1 (barrier before idx), §2.7.13.4.1
 */
bool virtq_ring(struct virtq *vq);

/*
 * Take back one buffer that the device is done with.
 * returns  1 with *used filled in | 0 none now
 *          | ERR_BROKEN it says what can't be: dev->why has the evidence, and from
 *            now on nothing is taken from this queue
 * blocks   never
 * VIRTIO 1.2 §2.7.14, or §2.8.22
 */
int virtq_take(struct virtq *vq, struct virtq_used *used);

/* Is there something to take?  Only looks. */
bool virtq_has_used(struct virtq *vq);

/* Ring the doorbell, whatever the device asked for: it may have forgotten us. */
void virtq_remind(struct virtq *vq);

/* Slots that are free for virtq_give(). */
static inline unsigned virtq_room(const struct virtq *vq)
{
    return vq->is_broken ? 0 : vq->size - vq->in_flight;
}

/*
 * The doorbell test with event indices: has `next` passed `event` since `rung`?
 * All three count modulo 2^16.  VIRTIO 1.2 §2.7.10.1
 */
static inline bool virtq_passed(uint16_t event, uint16_t next, uint16_t rung)
{
    return (uint16_t)(next - event - 1) < (uint16_t)(next - rung);
}

#endif
