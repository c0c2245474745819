/*
 * Virtqueues, the part that split and packed rings share: tokens, and the checks
 * of everything that the device hands back.
 *
 * Source: VIRTIO 1.2 §2.6 to §2.8.
 * Next on the tour: drivers/virtio/virtq_split.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/virtio/virtqueue.h"

#include "drivers/kernel.h"

/* Rings are little-endian (§1.4 of the specification), legacy ones in the guest's order
 * (§2.7.3); so far every CPU we run on is little-endian itself. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "rings would need byte swaps");

#define SIZE_MAX_ENTRIES 32768u /* VIRTIO 1.2 §2.7 */

/* All slots into the free list, in order. */
static void free_all(struct virtq *vq)
{
    for (unsigned i = 0; i < vq->size; i++)
        vq->slots[i] = (struct virtq_slot){ .next_free = (uint16_t)(i + 1) };
    vq->free_head = 0;
    vq->in_flight = 0;
    vq->is_broken = false;
}

static int choose_size(struct virtq *vq, unsigned wanted)
{
    unsigned max = vq->dev->transport->queue_max(vq->dev, vq->index);

    if (max == 0)
        return ERR_ABSENT;
    vq->size = vq->dev->has_fixed_queue_size ? max : wanted;
    while (vq->size > max)
        vq->size /= 2;
    if (vq->size > SIZE_MAX_ENTRIES || (vq->size & (vq->size - 1)) != 0)
        return why_set(&vq->dev->why, ERR_BROKEN, "queue size", vq->size, SIZE_MAX_ENTRIES);
    return OK;
}

static int alloc(struct virtq *vq)
{
    vq->slots = kernel_memory(vq->size * sizeof(*vq->slots), _Alignof(struct virtq_slot));
    if (!vq->slots || vq->format->alloc(vq) != OK)
        return why_set(&vq->dev->why, ERR_FULL, "no memory for queue", vq->index, vq->index);
    return OK;
}

int virtq_init(struct virtq *vq, struct virtio *dev, unsigned index, unsigned wanted)
{
    int status;

    *vq = (struct virtq){ .dev = dev, .index = index };
    vq->format = virtio_has(dev, VIRTIO_F_RING_PACKED) ? &virtq_packed : &virtq_split;
    status = choose_size(vq, wanted);
    if (status == OK)
        status = alloc(vq);
    return status == OK ? virtq_restart(vq) : status;
}

int virtq_restart(struct virtq *vq)
{
    free_all(vq);
    vq->format->clear(vq);
    return vq->dev->transport->queue_enable(vq->dev, vq);
}

static int put(struct virtq *vq, void *buf, uint32_t len, bool is_lent)
{
    unsigned slot = vq->free_head;

    if (vq->is_broken)
        return ERR_BROKEN;
    if (vq->in_flight == vq->size)
        return ERR_BUSY;
    vq->free_head = vq->slots[slot].next_free;
    vq->slots[slot] = (struct virtq_slot){ .buf = buf, .len = len, .is_in_flight = true };
    vq->in_flight++;
    vq->format->put(vq, slot, kernel_phys(buf), len, is_lent);
    return (int)slot;
}

int virtq_give(struct virtq *vq, const void *buf, uint32_t len)
{
    return put(vq, (void *)(uintptr_t)buf, len, false); /* only read, see struct virtq_slot */
}

int virtq_lend(struct virtq *vq, void *buf, uint32_t len)
{
    return put(vq, buf, len, true);
}

bool virtq_ring(struct virtq *vq)
{
    if (vq->is_broken || vq->next == vq->rung)
        return false;
    vq->format->expose(vq);
    if (!vq->format->wants_doorbell(vq))
        return false;
    vq->dev->transport->notify(vq->dev, vq);
    return true;
}

/* Hold what the device says against what we know of the buffer.  A length above
 * the buffer's is a lie for a lent one; for a given one nothing was written at all,
 * yet devices are known that name its own length, so that much is let pass. */
static int check_used(struct virtq *vq, uint32_t id, uint32_t len)
{
    struct why *why = &vq->dev->why;

    if (id >= vq->size)
        return why_set(why, ERR_BROKEN, "used id out of range", id, vq->size);
    if (!vq->slots[id].is_in_flight)
        return why_set(why, ERR_BROKEN, "used id not in flight", id, vq->in_flight);
    if (len > vq->slots[id].len)
        return why_set(why, ERR_BROKEN, "used length too long", len, vq->slots[id].len);
    return 1;
}

static void free_slot(struct virtq *vq, unsigned slot)
{
    vq->slots[slot].is_in_flight = false;
    vq->slots[slot].next_free = (uint16_t)vq->free_head;
    vq->free_head = slot;
    vq->in_flight--;
}

int virtq_take(struct virtq *vq, struct virtq_used *used)
{
    uint32_t id, len;
    int status;

    if (vq->is_broken)
        return ERR_BROKEN;
    if (!vq->format->has_used(vq))
        return 0;
    status = vq->format->next_used(vq, &id, &len);
    if (status == 1)
        status = check_used(vq, id, len);
    if (status == 1) {
        *used = (struct virtq_used){ .token = id, .buf = vq->slots[id].buf, .len = len };
        free_slot(vq, id);
    }
    vq->is_broken = status < 0;
    return status;
}

bool virtq_has_used(struct virtq *vq)
{
    return !vq->is_broken && vq->format->has_used(vq);
}

void virtq_remind(struct virtq *vq)
{
    if (!vq->is_broken)
        vq->dev->transport->notify(vq->dev, vq);
}
