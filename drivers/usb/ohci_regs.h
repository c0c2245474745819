/*
 * OHCI: registers, endpoint and transfer descriptors.
 *
 * Source: Open Host Controller Interface Specification for USB, release 1.0a.
 * Left out: interrupts, suspend, periodic and isochronous transfers.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_USB_OHCI_REGS_H
#define DRIVERS_USB_OHCI_REGS_H

/* clang-format off */

/* --- registers: OHCI 1.0a chapter 7, all 32 bits ---------------------------------- */
#define OHCI_HC_REVISION        0x00                                        /* 7.1.1 */
#define OHCI_HC_CONTROL         0x04                                        /* 7.1.2 */
#define   OHCI_CTL_CBSR_3         (3u << 0)   /* four control lists to a bulk list */
#define   OHCI_CTL_CLE            (1u << 4)   /* serve the control list            */
#define   OHCI_CTL_BLE            (1u << 5)   /* serve the bulk list               */
#define   OHCI_CTL_HCFS           (3u << 6)
#define   OHCI_CTL_RESET          (0u << 6)
#define   OHCI_CTL_OPERATIONAL    (2u << 6)
#define   OHCI_CTL_IR             (1u << 8)   /* firmware drives it                */
#define OHCI_HC_COMMAND_STATUS  0x08                                        /* 7.1.3 */
#define   OHCI_CMD_HCR            (1u << 0)   /* reset: reads 1 until done         */
#define   OHCI_CMD_CLF            (1u << 1)   /* the control list has work         */
#define   OHCI_CMD_BLF            (1u << 2)   /* the bulk list has work            */
#define   OHCI_CMD_OCR            (1u << 3)   /* firmware, let go                  */
#define OHCI_HC_INTERRUPT_STATUS 0x0c                                       /* 7.1.4 */
#define   OHCI_INT_UE             (1u << 4)   /* unrecoverable error               */
#define OHCI_HC_INTERRUPT_DISABLE 0x14                                      /* 7.1.6 */
#define OHCI_HC_HCCA            0x18                                        /* 7.2.1 */
#define OHCI_HC_CONTROL_HEAD_ED 0x20                                        /* 7.2.3 */
#define OHCI_HC_BULK_HEAD_ED    0x28                                        /* 7.2.5 */
#define OHCI_HC_FM_INTERVAL     0x34                                        /* 7.3.1 */
#define   OHCI_FM_INTERVAL(f)     ((f) & 0x3fffu)
#define   OHCI_FM_FSMPS(i)        ((((i) - 210) * 6 / 7) << 16)
#define   OHCI_FM_DEFAULT         0x2edfu     /* 12,000 bit times: a millisecond   */
#define   OHCI_FM_TOGGLE          (1u << 31)
#define OHCI_HC_PERIODIC_START  0x40                                        /* 7.3.4 */
#define OHCI_HC_RH_DESCRIPTOR_A 0x48                                        /* 7.4.1 */
#define   OHCI_RHA_PORTS(a)       ((a) & 0xffu)
#define   OHCI_RHA_POWER_MS(a)    (((a) >> 24) * 2) /* until power is good         */
#define OHCI_HC_RH_STATUS       0x50                                        /* 7.4.3 */
#define   OHCI_RHS_LPSC           (1u << 16)  /* write 1: power to all ports       */
#define OHCI_HC_RH_PORT(n)      (0x54 + 4 * ((n) - 1)) /* n: 1..            7.4.4 */
#define   OHCI_PORT_CCS           (1u << 0)   /* connected; write 1: disable       */
#define   OHCI_PORT_PES           (1u << 1)   /* enabled                           */
#define   OHCI_PORT_PRS           (1u << 4)   /* in reset; write 1: reset          */
#define   OHCI_PORT_PPS           (1u << 8)   /* powered; write 1: power           */
#define   OHCI_PORT_LSDA          (1u << 9)   /* low speed                         */
#define   OHCI_PORT_CSC           (1u << 16)  /* connection changed: write 1 clears */
#define   OHCI_PORT_CHANGES       (0x1fu << 16)

#define OHCI_HCCA_SIZE          256     /* and its alignment                 4.4.1 */

/* --- endpoint descriptor: OHCI 1.0a §4.2 --------------------------------------------- */
#define OHCI_ED_ENDPOINT(n)     ((uint32_t)(n) << 7)
#define OHCI_ED_OUT             (1u << 11)    /* neither: each TD says its own       */
#define OHCI_ED_IN              (2u << 11)
#define OHCI_ED_LOW_SPEED       (1u << 13)
#define OHCI_ED_SKIP            (1u << 14)
#define OHCI_ED_MAX_PACKET(n)   ((uint32_t)(n) << 16)
#define OHCI_ED_HALTED          (1u << 0)     /* in HeadP                            */
#define OHCI_ED_TOGGLE          (1u << 1)     /* in HeadP                            */

/* --- transfer descriptor: OHCI 1.0a §4.3.1 --------------------------------------------- */
#define OHCI_TD_ROUNDING        (1u << 18)    /* a short packet is no error          */
#define OHCI_TD_SETUP           (0u << 19)
#define OHCI_TD_OUT             (1u << 19)
#define OHCI_TD_IN              (2u << 19)
#define OHCI_TD_DIRECTION       (3u << 19)
#define OHCI_TD_NO_INTERRUPT    (7u << 21)
#define OHCI_TD_DATA0           (2u << 24)
#define OHCI_TD_DATA1           (3u << 24)    /* neither: the endpoint's own toggle  */
#define OHCI_TD_CODE(f)         ((f) >> 28)   /* condition code             table 4-7 */
#define OHCI_TD_NOT_ACCESSED    (15u << 28)

/* clang-format on */

#endif
