/*
 * A device as the controller knows it: a slot, and a context that says what is where.
 *
 *   slot enabled -> address device -> evaluate context -> configure endpoint -> disabled
 *
 * We describe what we want in the input context; the controller copies what it takes into
 * the device context, which we only read.
 *
 *   input context:  | control | slot | endpoint 0 | 1 OUT | 1 IN | 2 OUT | ...
 *
 * xHCI 1.2 §4.3, §4.5, §6.2
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/usb/xhci.h"

static struct xhci *controller_of(const struct usb_device *usb)
{
    return xhci_of(usb->host);
}

/* Context n of the input context; 0 is the control context. */
static uint32_t *input_context(struct xhci *x, unsigned n)
{
    return x->input + n * x->context_size / sizeof(uint32_t);
}

/* --- slots ----------------------------------------------------------------------------- */

/* Memory stays with the struct usb_device, which is used again for other devices. */
static struct xhci_device *device_memory(struct xhci *x, struct usb_device *usb)
{
    struct xhci_device *dev = usb->hc;

    if (!dev)
        dev = usb->hc = kernel_memory(sizeof *dev, _Alignof(struct xhci_device));
    if (!dev)
        return NULL;
    dev->usb = usb;
    dev->slot = 0;
    dev->request = XHCI_IDLE;
    if (!dev->context)
        dev->context = kernel_memory(XHCI_CONTEXTS * x->context_size, 4096);
    if (!dev->context || !xhci_ring_create(&dev->endpoints[0].ring))
        return NULL;
    dev->endpoints[0].id = 1;
    for (unsigned i = 0; i < USB_PIPES_MAX; i++)
        dev->endpoints[1 + i].pipe = NULL;
    return dev;
}

int xhci_open(struct usb_device *usb)
{
    struct xhci *x = controller_of(usb);
    struct xhci_device *dev = device_memory(x, usb);

    if (!dev)
        return ERR_FULL;
    return xhci_command(x, dev, 0, XHCI_TRB_TYPE(XHCI_ENABLE_SLOT));
}

int xhci_close(struct usb_device *usb)
{
    struct xhci *x = controller_of(usb);
    struct xhci_device *dev = usb->hc;

    if (!dev || dev->slot == 0) {
        if (dev)
            dev->request = XHCI_IDLE;
        return OK;
    }
    return xhci_command(x, dev, 0, XHCI_TRB_TYPE(XHCI_DISABLE_SLOT) | XHCI_TRB_SLOT(dev->slot));
}

/* After Enable Slot the slot becomes the device's, after Disable Slot nobody's. */
static int take_slot(struct xhci *x, struct xhci_device *dev)
{
    unsigned slot = (unsigned)x->command_slot;

    if (slot == 0 || slot > x->slots || x->devices[slot])
        return why_set(&dev->usb->why, ERR_BROKEN, "slot from the controller", slot, x->slots);
    dev->slot = slot;
    x->devices[slot] = dev;
    bytes_zero(dev->context, XHCI_CONTEXTS * x->context_size);
    x->contexts[slot] = kernel_phys(dev->context);
    return OK;
}

static void leave_slot(struct xhci *x, struct xhci_device *dev)
{
    x->contexts[dev->slot] = 0;
    x->devices[dev->slot] = NULL;
    dev->slot = 0;
}

/* What follows a command that has ended well depends on which one it was. */
static int finish_command(struct xhci *x, struct xhci_device *dev)
{
    if (dev->command == XHCI_ENABLE_SLOT)
        return take_slot(x, dev);
    if (dev->command == XHCI_DISABLE_SLOT)
        leave_slot(x, dev);
    return OK;
}

int xhci_request_poll(struct usb_device *usb)
{
    struct xhci *x = controller_of(usb);
    struct xhci_device *dev = usb->hc;

    if (!dev || dev->request == XHCI_IDLE)
        return OK;
    if (x->usb.is_dead)
        return ERR_BROKEN;
    xhci_poll(usb->host);
    if (dev->request != XHCI_DONE)
        return ERR_BUSY;
    dev->request = XHCI_IDLE;
    if (dev->command != 0 && dev->result == OK)
        dev->result = finish_command(x, dev);
    dev->command = 0;
    return dev->result;
}

/* --- the input context ------------------------------------------------------------------- */

/* The ports on the way, from the second hub's on, four bits each: xHCI 1.2 §8.9. */
static uint32_t route_of(const struct usb_device *usb, unsigned *root_port)
{
    uint32_t route = 0;
    const struct usb_port *port = usb->port;

    for (; port->hub; port = port->hub->port)
        route = route << 4 | (port->number & 15u);
    *root_port = port->number;
    return route;
}

/* A slow device behind a fast hub is reached through that hub's translator: §4.3.3. */
static uint32_t translator_of(const struct usb_device *usb)
{
    if (usb->speed != USB_SPEED_FULL && usb->speed != USB_SPEED_LOW)
        return 0;
    for (const struct usb_port *port = usb->port; port->hub; port = port->hub->port)
        if (port->hub->speed == USB_SPEED_HIGH)
            return XHCI_SLOT_TT(((struct xhci_device *)port->hub->hc)->slot, port->number);
    return 0;
}

/* Begin an input context that adds some contexts, and describes the slot. */
static void describe_slot(struct xhci *x, const struct usb_device *usb, uint32_t add,
                          unsigned entries)
{
    uint32_t *slot = input_context(x, 1);
    unsigned root_port;
    uint32_t route = route_of(usb, &root_port);

    bytes_zero(x->input, (XHCI_CONTEXTS + 1) * x->context_size);
    input_context(x, 0)[XHCI_INPUT_ADD] = add;
    slot[XHCI_SLOT_0] = route | XHCI_SLOT_SPEED(usb->speed) | XHCI_SLOT_ENTRIES(entries) |
                        (usb->hub_ports ? XHCI_SLOT_HUB : 0);
    slot[XHCI_SLOT_1] = XHCI_SLOT_ROOT_PORT(root_port) | XHCI_SLOT_PORTS(usb->hub_ports);
    slot[XHCI_SLOT_2] = translator_of(usb);
}

static void describe_endpoint(struct xhci *x, const struct xhci_endpoint *endpoint, uint32_t type,
                              unsigned max_packet)
{
    uint32_t *context = input_context(x, 1 + endpoint->id);
    uint64_t position = xhci_ring_position(&endpoint->ring);

    context[XHCI_EP_1] = XHCI_EP_CERR | XHCI_EP_TYPE(type) | XHCI_EP_MAX_PACKET(max_packet);
    context[XHCI_EP_2] = (uint32_t)position;
    context[XHCI_EP_2 + 1] = (uint32_t)(position >> 32);
    context[XHCI_EP_4] = max_packet; /* an estimate; §4.14.1.1 takes anything but 0 */
}

static int send_input(struct xhci *x, struct xhci_device *dev, enum xhci_trb_type type)
{
    return xhci_command(x, dev, kernel_phys(x->input),
                        XHCI_TRB_TYPE(type) | XHCI_TRB_SLOT(dev->slot));
}

/* --- what enumeration asks for --------------------------------------------------------------- */

int xhci_address(struct usb_device *usb)
{
    struct xhci *x = controller_of(usb);
    struct xhci_device *dev = usb->hc;

    if (x->is_command_running)
        return ERR_BUSY; /* it still reads the input context */
    if (dev->slot == 0)
        return why_set(&usb->why, ERR_BROKEN, "slot", 0, 1);
    describe_slot(x, usb, 1u << 0 | 1u << 1, 1);
    describe_endpoint(x, &dev->endpoints[0], XHCI_EP_CONTROL, usb->max_packet0);
    return send_input(x, dev, XHCI_ADDRESS_DEVICE);
}

/* xHCI 1.2 §4.6.7 */
int xhci_set_packet0(struct usb_device *usb)
{
    struct xhci *x = controller_of(usb);
    struct xhci_device *dev = usb->hc;

    if (x->is_command_running)
        return ERR_BUSY;
    describe_slot(x, usb, 1u << 1, 1);
    describe_endpoint(x, &dev->endpoints[0], XHCI_EP_CONTROL, usb->max_packet0);
    return send_input(x, dev, XHCI_EVALUATE_CONTEXT);
}

static bool open_pipe(struct xhci *x, struct xhci_endpoint *endpoint, struct usb_pipe *pipe)
{
    unsigned number = pipe->address & USB_ENDPOINT_NUMBER;
    bool is_in = usb_pipe_is_in(pipe);

    endpoint->id = 2 * number + is_in;
    if (!xhci_ring_create(&endpoint->ring))
        return false;
    endpoint->pipe = pipe;
    pipe->hc = endpoint;
    describe_endpoint(x, endpoint, is_in ? XHCI_EP_BULK_IN : XHCI_EP_BULK_OUT, pipe->max_packet);
    return true;
}

/* xHCI 1.2 §4.6.6: pipes are added, and a hub says here how many ports it has. */
int xhci_configure(struct usb_device *usb)
{
    struct xhci *x = controller_of(usb);
    struct xhci_device *dev = usb->hc;
    uint32_t add = 1u << 0;
    unsigned last = 1;

    if (usb->pipe_count == 0 && usb->hub_ports == 0)
        return OK;
    if (x->is_command_running)
        return ERR_BUSY;
    describe_slot(x, usb, 0, 0);
    for (unsigned i = 0; i < usb->pipe_count; i++) {
        if (!open_pipe(x, &dev->endpoints[1 + i], usb->pipes[i]))
            return ERR_FULL;
        add |= 1u << dev->endpoints[1 + i].id;
        last = dev->endpoints[1 + i].id > last ? dev->endpoints[1 + i].id : last;
    }
    input_context(x, 0)[XHCI_INPUT_ADD] = add;
    input_context(x, 1)[XHCI_SLOT_0] |= XHCI_SLOT_ENTRIES(last);
    return send_input(x, dev, XHCI_CONFIGURE_ENDPOINT);
}
