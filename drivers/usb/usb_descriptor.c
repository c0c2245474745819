/*
 * Descriptors: a chain of records, each of which begins with its length and its type.
 *
 *   | 9 CONFIGURATION ... | 9 INTERFACE ... | 7 ENDPOINT ... | 7 ENDPOINT ... |
 *
 * All of it is the device's word.  A length that is too short or reaches over the end
 * stops the walk.
 * USB 2.0 §9.5, §9.6
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/usb/usb.h"

const uint8_t *usb_descriptor_next(const uint8_t *descriptors, size_t len, size_t *at, uint8_t type,
                                   uint8_t least_len)
{
    while (*at + 2 <= len) {
        const uint8_t *descriptor = descriptors + *at;
        size_t size = descriptor[USB_LENGTH];

        if (size < 2 || size > len - *at)
            return NULL;
        *at += size;
        if (descriptor[USB_TYPE] == type && size >= least_len)
            return descriptor;
    }
    return NULL;
}

static bool is_bulk(const uint8_t *endpoint, bool is_in)
{
    return (endpoint[USB_ENDPOINT_ATTRIBUTES] & USB_ENDPOINT_TYPE) == USB_ENDPOINT_BULK &&
           ((endpoint[USB_ENDPOINT_ADDRESS] & USB_ENDPOINT_IN) != 0) == is_in;
}

/* USB 2.0 §5.8.3: a bulk packet is a power of two, 8..64 bytes at full speed, 512 at high. */
static bool is_packet_size(const struct usb_device *dev, unsigned size)
{
    if (dev->speed == USB_SPEED_SUPER)
        return size == 1024;
    if (dev->speed == USB_SPEED_HIGH)
        return size == 512;
    return size >= 8 && size <= 64 && (size & (size - 1)) == 0;
}

int usb_find_bulk(struct usb_device *dev, const uint8_t *descriptors, size_t len, bool is_in,
                  struct usb_pipe *pipe)
{
    const uint8_t *endpoint;
    unsigned size, number;
    size_t at = 0;

    do {
        endpoint = usb_descriptor_next(descriptors, len, &at, USB_DESCRIPTOR_ENDPOINT,
                                       USB_ENDPOINT_SIZE);
        if (!endpoint)
            return why_set(&dev->why, ERR_ABSENT, "bulk endpoint, IN", is_in, is_in);
    } while (!is_bulk(endpoint, is_in));
    number = endpoint[USB_ENDPOINT_ADDRESS] & USB_ENDPOINT_NUMBER;
    size = usb_get16(endpoint + USB_ENDPOINT_MAX_PACKET) & USB_ENDPOINT_MAX_PACKET_SIZE;
    if (number == 0)
        return why_set(&dev->why, ERR_BROKEN, "number of a bulk endpoint", number, 1);
    if (!is_packet_size(dev, size))
        return why_set(&dev->why, ERR_BROKEN, "packet size of a bulk endpoint", size, 64);
    *pipe = (struct usb_pipe){ .device = dev,
                               .address = endpoint[USB_ENDPOINT_ADDRESS],
                               .max_packet = (uint16_t)size };
    return OK;
}
