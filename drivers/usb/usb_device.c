/*
 * Bring up one device: from "something answers at address 0" to a driver that uses it.
 *
 * The steps are those of USB 2.0 §9.1.2, in the table below; each is started, then asked
 * about until it is done.  The same goes for what a class driver has to do afterwards.
 *
 * Next on the tour: drivers/usb/ftdi.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/usb/usb.h"

static const struct usb_driver *const usb_drivers[] = { &ftdi_driver, &usb_hub_driver };

/* --- requests ------------------------------------------------------------------------- */

int usb_control(struct usb_device *dev, uint8_t type, uint8_t request, uint16_t value,
                uint16_t index, uint16_t length)
{
    struct usb_request r = { type, request, value, index, length };

    return dev->host->ops->control(dev, &r);
}

void usb_request_bytes(const struct usb_request *r, uint8_t bytes[USB_SETUP_SIZE])
{
    bytes[0] = r->type;
    bytes[1] = r->request;
    bytes[2] = (uint8_t)r->value;
    bytes[3] = (uint8_t)(r->value >> 8);
    bytes[4] = (uint8_t)r->index;
    bytes[5] = (uint8_t)(r->index >> 8);
    bytes[6] = (uint8_t)r->length;
    bytes[7] = (uint8_t)(r->length >> 8);
}

int usb_request_poll(struct usb_device *dev)
{
    return dev->host->ops->request_poll(dev);
}

int usb_request_poll_bytes(struct usb_device *dev, unsigned least)
{
    int came = usb_request_poll(dev);

    if (came >= 0 && (unsigned)came < least)
        return why_set(&dev->why, ERR_BROKEN, "bytes of a descriptor", (unsigned)came, least);
    return came;
}

static int get_descriptor(struct usb_device *dev, uint8_t type, uint16_t length)
{
    return usb_control(dev, USB_REQUEST_IN | USB_REQUEST_STANDARD | USB_REQUEST_TO_DEVICE,
                       USB_GET_DESCRIPTOR, (uint16_t)(type << 8), 0, length);
}

/* Both bytes that begin a descriptor.  USB 2.0 §9.5 */
static int check_head(struct usb_device *dev, uint8_t type, uint8_t least_len)
{
    if (dev->buffer[USB_TYPE] != type)
        return why_set(&dev->why, ERR_BROKEN, "descriptor type", dev->buffer[USB_TYPE], type);
    if (dev->buffer[USB_LENGTH] < least_len)
        return why_set(&dev->why, ERR_BROKEN, "descriptor length", dev->buffer[USB_LENGTH],
                       least_len);
    return OK;
}

/* --- the steps -------------------------------------------------------------------------- */

static int start_open(struct usb_device *dev)
{
    return dev->host->ops->open(dev);
}

static int start_address(struct usb_device *dev)
{
    return dev->host->ops->address(dev);
}

/* USB 2.0 §9.2.6.3 */
static int finish_address_recovery(struct usb_device *dev)
{
    return usb_now_us(dev->host) - dev->step_since_us < USB_SET_ADDRESS_US ? ERR_BUSY : OK;
}

/* The first 8 bytes come in one packet, whatever its size; the size is the eighth. */
static int start_device_head(struct usb_device *dev)
{
    return get_descriptor(dev, USB_DESCRIPTOR_DEVICE, 8);
}

/* USB 2.0 §5.5.3; USB 3.x gives the size as a power of two, always 9. */
static int finish_device_head(struct usb_device *dev)
{
    int came = usb_request_poll_bytes(dev, 8);
    unsigned size = dev->buffer[USB_DEVICE_MAX_PACKET0];

    if (came < 0)
        return came;
    if (check_head(dev, USB_DESCRIPTOR_DEVICE, USB_DEVICE_SIZE) != OK)
        return ERR_BROKEN;
    if (dev->speed == USB_SPEED_SUPER && size == 9)
        size = 512;
    else if (size != 8 && size != 16 && size != 32 && size != 64)
        return why_set(&dev->why, ERR_BROKEN, "packet size of endpoint 0", size, 8);
    dev->max_packet0 = (uint16_t)size;
    return OK;
}

static int start_packet0(struct usb_device *dev)
{
    return dev->host->ops->set_packet0(dev);
}

static int start_device(struct usb_device *dev)
{
    return get_descriptor(dev, USB_DESCRIPTOR_DEVICE, USB_DEVICE_SIZE);
}

static int finish_device(struct usb_device *dev)
{
    int came = usb_request_poll_bytes(dev, USB_DEVICE_SIZE);

    if (came < 0)
        return came;
    dev->device_class = dev->buffer[USB_DEVICE_CLASS];
    dev->vendor = usb_get16(dev->buffer + USB_DEVICE_VENDOR);
    dev->product = usb_get16(dev->buffer + USB_DEVICE_PRODUCT);
    return check_head(dev, USB_DESCRIPTOR_DEVICE, USB_DEVICE_SIZE);
}

static int start_configuration(struct usb_device *dev)
{
    return get_descriptor(dev, USB_DESCRIPTOR_CONFIGURATION, USB_BUFFER_SIZE);
}

static const struct usb_driver *find_driver(const struct usb_device *dev)
{
    for (unsigned i = 0; i < sizeof usb_drivers / sizeof usb_drivers[0]; i++)
        if (usb_drivers[i]->fits(dev))
            return usb_drivers[i];
    return NULL;
}

/* All that came is looked at, and nothing of what the total length promises. */
static int finish_configuration(struct usb_device *dev)
{
    int came = usb_request_poll_bytes(dev, USB_CONFIGURATION_SIZE);
    unsigned total = usb_get16(dev->buffer + USB_CONFIGURATION_TOTAL);

    if (came < 0)
        return came;
    if (check_head(dev, USB_DESCRIPTOR_CONFIGURATION, USB_CONFIGURATION_SIZE) != OK)
        return ERR_BROKEN;
    if (total < USB_CONFIGURATION_SIZE)
        return why_set(&dev->why, ERR_BROKEN, "length of the configuration", total,
                       USB_CONFIGURATION_SIZE);
    dev->configuration = dev->buffer[USB_CONFIGURATION_VALUE];
    dev->driver = find_driver(dev);
    if (!dev->driver)
        return OK;
    return dev->driver->bind(dev, dev->buffer, total < (unsigned)came ? total : (unsigned)came);
}

static int start_pipes(struct usb_device *dev)
{
    return dev->host->ops->configure(dev);
}

static int start_set_configuration(struct usb_device *dev)
{
    return usb_control(dev, USB_REQUEST_STANDARD | USB_REQUEST_TO_DEVICE, USB_SET_CONFIGURATION,
                       dev->configuration, 0, 0);
}

static const struct usb_step identify[] = {
    { "preparing the controller", start_open, usb_request_poll },
    { "giving it an address", start_address, usb_request_poll },
    { "letting it take its address", NULL, finish_address_recovery },
    { "reading the head of its descriptor", start_device_head, finish_device_head },
    { "setting its packet size", start_packet0, usb_request_poll },
    { "reading its descriptor", start_device, finish_device },
    { "reading its configuration", start_configuration, finish_configuration },
    { NULL, NULL, NULL },
};

static const struct usb_step configure[] = {
    { "setting up its pipes", start_pipes, usb_request_poll },
    { "configuring it", start_set_configuration, usb_request_poll },
    { NULL, NULL, NULL },
};

/* --- one step after the other ------------------------------------------------------------- */

static bool is_overdue(const struct usb_device *dev)
{
    return usb_now_us(dev->host) - dev->step_since_us > USB_REQUEST_BUDGET_US;
}

static void next_step(struct usb_device *dev, const struct usb_step *step)
{
    dev->step = step;
    dev->is_step_started = false;
    dev->step_since_us = usb_now_us(dev->host);
}

/* First who it is, then, if we know it, its configuration, then what its driver has to do. */
static bool next_phase(struct usb_device *dev)
{
    if (!dev->driver)
        usb_device_note(dev, "no console: left alone", NULL);
    else if (dev->phase == 0)
        next_step(dev, configure);
    else if (dev->phase == 1)
        next_step(dev, dev->driver->steps);
    dev->phase++;
    return dev->driver && dev->phase <= 2;
}

static int try_step(struct usb_device *dev)
{
    int status = OK;

    if (!dev->is_step_started && dev->step->start)
        status = dev->step->start(dev);
    if (status < 0)
        return status;
    dev->is_step_started = true;
    return dev->step->finish ? dev->step->finish(dev) : OK;
}

int usb_device_step(struct usb_device *dev)
{
    int status = try_step(dev);

    if (status == ERR_BUSY && is_overdue(dev))
        status = why_set(&dev->why, ERR_TIMEOUT, "microseconds without an answer",
                         usb_now_us(dev->host) - dev->step_since_us, USB_REQUEST_BUDGET_US);
    if (status < 0) {
        if (status != ERR_BUSY)
            usb_device_note(dev, dev->step->name, &dev->why);
        return status;
    }
    next_step(dev, dev->step + 1);
    return dev->step->name || next_phase(dev) ? ERR_BUSY : OK;
}

/* --- their memory: given out once, used again ------------------------------------------------- */

static struct usb_device *new_device(struct usb_host *host)
{
    struct usb_device *dev;

    if (host->device_count == USB_DEVICES_MAX)
        return NULL;
    dev = kernel_memory(sizeof *dev, _Alignof(struct usb_device));
    if (!dev)
        return NULL;
    dev->buffer = kernel_memory(USB_BUFFER_SIZE + USB_SETUP_SIZE, 2 * USB_BUFFER_SIZE);
    if (!dev->buffer)
        return NULL;
    host->device_count++;
    return dev;
}

struct usb_device *usb_device_create(struct usb_port *port)
{
    struct usb_host *host = port->host;
    struct usb_device *dev = host->free_devices;
    struct usb_device fresh = { .host = host, .port = port, .speed = port->status.speed };

    if (dev)
        host->free_devices = dev->next_free;
    else
        dev = new_device(host);
    if (!dev)
        return NULL;
    fresh.buffer = dev->buffer;
    fresh.hc = dev->hc;
    fresh.tier = port->hub ? port->hub->tier + 1 : 0;
    /* Until the device has told: USB 2.0 §5.5.3. */
    fresh.max_packet0 = fresh.speed == USB_SPEED_SUPER  ? 512
                        : fresh.speed == USB_SPEED_HIGH ? 64
                                                        : 8;
    *dev = fresh;
    next_step(dev, identify);
    return dev;
}

void usb_device_free(struct usb_device *dev)
{
    dev->next_free = dev->host->free_devices;
    dev->host->free_devices = dev;
}

/* --- names ---------------------------------------------------------------------------------- */

static void add_path(struct text *text, const struct usb_port *port)
{
    if (port->hub) {
        add_path(text, port->hub->port);
        text_add_char(text, '.');
    }
    text_add_decimal(text, port->number);
}

size_t usb_device_name(const struct usb_device *dev, char *buf, size_t size)
{
    struct text name = text_begin(buf, size);

    text_add(&name, "usb:");
    text_add(&name, dev->host->name);
    text_add_char(&name, '/');
    add_path(&name, dev->port);
    return name.len;
}

void usb_device_note(const struct usb_device *dev, const char *text, const struct why *why)
{
    char buf[160];
    struct text note = text_begin(buf, sizeof buf);

    note.len = usb_device_name(dev, buf, sizeof buf);
    if (dev->vendor || dev->product) {
        text_add_char(&note, ' ');
        text_add_hex(&note, dev->vendor, 4);
        text_add_char(&note, ':');
        text_add_hex(&note, dev->product, 4);
    }
    text_add(&note, ": ");
    text_add(&note, text);
    kernel_note("usb", buf, why && why->what ? why : NULL);
}
