/*
 * The packed ring in memory: one ring of descriptors that both sides write, and two
 * small structs that say who wants to be told.
 *
 *     we write:  addr len id flags(AVAIL = lap, USED = !lap)     "please"
 *     it writes:      len id flags(AVAIL = lap, USED =  lap)     "done"
 *
 * `lap` is the wrap counter: 1 on the first lap round the ring, then 0, then 1.
 * Source: VIRTIO 1.2 §2.8.1, §2.8.13, §2.8.14.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_VIRTIO_VIRTQ_PACKED_H
#define DRIVERS_VIRTIO_VIRTQ_PACKED_H

#include <stddef.h>
#include <stdint.h>

/* VIRTIO 1.2 §2.8.13 (WRITE is that of the split ring) */
#define VIRTQ_PACKED_F_WRITE 2u
#define VIRTQ_PACKED_F_AVAIL (1u << 7)
#define VIRTQ_PACKED_F_USED  (1u << 15)

struct virtq_packed_desc {
    uint64_t addr;
    uint32_t len;
    uint16_t id;
    uint16_t flags;
};

/* VIRTIO 1.2 §2.8.14 */
#define VIRTQ_EVENT_ENABLE  0u
#define VIRTQ_EVENT_DISABLE 1u
#define VIRTQ_EVENT_DESC    2u /* only at off_wrap; needs EVENT_IDX */

struct virtq_event {
    uint16_t off_wrap; /* bits 0 to 14 place in the ring, bit 15 lap */
    uint16_t flags;
};

_Static_assert(sizeof(struct virtq_packed_desc) == 16, "VIRTIO 1.2 §2.8.13");
_Static_assert(offsetof(struct virtq_packed_desc, flags) == 14, "VIRTIO 1.2 §2.8.13");
_Static_assert(sizeof(struct virtq_event) == 4, "VIRTIO 1.2 §2.8.14");

#endif
