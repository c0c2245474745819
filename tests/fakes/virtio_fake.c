/*
 * A virtio device for unit tests: registers and rings.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tests/fakes/virtio_fake.h"

#include <stdio.h>
#include <string.h>

#include "drivers/virtio/virtio.h"
#include "drivers/virtio/virtq_packed.h"
#include "drivers/virtio/virtq_split.h"
#include "tests/fakes/kernel.h"

void virtio_fake_rule(struct virtio_fake *fake, bool is_kept, const char *text)
{
    if (!is_kept && fake->broken[0] == '\0')
        snprintf(fake->broken, sizeof(fake->broken), "%s", text);
}

static bool has(const struct virtio_fake *fake, uint64_t feature)
{
    return (fake->accepted & feature) != 0;
}

static void *at(uint64_t phys)
{
    return fake_kernel_at(phys, 1);
}

/* --- status ---------------------------------------------------------------------------- */

uint8_t virtio_fake_status(struct virtio_fake *fake)
{
    if (fake->status == 0 && fake->stays_in_reset)
        return VIRTIO_STATUS_ACKNOWLEDGE;
    return fake->status | (fake->needs_reset ? VIRTIO_STATUS_NEEDS_RESET : 0);
}

static void reset(struct virtio_fake *fake)
{
    fake->status = 0;
    fake->accepted = 0;
    fake->needs_reset = false;
    fake->resets++;
    memset(fake->queues, 0, sizeof(fake->queues));
    if (fake->was_reset)
        fake->was_reset(fake);
}

/* VIRTIO 1.2 §3.1.1: the order of the steps. */
static void check_order(struct virtio_fake *fake, uint8_t status)
{
    uint8_t added = (uint8_t)(status & ~fake->status);
    virtio_fake_rule(fake, (fake->status & ~VIRTIO_STATUS_NEEDS_RESET & ~status) == 0,
                     "VIRTIO 1.2 §2.1.1: a status bit was taken away");
    if (added & VIRTIO_STATUS_DRIVER)
        virtio_fake_rule(fake, status & VIRTIO_STATUS_ACKNOWLEDGE,
                         "VIRTIO 1.2 §3.1.1: DRIVER before ACKNOWLEDGE");
    if (added & (VIRTIO_STATUS_FEATURES_OK | VIRTIO_STATUS_DRIVER_OK))
        virtio_fake_rule(fake, fake->status & VIRTIO_STATUS_DRIVER,
                         "VIRTIO 1.2 §3.1.1: features or DRIVER_OK before DRIVER");
    if (added & VIRTIO_STATUS_DRIVER_OK && !fake->is_legacy)
        virtio_fake_rule(fake, fake->status & VIRTIO_STATUS_FEATURES_OK,
                         "VIRTIO 1.2 §3.1.1: DRIVER_OK before FEATURES_OK");
    if (added & VIRTIO_STATUS_FEATURES_OK)
        virtio_fake_rule(fake, !fake->is_legacy, "VIRTIO 1.2 §3.1.2: FEATURES_OK on legacy");
    if (status & VIRTIO_STATUS_FAILED)
        return;
    virtio_fake_rule(fake, !(fake->status & VIRTIO_STATUS_FAILED),
                     "VIRTIO 1.2 §2.1.1: going on after FAILED");
}

static bool accepts_features(const struct virtio_fake *fake)
{
    return !fake->refuses_features && has(fake, VIRTIO_F_VERSION_1);
}

void virtio_fake_set_status(struct virtio_fake *fake, uint8_t status)
{
    if (status == 0) {
        reset(fake);
        return;
    }
    check_order(fake, status);
    if (status & VIRTIO_STATUS_FEATURES_OK && !fake->is_legacy) {
        virtio_fake_rule(fake, has(fake, VIRTIO_F_VERSION_1),
                         "VIRTIO 1.2 §6.1: VERSION_1 must be accepted");
        if (!accepts_features(fake))
            status &= (uint8_t)~VIRTIO_STATUS_FEATURES_OK;
    }
    fake->status = status & (uint8_t)~VIRTIO_STATUS_NEEDS_RESET;
}

/* --- features -------------------------------------------------------------------------- */

uint32_t virtio_fake_features(struct virtio_fake *fake)
{
    virtio_fake_rule(fake, fake->status & VIRTIO_STATUS_DRIVER,
                     "VIRTIO 1.2 §3.1.1: features read before DRIVER");
    if (fake->is_legacy)
        virtio_fake_rule(fake, fake->device_sel == 0, "VIRTIO 1.2 §6.3: legacy has 32 features");
    return fake->device_sel > 1 ? 0 : (uint32_t)(fake->offered >> (32 * fake->device_sel));
}

void virtio_fake_set_features(struct virtio_fake *fake, uint32_t features)
{
    unsigned shift = 32 * (fake->driver_sel & 1);
    virtio_fake_rule(
        fake, fake->status & VIRTIO_STATUS_DRIVER && !(fake->status & VIRTIO_STATUS_FEATURES_OK),
        "VIRTIO 1.2 §3.1.1: features written at another time than step 4");
    virtio_fake_rule(fake, (features & ~(uint32_t)(fake->offered >> shift)) == 0,
                     "VIRTIO 1.2 §2.2.1: a feature that was not offered");
    fake->accepted = (fake->accepted & ~(0xffffffffull << shift)) | (uint64_t)features << shift;
}

/* --- queues ----------------------------------------------------------------------------- */

static bool is_queue(const struct virtio_fake *fake, uint32_t index)
{
    return index < fake->queue_count && index < VIRTIO_FAKE_QUEUES && fake->queue_max > 0;
}

struct virtio_fake_queue *virtio_fake_selected(struct virtio_fake *fake)
{
    static struct virtio_fake_queue nowhere;
    virtio_fake_rule(fake, is_queue(fake, fake->queue_sel), "a queue that is not there is set up");
    return is_queue(fake, fake->queue_sel) ? &fake->queues[fake->queue_sel] : &nowhere;
}

uint16_t virtio_fake_queue_max(struct virtio_fake *fake)
{
    return is_queue(fake, fake->queue_sel) ? fake->queue_max : 0;
}

void virtio_fake_set_size(struct virtio_fake *fake, uint32_t size)
{
    virtio_fake_rule(fake, size > 0 && size <= fake->queue_max && (size & (size - 1)) == 0,
                     "VIRTIO 1.2 §2.7: queue size is no power of two, or too large");
    virtio_fake_selected(fake)->size = (uint16_t)size;
}

static bool is_area(uint64_t address, size_t align, size_t len)
{
    return address != 0 && address % align == 0 && fake_kernel_at(address, len) != NULL;
}

static void check_areas(struct virtio_fake *fake, const struct virtio_fake_queue *q)
{
    if (has(fake, VIRTIO_F_RING_PACKED))
        virtio_fake_rule(fake,
                         is_area(q->desc, 16, 16u * q->size) && is_area(q->driver, 4, 4) &&
                             is_area(q->device, 4, 4),
                         "VIRTIO 1.2 §2.8: alignment or place of a packed ring");
    else
        virtio_fake_rule(fake,
                         is_area(q->desc, 16, VIRTQ_DESC_BYTES(q->size)) &&
                             is_area(q->driver, 2, VIRTQ_AVAIL_BYTES(q->size)) &&
                             is_area(q->device, 4, VIRTQ_USED_BYTES(q->size)),
                         "VIRTIO 1.2 §2.7: alignment or place of a split ring");
}

void virtio_fake_enable(struct virtio_fake *fake)
{
    struct virtio_fake_queue *q = virtio_fake_selected(fake);
    virtio_fake_rule(fake, !(fake->status & VIRTIO_STATUS_DRIVER_OK),
                     "VIRTIO 1.2 §3.1.1: queue set up after DRIVER_OK");
    virtio_fake_rule(fake, fake->is_legacy || fake->status & VIRTIO_STATUS_FEATURES_OK,
                     "VIRTIO 1.2 §3.1.1: queue set up before FEATURES_OK");
    virtio_fake_rule(fake, !q->is_live, "VIRTIO 1.2 §4.1.4.3.2: queue enabled twice");
    virtio_fake_rule(fake, q->size > 0, "VIRTIO 1.2 §4.2.3.2: queue without a size");
    check_areas(fake, q);
    q->is_live = true;
    q->lap_seen = q->lap_used = true;
}

void virtio_fake_enable_legacy(struct virtio_fake *fake, uint32_t page, uint32_t align)
{
    struct virtio_fake_queue *q = virtio_fake_selected(fake);
    virtio_fake_rule(fake, page != 0 && fake->page_size != 0,
                     "VIRTIO 1.2 §4.2.4: page or its size is 0");
    virtio_fake_rule(fake, align > 0 && (align & (align - 1)) == 0,
                     "VIRTIO 1.2 §4.2.4: alignment is no power of two");
    if (align == 0)
        return;
    q->desc = (uint64_t)page * fake->page_size;
    q->driver = q->desc + VIRTQ_DESC_BYTES(q->size);
    q->device = (q->driver + VIRTQ_AVAIL_BYTES(q->size) + align - 1) / align * align;
    virtio_fake_enable(fake);
}

void virtio_fake_bell(struct virtio_fake *fake, uint32_t index)
{
    virtio_fake_rule(fake, fake->status & VIRTIO_STATUS_DRIVER_OK,
                     "VIRTIO 1.2 §3.1.1: doorbell before DRIVER_OK");
    virtio_fake_rule(fake, is_queue(fake, index) && fake->queues[index].is_live,
                     "doorbell of a queue that is not live");
    if (!is_queue(fake, index))
        return;
    fake->queues[index].bells++;
    if (!fake->is_slow && !fake->is_dead && fake->run_queue)
        fake->run_queue(fake, index);
}

void virtio_fake_run(struct virtio_fake *fake)
{
    if (fake->is_dead || !(fake->status & VIRTIO_STATUS_DRIVER_OK))
        return;
    for (unsigned i = 0; i < fake->queue_count; i++)
        if (fake->queues[i].is_live)
            fake->run_queue(fake, i);
}

/* --- rings: what the driver gave ---------------------------------------------------------- */

static void check_buffer(struct virtio_fake *fake, const struct virtio_fake_buffer *buffer,
                         uint16_t flags)
{
    virtio_fake_rule(fake, (flags & (VIRTQ_DESC_F_NEXT | VIRTQ_DESC_F_INDIRECT)) == 0,
                     "a chain or an indirect table, which this driver never makes");
    virtio_fake_rule(fake, buffer->len > 0, "VIRTIO 1.2 §2.7.5: an empty buffer");
    virtio_fake_rule(fake, buffer->bytes && fake_kernel_is_dma(buffer->bytes, buffer->len),
                     "VIRTIO 1.2 §2.7.5: a descriptor outside of DMA memory");
}

static bool pop_split(struct virtio_fake *fake, struct virtio_fake_queue *q,
                      struct virtio_fake_buffer *buffer)
{
    const struct virtq_desc *table = at(q->desc);
    const struct virtq_avail *avail = at(q->driver);
    struct virtq_used_ring *used = at(q->device);
    uint16_t waiting = (uint16_t)(avail->idx - q->seen);

    virtio_fake_rule(fake, waiting <= q->size, "VIRTIO 1.2 §2.7.13.3: avail idx ran ahead");
    virtio_fake_rule(fake, !has(fake, VIRTIO_F_EVENT_IDX) || avail->flags == 0,
                     "VIRTIO 1.2 §2.7.7.1: flags must be 0 with EVENT_IDX");
    used->flags = fake->is_asleep && !has(fake, VIRTIO_F_EVENT_IDX) ? VIRTQ_USED_F_NO_NOTIFY : 0;
    if (waiting == 0 || waiting > q->size)
        return false;
    buffer->id = avail->ring[q->seen % q->size];
    q->seen++;
    *(uint16_t *)(void *)&used->ring[q->size] = q->seen; /* avail_event: tell me of the next */
    virtio_fake_rule(fake, buffer->id < q->size, "VIRTIO 1.2 §2.7.6: descriptor out of range");
    if (buffer->id >= q->size)
        return false;
    buffer->bytes = at(table[buffer->id].addr);
    buffer->len = table[buffer->id].len;
    buffer->is_writable = table[buffer->id].flags & VIRTQ_DESC_F_WRITE;
    check_buffer(fake, buffer, table[buffer->id].flags);
    return true;
}

static void step(const struct virtio_fake_queue *q, uint16_t *at, bool *lap)
{
    if (++*at < q->size)
        return;
    *at = 0;
    *lap = !*lap;
}

/* "Tell me of the next one": VIRTIO 1.2 §2.8.10. */
static void ask_packed(struct virtio_fake *fake, struct virtio_fake_queue *q)
{
    struct virtq_event *event = at(q->device);
    event->off_wrap = (uint16_t)(q->at_seen | (q->lap_seen ? 0x8000u : 0));
    event->flags = has(fake, VIRTIO_F_EVENT_IDX) ? VIRTQ_EVENT_DESC : VIRTQ_EVENT_ENABLE;
    if (fake->is_asleep)
        event->flags = VIRTQ_EVENT_DISABLE;
}

static bool pop_packed(struct virtio_fake *fake, struct virtio_fake_queue *q,
                       struct virtio_fake_buffer *buffer)
{
    const struct virtq_packed_desc *desc = (struct virtq_packed_desc *)at(q->desc) + q->at_seen;
    bool is_avail = ((desc->flags & VIRTQ_PACKED_F_AVAIL) != 0) == q->lap_seen &&
                    ((desc->flags & VIRTQ_PACKED_F_USED) != 0) != q->lap_seen;

    ask_packed(fake, q);
    if (!is_avail)
        return false;
    *buffer = (struct virtio_fake_buffer){ .id = desc->id,
                                           .bytes = at(desc->addr),
                                           .len = desc->len,
                                           .is_writable = desc->flags & VIRTQ_PACKED_F_WRITE };
    check_buffer(fake, buffer, desc->flags & 7);
    step(q, &q->at_seen, &q->lap_seen);
    ask_packed(fake, q);
    return true;
}

bool virtio_fake_pop(struct virtio_fake *fake, unsigned index, struct virtio_fake_buffer *buffer)
{
    struct virtio_fake_queue *q = &fake->queues[index];
    *buffer = (struct virtio_fake_buffer){ 0 };
    if (!q->is_live)
        return false;
    return has(fake, VIRTIO_F_RING_PACKED) ? pop_packed(fake, q, buffer)
                                           : pop_split(fake, q, buffer);
}

/* --- rings: what the device gives back ------------------------------------------------------ */

static void push_split(struct virtio_fake_queue *q, uint32_t id, uint32_t len, unsigned ahead)
{
    struct virtq_used_ring *used = at(q->device);
    used->ring[q->used % q->size] = (struct virtq_used_elem){ .id = id, .len = len };
    q->used = (uint16_t)(q->used + 1 + ahead);
    used->idx = q->used;
}

static void push_packed(struct virtio_fake_queue *q, uint32_t id, uint32_t len)
{
    struct virtq_packed_desc *desc = (struct virtq_packed_desc *)at(q->desc) + q->at_used;
    desc->id = (uint16_t)id;
    desc->len = len;
    desc->flags = q->lap_used ? VIRTQ_PACKED_F_AVAIL | VIRTQ_PACKED_F_USED : 0;
    step(q, &q->at_used, &q->lap_used);
}

void virtio_fake_push(struct virtio_fake *fake, unsigned index,
                      const struct virtio_fake_buffer *buffer, uint32_t len)
{
    struct virtio_fake_queue *q = &fake->queues[index];
    enum virtio_fake_lie lie = (int)index == fake->lie_queue ? fake->lie : LIE_NONE;
    uint32_t id = buffer->id;

    if (lie == LIE_ID_OUT_OF_RANGE)
        id = q->size + 7u;
    if (lie == LIE_ID_NOT_IN_FLIGHT)
        id = (id + 1u) % q->size;
    if (lie == LIE_LENGTH)
        len = buffer->len + 1;
    if (lie == LIE_FULL_LEN)
        len = buffer->len;
    if (has(fake, VIRTIO_F_RING_PACKED))
        push_packed(q, id, len);
    else
        push_split(q, id, len, lie == LIE_IDX ? q->size : 0);
}
