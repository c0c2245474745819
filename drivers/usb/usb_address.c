/*
 * Addresses 1..127, for controllers that leave them to us (xHCI gives out its own).
 *
 * USB 2.0 §9.4.6
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/usb/usb.h"

uint8_t usb_address_take(struct usb_host *host)
{
    for (uint8_t address = 1; address < 128; address++) {
        uint32_t bit = 1u << address % 32;
        if (!(host->addresses[address / 32] & bit)) {
            host->addresses[address / 32] |= bit;
            return address;
        }
    }
    return 0;
}

void usb_address_release(struct usb_host *host, uint8_t address)
{
    if (address != 0 && address < 128)
        host->addresses[address / 32] &= ~(1u << address % 32);
}
