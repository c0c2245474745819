/*
 * 8250 family registers.  Source: National Semiconductor PC16550D, "Universal
 * Asynchronous Receiver/Transmitter with FIFOs", June 1995, table II.
 * Left out: interrupt identities, DMA modes, modem status - we poll.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_SERIAL_UART8250_REGS_H
#define DRIVERS_SERIAL_UART8250_REGS_H

/* clang-format off */
#define UART8250_RBR            0   /* R   received byte          DLAB=0   8.0   */
#define UART8250_THR            0   /* W   byte to send           DLAB=0   8.0   */
#define UART8250_DLL            0   /* RW  divisor, low           DLAB=1   8.3   */

#define UART8250_DLM            1   /* RW  divisor, high          DLAB=1   8.3   */
#define UART8250_IER            1   /* RW  interrupt enables      DLAB=0   8.7   */
#define   UART8250_IER_ZERO       0xf0u       /* always 0                        */

#define UART8250_IIR            2   /* R   interrupt, FIFO state           8.6   */
#define   UART8250_IIR_FIFO       (3u << 6)   /* state of the FIFOs:             */
#define   UART8250_IIR_FIFO_NONE  (0u << 6)   /* a 16450: there are none         */
#define   UART8250_IIR_FIFO_BAD   (2u << 6)   /* a 16550: there, but unusable    */
#define   UART8250_IIR_FIFO_GOOD  (3u << 6)   /* a 16550A: enabled               */

#define UART8250_FCR            2   /* W   FIFO control                    8.5   */
#define   UART8250_FCR_ENABLE     (1u << 0)   /* both FIFOs; a change empties them */
#define   UART8250_FCR_RX_RESET   (1u << 1)
#define   UART8250_FCR_TX_RESET   (1u << 2)
#define   UART8250_FCR_DMA        (1u << 3)
#define   UART8250_FCR_ZERO       (3u << 4)   /* reserved                        */
#define   UART8250_FCR_TRIGGER_4  (1u << 6)   /* interrupt after 4 bytes         */

#define UART8250_LCR            3   /* RW  line control                    8.1   */
#define   UART8250_LCR_WLEN8      (3u << 0)   /* 8 bits, no parity, 1 stop bit   */
#define   UART8250_LCR_BREAK      (1u << 6)
#define   UART8250_LCR_DLAB       (1u << 7)   /* registers 0 and 1: the divisor  */

#define UART8250_MCR            4   /* RW  modem control                   8.8   */
#define   UART8250_MCR_DTR        (1u << 0)   /* we are here                     */
#define   UART8250_MCR_RTS        (1u << 1)   /* ... and ready                   */
#define   UART8250_MCR_LOOP       (1u << 4)
#define   UART8250_MCR_ZERO       0xe0u       /* always 0                        */

#define UART8250_LSR            5   /* R   line status                     8.4   */
#define   UART8250_LSR_DR         (1u << 0)   /* a byte has come                 */
#define   UART8250_LSR_OE         (1u << 1)   /* ... and one was lost before     */
#define   UART8250_LSR_BI         (1u << 4)   /* a break came                    */
#define   UART8250_LSR_THRE       (1u << 5)   /* THR, or the whole FIFO, is empty */
#define   UART8250_LSR_TEMT       (1u << 6)   /* ... and the shift register too  */

#define UART8250_MSR            6   /* R   modem status                    8.9   */

#define UART8250_SCR            7   /* RW  scratch: no effect at all       8.10  */

#define UART8250_REGISTERS      8
#define UART8250_FIFO_SIZE      16u /* of a 16550A                         8.5   */
#define UART8250_CLOCK_HZ       1843200u /* the PC's crystal               table III */
/* clang-format on */

#endif
