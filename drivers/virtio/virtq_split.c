/*
 * The split ring: descriptor table, available ring, used ring.
 *
 * Why this order?  The device may read an entry as soon as idx covers it, so first
 * the descriptor, then the entry, then a barrier, then idx, then another barrier,
 * and only then the question whether the device wants its doorbell rung.
 *
 * Source: VIRTIO 1.2 §2.7.  QEMU: the default of every virtio device.
 * Next on the tour: drivers/virtio/virtio_mmio.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/virtio/virtq_split.h"

#include <stdatomic.h>

#include "drivers/kernel.h"
#include "drivers/text.h"
#include "drivers/virtio/virtqueue.h"

#define PAGE_SIZE 4096u

/* The device must see the descriptor and the entry before idx: §2.7.13.3.1. */
static void publish_barrier(void)
{
    atomic_thread_fence(memory_order_release);
}

/* The device must see idx before we look whether it sleeps: §2.7.13.4.1. */
static void doorbell_barrier(void)
{
    atomic_thread_fence(memory_order_seq_cst);
}

/* We must see idx before the entry that it covers: §2.7.14. */
static void take_barrier(void)
{
    atomic_thread_fence(memory_order_acquire);
}

static volatile struct virtq_desc *desc_of(struct virtq *vq)
{
    return vq->desc;
}

static volatile struct virtq_avail *avail_of(struct virtq *vq)
{
    return vq->driver;
}

static volatile struct virtq_used_ring *used_of(struct virtq *vq)
{
    return vq->device;
}

/* We ask to be told (never, see clear()) when used->idx passes this.  §2.7.6 */
static volatile uint16_t *used_event(struct virtq *vq)
{
    return &avail_of(vq)->ring[vq->size];
}

/* The device asks to be told when avail->idx passes this.  §2.7.8 */
static volatile uint16_t *avail_event(struct virtq *vq)
{
    return (volatile uint16_t *)&used_of(vq)->ring[vq->size];
}

static size_t round_up(size_t value, size_t align)
{
    return (value + align - 1) & ~(align - 1);
}

/* Where the used ring starts.  Legacy: at the next used_align (§2.7.2); else anywhere
 * at a multiple of 4 (§2.7). */
static size_t used_offset(const struct virtq *vq)
{
    size_t end = VIRTQ_DESC_BYTES(vq->size) + VIRTQ_AVAIL_BYTES(vq->size);
    return round_up(end, vq->dev->is_legacy ? vq->dev->used_align : 4);
}

static size_t ring_bytes(const struct virtq *vq)
{
    return used_offset(vq) + VIRTQ_USED_BYTES(vq->size);
}

/* One block for all three areas, in the legacy order.  A legacy device is told the
 * page that it starts in, others take any multiple of 16 (§2.7). */
static int split_alloc(struct virtq *vq)
{
    uint8_t *block = kernel_memory(ring_bytes(vq), vq->dev->is_legacy ? PAGE_SIZE : 16);

    if (!block)
        return ERR_FULL;
    vq->desc = block;
    vq->driver = block + VIRTQ_DESC_BYTES(vq->size);
    vq->device = block + used_offset(vq);
    vq->desc_phys = kernel_phys(vq->desc);
    vq->driver_phys = kernel_phys(vq->driver);
    vq->device_phys = kernel_phys(vq->device);
    return OK;
}

static bool has_event_idx(const struct virtq *vq)
{
    return virtio_has(vq->dev, VIRTIO_F_EVENT_IDX);
}

/* We poll, so the device need never interrupt.  With event indices the flag must
 * stay 0 (§2.7.7.1), and an event just behind us does it. */
static void split_clear(struct virtq *vq)
{
    bytes_zero(vq->desc, ring_bytes(vq));
    vq->next = vq->rung = vq->used = 0;
    if (has_event_idx(vq))
        *used_event(vq) = UINT16_MAX;
    else
        avail_of(vq)->flags = VIRTQ_AVAIL_F_NO_INTERRUPT;
}

static void split_put(struct virtq *vq, unsigned slot, uint64_t phys, uint32_t len, bool is_lent)
{
    volatile struct virtq_desc *desc = &desc_of(vq)[slot];

    desc->addr = phys;
    desc->len = len;
    desc->flags = is_lent ? VIRTQ_DESC_F_WRITE : 0;
    desc->next = 0;
    avail_of(vq)->ring[vq->next & (vq->size - 1)] = (uint16_t)slot;
    vq->next++;
}

static void split_expose(struct virtq *vq)
{
    publish_barrier();
    avail_of(vq)->idx = vq->next;
    doorbell_barrier();
}

static bool split_wants_doorbell(struct virtq *vq)
{
    uint16_t rung = vq->rung;

    vq->rung = vq->next;
    if (has_event_idx(vq))
        return virtq_passed(*avail_event(vq), vq->next, rung);
    return !(used_of(vq)->flags & VIRTQ_USED_F_NO_NOTIFY);
}

static bool split_has_used(struct virtq *vq)
{
    return used_of(vq)->idx != vq->used;
}

static int split_next_used(struct virtq *vq, uint32_t *id, uint32_t *len)
{
    volatile struct virtq_used_ring *used = used_of(vq);
    uint16_t ahead = (uint16_t)(used->idx - vq->used);

    if (ahead > vq->in_flight)
        return why_set(&vq->dev->why, ERR_BROKEN, "used idx ahead by", ahead, vq->in_flight);
    take_barrier();
    *id = used->ring[vq->used & (vq->size - 1)].id;
    *len = used->ring[vq->used & (vq->size - 1)].len;
    vq->used++;
    if (has_event_idx(vq))
        *used_event(vq) = (uint16_t)(vq->used - 1);
    return 1;
}

const struct virtq_format virtq_split = {
    .alloc = split_alloc,
    .clear = split_clear,
    .put = split_put,
    .expose = split_expose,
    .wants_doorbell = split_wants_doorbell,
    .has_used = split_has_used,
    .next_used = split_next_used,
};
