/*
 * PCI configuration space.
 *
 * Sources: PCI Local Bus Specification 3.0, chapter 6 (type 0 header, figure 6-1);
 *          PCI-to-PCI Bridge Architecture Specification 1.2 (P2P 1.2), chapter 3 (type 1 header,
 *          figure 3-2); PCI Express Base 4.0, 7.2.2 (ECAM).
 * Left out: interrupts, expansion ROMs, CardBus, error reporting.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_PCI_REGS_H
#define DRIVERS_PCI_REGS_H

/* clang-format off */

/* --- both headers: PCI 3.0 §6.1, §6.2 ------------------------------------- */
#define PCI_VENDOR                0x00   /* R   16                       6.2.1 */
#define   PCI_VENDOR_NONE           0xffffu /* no function answers             */
#define PCI_DEVICE                0x02   /* R   16                       6.2.1 */
#define PCI_COMMAND               0x04   /* RW  16                       6.2.2 */
#define   PCI_COMMAND_IO            (1u << 0)  /* answer on I/O BARs           */
#define   PCI_COMMAND_MEMORY        (1u << 1)  /* answer on memory BARs        */
#define   PCI_COMMAND_MASTER        (1u << 2)  /* may do DMA                   */
#define PCI_STATUS                0x06   /* R   16                       6.2.3 */
#define   PCI_STATUS_CAPABILITIES   (1u << 4)  /* PCI_CAPABILITIES is there    */
#define PCI_REVISION              0x08   /* R   8: class code above it   6.2.1 */
#define PCI_HEADER_TYPE           0x0e   /* R   8                        6.2.1 */
#define   PCI_HEADER_TYPE_LAYOUT    0x7fu
#define   PCI_HEADER_TYPE_MULTI     0x80u      /* functions 1..7 may be there  */
#define PCI_BAR0                  0x10   /* RW  32, six or two           6.2.5 */
#define   PCI_BAR_IO                (1u << 0)  /* I/O space, else memory       */
#define   PCI_BAR_IO_FLAGS          0x3u
#define   PCI_BAR_MEMORY_TYPE       0x6u
#define   PCI_BAR_MEMORY_TYPE_32    0x0u
#define   PCI_BAR_MEMORY_TYPE_64    0x4u       /* the next BAR is the upper half */
#define   PCI_BAR_MEMORY_PREFETCH   (1u << 3)
#define   PCI_BAR_MEMORY_FLAGS      0xfu
#define PCI_CAPABILITIES          0x34   /* R   8, low two bits reserved   6.7 */
#define   PCI_CAPABILITY_ID         0
#define   PCI_CAPABILITY_NEXT       1

#define PCI_CLASS_HOST_BRIDGE     0x0600u /* class, subclass         appendix D */

/* --- type 1 header: P2P 1.2 §3.2 ---------------------------------------- */
#define PCI_BRIDGE_PRIMARY_BUS    0x18   /* RW  8                      3.2.5.2 */
#define PCI_BRIDGE_SECONDARY_BUS  0x19   /* RW  8                      3.2.5.3 */
#define PCI_BRIDGE_SUBORDINATE    0x1a   /* RW  8                      3.2.5.4 */
#define PCI_BRIDGE_IO_BASE        0x1c   /* RW  8: bits 15:12          3.2.5.6 */
#define PCI_BRIDGE_IO_LIMIT       0x1d
#define PCI_BRIDGE_MEMORY_BASE    0x20   /* RW  16: bits 31:20         3.2.5.8 */
#define PCI_BRIDGE_MEMORY_LIMIT   0x22
#define PCI_BRIDGE_PREFETCH_BASE  0x24   /* RW  16: bits 31:20         3.2.5.9 */
#define   PCI_BRIDGE_PREFETCH_TYPE  0xfu
#define   PCI_BRIDGE_PREFETCH_64    0x1u       /* upper halves are there       */
#define PCI_BRIDGE_PREFETCH_LIMIT 0x26
#define PCI_BRIDGE_PREFETCH_BASE_UPPER  0x28 /* RW  32                 3.2.5.10 */
#define PCI_BRIDGE_PREFETCH_LIMIT_UPPER 0x2c
#define PCI_BRIDGE_IO_BASE_UPPER  0x30   /* RW  16                     3.2.5.11 */
#define PCI_BRIDGE_IO_LIMIT_UPPER 0x32

#define PCI_BRIDGE_IO_STEP        0x1000u    /* windows start and end at these  */
#define PCI_BRIDGE_MEMORY_STEP    0x100000u

/* --- configuration mechanism 1: PCI 3.0 §3.2.2.3.2 -------------------------- */
#define PCI_CONFIG_ADDRESS        0      /* port 0xcf8, 32                      */
#define   PCI_CONFIG_ADDRESS_ENABLE (1u << 31)
#define PCI_CONFIG_DATA           4      /* port 0xcfc, 8, 16, 32               */

/* clang-format on */

#define PCI_DEVICES_PER_BUS      32
#define PCI_FUNCTIONS_PER_DEVICE 8

#endif
