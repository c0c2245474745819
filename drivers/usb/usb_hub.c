/*
 * A hub: more ports, asked about by control transfers, one after the other.
 *
 * Each answer is looked at at once: its changes are acknowledged, and a port that wants a
 * reset gets it.  The hub's interrupt endpoint would say the same, later.
 *
 * USB 2.0 §11.24.2 (requests), §11.23.2.1 (descriptor), §11.24.2.7 (port status)
 * QEMU: -device usb-hub,bus=u.0,port=1   -device usb-serial,bus=u.0,port=1.2,chardev=c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/usb/usb.h"

#define HUB_PORTS_MAX 15 /* what an xHCI route string can name: xHCI 1.2 §8.9 */

/* Request types: USB 2.0 table 11-15. */
#define HUB_IN   (USB_REQUEST_IN | USB_REQUEST_CLASS | USB_REQUEST_TO_DEVICE)
#define PORT_IN  (USB_REQUEST_IN | USB_REQUEST_CLASS | USB_REQUEST_TO_OTHER)
#define PORT_OUT (USB_REQUEST_CLASS | USB_REQUEST_TO_OTHER)

struct usb_hub {
    struct usb_port ports[HUB_PORTS_MAX];
    unsigned power_good_us;
    unsigned asked;    /* the port that is asked about, or that was last: 0.. */
    unsigned changes;  /* of that port, not yet acknowledged                  */
    bool is_asking;    /* for its status                                      */
    bool is_waiting;   /* for the end of a request                            */
    bool has_seen_all; /* has asked every port once                           */
    bool is_stopped;
    uint64_t since_us; /* when the request was sent, or the round ended        */
};

static struct usb_hub *hub_of(const struct usb_device *dev)
{
    return dev->driver_data;
}

static bool hub_fits(const struct usb_device *dev)
{
    return dev->device_class == USB_CLASS_HUB;
}

static int hub_bind(struct usb_device *dev, const uint8_t *descriptors, size_t len)
{
    (void)descriptors, (void)len;
    dev->driver_data = kernel_memory(sizeof(struct usb_hub), _Alignof(struct usb_hub));
    return dev->driver_data ? OK : ERR_FULL;
}

/* --- once it is configured ------------------------------------------------------------ */

static int start_descriptor(struct usb_device *dev)
{
    return usb_control(dev, HUB_IN, USB_GET_DESCRIPTOR, USB_DESCRIPTOR_HUB << 8, 0,
                       USB_HUB_SIZE + 2);
}

static int finish_descriptor(struct usb_device *dev)
{
    int came = usb_request_poll_bytes(dev, USB_HUB_SIZE);
    unsigned ports = dev->buffer[USB_HUB_PORTS];

    if (came < 0)
        return came;
    if (dev->buffer[USB_TYPE] != USB_DESCRIPTOR_HUB)
        return why_set(&dev->why, ERR_BROKEN, "descriptor type", dev->buffer[USB_TYPE],
                       USB_DESCRIPTOR_HUB);
    if (ports == 0 || ports > HUB_PORTS_MAX)
        return why_set(&dev->why, ERR_UNSUPPORTED, "ports of the hub", ports, HUB_PORTS_MAX);
    dev->hub_ports = ports;
    hub_of(dev)->power_good_us = dev->buffer[USB_HUB_POWER_GOOD] * 2000u;
    for (unsigned i = 0; i < ports; i++)
        usb_port_init(&hub_of(dev)->ports[i], dev->host, dev, i + 1);
    return OK;
}

static int start_controller(struct usb_device *dev)
{
    return dev->host->ops->configure(dev);
}

static int start_power(struct usb_device *dev)
{
    return usb_control(dev, PORT_OUT, USB_SET_FEATURE, USB_PORT_POWER,
                       (uint16_t)(hub_of(dev)->asked + 1), 0);
}

/* One port after the other. */
static int finish_power(struct usb_device *dev)
{
    struct usb_hub *hub = hub_of(dev);
    int status = usb_request_poll(dev);

    if (status < 0)
        return status;
    if (hub->asked + 1 == dev->hub_ports) /* from here the round begins with the first */
        return OK;
    hub->asked++;
    status = start_power(dev);
    return status < 0 ? status : ERR_BUSY;
}

static int finish_power_good(struct usb_device *dev)
{
    return usb_now_us(dev->host) - dev->step_since_us < hub_of(dev)->power_good_us ? ERR_BUSY : OK;
}

static const struct usb_step hub_steps[] = {
    { "reading the hub's descriptor", start_descriptor, finish_descriptor },
    { "telling the controller that it is a hub", start_controller, usb_request_poll },
    { "switching the hub's ports on", start_power, finish_power },
    { "waiting for the hub's power", NULL, finish_power_good },
    { NULL, NULL, NULL },
};

/* --- from then on ----------------------------------------------------------------------- */

static void take_status(struct usb_device *dev)
{
    struct usb_hub *hub = hub_of(dev);
    struct usb_port *port = &hub->ports[hub->asked];
    unsigned status = usb_get16(dev->buffer);

    hub->changes = usb_get16(dev->buffer + 2) & USB_PORT_CHANGES;
    port->status = (struct usb_port_status){
        .is_connected = status & USB_PORT_STATUS_CONNECTION,
        .is_enabled = status & USB_PORT_STATUS_ENABLE,
        .is_resetting = status & USB_PORT_STATUS_RESET,
        .has_changed = port->status.has_changed || (hub->changes & USB_PORT_CHANGE_CONNECTION),
        .speed = status & USB_PORT_STATUS_LOW_SPEED    ? USB_SPEED_LOW
                 : status & USB_PORT_STATUS_HIGH_SPEED ? USB_SPEED_HIGH
                                                       : USB_SPEED_FULL,
    };
}

static int ask_port(struct usb_device *dev, uint8_t request, unsigned feature)
{
    return usb_control(dev, PORT_OUT, request, (uint16_t)feature,
                       (uint16_t)(hub_of(dev)->asked + 1), 0);
}

static int clear_change(struct usb_device *dev)
{
    struct usb_hub *hub = hub_of(dev);
    unsigned bit = (unsigned)__builtin_ctz(hub->changes);
    int status = ask_port(dev, USB_CLEAR_FEATURE, USB_C_PORT_CONNECTION + bit);

    if (status == OK)
        hub->changes &= hub->changes - 1;
    return status;
}

static int reset_port(struct usb_device *dev, struct usb_port *port)
{
    int status = ask_port(dev, USB_SET_FEATURE, USB_PORT_RESET);

    if (status == OK) {
        port->wants_reset = false;
        port->status.is_resetting = true; /* until the next answer says otherwise */
    }
    return status;
}

static int disable_port(struct usb_device *dev, struct usb_port *port)
{
    int status = ask_port(dev, USB_CLEAR_FEATURE, USB_PORT_ENABLE);

    if (status == OK)
        port->wants_disable = false;
    return status;
}

/* After a round there is a pause, since each question costs; but not while somebody waits
 * for the end of a reset. */
static int ask_next(struct usb_device *dev)
{
    struct usb_hub *hub = hub_of(dev);
    unsigned next = (hub->asked + 1) % dev->hub_ports;
    int status;

    if (next == 0 && hub->has_seen_all && !dev->host->turn &&
        usb_now_us(dev->host) - hub->since_us < USB_LOOK_US)
        return ERR_BUSY;
    status = usb_control(dev, PORT_IN, USB_GET_STATUS, 0, (uint16_t)(next + 1),
                         USB_PORT_STATUS_SIZE);
    if (status == OK) {
        hub->asked = next;
        hub->is_asking = true;
    }
    return status;
}

static int start_request(struct usb_device *dev)
{
    struct usb_hub *hub = hub_of(dev);
    struct usb_port *port = &hub->ports[hub->asked];
    int status = hub->changes          ? clear_change(dev)
                 : port->wants_disable ? disable_port(dev, port)
                 : port->wants_reset   ? reset_port(dev, port)
                                       : ask_next(dev);

    if (status == OK) {
        hub->is_waiting = true;
        hub->since_us = usb_now_us(dev->host);
    }
    return status;
}

static int finish_request(struct usb_device *dev)
{
    struct usb_hub *hub = hub_of(dev);
    int status = hub->is_asking ? usb_request_poll_bytes(dev, USB_PORT_STATUS_SIZE)
                                : usb_request_poll(dev);

    if (status == ERR_BUSY && usb_now_us(dev->host) - hub->since_us > USB_REQUEST_BUDGET_US)
        return why_set(&dev->why, ERR_TIMEOUT, "microseconds without an answer",
                       usb_now_us(dev->host) - hub->since_us, USB_REQUEST_BUDGET_US);
    if (status < 0)
        return status;
    if (hub->is_asking)
        take_status(dev);
    hub->has_seen_all = hub->has_seen_all || hub->asked + 1 == dev->hub_ports;
    hub->is_asking = hub->is_waiting = false;
    return OK;
}

static int hub_poll(struct usb_device *dev)
{
    struct usb_hub *hub = hub_of(dev);
    int status = hub->is_waiting ? finish_request(dev) : start_request(dev);

    if (status < 0 && status != ERR_BUSY) {
        usb_device_note(dev, "the hub does not answer", &dev->why);
        return status;
    }
    if (!hub->has_seen_all)
        dev->host->unsettled++;
    for (unsigned i = 0; i < dev->hub_ports; i++)
        usb_port_poll(&hub->ports[i]);
    return OK;
}

/* --- the end: first all that is plugged into it, then the hub ----------------------------- */

static void hub_stop(struct usb_device *dev)
{
    for (unsigned i = 0; i < dev->hub_ports; i++)
        hub_of(dev)->ports[i].status.is_connected = false;
}

static bool hub_is_stopped(struct usb_device *dev)
{
    bool is_stopped = true;

    for (unsigned i = 0; i < dev->hub_ports; i++) {
        usb_port_poll(&hub_of(dev)->ports[i]);
        if (hub_of(dev)->ports[i].state != USB_PORT_EMPTY)
            is_stopped = false;
    }
    return is_stopped;
}

static void hub_gone(struct usb_device *dev)
{
    dev->driver_data = NULL;
}

const struct usb_driver usb_hub_driver = {
    .name = "usb-hub",
    .fits = hub_fits,
    .bind = hub_bind,
    .steps = hub_steps,
    .poll = hub_poll,
    .stop = hub_stop,
    .is_stopped = hub_is_stopped,
    .gone = hub_gone,
};
