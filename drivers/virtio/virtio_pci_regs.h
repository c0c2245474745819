/*
 * virtio over PCI: capabilities, the common configuration, and the legacy ports.
 * Source: VIRTIO 1.2, sections 4.1.4 (modern), 4.1.4.10 (legacy).
 * Left out: interrupts, shared memory, queue reset, the PCI configuration window.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_VIRTIO_VIRTIO_PCI_REGS_H
#define DRIVERS_VIRTIO_VIRTIO_PCI_REGS_H

/* clang-format off */
#define VIRTIO_PCI_VENDOR               0x1af4  /*                                  4.1.2   */
#define VIRTIO_PCI_CONSOLE_TRANSITIONAL 0x1003  /* legacy, perhaps modern too       4.1.2.3 */
#define VIRTIO_PCI_CONSOLE              0x1043  /* 0x1040 + device id 3             4.1.2.1 */

#define VIRTIO_PCI_CAP_ID               0x09    /* vendor-specific capability       4.1.4   */
#define VIRTIO_PCI_CAP_LEN              2       /* u8                               4.1.4   */
#define VIRTIO_PCI_CAP_TYPE             3       /* u8  what it is about             4.1.4   */
#define   VIRTIO_PCI_CAP_COMMON           1u
#define   VIRTIO_PCI_CAP_NOTIFY           2u
#define   VIRTIO_PCI_CAP_DEVICE           4u
#define VIRTIO_PCI_CAP_BAR              4       /* u8  0 to 5, others reserved      4.1.4   */
#define VIRTIO_PCI_CAP_OFFSET           8       /* u32 within the BAR               4.1.4   */
#define VIRTIO_PCI_CAP_LENGTH           12      /* u32                              4.1.4   */
#define VIRTIO_PCI_CAP_BYTES            16
#define VIRTIO_PCI_CAP_MULTIPLIER       16      /* u32 notify only                  4.1.4.4 */
#define VIRTIO_PCI_CAP_NOTIFY_BYTES     20

#define VIRTIO_PCI_COMMON_DEVICE_FEATURE_SELECT 0x00 /* RW u32 which 32             4.1.4.3 */
#define VIRTIO_PCI_COMMON_DEVICE_FEATURE        0x04 /* R  u32 what it offers               */
#define VIRTIO_PCI_COMMON_DRIVER_FEATURE_SELECT 0x08 /* RW u32 which 32                     */
#define VIRTIO_PCI_COMMON_DRIVER_FEATURE        0x0c /* RW u32 what we take                 */
#define VIRTIO_PCI_COMMON_STATUS                0x14 /* RW u8  VIRTIO_STATUS_*              */
#define VIRTIO_PCI_COMMON_QUEUE_SELECT          0x16 /* RW u16 which queue is meant         */
#define VIRTIO_PCI_COMMON_QUEUE_SIZE            0x18 /* RW u16 largest, then ours; 0: none  */
#define VIRTIO_PCI_COMMON_QUEUE_ENABLE          0x1c /* RW u16 1: live                      */
#define VIRTIO_PCI_COMMON_QUEUE_NOTIFY_OFF      0x1e /* R  u16 its doorbell, see multiplier */
#define VIRTIO_PCI_COMMON_QUEUE_DESC            0x20 /* RW u64 descriptor area              */
#define VIRTIO_PCI_COMMON_QUEUE_DRIVER          0x28 /* RW u64 driver area                  */
#define VIRTIO_PCI_COMMON_QUEUE_DEVICE          0x30 /* RW u64 device area                  */
#define VIRTIO_PCI_COMMON_BYTES                 0x38

#define VIRTIO_PCI_LEGACY_BAR           0       /*                                  4.1.4.10 */
#define VIRTIO_PCI_LEGACY_DEVICE_FEATURES 0x00  /* R  u32                           4.1.4.10 */
#define VIRTIO_PCI_LEGACY_DRIVER_FEATURES 0x04  /* RW u32                                    */
#define VIRTIO_PCI_LEGACY_QUEUE_PFN     0x08    /* RW u32 page of the ring, of 4096 bytes    */
#define VIRTIO_PCI_LEGACY_QUEUE_SIZE    0x0c    /* R  u16 the only size; 0: none             */
#define VIRTIO_PCI_LEGACY_QUEUE_SELECT  0x0e    /* RW u16                                    */
#define VIRTIO_PCI_LEGACY_QUEUE_NOTIFY  0x10    /* RW u16 the doorbell                       */
#define VIRTIO_PCI_LEGACY_STATUS        0x12    /* RW u8                                     */
#define VIRTIO_PCI_LEGACY_CONFIG        0x14    /* RW device configuration, without MSI-X    */
#define VIRTIO_PCI_LEGACY_CONFIG_MSIX   0x18    /* RW ... and where it is with MSI-X on      */

#define VIRTIO_PCI_MSIX_CAP_ID          0x11    /* PCI 3.0 6.8.2                             */
#define VIRTIO_PCI_MSIX_CONTROL         2
#define   VIRTIO_PCI_MSIX_ENABLE          (1u << 15)
/* clang-format on */

#endif
