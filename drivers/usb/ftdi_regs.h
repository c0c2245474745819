/*
 * The FTDI UART bridge: vendor requests on endpoint 0, two bytes before each IN packet.
 *
 * Sources: FTDI AN_232B-05 (baud rates); the request numbers as FTDI's D2XX drivers
 *          send them, and as QEMU's usb-serial understands them.
 * Left out: event character, error character, latency timer, bit bang.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_USB_FTDI_REGS_H
#define DRIVERS_USB_FTDI_REGS_H

/* clang-format off */
#define FTDI_VENDOR               0x0403u
#define FTDI_PRODUCT_232          0x6001u

#define FTDI_RESET                0       /* value 0: the UART and both buffers     */
#define FTDI_SET_MODEM_CTRL       1
#define   FTDI_MODEM_CTRL_DTR_RTS   0x0303u /* high byte: which to change            */
#define FTDI_SET_FLOW_CTRL        2       /* value 0: none                          */
#define FTDI_SET_BAUD             3
#define   FTDI_BAUD_115200          26u     /* 3 MHz / 115200: AN_232B-05             */
#define FTDI_SET_DATA             4
#define   FTDI_DATA_8N1             8u

#define FTDI_STATUS_SIZE          2       /* modem and line status before the data  */
/* clang-format on */

#endif
