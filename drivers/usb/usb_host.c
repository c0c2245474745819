/*
 * One controller's ports, looked at in turn, for ever.
 *
 * A controller that tells of changes (xHCI) is asked about its ports only when it has told
 * of one, or when a port is still being brought up; the others every 20 ms.
 *
 * USB 2.0 §11.  Next on the tour: drivers/usb/usb_port.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/usb/usb.h"

/*
 * How long the start waits for the ports.  A device takes 100 ms of debouncing, 10 ms of
 * recovery, and on UHCI, which moves a packet a millisecond, 60 ms of descriptors; hubs
 * come one after the other.  Twenty devices behind hubs, and one that hangs, fit.
 */
#define USB_SETTLE_US 3000000u

static void look_at_port(struct usb_host *host, struct usb_port *port)
{
    bool had_changed = port->status.has_changed;

    if (port->wants_disable) {
        port->wants_disable = false;
        host->ops->port_disable(host, port->number);
    }
    if (port->wants_reset) {
        port->wants_reset = false;
        host->ops->port_reset(host, port->number);
    }
    port->status = host->ops->port_status(host, port->number);
    port->status.has_changed = port->status.has_changed || had_changed;
    if (host->is_dead) /* nothing behind it can be reached any more */
        port->status.is_connected = false;
}

static bool is_time_to_look(struct usb_host *host)
{
    uint64_t now = kernel_now_us();

    if (host->unsettled == 0 && !host->port_event && !host->is_dead &&
        (host->has_port_events || now - host->looked_us < USB_LOOK_US))
        return false;
    host->looked_us = now;
    host->port_event = false;
    return true;
}

uint64_t usb_now_us(struct usb_host *host)
{
    uint64_t now = kernel_now_us(), absent = now - host->asked_us;

    if (absent > USB_AWAY_US && host->asked_us != 0)
        host->away_us += absent - USB_AWAY_US;
    host->asked_us = now;
    return now - host->away_us;
}

/* What is polled may write to the log, and that polls the services again. */
void usb_host_poll(struct usb_host *host)
{
    if (host->is_polling)
        return;
    host->is_polling = true;
    if (!host->is_dead)
        host->ops->poll(host);
    if (host->is_dead && !host->is_death_told) {
        host->is_death_told = true;
        usb_host_note(host, "the controller is given up", &host->why);
    }
    if (is_time_to_look(host))
        for (unsigned i = 0; i < host->port_count; i++)
            look_at_port(host, &host->ports[i]);
    host->unsettled = 0;
    for (unsigned i = 0; i < host->port_count; i++)
        usb_port_poll(&host->ports[i]);
    host->is_polling = false;
}

static void poll_service(struct service *service)
{
    usb_host_poll((struct usb_host *)((char *)service - offsetof(struct usb_host, service)));
}

void usb_host_start(struct usb_host *host)
{
    uint64_t start = usb_now_us(host);

    for (unsigned i = 0; i < host->port_count; i++)
        usb_port_init(&host->ports[i], host, NULL, i + 1);
    host->port_event = true;
    do
        usb_host_poll(host);
    while (host->unsettled > 0 && usb_now_us(host) - start < USB_SETTLE_US);
    if (host->unsettled > 0)
        usb_host_note(host, "ports are still busy: served when they are done", NULL);
    host->service.poll = poll_service;
    kernel_service_add(&host->service);
}

void usb_host_name(struct usb_host *host, const char *found)
{
    struct text name = text_begin(host->name, sizeof host->name);

    text_add(&name, text_starts(found, "pci:") ? found + 4 : found);
}

void usb_host_note(const struct usb_host *host, const char *text, const struct why *why)
{
    char buf[128];
    struct text note = text_begin(buf, sizeof buf);

    text_add(&note, host->name);
    text_add(&note, ": ");
    text_add(&note, text);
    kernel_note("usb", buf, why && why->what ? why : NULL);
}
