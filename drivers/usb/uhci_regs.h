/*
 * UHCI: registers, queue heads and transfer descriptors.
 *
 * Source: Intel, Universal Host Controller Interface Design Guide, revision 1.1.
 * Left out: interrupts, suspend, isochronous transfers.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_USB_UHCI_REGS_H
#define DRIVERS_USB_UHCI_REGS_H

/* clang-format off */

/* --- registers: UHCI 1.1 §2.1, in I/O space (BAR4) ----------------------------- */
#define UHCI_USBCMD             0x00    /* RW  16                            2.1.1 */
#define   UHCI_CMD_RS             (1u << 0)   /* run                               */
#define   UHCI_CMD_HCRESET        (1u << 1)   /* reads 1 until done                */
#define   UHCI_CMD_CF             (1u << 6)   /* configured: says that we drive it */
#define   UHCI_CMD_MAXP           (1u << 7)   /* 64 bytes fit at a frame's end     */
#define UHCI_USBSTS             0x02    /* RWC 16                            2.1.2 */
#define   UHCI_STS_HOST_ERROR     (1u << 3)
#define   UHCI_STS_PROCESS_ERROR  (1u << 4)
#define   UHCI_STS_HALTED         (1u << 5)
#define   UHCI_STS_ALL            0x3fu
#define UHCI_USBINTR            0x04    /* RW  16                            2.1.3 */
#define UHCI_FRNUM              0x06    /* RW  16                            2.1.4 */
#define UHCI_FLBASEADD          0x08    /* RW  32: the frame list            2.1.5 */
#define UHCI_PORTSC(n)          (0x10 + 2 * ((n) - 1)) /* 16, n: 1..         2.1.7 */
#define   UHCI_PORT_CCS           (1u << 0)   /* connected                         */
#define   UHCI_PORT_CSC           (1u << 1)   /* that changed: write 1 clears      */
#define   UHCI_PORT_PED           (1u << 2)   /* enabled                           */
#define   UHCI_PORT_PEDC          (1u << 3)   /* that changed: write 1 clears      */
#define   UHCI_PORT_ONE           (1u << 7)   /* always 1 in a register that is there */
#define   UHCI_PORT_LSDA          (1u << 8)   /* low speed                         */
#define   UHCI_PORT_PR            (1u << 9)   /* reset, for as long as it is 1     */

/* --- PCI: UHCI 1.1 §5.2 ----------------------------------------------------------- */
#define UHCI_BAR                4
#define UHCI_LEGSUP             0xc0    /* RW  16: the BIOS's hands on it    5.2.1 */
#define   UHCI_LEGSUP_NONE        0x8f00u     /* no traps; what was trapped is cleared */

/* --- links: UHCI 1.1 §3.1, §3.2.1, §3.3.1 -------------------------------------------- */
#define UHCI_LINK_END           (1u << 0)
#define UHCI_LINK_QH            (1u << 1)
#define UHCI_FRAMES             1024

/* --- transfer descriptor: UHCI 1.1 §3.2 ------------------------------------------------ */
#define UHCI_TD_LEN(s)          (((s) + 1) & 0x7ffu) /* bytes moved           3.2.2 */
#define UHCI_TD_BITSTUFF          (1u << 17)
#define UHCI_TD_TIMEOUT           (1u << 18)  /* CRC error, or no answer at all    */
#define UHCI_TD_BABBLE            (1u << 20)
#define UHCI_TD_BUFFER            (1u << 21)
#define UHCI_TD_STALLED           (1u << 22)
#define UHCI_TD_ERRORS            0x760000u
#define UHCI_TD_ACTIVE            (1u << 23)  /* the controller's                   */
#define UHCI_TD_LOW_SPEED         (1u << 26)
#define UHCI_TD_TRIES             (3u << 27)
#define UHCI_TD_SPD               (1u << 29)  /* a short packet stops the queue     */
#define UHCI_TOKEN(pid, address, endpoint, toggle, len)                    /* 3.2.3 */ \
    ((uint32_t)(pid) | (uint32_t)(address) << 8 | (uint32_t)(endpoint) << 15 |        \
     ((toggle) ? 1u << 19 : 0) | (((uint32_t)(len) - 1) & 0x7ffu) << 21)
#define UHCI_TOKEN_TOGGLE         (1u << 19)
#define UHCI_TOKEN_LEN(t)         ((((t) >> 21) + 1) & 0x7ffu)
#define UHCI_PID_SETUP            0x2du
#define UHCI_PID_IN               0x69u
#define UHCI_PID_OUT              0xe1u

/* clang-format on */

#endif
