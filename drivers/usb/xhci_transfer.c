/*
 * Transfers: control on endpoint 0, bulk on pipes.
 *
 * A bulk transfer is one block that points into the caller's memory; no byte is copied.
 * Only the last block of a write asks for an event: transfers of a pipe finish in order, so
 * it speaks for those before it.  A block that fails always has an event.
 *
 * xHCI 1.2 §4.11.2, §6.4.1
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/usb/xhci.h"

/* --- control: setup, data, status ------------------------------------------------------ */

/* The eight bytes go into the block itself: xHCI 1.2 §6.4.1.2.1. */
static void put_setup(struct xhci_ring *ring, const struct usb_request *r)
{
    uint32_t stages = r->length == 0             ? 0
                      : r->type & USB_REQUEST_IN ? XHCI_TRB_TRT_IN
                                                 : XHCI_TRB_TRT_OUT;
    uint64_t setup = r->type | (uint64_t)r->request << 8 | (uint64_t)r->value << 16 |
                     (uint64_t)r->index << 32 | (uint64_t)r->length << 48;

    (void)xhci_ring_put(ring, setup, USB_SETUP_SIZE,
                        XHCI_TRB_TYPE(XHCI_SETUP) | XHCI_TRB_IDT | stages);
}

static void put_data(struct xhci_ring *ring, const struct usb_device *usb,
                     const struct usb_request *r)
{
    uint32_t direction = r->type & USB_REQUEST_IN ? XHCI_TRB_DIR_IN : 0;

    if (r->length > 0)
        (void)xhci_ring_put(ring, kernel_phys(usb->buffer), r->length,
                            XHCI_TRB_TYPE(XHCI_DATA) | XHCI_TRB_IOC | direction);
}

/* The status stage goes the other way; with no data it comes from the device. */
static void put_status(struct xhci_ring *ring, const struct usb_request *r)
{
    bool is_in = r->length == 0 || !(r->type & USB_REQUEST_IN);

    (void)xhci_ring_put(ring, 0, 0,
                        XHCI_TRB_TYPE(XHCI_STATUS) | XHCI_TRB_IOC | (is_in ? XHCI_TRB_DIR_IN : 0));
}

int xhci_control(struct usb_device *usb, const struct usb_request *request)
{
    struct xhci *x = xhci_of(usb->host);
    struct xhci_device *dev = usb->hc;
    struct xhci_ring *ring = &dev->endpoints[0].ring;

    if (x->usb.is_dead || dev->slot == 0)
        return ERR_BROKEN;
    if (request->length > USB_BUFFER_SIZE || xhci_ring_room(ring) < 3)
        return ERR_FULL;
    put_setup(ring, request);
    put_data(ring, usb, request);
    put_status(ring, request);
    dev->request = XHCI_CONTROL;
    dev->received = 0;
    xhci_ring_doorbell(x, dev->slot, dev->endpoints[0].id);
    return OK;
}

/* --- bulk ---------------------------------------------------------------------------------- */

static bool may_move(const struct usb_pipe *pipe)
{
    struct xhci *x = xhci_of(pipe->device->host);

    return !x->usb.is_dead && pipe->status == OK && pipe->hc;
}

/* How much one block can carry: none may cross a 64 KiB boundary.  xHCI 1.2 §6.4.1 */
static size_t block_len(const struct xhci *x, uint64_t phys, size_t len)
{
    size_t most = XHCI_TRB_MAX_LEN - (size_t)(phys & (XHCI_TRB_MAX_LEN - 1));

    if (!x->has_64bit && phys + len > UINT32_MAX)
        return 0;
    return len < most ? len : most;
}

size_t xhci_bulk_out(struct usb_pipe *pipe, const void *buf, size_t len)
{
    struct xhci *x = xhci_of(pipe->device->host);
    struct xhci_device *dev = pipe->device->hc;
    struct xhci_endpoint *endpoint = pipe->hc;
    size_t taken = 0, block = 0;

    if (!may_move(pipe))
        return 0;
    for (unsigned room = xhci_ring_room(&endpoint->ring); room > 0 && taken < len; room--) {
        uint64_t phys = kernel_phys((const uint8_t *)buf + taken);
        bool is_last;
        block = block_len(x, phys, len - taken);
        is_last = room == 1 || taken + block == len;
        if (block == 0)
            break;
        (void)xhci_ring_put(&endpoint->ring, phys, (uint32_t)block,
                            XHCI_TRB_TYPE(XHCI_NORMAL) | (is_last ? XHCI_TRB_IOC : 0));
        taken += block;
    }
    pipe->submitted += taken;
    if (taken > 0) {
        xhci_ring_doorbell(x, dev->slot, endpoint->id);
        xhci_poll(&x->usb);
    }
    return taken;
}

int xhci_bulk_in(struct usb_pipe *pipe, void *buf, size_t len)
{
    struct xhci *x = xhci_of(pipe->device->host);
    struct xhci_device *dev = pipe->device->hc;
    struct xhci_endpoint *endpoint = pipe->hc;
    uint64_t phys = kernel_phys(buf);

    if (!may_move(pipe))
        return ERR_BROKEN;
    if (usb_pipe_inflight(pipe) != 0 || block_len(x, phys, len) != len)
        return ERR_BUSY;
    (void)xhci_ring_put(&endpoint->ring, phys, (uint32_t)len,
                        XHCI_TRB_TYPE(XHCI_NORMAL) | XHCI_TRB_IOC | XHCI_TRB_ISP);
    pipe->submitted += len;
    xhci_ring_doorbell(x, dev->slot, endpoint->id);
    return OK;
}

/* Stop the pipe where it is, and let it go on behind what it has: xHCI 1.2 §4.6.9, §4.6.10. */
void xhci_abandon(struct usb_pipe *pipe)
{
    struct xhci *x = xhci_of(pipe->device->host);
    struct xhci_device *dev = pipe->device->hc;
    struct xhci_endpoint *endpoint = pipe->hc;
    uint32_t target;

    if (!may_move(pipe) || usb_pipe_inflight(pipe) == 0)
        return;
    target = XHCI_TRB_SLOT(dev->slot) | XHCI_TRB_ENDPOINT(endpoint->id);
    if (xhci_command_wait(x, 0, XHCI_TRB_TYPE(XHCI_STOP_ENDPOINT) | target) != OK ||
        xhci_command_wait(x, xhci_ring_position(&endpoint->ring),
                          XHCI_TRB_TYPE(XHCI_SET_TR_DEQUEUE) | target) != OK)
        xhci_die(x, "end of a pipe's stop, status", (uint64_t)-x->command_result, OK);
    endpoint->ring.dequeue = endpoint->ring.enqueue;
    pipe->completed = pipe->submitted;
}

/* --- how they ended ---------------------------------------------------------------------------- */

static bool is_good(unsigned code)
{
    return code == XHCI_SUCCESS || code == XHCI_SHORT_PACKET;
}

/* Stopped by us, on the way to abandoning it; says nothing about the device. */
static bool is_stopped(unsigned code)
{
    return code == XHCI_STOPPED || code == XHCI_STOPPED_LENGTH || code == XHCI_STOPPED_SHORT;
}

static void end_control(struct xhci_device *dev, int result)
{
    if (dev->request != XHCI_CONTROL)
        return;
    dev->result = result;
    dev->request = XHCI_DONE;
}

/* Blocks of endpoint 0: the data stage tells how much came, the status stage that it is over. */
static void control_event(struct xhci_device *dev, const struct xhci_trb *trb, uint32_t status)
{
    unsigned code = XHCI_EVENT_CODE(status), residue = XHCI_EVENT_RESIDUE(status);

    if (!is_good(code))
        end_control(
            dev, why_set(&dev->usb->why, ERR_BROKEN, "code of the transfer", code, XHCI_SUCCESS));
    else if (XHCI_TRB_TYPE_OF(trb->control) == XHCI_STATUS)
        end_control(dev, dev->received);
    else if (XHCI_TRB_TYPE_OF(trb->control) == XHCI_DATA && residue <= trb->status)
        dev->received = (int)(trb->status - residue);
}

/* All blocks up to the one of the event are finished. */
static void bulk_event(struct xhci_endpoint *endpoint, unsigned index, uint32_t status)
{
    struct usb_pipe *pipe = endpoint->pipe;
    unsigned code = XHCI_EVENT_CODE(status), residue = XHCI_EVENT_RESIDUE(status);
    uint32_t len = endpoint->ring.trbs[index].status;

    if (!is_good(code)) {
        pipe->status = why_set(&pipe->device->why, ERR_BROKEN, "code of the transfer", code,
                               XHCI_SUCCESS);
        return;
    }
    for (unsigned i = endpoint->ring.dequeue; i != index; i = xhci_ring_next(i))
        pipe->completed += endpoint->ring.trbs[i].status;
    pipe->completed += len;
    pipe->received += residue <= len ? len - residue : 0;
    endpoint->ring.dequeue = xhci_ring_next(index);
}

static struct xhci_endpoint *endpoint_of(struct xhci_device *dev, unsigned id)
{
    for (unsigned i = 0; i < 1 + USB_PIPES_MAX; i++)
        if (dev->endpoints[i].id == id && (i == 0 || dev->endpoints[i].pipe))
            return &dev->endpoints[i];
    return NULL;
}

/* xHCI 1.2 §6.4.2.1.  Slot, endpoint and address are the controller's word. */
void xhci_transfer_event(struct xhci *x, const struct xhci_trb *event)
{
    unsigned slot = XHCI_TRB_SLOT_OF(event->control);
    struct xhci_device *dev = slot <= x->slots ? x->devices[slot] : NULL;
    struct xhci_endpoint *endpoint = dev ? endpoint_of(dev, XHCI_TRB_ENDPOINT_OF(event->control))
                                         : NULL;
    int index = endpoint ? xhci_ring_index(&endpoint->ring, event->parameter) : -1;

    if (index < 0 || is_stopped(XHCI_EVENT_CODE(event->status)))
        return; /* of nothing that is in flight */
    if (endpoint->pipe) {
        bulk_event(endpoint, (unsigned)index, event->status);
        return;
    }
    control_event(dev, &endpoint->ring.trbs[index], event->status);
    endpoint->ring.dequeue = xhci_ring_next((unsigned)index);
}
