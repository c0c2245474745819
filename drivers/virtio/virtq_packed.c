/*
 * The packed ring: one ring, in which a descriptor's flags tell whose turn it is.
 *
 * Our counters run modulo 2^16, as in the split ring.  Sizes are powers of two, so
 * the place in the ring is their low part, and the lap is the bit above it.
 *
 * Source: VIRTIO 1.2 §2.8.  QEMU: `-device virtio-serial-pci,packed=on`.
 * Next on the tour: drivers/virtio/virtio_mmio.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/virtio/virtq_packed.h"

#include <stdatomic.h>

#include "drivers/kernel.h"
#include "drivers/text.h"
#include "drivers/virtio/virtqueue.h"

/* The device must see the descriptor before its flags: §2.8.21.1. */
static void publish_barrier(void)
{
    atomic_thread_fence(memory_order_release);
}

/* The device must see the flags before we look whether it sleeps: §2.8.21.3.1. */
static void doorbell_barrier(void)
{
    atomic_thread_fence(memory_order_seq_cst);
}

/* We must see the flags before the rest of a used descriptor: §2.8.22. */
static void take_barrier(void)
{
    atomic_thread_fence(memory_order_acquire);
}

static volatile struct virtq_packed_desc *desc_at(struct virtq *vq, uint16_t count)
{
    return (volatile struct virtq_packed_desc *)vq->desc + (count & (vq->size - 1));
}

/* The wrap counter, 1 on the first lap.  VIRTIO 1.2 §2.8.1 */
static bool lap_of(const struct virtq *vq, uint16_t count)
{
    return (count & vq->size) == 0;
}

static size_t ring_bytes(const struct virtq *vq)
{
    return vq->size * sizeof(struct virtq_packed_desc) + 2 * sizeof(struct virtq_event);
}

/* Alignments of VIRTIO 1.2 §2.8: 16 for the ring, 4 for each event struct. */
static int packed_alloc(struct virtq *vq)
{
    uint8_t *block = kernel_memory(ring_bytes(vq), 16);

    if (!block)
        return ERR_FULL;
    vq->desc = block;
    vq->driver = block + vq->size * sizeof(struct virtq_packed_desc);
    vq->device = block + ring_bytes(vq) - sizeof(struct virtq_event);
    vq->desc_phys = kernel_phys(vq->desc);
    vq->driver_phys = kernel_phys(vq->driver);
    vq->device_phys = kernel_phys(vq->device);
    return OK;
}

/* We poll: the device need never interrupt.  VIRTIO 1.2 §2.8.10 */
static void packed_clear(struct virtq *vq)
{
    volatile struct virtq_event *ours = vq->driver;

    bytes_zero(vq->desc, ring_bytes(vq));
    ours->flags = VIRTQ_EVENT_DISABLE;
    vq->next = vq->rung = vq->used = 0;
}

/* There is no idx to hold back: a buffer is the device's as soon as it has flags. */
static void packed_put(struct virtq *vq, unsigned slot, uint64_t phys, uint32_t len, bool is_lent)
{
    volatile struct virtq_packed_desc *desc = desc_at(vq, vq->next);
    unsigned flags = lap_of(vq, vq->next) ? VIRTQ_PACKED_F_AVAIL : VIRTQ_PACKED_F_USED;

    desc->addr = phys;
    desc->len = len;
    desc->id = (uint16_t)slot;
    publish_barrier();
    desc->flags = (uint16_t)(flags | (is_lent ? VIRTQ_PACKED_F_WRITE : 0));
    vq->next++;
}

static void packed_expose(struct virtq *vq)
{
    (void)vq;
    doorbell_barrier();
}

/* The place that the device wants to be told of, as one of our counters: on this
 * lap, or on the one before.  VIRTIO 1.2 §2.8.10 */
static uint16_t event_count(const struct virtq *vq, uint16_t off_wrap)
{
    unsigned lap_start = vq->next & ~(vq->size - 1);
    bool is_this_lap = (off_wrap >> 15 != 0) == lap_of(vq, vq->next);

    return (uint16_t)(lap_start + (off_wrap & 0x7fffu) - (is_this_lap ? 0 : vq->size));
}

static bool packed_wants_doorbell(struct virtq *vq)
{
    volatile struct virtq_event *event = vq->device;
    uint16_t rung = vq->rung, flags = event->flags;

    vq->rung = vq->next;
    if (flags == VIRTQ_EVENT_DESC && virtio_has(vq->dev, VIRTIO_F_EVENT_IDX))
        return virtq_passed(event_count(vq, event->off_wrap), vq->next, rung);
    return flags != VIRTQ_EVENT_DISABLE;
}

/* Used is: both bits are as the lap.  VIRTIO 1.2 §2.8.1 */
static bool packed_has_used(struct virtq *vq)
{
    const unsigned both = VIRTQ_PACKED_F_AVAIL | VIRTQ_PACKED_F_USED;
    unsigned flags = desc_at(vq, vq->used)->flags;

    return (flags & both) == (lap_of(vq, vq->used) ? both : 0);
}

static int packed_next_used(struct virtq *vq, uint32_t *id, uint32_t *len)
{
    volatile struct virtq_packed_desc *desc = desc_at(vq, vq->used);

    take_barrier();
    *id = desc->id;
    *len = desc->len;
    vq->used++;
    return 1;
}

const struct virtq_format virtq_packed = {
    .alloc = packed_alloc,
    .clear = packed_clear,
    .put = packed_put,
    .expose = packed_expose,
    .wants_doorbell = packed_wants_doorbell,
    .has_used = packed_has_used,
    .next_used = packed_next_used,
};
