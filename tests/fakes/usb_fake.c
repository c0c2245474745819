/*
 * What is plugged into a fake host controller.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tests/fakes/usb_fake.h"

#include <string.h>

#include "drivers/usb/ftdi_regs.h"
#include "drivers/usb/usb_regs.h"

void usb_fake_broke(struct usb_fake_bus *bus, const char *rule)
{
    if (!bus->fault)
        bus->fault = rule;
}

/* --- who they are ------------------------------------------------------------------ */

static void describe(struct usb_fake_device *dev, uint8_t class, unsigned vendor, unsigned product)
{
    const uint8_t device[18] = { 18,
                                 USB_DESCRIPTOR_DEVICE,
                                 0x00,
                                 0x02,
                                 class,
                                 0,
                                 0,
                                 8,
                                 (uint8_t)vendor,
                                 (uint8_t)(vendor >> 8),
                                 (uint8_t)product,
                                 (uint8_t)(product >> 8),
                                 0,
                                 4,
                                 0,
                                 0,
                                 0,
                                 1 };

    memset(dev, 0, sizeof *dev);
    memcpy(dev->device, device, sizeof device);
}

static void configure(struct usb_fake_device *dev, const uint8_t *configuration, size_t len)
{
    memcpy(dev->configuration, configuration, len);
    dev->configuration[USB_CONFIGURATION_TOTAL] = (uint8_t)len;
    dev->configuration_len = len;
}

void usb_fake_serial(struct usb_fake_device *dev)
{
    static const uint8_t configuration[] = {
        9, USB_DESCRIPTOR_CONFIGURATION, 0,    0, 1,  1,    0,    0x80, 50, /* value 1     */
        9, USB_DESCRIPTOR_INTERFACE,     0,    0, 2,  0xff, 0xff, 0xff, 0,  /*             */
        7, USB_DESCRIPTOR_ENDPOINT,      0x81, 2, 64, 0,    0,              /* 1 IN, bulk  */
        7, USB_DESCRIPTOR_ENDPOINT,      0x02, 2, 64, 0,    0,              /* 2 OUT, bulk */
    };

    describe(dev, 0, FTDI_VENDOR, FTDI_PRODUCT_232);
    configure(dev, configuration, sizeof configuration);
}

void usb_fake_hub(struct usb_fake_device *dev)
{
    static const uint8_t configuration[] = {
        9, USB_DESCRIPTOR_CONFIGURATION, 0,    0, 1, 1, 0,    0xe0, 0, /*                  */
        9, USB_DESCRIPTOR_INTERFACE,     0,    0, 1, 9, 0,    0,    0, /*                  */
        7, USB_DESCRIPTOR_ENDPOINT,      0x81, 3, 1, 0, 0xff,          /* 1 IN, interrupt  */
    };

    describe(dev, USB_CLASS_HUB, 0x0409, 0x55aa);
    configure(dev, configuration, sizeof configuration);
    dev->hub_ports = USB_FAKE_PORTS;
}

void usb_fake_keyboard(struct usb_fake_device *dev)
{
    static const uint8_t configuration[] = {
        9, USB_DESCRIPTOR_CONFIGURATION, 0,    0, 1, 1, 0,  0xa0, 50,
        9, USB_DESCRIPTOR_INTERFACE,     0,    0, 1, 3, 1,  1,    0,
        7, USB_DESCRIPTOR_ENDPOINT,      0x81, 3, 8, 0, 10,
    };

    describe(dev, 0, 0x0627, 0x0001);
    configure(dev, configuration, sizeof configuration);
}

/* --- plugs ---------------------------------------------------------------------------- */

void usb_fake_plug(struct usb_fake_port *port, struct usb_fake_device *dev)
{
    port->device = dev;
    port->changes |= USB_PORT_CHANGE_CONNECTION;
    dev->address = dev->configured = 0;
}

void usb_fake_unplug(struct usb_fake_port *port)
{
    port->device = NULL;
    port->is_enabled = port->is_resetting = false;
    port->changes |= USB_PORT_CHANGE_CONNECTION;
}

/* USB 2.0 §9.1.1.3: the default state. */
void usb_fake_reset(struct usb_fake_port *port)
{
    struct usb_fake_device *dev = port->device;

    port->is_resetting = false;
    port->changes |= 1u << (20 - USB_C_PORT_CONNECTION); /* C_PORT_RESET */
    if (!dev)
        return;
    port->is_enabled = true;
    dev->address = dev->configured = 0;
    dev->has_setup = dev->toggle_in = dev->toggle_out = false;
    for (unsigned i = 0; i < USB_FAKE_PORTS; i++)
        dev->ports[i].is_powered = dev->ports[i].is_enabled = false;
}

static struct usb_fake_device *find_below(struct usb_fake_bus *bus, struct usb_fake_port *ports,
                                          unsigned address)
{
    struct usb_fake_device *found = NULL;

    for (unsigned i = 0; i < USB_FAKE_PORTS; i++) {
        struct usb_fake_device *dev = ports[i].is_enabled ? ports[i].device : NULL, *below;
        if (!dev)
            continue;
        below = dev->address == address ? dev : find_below(bus, dev->ports, address);
        if (below && found)
            usb_fake_broke(bus, "USB 2.0 §9.2.6.3: two devices at one address");
        found = below ? below : found;
    }
    return found;
}

struct usb_fake_device *usb_fake_find(struct usb_fake_bus *bus, unsigned address)
{
    return find_below(bus, bus->ports, address);
}

/* --- requests ----------------------------------------------------------------------------- */

static void answer(struct usb_fake_device *dev, const void *data, size_t len)
{
    memcpy(dev->answer, data, len);
    dev->answer_len = dev->is_short && len > 2 ? len - 2 : len;
}

static int hub_status(struct usb_fake_device *dev, struct usb_fake_port *port)
{
    bool is_connected = port->is_powered && port->device;
    unsigned status = (is_connected ? USB_PORT_STATUS_CONNECTION : 0) |
                      (is_connected && port->is_enabled ? USB_PORT_STATUS_ENABLE : 0) |
                      (port->is_resetting ? USB_PORT_STATUS_RESET : 0) |
                      (is_connected && port->device->is_low_speed ? USB_PORT_STATUS_LOW_SPEED : 0);
    uint8_t bytes[4] = { (uint8_t)status, (uint8_t)(status >> 8), (uint8_t)port->changes, 0 };

    answer(dev, bytes, sizeof bytes);
    return 0;
}

static int set_port_feature(struct usb_fake_bus *bus, struct usb_fake_device *dev,
                            struct usb_fake_port *port, unsigned feature)
{
    if (feature == USB_PORT_POWER) {
        port->is_powered = true;
    } else if (feature == USB_PORT_RESET) {
        if (!port->is_powered)
            usb_fake_broke(bus, "USB 2.0 §11.24.2.13: reset of a port without power");
        port->is_resetting = true;
        if (!dev->reset_never_ends)
            usb_fake_reset(port);
    } else {
        return USB_FAKE_STALL;
    }
    return 0;
}

static int clear_port_feature(struct usb_fake_bus *bus, struct usb_fake_port *port,
                              unsigned feature)
{
    if (feature == USB_PORT_ENABLE) {
        port->is_enabled = false;
        return 0;
    }
    if (feature < USB_C_PORT_CONNECTION || feature > USB_C_PORT_CONNECTION + 4)
        return USB_FAKE_STALL;
    if (!(port->changes >> (feature - USB_C_PORT_CONNECTION) & 1))
        usb_fake_broke(bus, "USB 2.0 §11.24.2.2: a change acknowledged that is none");
    port->changes &= ~(1u << (feature - USB_C_PORT_CONNECTION));
    return 0;
}

static int port_request(struct usb_fake_bus *bus, struct usb_fake_device *dev)
{
    unsigned port = dev->setup[4], feature = dev->setup[2];

    if (port == 0 || port > dev->hub_ports) {
        usb_fake_broke(bus, "USB 2.0 §11.24.2: no such port");
        return USB_FAKE_STALL;
    }
    switch (dev->setup[1]) {
    case USB_GET_STATUS:
        return hub_status(dev, &dev->ports[port - 1]);
    case USB_SET_FEATURE:
        return set_port_feature(bus, dev, &dev->ports[port - 1], feature);
    case USB_CLEAR_FEATURE:
        return clear_port_feature(bus, &dev->ports[port - 1], feature);
    default:
        return USB_FAKE_STALL;
    }
}

static int get_descriptor(struct usb_fake_device *dev)
{
    const uint8_t hub[9] = { 9, USB_DESCRIPTOR_HUB, (uint8_t)dev->hub_ports, 0, 0, 1, 0, 0, 0xff };

    switch (dev->setup[3]) {
    case USB_DESCRIPTOR_DEVICE:
        answer(dev, dev->device, sizeof dev->device);
        return 0;
    case USB_DESCRIPTOR_CONFIGURATION:
        answer(dev, dev->configuration, dev->configuration_len);
        return 0;
    case USB_DESCRIPTOR_HUB:
        answer(dev, hub, dev->hub_ports ? sizeof hub : 0);
        return dev->hub_ports ? 0 : USB_FAKE_STALL;
    default:
        return USB_FAKE_STALL;
    }
}

static int standard_request(struct usb_fake_bus *bus, struct usb_fake_device *dev)
{
    switch (dev->setup[1]) {
    case USB_SET_ADDRESS:
        if (dev->setup[2] == 0 || dev->setup[2] > 127)
            usb_fake_broke(bus, "USB 2.0 §9.4.6: address out of range");
        dev->new_address = dev->setup[2]; /* taken after the status stage */
        return 0;
    case USB_GET_DESCRIPTOR:
        return get_descriptor(dev);
    case USB_SET_CONFIGURATION:
        if (dev->address == 0)
            usb_fake_broke(bus, "USB 2.0 §9.4.7: configured without an address");
        if (dev->setup[2] != dev->configuration[USB_CONFIGURATION_VALUE])
            return USB_FAKE_STALL;
        dev->configured = dev->setup[2];
        dev->toggle_in = dev->toggle_out = false;
        return 0;
    default:
        return USB_FAKE_STALL;
    }
}

static int handle_request(struct usb_fake_bus *bus, struct usb_fake_device *dev)
{
    dev->requests++;
    dev->answer_len = dev->answer_at = 0;
    if (dev->stalls != 0 && dev->setup[1] == dev->stalls)
        return USB_FAKE_STALL;
    switch (dev->setup[0] & 0x63) {
    case USB_REQUEST_STANDARD | USB_REQUEST_TO_DEVICE:
        return standard_request(bus, dev);
    case USB_REQUEST_CLASS | USB_REQUEST_TO_DEVICE:
        return dev->setup[1] == USB_GET_DESCRIPTOR ? get_descriptor(dev) : USB_FAKE_STALL;
    case USB_REQUEST_CLASS | USB_REQUEST_TO_OTHER:
        return dev->configured ? port_request(bus, dev) : USB_FAKE_STALL;
    case USB_REQUEST_VENDOR | USB_REQUEST_TO_DEVICE:
        if (!dev->configured)
            usb_fake_broke(bus, "USB 2.0 §9.1.1: vendor request before the configuration");
        return 0;
    default:
        return USB_FAKE_STALL;
    }
}

/* --- packets ---------------------------------------------------------------------------------- */

static int control_setup(struct usb_fake_bus *bus, struct usb_fake_device *dev, bool toggle,
                         const uint8_t *data, size_t len)
{
    if (len != USB_SETUP_SIZE || toggle)
        usb_fake_broke(bus, "USB 2.0 §8.5.3: SETUP is 8 bytes of DATA0");
    memcpy(dev->setup, data, USB_SETUP_SIZE);
    dev->has_setup = true;
    dev->toggle_control = true;
    dev->is_data_over = dev->setup[6] == 0 && dev->setup[7] == 0;
    if (handle_request(bus, dev) < 0)
        dev->has_setup = false; /* stalls until the next SETUP */
    return (int)len;
}

/* The status stage ends the transfer; only now is a new address taken.  USB 2.0 §9.4.6 */
static int control_status(struct usb_fake_bus *bus, struct usb_fake_device *dev, bool toggle,
                          size_t len, bool is_in)
{
    if (!toggle)
        usb_fake_broke(bus, "USB 2.0 §8.5.3: the status stage is DATA1");
    if (!is_in && len != 0)
        usb_fake_broke(bus, "USB 2.0 §8.5.3: the status stage carries nothing");
    dev->has_setup = false;
    if (dev->new_address) {
        dev->address = dev->new_address;
        dev->new_address = 0;
    }
    return 0;
}

static int control_data_in(struct usb_fake_bus *bus, struct usb_fake_device *dev, bool toggle,
                           uint8_t *data, size_t len)
{
    size_t wanted = dev->setup[6] | (size_t)dev->setup[7] << 8;
    size_t left = (dev->answer_len < wanted ? dev->answer_len : wanted) - dev->answer_at;
    size_t count = left < dev->device[USB_DEVICE_MAX_PACKET0] ? left
                                                              : dev->device[USB_DEVICE_MAX_PACKET0];

    if (toggle != dev->toggle_control)
        usb_fake_broke(bus, "USB 2.0 §8.6: data toggle on endpoint 0");
    count = count < len ? count : len;
    memcpy(data, dev->answer + dev->answer_at, count);
    dev->answer_at += count;
    dev->toggle_control = !dev->toggle_control;
    return (int)count;
}

static int control_packet(struct usb_fake_bus *bus, struct usb_fake_device *dev,
                          enum usb_fake_pid pid, bool toggle, uint8_t *data, size_t len)
{
    bool is_in_transfer = dev->setup[0] & USB_REQUEST_IN;

    if (pid == USB_FAKE_SETUP)
        return control_setup(bus, dev, toggle, data, len);
    if (!dev->has_setup)
        return USB_FAKE_STALL;
    if ((pid == USB_FAKE_IN) != is_in_transfer || dev->is_data_over)
        return control_status(bus, dev, toggle, len, pid == USB_FAKE_IN);
    if (pid == USB_FAKE_IN)
        return control_data_in(bus, dev, toggle, data, len);
    return (int)len;
}

static int serial_out(struct usb_fake_device *dev, const uint8_t *data, size_t len)
{
    if (dev->out_len + len > sizeof dev->out)
        return USB_FAKE_NAK;
    memcpy(dev->out + dev->out_len, data, len);
    dev->out_len += len;
    dev->toggle_out = !dev->toggle_out;
    return (int)len;
}

static int serial_in(struct usb_fake_device *dev, uint8_t *data, size_t len)
{
    size_t count = dev->in_len < 62 ? dev->in_len : 62;

    if (count == 0 || len < 64)
        return USB_FAKE_NAK;
    data[0] = 0x31;
    data[1] = 0x60;
    memcpy(data + FTDI_STATUS_SIZE, dev->in, count);
    memmove(dev->in, dev->in + count, dev->in_len - count);
    dev->in_len -= count;
    dev->toggle_in = !dev->toggle_in;
    return (int)count + FTDI_STATUS_SIZE;
}

static int bulk_packet(struct usb_fake_bus *bus, struct usb_fake_device *dev, enum usb_fake_pid pid,
                       unsigned endpoint, bool toggle, uint8_t *data, size_t len)
{
    bool is_in = pid == USB_FAKE_IN;

    if (!dev->configured)
        usb_fake_broke(bus, "USB 2.0 §9.1.1: bulk before the configuration");
    if (dev->stalls_bulk || dev->hub_ports || endpoint != (is_in ? 1 : 2))
        return USB_FAKE_STALL;
    if (toggle != (is_in ? dev->toggle_in : dev->toggle_out))
        usb_fake_broke(bus, "USB 2.0 §8.6: data toggle of a bulk endpoint");
    if (len > 64)
        usb_fake_broke(bus, "USB 2.0 §5.8.3: more than a packet");
    return is_in ? serial_in(dev, data, len) : serial_out(dev, data, len);
}

int usb_fake_packet(struct usb_fake_bus *bus, struct usb_fake_device *dev, enum usb_fake_pid pid,
                    unsigned endpoint, bool toggle, uint8_t *data, size_t len)
{
    if (!dev || dev->is_silent)
        return USB_FAKE_SILENCE;
    if (dev->naks)
        return USB_FAKE_NAK;
    if (endpoint == 0)
        return control_packet(bus, dev, pid, toggle, data, len);
    return bulk_packet(bus, dev, pid, endpoint, toggle, data, len);
}
