/*
 * PL011 registers.  Source: Arm PrimeCell UART (PL011) TRM, DDI 0183G, chapter 3.
 * Left out: IrDA, DMA, FIFO levels, interrupt status - we poll.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_SERIAL_PL011_REGS_H
#define DRIVERS_SERIAL_PL011_REGS_H

/* clang-format off */
#define PL011_DR              0x000  /* RW  data                        3.3.1  */
#define   PL011_DR_DATA         0xffu

#define PL011_FR              0x018  /* R   flags                       3.3.3  */
#define   PL011_FR_BUSY         (1u << 3)  /* still shifting a byte out        */
#define   PL011_FR_RXFE         (1u << 4)  /* receive FIFO empty: nothing came */
#define   PL011_FR_TXFF         (1u << 5)  /* transmit FIFO full: wait         */
#define   PL011_FR_TXFE         (1u << 7)  /* transmit FIFO empty              */

#define PL011_IBRD            0x024  /* RW  divisor, whole part, 16 bits 3.3.5 */
#define PL011_FBRD            0x028  /* RW  divisor, 64ths, 6 bits      3.3.6  */

#define PL011_LCR_H           0x02c  /* RW  line; latches the divisor   3.3.7  */
#define   PL011_LCR_H_FEN       (1u << 4)  /* FIFOs on                         */
#define   PL011_LCR_H_WLEN8     (3u << 5)  /* 8 bits, no parity, 1 stop bit    */

#define PL011_CR              0x030  /* RW  control                     3.3.8  */
#define   PL011_CR_UARTEN       (1u << 0)
#define   PL011_CR_TXE          (1u << 8)
#define   PL011_CR_RXE          (1u << 9)
#define   PL011_CR_DTR          (1u << 10) /* we are here                      */
#define   PL011_CR_RTS          (1u << 11) /* ... and ready                    */

#define PL011_IMSC            0x038  /* RW  interrupts let through      3.3.10 */
#define PL011_ICR             0x044  /* W   interrupts to clear         3.3.13 */
#define   PL011_ICR_ALL         0x7ffu

#define PL011_PERIPH_ID0      0xfe0  /* R   part number 7..0            3.3.15 */
#define   PL011_PERIPH_ID0_PART 0x11u
#define PL011_PERIPH_ID2      0xfe8  /* R   revision and designer       3.3.15 */
#define   PL011_PERIPH_ID2_REV  (0xfu << 4)
#define   PL011_PERIPH_ID2_R1P5 (3u << 4)  /* from here on FIFOs are 32 deep   */

#define PL011_PCELL_ID0       0xff0  /* R   0d f0 05 b1, one byte each  3.3.16 */
#define   PL011_PCELL_ID        0xb105f00du

#define PL011_WINDOW          0x1000 /* bytes of registers                     */
/* clang-format on */

#endif
