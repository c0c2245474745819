/*
 * xHCI: registers, contexts and transfer request blocks.
 *
 * Source: eXtensible Host Controller Interface for USB, revision 1.2.
 * Left out: streams, isochronous transfers, power management, virtualisation, interrupts.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_USB_XHCI_REGS_H
#define DRIVERS_USB_XHCI_REGS_H

/* clang-format off */

/* --- capability registers: xHCI 1.2 §5.3, all read-only ------------------------ */
#define XHCI_CAPLENGTH          0x00    /* 8: where the operational ones begin 5.3.1 */
#define XHCI_HCSPARAMS1         0x04                                        /* 5.3.3 */
#define   XHCI_MAX_SLOTS(p)       ((p) & 0xffu)
#define   XHCI_MAX_PORTS(p)       ((p) >> 24)
#define XHCI_HCSPARAMS2         0x08                                        /* 5.3.4 */
#define   XHCI_MAX_SCRATCHPADS(p) (((p) >> 21 & 0x1fu) << 5 | (p) >> 27)
#define XHCI_HCCPARAMS1         0x10                                        /* 5.3.6 */
#define   XHCI_HCC_AC64           (1u << 0)   /* takes 64-bit addresses             */
#define   XHCI_HCC_CSZ            (1u << 2)   /* contexts of 64 bytes, else 32      */
#define   XHCI_HCC_XECP(p)        ((p) >> 16) /* extended capabilities, in dwords   */
#define XHCI_DBOFF              0x14                                        /* 5.3.7 */
#define XHCI_RTSOFF             0x18                                        /* 5.3.8 */

/* --- operational registers: xHCI 1.2 §5.4 --------------------------------------- */
#define XHCI_USBCMD             0x00                                        /* 5.4.1 */
#define   XHCI_CMD_RUN            (1u << 0)
#define   XHCI_CMD_HCRST          (1u << 1)
#define XHCI_USBSTS             0x04                                        /* 5.4.2 */
#define   XHCI_STS_HCH            (1u << 0)   /* halted                             */
#define   XHCI_STS_HSE            (1u << 2)   /* host system error                  */
#define   XHCI_STS_CNR            (1u << 11)  /* not ready: write nothing           */
#define   XHCI_STS_HCE            (1u << 12)  /* host controller error              */
#define XHCI_PAGESIZE           0x08    /* bit n: pages of 1 << (n + 12)       5.4.3 */
#define XHCI_CRCR               0x18    /* 64: command ring                    5.4.5 */
#define   XHCI_CRCR_RCS           (1u << 0)   /* the cycle it begins with           */
#define XHCI_DCBAAP             0x30    /* 64: array of device contexts        5.4.6 */
#define XHCI_CONFIG             0x38    /* slots in use                        5.4.7 */
#define XHCI_PORTSC(n)          (0x400 + 0x10 * ((n) - 1)) /* n: 1..           5.4.8 */
#define   XHCI_PORTSC_CCS         (1u << 0)   /* connected                          */
#define   XHCI_PORTSC_PED         (1u << 1)   /* enabled; writing 1 disables        */
#define   XHCI_PORTSC_PR          (1u << 4)   /* reset: write 1, reads 1 until done */
#define   XHCI_PORTSC_PP          (1u << 9)   /* powered                            */
#define   XHCI_PORTSC_SPEED(p)    ((p) >> 10 & 0xfu)
#define   XHCI_PORTSC_CSC         (1u << 17)  /* connection changed: write 1 clears */
#define   XHCI_PORTSC_CHANGES     (0x7fu << 17)
#define   XHCI_PORTSC_KEEP        (XHCI_PORTSC_PP | 0x0e00c000u) /* not to be changed */

/* --- runtime registers: xHCI 1.2 §5.5, interrupter 0 ------------------------------ */
#define XHCI_IMAN               0x20                                      /* 5.5.2.1 */
#define XHCI_ERSTSZ             0x28    /* segments of the event ring      5.5.2.3.1 */
#define XHCI_ERSTBA             0x30    /* 64: table of segments           5.5.2.3.2 */
#define XHCI_ERDP               0x38    /* 64: the event taken last        5.5.2.3.3 */
#define   XHCI_ERDP_EHB           (1u << 3)   /* event handler busy: write 1 clears */

/* --- extended capabilities: xHCI 1.2 §7, USB legacy support §7.1 -------------------- */
#define XHCI_XECP_ID(c)         ((c) & 0xffu)
#define XHCI_XECP_NEXT(c)       ((c) >> 8 & 0xffu) /* dwords to the next, 0: last    */
#define   XHCI_XECP_LEGACY        1
#define   XHCI_LEGACY_BIOS_OWNED  (1u << 16)
#define   XHCI_LEGACY_OS_OWNED    (1u << 24)

/* --- transfer request blocks: xHCI 1.2 §6.4, 16 bytes --------------------------------- */
#define XHCI_TRB_CYCLE          (1u << 0)
#define XHCI_TRB_TC             (1u << 1)   /* link: toggle the cycle       6.4.4.1 */
#define XHCI_TRB_ISP            (1u << 2)   /* event on a short packet      6.4.1.1 */
#define XHCI_TRB_IOC            (1u << 5)   /* event on completion                  */
#define XHCI_TRB_IDT            (1u << 6)   /* the data is in the block   6.4.1.2.1 */
#define XHCI_TRB_BSR            (1u << 9)
#define XHCI_TRB_DIR_IN         (1u << 16)  /* data and status stages     6.4.1.2.2 */
#define XHCI_TRB_TRT_OUT        (2u << 16)  /* setup: a data stage follows, OUT ... */
#define XHCI_TRB_TRT_IN         (3u << 16)  /* ... or IN                  table 4-7 */
#define XHCI_TRB_TYPE(t)        ((uint32_t)(t) << 10)
#define XHCI_TRB_TYPE_OF(c)     ((c) >> 10 & 0x3fu)
#define XHCI_TRB_ENDPOINT(n)    ((uint32_t)(n) << 16)
#define XHCI_TRB_ENDPOINT_OF(c) ((c) >> 16 & 0x1fu)
#define XHCI_TRB_SLOT(n)        ((uint32_t)(n) << 24)
#define XHCI_TRB_SLOT_OF(c)     ((c) >> 24)
#define XHCI_TRB_MAX_LEN        0x10000u    /* and none crosses 64 KiB        6.4.1 */
/* events: status holds the code, and what was not transferred       6.4.2.1, 6.4.2.2 */
#define XHCI_EVENT_CODE(s)      ((s) >> 24)
#define XHCI_EVENT_RESIDUE(s)   ((s) & 0xffffffu)

enum xhci_trb_type { /* xHCI 1.2 table 6-91 */
    XHCI_NORMAL = 1, XHCI_SETUP = 2, XHCI_DATA = 3, XHCI_STATUS = 4, XHCI_LINK = 6,
    XHCI_ENABLE_SLOT = 9, XHCI_DISABLE_SLOT = 10, XHCI_ADDRESS_DEVICE = 11,
    XHCI_CONFIGURE_ENDPOINT = 12, XHCI_EVALUATE_CONTEXT = 13, XHCI_STOP_ENDPOINT = 15,
    XHCI_SET_TR_DEQUEUE = 16,
    XHCI_TRANSFER_EVENT = 32, XHCI_COMMAND_EVENT = 33, XHCI_PORT_EVENT = 34,
};

enum xhci_code { /* xHCI 1.2 table 6-90 */
    XHCI_SUCCESS = 1, XHCI_STALL = 6, XHCI_NO_SLOTS = 9, XHCI_SHORT_PACKET = 13,
    XHCI_STOPPED = 26, XHCI_STOPPED_LENGTH = 27, XHCI_STOPPED_SHORT = 28,
};

/* --- contexts: xHCI 1.2 §6.2; dword numbers ------------------------------------------- */
#define XHCI_CONTEXTS           32      /* slot, endpoint 0, 15 pairs          6.2.1 */
#define XHCI_INPUT_ADD          1       /* input control: which to take        6.2.5.1 */
#define XHCI_SLOT_0             0       /*                                     6.2.2 */
#define   XHCI_SLOT_SPEED(s)      ((uint32_t)(s) << 20)
#define   XHCI_SLOT_HUB           (1u << 26)
#define   XHCI_SLOT_ENTRIES(n)    ((uint32_t)(n) << 27)
#define XHCI_SLOT_1             1
#define   XHCI_SLOT_ROOT_PORT(n)  ((uint32_t)(n) << 16)
#define   XHCI_SLOT_PORTS(n)      ((uint32_t)(n) << 24)
#define XHCI_SLOT_2             2
#define   XHCI_SLOT_TT(slot, port) ((uint32_t)(slot) | (uint32_t)(port) << 8)
#define XHCI_SLOT_3             3
#define   XHCI_SLOT_ADDRESS(d)    ((d) & 0xffu)
#define XHCI_EP_1               1       /*                                     6.2.3 */
#define   XHCI_EP_CERR            (3u << 1)   /* three tries                         */
#define   XHCI_EP_TYPE(t)         ((uint32_t)(t) << 3)
#define   XHCI_EP_BULK_OUT        2
#define   XHCI_EP_CONTROL         4
#define   XHCI_EP_BULK_IN         6
#define   XHCI_EP_MAX_PACKET(n)   ((uint32_t)(n) << 16)
#define XHCI_EP_2               2       /* 64: dequeue pointer, DCS in bit 0         */
#define XHCI_EP_4               4       /* average length of a TRB                   */

/* clang-format on */

#endif
