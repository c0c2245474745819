/*
 * What is plugged into a fake host controller: serial devices, hubs, others.  It all happens
 * packet by packet, as on the wire; three fake controllers share it.
 *
 * Stricter than QEMU, which lets these pass:
 *   USB 2.0 §8.6       data toggles
 *   USB 2.0 §8.5.3     the stages of a control transfer, and their directions
 *   USB 2.0 §9.1.1     bulk only when configured, requests only when they fit the state
 *   USB 2.0 §9.2.6.3   one device at a time at address 0
 *   USB 2.0 §11.24     hub requests: ports that exist, power before anything else
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FAKES_USB_FAKE_H
#define TESTS_FAKES_USB_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define USB_FAKE_PORTS 4

enum usb_fake_pid { USB_FAKE_SETUP, USB_FAKE_OUT, USB_FAKE_IN };

/* What a packet brings, if not 0.. bytes. */
enum { USB_FAKE_NAK = -1, USB_FAKE_STALL = -2, USB_FAKE_SILENCE = -3 };

struct usb_fake_device;

struct usb_fake_port {
    struct usb_fake_device *device;
    bool is_powered, is_enabled, is_resetting;
    unsigned changes; /* as wPortChange, USB 2.0 table 11-22 */
};

struct usb_fake_device {
    /* who it is; set by usb_fake_serial() and its like, changed by tests to lie */
    uint8_t device[18], configuration[96];
    size_t configuration_len;
    unsigned hub_ports; /* 0: no hub */
    bool is_low_speed;

    /* state */
    unsigned address, new_address, configured;
    bool toggle_out, toggle_in;
    struct usb_fake_port ports[USB_FAKE_PORTS];
    uint8_t setup[8], answer[96];
    size_t answer_len, answer_at;
    bool has_setup, toggle_control, is_data_over;
    unsigned requests;

    /* the serial line */
    uint8_t out[200000];
    size_t out_len;
    uint8_t in[256];
    size_t in_len;

    /* Misbehaviour, set by tests. */
    bool is_silent; /* answers nothing at all                      */
    bool naks;      /* answers everything with "later"             */
    bool stalls_bulk;
    uint8_t stalls;        /* stalls this bRequest; 0: none               */
    bool is_short;         /* descriptors come without their last bytes   */
    bool reset_never_ends; /* on a hub: its ports stay in reset           */
};

struct usb_fake_bus {
    struct usb_fake_port ports[USB_FAKE_PORTS];
    const char *fault; /* the first rule that was broken, or NULL */
};

void usb_fake_serial(struct usb_fake_device *dev);
void usb_fake_hub(struct usb_fake_device *dev);
void usb_fake_keyboard(struct usb_fake_device *dev);

void usb_fake_plug(struct usb_fake_port *port, struct usb_fake_device *dev);
void usb_fake_unplug(struct usb_fake_port *port);
void usb_fake_reset(struct usb_fake_port *port);

/*
 * One packet to or from an endpoint.
 * data, len  SETUP, OUT: what is sent; IN: room for what comes
 * returns    bytes taken or brought, or USB_FAKE_...
 */
int usb_fake_packet(struct usb_fake_bus *bus, struct usb_fake_device *dev, enum usb_fake_pid pid,
                    unsigned endpoint, bool toggle, uint8_t *data, size_t len);

/* Who answers at an address; NULL: nobody. */
struct usb_fake_device *usb_fake_find(struct usb_fake_bus *bus, unsigned address);

void usb_fake_broke(struct usb_fake_bus *bus, const char *rule);

#endif
