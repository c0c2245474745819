/*
 * One socket: what is done when something is plugged in, and when it is pulled out.
 *
 *            connected         100 ms            reset done        10 ms
 *    empty ------------> debounce ------> resetting -------> recovering
 *      ^                                                         |
 *      |  nobody reads      pulled out                           v
 *    closing <----------- settled <--------------------- enumerating
 *
 * A device that fails is closed too; then its port is switched off and `refused` until the
 * device is pulled out.  Only after that may the next one answer at address 0.
 * USB 2.0 §7.1.7.3, §7.1.7.5, §9.1.2
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/usb/usb.h"

static bool has_been(const struct usb_port *port, uint64_t us)
{
    return usb_now_us(port->host) - port->since_us >= us;
}

/* Unplugged, or unplugged and plugged in again: what was known holds no longer. */
static bool is_unplugged(const struct usb_port *port)
{
    return !port->status.is_connected || port->status.has_changed;
}

static void end_turn(struct usb_port *port)
{
    if (port->host->turn == port)
        port->host->turn = NULL;
}

static enum usb_port_state close_device(struct usb_port *port)
{
    port->wants_reset = false;
    port->wants_disable = !is_unplugged(port);
    port->is_closing_started = false;
    port->after_closing = is_unplugged(port) ? USB_PORT_EMPTY : USB_PORT_REFUSED;
    if (!port->device)
        return port->after_closing;
    if (port->device->driver)
        port->device->driver->stop(port->device);
    return USB_PORT_CLOSING;
}

static enum usb_port_state refuse(struct usb_port *port, const char *text)
{
    struct usb_device name_only = { .host = port->host, .port = port };

    usb_device_note(&name_only, text, NULL);
    return close_device(port);
}

static enum usb_port_state poll_empty(struct usb_port *port)
{
    end_turn(port);
    port->wants_disable = false;
    port->status.has_changed = false;
    return port->status.is_connected ? USB_PORT_DEBOUNCING : USB_PORT_EMPTY;
}

/* Contacts bounce; and only one device at a time may answer at address 0. */
static enum usb_port_state poll_debouncing(struct usb_port *port)
{
    if (is_unplugged(port))
        return USB_PORT_EMPTY;
    if (!has_been(port, USB_DEBOUNCE_US) || port->host->turn)
        return USB_PORT_DEBOUNCING;
    port->host->turn = port;
    port->wants_reset = true;
    return USB_PORT_RESETTING;
}

static enum usb_port_state poll_resetting(struct usb_port *port)
{
    if (is_unplugged(port))
        return close_device(port);
    if (has_been(port, USB_REQUEST_BUDGET_US))
        return refuse(port, "the port's reset does not end");
    if (port->wants_reset || port->status.is_resetting || !port->status.is_enabled)
        return USB_PORT_RESETTING;
    return USB_PORT_RECOVERING;
}

static enum usb_port_state poll_recovering(struct usb_port *port)
{
    if (is_unplugged(port))
        return close_device(port);
    if (!has_been(port, USB_RESET_RECOVERY_US))
        return USB_PORT_RECOVERING;
    if (port->hub && port->hub->tier + 1 > USB_TIERS_MAX)
        return refuse(port, "more hubs in a row than USB allows");
    port->device = usb_device_create(port);
    if (!port->device)
        return refuse(port, "no room for one more device");
    return USB_PORT_ENUMERATING;
}

static enum usb_port_state poll_enumerating(struct usb_port *port)
{
    int status = is_unplugged(port) ? ERR_ABSENT : usb_device_step(port->device);

    if (status == ERR_BUSY)
        return USB_PORT_ENUMERATING;
    if (status < 0)
        return close_device(port);
    end_turn(port);
    return USB_PORT_SETTLED;
}

static enum usb_port_state poll_settled(struct usb_port *port)
{
    const struct usb_driver *driver = port->device->driver;

    if (is_unplugged(port) || (driver && driver->poll(port->device) < 0))
        return close_device(port);
    return USB_PORT_SETTLED;
}

/* ERR_BUSY until the controller reads nothing of the device's memory any more. */
static int let_go(struct usb_port *port)
{
    struct usb_device *dev = port->device;

    if (dev->driver && !dev->driver->is_stopped(dev))
        return ERR_BUSY;
    if (!port->is_closing_started) {
        int status = dev->host->ops->close(dev);
        if (status < 0)
            return status;
        port->is_closing_started = true;
    }
    return usb_request_poll(dev);
}

/* The driver stops, the controller lets go of its memory, and only then is it gone. */
static enum usb_port_state poll_closing(struct usb_port *port)
{
    struct usb_device *dev = port->device;
    int status = let_go(port);

    if (is_unplugged(port))
        port->after_closing = USB_PORT_EMPTY;
    if (status == ERR_BUSY && !has_been(port, USB_REQUEST_BUDGET_US))
        return USB_PORT_CLOSING;
    if (dev->driver)
        dev->driver->gone(dev);
    if (status >= 0) /* otherwise the controller may still use it: it is never used again */
        usb_device_free(dev);
    port->device = NULL;
    return port->after_closing;
}

static enum usb_port_state poll_refused(struct usb_port *port)
{
    if (is_unplugged(port))
        return USB_PORT_EMPTY;
    if (!port->wants_disable)
        end_turn(port);
    return USB_PORT_REFUSED;
}

static enum usb_port_state (*const polls[])(struct usb_port *port) = {
    [USB_PORT_EMPTY] = poll_empty,
    [USB_PORT_DEBOUNCING] = poll_debouncing,
    [USB_PORT_RESETTING] = poll_resetting,
    [USB_PORT_RECOVERING] = poll_recovering,
    [USB_PORT_ENUMERATING] = poll_enumerating,
    [USB_PORT_SETTLED] = poll_settled,
    [USB_PORT_CLOSING] = poll_closing,
    [USB_PORT_REFUSED] = poll_refused,
};

void usb_port_init(struct usb_port *port, struct usb_host *host, struct usb_device *hub,
                   unsigned number)
{
    *port = (struct usb_port){ .host = host, .hub = hub, .number = number };
}

static bool is_settled(const struct usb_port *port)
{
    return port->state == USB_PORT_EMPTY || port->state == USB_PORT_SETTLED ||
           (port->state == USB_PORT_REFUSED && !port->wants_disable);
}

void usb_port_poll(struct usb_port *port)
{
    enum usb_port_state before = port->state, now = polls[before](port);

    if (now != before)
        port->since_us = usb_now_us(port->host);
    port->state = now;
    /* A port that has just settled counts too: behind a new hub there are more. */
    if (now != before || !is_settled(port))
        port->host->unsettled++;
}
