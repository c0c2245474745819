/*
 * The split ring in memory: three areas, shared with the device.
 *
 *   descriptor table     available ring          used ring
 *   (we write)           (we write)              (the device writes)
 *   +----------------+   +------------------+    +------------------------+
 *   | addr len flags |<--| idx, then ids of |    | idx, then id and len   |
 *   | ...            |   | buffers to use   |    | of buffers done        |
 *   +----------------+   +------------------+    +------------------------+
 *
 * Both idx count for ever, modulo 2^16; an entry's place is idx modulo size.
 * Source: VIRTIO 1.2 §2.7.5, §2.7.6, §2.7.8.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_VIRTIO_VIRTQ_SPLIT_H
#define DRIVERS_VIRTIO_VIRTQ_SPLIT_H

#include <stddef.h>
#include <stdint.h>

/* VIRTIO 1.2 §2.7.5 */
#define VIRTQ_DESC_F_NEXT     1u
#define VIRTQ_DESC_F_WRITE    2u
#define VIRTQ_DESC_F_INDIRECT 4u

struct virtq_desc {
    uint64_t addr;
    uint32_t len;
    uint16_t flags;
    uint16_t next;
};

/* VIRTIO 1.2 §2.7.6; after ring[] comes used_event */
#define VIRTQ_AVAIL_F_NO_INTERRUPT 1u

struct virtq_avail {
    uint16_t flags;
    uint16_t idx;
    uint16_t ring[];
};

/* VIRTIO 1.2 §2.7.8; after ring[] comes avail_event */
#define VIRTQ_USED_F_NO_NOTIFY 1u

struct virtq_used_elem {
    uint32_t id;
    uint32_t len;
};

struct virtq_used_ring {
    uint16_t flags;
    uint16_t idx;
    struct virtq_used_elem ring[];
};

_Static_assert(sizeof(struct virtq_desc) == 16, "VIRTIO 1.2 §2.7.5");
_Static_assert(offsetof(struct virtq_avail, ring) == 4, "VIRTIO 1.2 §2.7.6");
_Static_assert(offsetof(struct virtq_used_ring, ring) == 4, "VIRTIO 1.2 §2.7.8");
_Static_assert(sizeof(struct virtq_used_elem) == 8, "VIRTIO 1.2 §2.7.8");

/* Bytes of each area, the event index at the end included.  VIRTIO 1.2 §2.7 */
#define VIRTQ_DESC_BYTES(size)  (16u * (size))
#define VIRTQ_AVAIL_BYTES(size) (6u + 2u * (size))
#define VIRTQ_USED_BYTES(size)  (6u + 8u * (size))

#endif
