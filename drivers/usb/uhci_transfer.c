/*
 * Transfers, packet by packet: one descriptor each.
 *
 * Bulk packets point into the caller's memory; no byte is copied.  The data toggle is ours
 * to count.
 *
 * UHCI 1.1 §3.2; USB 2.0 §8.5.3 (control), §8.6 (toggles)
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/usb/uhci.h"

static uint32_t status_of(const struct usb_device *usb)
{
    return usb->speed == USB_SPEED_LOW ? UHCI_TD_LOW_SPEED : 0;
}

/* --- opening and closing ------------------------------------------------------------------ */

int uhci_open(struct usb_device *usb)
{
    struct uhci *u = uhci_of(usb->host);
    struct uhci_device *dev = usb->hc;

    if (!dev)
        dev = usb->hc = kernel_memory(sizeof *dev, _Alignof(struct uhci_device));
    if (dev)
        dev->usb = usb;
    if (!dev || !uhci_queue_create(&dev->control))
        return why_set(&usb->why, ERR_FULL, "memory below 4 GiB", 0, 1);
    dev->request = UHCI_IDLE;
    dev->new_address = 0;
    uhci_queue_link(u, &dev->control);
    return OK;
}

int uhci_set_packet0(struct usb_device *usb)
{
    (void)usb; /* it is in each packet that we describe */
    return OK;
}

int uhci_configure(struct usb_device *usb)
{
    struct uhci *u = uhci_of(usb->host);
    struct uhci_device *dev = usb->hc;

    for (unsigned i = 0; i < usb->pipe_count; i++) {
        struct uhci_queue *queue = &dev->pipes[i];
        if (queue->is_linked || !uhci_queue_create(queue))
            return why_set(&usb->why, ERR_FULL, "memory below 4 GiB", 0, 1);
        queue->pipe = usb->pipes[i];
        queue->pipe->hc = queue;
        uhci_queue_link(u, queue);
    }
    return OK;
}

int uhci_close(struct usb_device *usb)
{
    struct uhci *u = uhci_of(usb->host);
    struct uhci_device *dev = usb->hc;

    if (!dev)
        return OK;
    uhci_queue_unlink(u, &dev->control);
    for (unsigned i = 0; i < USB_PIPES_MAX; i++) {
        uhci_queue_unlink(u, &dev->pipes[i]);
        dev->pipes[i].pipe = NULL;
    }
    dev->request = UHCI_UNLINKED;
    dev->unlinked_us = kernel_now_us();
    return OK;
}

/* --- control ---------------------------------------------------------------------------------- */

static unsigned put_control(struct uhci_device *dev, uint32_t pid, bool toggle, const void *buf,
                            unsigned len, uint32_t flags)
{
    const struct usb_device *usb = dev->usb;

    return uhci_queue_put(&dev->control, status_of(usb) | flags,
                          UHCI_TOKEN(pid, usb->address, 0, toggle, len),
                          len ? kernel_phys(buf) : 0);
}

/* Packets of the data stage; a short one ends it.  UHCI 1.1 §3.2.2 (SPD) */
static void put_data(struct uhci_device *dev, const struct usb_request *r)
{
    const uint8_t *buf = dev->usb->buffer;
    uint32_t pid = dev->is_in ? UHCI_PID_IN : UHCI_PID_OUT;
    bool toggle = true;

    for (unsigned done = 0, len; done < r->length; done += len) {
        len = r->length - done;
        len = len < dev->usb->max_packet0 ? len : dev->usb->max_packet0;
        (void)put_control(dev, pid, toggle, buf + done, len, dev->is_in ? UHCI_TD_SPD : 0);
        toggle = !toggle;
    }
}

/* The setup packet lies behind the data, in the same memory. */
static uint8_t *setup_of(struct usb_device *usb, const struct usb_request *r)
{
    uint8_t *setup = usb->buffer + USB_BUFFER_SIZE;

    usb_request_bytes(r, setup);
    return setup;
}

int uhci_control(struct usb_device *usb, const struct usb_request *request)
{
    struct uhci_device *dev = usb->hc;
    unsigned packets = 2 + (request->length + usb->max_packet0 - 1u) / usb->max_packet0;
    unsigned first;

    if (usb->host->is_dead)
        return ERR_BROKEN;
    if (request->length > USB_BUFFER_SIZE || uhci_queue_room(&dev->control) < packets)
        return ERR_FULL;
    dev->is_in = request->length > 0 && (request->type & USB_REQUEST_IN);
    dev->received = 0;
    first = put_control(dev, UHCI_PID_SETUP, false, setup_of(usb, request), USB_SETUP_SIZE, 0);
    put_data(dev, request);
    dev->last = put_control(dev, dev->is_in ? UHCI_PID_OUT : UHCI_PID_IN, true, NULL, 0, 0);
    dev->request = UHCI_CONTROL;
    uhci_queue_start(&dev->control, first, dev->control.tail);
    return OK;
}

int uhci_address(struct usb_device *usb)
{
    struct uhci_device *dev = usb->hc;
    struct usb_request r = { .request = USB_SET_ADDRESS };

    dev->new_address = usb_address_take(usb->host);
    if (dev->new_address == 0)
        return why_set(&usb->why, ERR_FULL, "addresses", 0, 1);
    r.value = dev->new_address;
    return uhci_control(usb, &r);
}

/* After a short packet the queue stands still: lead it on to the status stage. */
static void skip_to_status(struct uhci_device *dev)
{
    struct uhci_queue *queue = &dev->control;

    queue->head = dev->last;
    *(volatile uint32_t *)&queue->qh->element = (uint32_t)kernel_phys(&queue->tds[dev->last]);
}

/* One packet that is over: ERR_BUSY go on, or how the transfer ended. */
static int end_packet(struct uhci_device *dev, uint32_t status)
{
    struct uhci_queue *queue = &dev->control;
    unsigned number = queue->head, want = UHCI_TOKEN_LEN(queue->tds[number].token);
    unsigned came = UHCI_TD_LEN(status);
    bool is_data = dev->is_in && (queue->tds[number].token & 0xff) == UHCI_PID_IN;

    if (status & UHCI_TD_ERRORS)
        return why_set(&dev->usb->why, ERR_BROKEN, "status of the packet", status & UHCI_TD_ERRORS,
                       0);
    queue->head = uhci_queue_next(number);
    if (number == dev->last)
        return dev->received;
    if (is_data && came <= want)
        dev->received += (int)came;
    if (is_data && came < want)
        skip_to_status(dev);
    return ERR_BUSY;
}

static int poll_control(struct uhci_device *dev)
{
    int status = ERR_BUSY;

    /* At most all of the ring: the controller can't make it longer. */
    for (unsigned i = 0; i < UHCI_TDS && status == ERR_BUSY; i++) {
        uint32_t td = uhci_queue_status(&dev->control, dev->control.head);
        if (dev->control.head == dev->control.tail || (td & UHCI_TD_ACTIVE))
            return ERR_BUSY;
        status = end_packet(dev, td);
    }
    return status;
}

static int poll_unlinked(struct uhci_device *dev)
{
    if (kernel_now_us() - dev->unlinked_us < UHCI_FRAME_PASSED_US)
        return ERR_BUSY;
    usb_address_release(dev->usb->host, dev->usb->address);
    usb_address_release(dev->usb->host, dev->new_address);
    dev->request = UHCI_IDLE;
    return OK;
}

int uhci_request_poll(struct usb_device *usb)
{
    struct uhci_device *dev = usb->hc;
    int status;

    if (!dev || dev->request == UHCI_IDLE)
        return OK;
    if (dev->request == UHCI_UNLINKED)
        return poll_unlinked(dev);
    if (usb->host->is_dead)
        return ERR_BROKEN;
    status = poll_control(dev);
    if (status == ERR_BUSY)
        return ERR_BUSY;
    dev->request = UHCI_IDLE;
    if (status >= 0 && dev->new_address) {
        usb->address = dev->new_address;
        dev->new_address = 0;
    }
    return status;
}

/* --- bulk ------------------------------------------------------------------------------------------ */

static bool may_move(const struct usb_pipe *pipe)
{
    return !pipe->device->host->is_dead && pipe->status == OK && pipe->hc;
}

static void put_bulk(struct uhci_queue *queue, uint64_t phys, size_t len)
{
    const struct usb_pipe *pipe = queue->pipe;
    uint32_t pid = usb_pipe_is_in(pipe) ? UHCI_PID_IN : UHCI_PID_OUT;

    (void)uhci_queue_put(queue, status_of(pipe->device),
                         UHCI_TOKEN(pid, pipe->device->address, pipe->address & USB_ENDPOINT_NUMBER,
                                    queue->toggle, len),
                         phys);
    queue->toggle = !queue->toggle;
}

size_t uhci_bulk_out(struct usb_pipe *pipe, const void *buf, size_t len)
{
    struct uhci_queue *queue = pipe->hc;
    size_t taken = 0, packet;
    unsigned first;

    if (!may_move(pipe) || kernel_phys(buf) + len > UINT32_MAX)
        return 0;
    first = queue->tail;
    for (unsigned room = uhci_queue_room(queue); room > 0 && taken < len; room--) {
        packet = len - taken < pipe->max_packet ? len - taken : pipe->max_packet;
        put_bulk(queue, kernel_phys((const uint8_t *)buf + taken), packet);
        taken += packet;
    }
    uhci_queue_start(queue, first, queue->tail);
    pipe->submitted += taken;
    return taken;
}

int uhci_bulk_in(struct usb_pipe *pipe, void *buf, size_t len)
{
    struct uhci_queue *queue = pipe->hc;
    unsigned first;

    if (!may_move(pipe))
        return ERR_BROKEN;
    if (usb_pipe_inflight(pipe) != 0 || len > pipe->max_packet)
        return ERR_BUSY;
    first = queue->tail;
    put_bulk(queue, kernel_phys(buf), len);
    uhci_queue_start(queue, first, queue->tail);
    pipe->submitted += len;
    return OK;
}

/* A packet of a pipe that is over. */
static void end_bulk(struct uhci_queue *queue, uint32_t status)
{
    struct usb_pipe *pipe = queue->pipe;
    unsigned want = UHCI_TOKEN_LEN(queue->tds[queue->head].token), came = UHCI_TD_LEN(status);

    if (status & UHCI_TD_ERRORS) {
        pipe->status = why_set(&pipe->device->why, ERR_BROKEN, "status of the packet",
                               status & UHCI_TD_ERRORS, 0);
        pipe->device->host->port_event = true; /* unplugged, perhaps: look at once */
        return;
    }
    pipe->completed += want;
    pipe->received += came <= want ? came : 0;
    queue->head = uhci_queue_next(queue->head);
}

static void poll_pipe(struct uhci_queue *queue)
{
    while (queue->pipe->status == OK && queue->head != queue->tail) {
        uint32_t status = uhci_queue_status(queue, queue->head);
        if (status & UHCI_TD_ACTIVE)
            return;
        end_bulk(queue, status);
    }
}

void uhci_poll(struct usb_host *host)
{
    for (struct uhci_queue *queue = uhci_of(host)->start.next; queue; queue = queue->next)
        if (queue->pipe)
            poll_pipe(queue);
}

/* Out of the circle, a frame's wait, what was done counted, and empty in again. */
void uhci_abandon(struct usb_pipe *pipe)
{
    struct uhci *u = uhci_of(pipe->device->host);
    struct uhci_queue *queue = pipe->hc;
    uint64_t start = kernel_now_us();
    bool toggle;

    if (!may_move(pipe) || usb_pipe_inflight(pipe) == 0)
        return;
    uhci_queue_unlink(u, queue);
    while (kernel_now_us() - start < UHCI_FRAME_PASSED_US)
        ; /* two frames at most */
    poll_pipe(queue);
    /* The first packet that never went keeps its toggle for the next that will. */
    toggle = queue->head == queue->tail ? queue->toggle
                                        : queue->tds[queue->head].token & UHCI_TOKEN_TOGGLE;
    (void)uhci_queue_create(queue);
    queue->toggle = toggle;
    pipe->completed = pipe->submitted;
    uhci_queue_link(u, queue);
}
