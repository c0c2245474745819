/*
 * What travels on the bus: requests and descriptors.
 *
 * Source: Universal Serial Bus Specification 2.0, chapter 9 (devices) and chapter 11 (hubs).
 * Left out: strings, isochronous transfers, alternate settings, power management.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_USB_REGS_H
#define DRIVERS_USB_REGS_H

/* clang-format off */

/* --- bmRequestType: USB 2.0 table 9-2 -------------------------------------- */
#define USB_REQUEST_IN               0x80u  /* data stage towards the host      */
#define USB_REQUEST_STANDARD         0x00u
#define USB_REQUEST_CLASS            0x20u
#define USB_REQUEST_VENDOR           0x40u
#define USB_REQUEST_TO_DEVICE        0x00u
#define USB_REQUEST_TO_OTHER         0x03u  /* a hub's port                     */
#define USB_SETUP_SIZE               8

/* --- bRequest: USB 2.0 table 9-4 -------------------------------------------- */
#define USB_GET_STATUS               0
#define USB_CLEAR_FEATURE            1
#define USB_SET_FEATURE              3
#define USB_SET_ADDRESS              5
#define USB_GET_DESCRIPTOR           6
#define USB_SET_CONFIGURATION        9

/* --- bDescriptorType: USB 2.0 table 9-5, §11.23.2.1 -------------------------- */
#define USB_DESCRIPTOR_DEVICE        1
#define USB_DESCRIPTOR_CONFIGURATION 2
#define USB_DESCRIPTOR_INTERFACE     4
#define USB_DESCRIPTOR_ENDPOINT      5
#define USB_DESCRIPTOR_HUB           0x29

/* --- every descriptor: USB 2.0 §9.5 ------------------------------------------ */
#define USB_LENGTH                   0
#define USB_TYPE                     1

/* --- device descriptor: USB 2.0 table 9-8 ------------------------------------ */
#define USB_DEVICE_CLASS             4
#define USB_DEVICE_MAX_PACKET0       7
#define USB_DEVICE_VENDOR            8      /* 16                               */
#define USB_DEVICE_PRODUCT           10     /* 16                               */
#define USB_DEVICE_SIZE              18
#define   USB_CLASS_HUB                9

/* --- configuration descriptor: USB 2.0 table 9-10 ----------------------------- */
#define USB_CONFIGURATION_TOTAL      2      /* 16: with all that follows        */
#define USB_CONFIGURATION_VALUE      5
#define USB_CONFIGURATION_SIZE       9

/* --- endpoint descriptor: USB 2.0 table 9-13 ---------------------------------- */
#define USB_ENDPOINT_ADDRESS         2
#define   USB_ENDPOINT_IN              0x80u
#define   USB_ENDPOINT_NUMBER          0x0fu
#define USB_ENDPOINT_ATTRIBUTES      3
#define   USB_ENDPOINT_TYPE            0x03u
#define   USB_ENDPOINT_BULK            2
#define USB_ENDPOINT_MAX_PACKET      4      /* 16                               */
#define   USB_ENDPOINT_MAX_PACKET_SIZE 0x7ffu
#define USB_ENDPOINT_SIZE            7

/* --- hub descriptor: USB 2.0 table 11-13 --------------------------------------- */
#define USB_HUB_PORTS                2
#define USB_HUB_POWER_GOOD           5      /* in units of 2 ms                 */
#define USB_HUB_SIZE                 7      /* the part whose length is fixed   */

/* --- hub port features: USB 2.0 table 11-17 ------------------------------------- */
#define USB_PORT_ENABLE              1
#define USB_PORT_RESET               4
#define USB_PORT_POWER               8
#define USB_C_PORT_CONNECTION        16     /* bit n of wPortChange: feature 16 + n */

/* --- hub port status: USB 2.0 tables 11-21, 11-22 --------------------------------- */
#define USB_PORT_STATUS_CONNECTION   (1u << 0)
#define USB_PORT_STATUS_ENABLE       (1u << 1)
#define USB_PORT_STATUS_RESET        (1u << 4)
#define USB_PORT_STATUS_LOW_SPEED    (1u << 9)
#define USB_PORT_STATUS_HIGH_SPEED   (1u << 10)
#define USB_PORT_CHANGE_CONNECTION   (1u << 0)
#define USB_PORT_CHANGES             0x1fu
#define USB_PORT_STATUS_SIZE         4

/* --- times ------------------------------------------------------------------------ */
#define USB_DEBOUNCE_US          100000u /* TATTDB: stable for so long       7.1.7.3 */
#define USB_RESET_RECOVERY_US     10000u /* TRSTRCY                          7.1.7.5 */
#define USB_RESET_US              50000u /* TDRSTR: a root port's reset      7.1.7.5 */
#define USB_SET_ADDRESS_US         2000u /* before the new address is used   9.2.6.3 */
#define USB_REQUEST_BUDGET_US    500000u /* no answer to a request by then   9.2.6.4 */

/* clang-format on */

/* Tiers below the root port that hubs may take: USB 2.0 §4.1.1. */
#define USB_TIERS_MAX 5

#endif
