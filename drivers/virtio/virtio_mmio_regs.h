/*
 * virtio-mmio registers.  Source: VIRTIO 1.2, section 4.2.2 (table 4.1) for version
 * 2, section 4.2.4 (table 4.2) for version 1, "legacy".
 * Left out: shared memory regions, queue reset, interrupts - we poll.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_VIRTIO_VIRTIO_MMIO_REGS_H
#define DRIVERS_VIRTIO_VIRTIO_MMIO_REGS_H

/* clang-format off */
#define VIRTIO_MMIO_MAGIC               0x000   /* R   "virt"                    both */
#define   VIRTIO_MMIO_MAGIC_VALUE         0x74726976u
#define VIRTIO_MMIO_VERSION             0x004   /* R   1 legacy, 2               both */
#define VIRTIO_MMIO_DEVICE_ID           0x008   /* R   0: an empty slot          both */
#define VIRTIO_MMIO_DEVICE_FEATURES     0x010   /* R   32 bits of what it offers both */
#define VIRTIO_MMIO_DEVICE_FEATURES_SEL 0x014   /* W   which 32                  both */
#define VIRTIO_MMIO_DRIVER_FEATURES     0x020   /* W   32 bits of what we take   both */
#define VIRTIO_MMIO_DRIVER_FEATURES_SEL 0x024   /* W   which 32                  both */
#define VIRTIO_MMIO_GUEST_PAGE_SIZE     0x028   /* W   unit of QUEUE_PFN         v1   */
#define VIRTIO_MMIO_QUEUE_SEL           0x030   /* W   which queue is meant      both */
#define VIRTIO_MMIO_QUEUE_NUM_MAX       0x034   /* R   largest size, 0: none     both */
#define VIRTIO_MMIO_QUEUE_NUM           0x038   /* W   size that we use          both */
#define VIRTIO_MMIO_QUEUE_ALIGN         0x03c   /* W   of the used ring          v1   */
#define VIRTIO_MMIO_QUEUE_PFN           0x040   /* RW  page of the ring          v1   */
#define VIRTIO_MMIO_QUEUE_READY         0x044   /* RW  1: live                   v2   */
#define VIRTIO_MMIO_QUEUE_NOTIFY        0x050   /* W   the doorbell: queue index both */
#define VIRTIO_MMIO_STATUS              0x070   /* RW  VIRTIO_STATUS_*           both */
#define VIRTIO_MMIO_QUEUE_DESC_LOW      0x080   /* W   descriptor area           v2   */
#define VIRTIO_MMIO_QUEUE_DESC_HIGH     0x084
#define VIRTIO_MMIO_QUEUE_DRIVER_LOW    0x090   /* W   driver area               v2   */
#define VIRTIO_MMIO_QUEUE_DRIVER_HIGH   0x094
#define VIRTIO_MMIO_QUEUE_DEVICE_LOW    0x0a0   /* W   device area               v2   */
#define VIRTIO_MMIO_QUEUE_DEVICE_HIGH   0x0a4
#define VIRTIO_MMIO_CONFIG              0x100   /* RW  device configuration      both */
/* clang-format on */

#endif
