/*
 * Transfers: one descriptor for each stage, or for up to two pages of bulk.
 *
 * Bulk descriptors point into the caller's memory; no byte is copied.  The controller cuts
 * it into packets, and counts the data toggle itself.
 *
 * OHCI 1.0a §4.3; USB 2.0 §8.5.3
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/usb/ohci.h"

#define PAGE 4096u

/* --- opening and closing ------------------------------------------------------------------- */

/* What an endpoint is, once its device has an address.  OHCI 1.0a §4.2.1 */
static void describe(struct ohci_queue *queue, const struct usb_device *usb, unsigned endpoint,
                     uint32_t direction, unsigned max_packet)
{
    queue->ed->control = usb->address | OHCI_ED_ENDPOINT(endpoint) | direction |
                         OHCI_ED_MAX_PACKET(max_packet) |
                         (usb->speed == USB_SPEED_LOW ? OHCI_ED_LOW_SPEED : 0);
}

int ohci_open(struct usb_device *usb)
{
    struct ohci *o = ohci_of(usb->host);
    struct ohci_device *dev = usb->hc;

    if (!dev)
        dev = usb->hc = kernel_memory(sizeof *dev, _Alignof(struct ohci_device));
    if (dev)
        dev->usb = usb;
    if (!dev || !ohci_queue_create(&dev->control))
        return why_set(&usb->why, ERR_FULL, "memory below 4 GiB", 0, 1);
    dev->request = OHCI_IDLE;
    dev->new_address = 0;
    describe(&dev->control, usb, 0, 0, usb->max_packet0);
    ohci_queue_link(&o->control, &dev->control);
    return OK;
}

int ohci_set_packet0(struct usb_device *usb)
{
    struct ohci_device *dev = usb->hc;

    describe(&dev->control, usb, 0, 0, usb->max_packet0);
    return OK;
}

int ohci_configure(struct usb_device *usb)
{
    struct ohci *o = ohci_of(usb->host);
    struct ohci_device *dev = usb->hc;

    for (unsigned i = 0; i < usb->pipe_count; i++) {
        struct ohci_queue *queue = &dev->pipes[i];
        struct usb_pipe *pipe = usb->pipes[i];
        if (queue->start || !ohci_queue_create(queue))
            return why_set(&usb->why, ERR_FULL, "memory below 4 GiB", 0, 1);
        queue->pipe = pipe;
        pipe->hc = queue;
        describe(queue, usb, pipe->address & USB_ENDPOINT_NUMBER,
                 usb_pipe_is_in(pipe) ? OHCI_ED_IN : OHCI_ED_OUT, pipe->max_packet);
        ohci_queue_link(&o->bulk, queue);
    }
    return OK;
}

int ohci_close(struct usb_device *usb)
{
    struct ohci_device *dev = usb->hc;

    if (!dev)
        return OK;
    ohci_queue_unlink(&dev->control);
    for (unsigned i = 0; i < USB_PIPES_MAX; i++) {
        ohci_queue_unlink(&dev->pipes[i]);
        dev->pipes[i].pipe = NULL;
    }
    dev->request = OHCI_UNLINKED;
    dev->unlinked_us = kernel_now_us();
    return OK;
}

/* --- control ------------------------------------------------------------------------------------ */

int ohci_control(struct usb_device *usb, const struct usb_request *r)
{
    struct ohci_device *dev = usb->hc;
    struct ohci_queue *queue = &dev->control;
    bool is_in = r->length > 0 && (r->type & USB_REQUEST_IN);
    uint8_t *setup = usb->buffer + USB_BUFFER_SIZE;

    if (usb->host->is_dead)
        return ERR_BROKEN;
    if (r->length > USB_BUFFER_SIZE || ohci_queue_room(queue) < 3)
        return ERR_FULL;
    usb_request_bytes(r, setup);
    (void)ohci_queue_put(queue, OHCI_TD_SETUP | OHCI_TD_DATA0, kernel_phys(setup), USB_SETUP_SIZE);
    dev->data = OHCI_TDS;
    if (r->length > 0)
        dev->data = ohci_queue_put(
            queue, (is_in ? OHCI_TD_IN : OHCI_TD_OUT) | OHCI_TD_DATA1 | OHCI_TD_ROUNDING,
            kernel_phys(usb->buffer), r->length);
    dev->last = ohci_queue_put(queue, (is_in ? OHCI_TD_OUT : OHCI_TD_IN) | OHCI_TD_DATA1, 0, 0);
    dev->received = 0;
    dev->request = OHCI_CONTROL;
    ohci_queue_start(ohci_of(usb->host), queue, OHCI_CMD_CLF);
    return OK;
}

int ohci_address(struct usb_device *usb)
{
    struct ohci_device *dev = usb->hc;
    struct usb_request r = { .request = USB_SET_ADDRESS };

    dev->new_address = usb_address_take(usb->host);
    if (dev->new_address == 0)
        return why_set(&usb->why, ERR_FULL, "addresses", 0, 1);
    r.value = dev->new_address;
    return ohci_control(usb, &r);
}

static int check_code(struct usb_device *usb, const struct ohci_queue *queue, int number)
{
    unsigned code;

    if (number < 0)
        return why_set(&usb->why, ERR_BROKEN, "head of the queue", queue->ed->head,
                       queue->ed->tail);
    code = OHCI_TD_CODE(queue->tds[number].control);
    return code == 0 ? OK : why_set(&usb->why, ERR_BROKEN, "condition code", code, 0);
}

/* ERR_BUSY, or how the transfer ended. */
static int poll_control(struct ohci_device *dev)
{
    struct ohci_queue *queue = &dev->control;

    /* Setup, data, status. */
    for (unsigned i = 0; i < 3; i++) {
        int number = ohci_queue_finished(queue);
        if (number == ERR_BUSY)
            return ERR_BUSY;
        if (check_code(dev->usb, queue, number) != OK)
            return ERR_BROKEN;
        if ((unsigned)number == dev->data)
            dev->received = (int)ohci_queue_moved(queue, (unsigned)number);
        queue->head = ohci_queue_next(queue->head);
        if ((unsigned)number == dev->last)
            return dev->received;
    }
    return ERR_BUSY;
}

static int poll_unlinked(struct ohci_device *dev)
{
    if (kernel_now_us() - dev->unlinked_us < OHCI_FRAME_PASSED_US)
        return ERR_BUSY;
    usb_address_release(dev->usb->host, dev->usb->address);
    usb_address_release(dev->usb->host, dev->new_address);
    dev->request = OHCI_IDLE;
    return OK;
}

int ohci_request_poll(struct usb_device *usb)
{
    struct ohci_device *dev = usb->hc;
    int status;

    if (!dev || dev->request == OHCI_IDLE)
        return OK;
    if (dev->request == OHCI_UNLINKED)
        return poll_unlinked(dev);
    if (usb->host->is_dead)
        return ERR_BROKEN;
    status = poll_control(dev);
    if (status == ERR_BUSY)
        return ERR_BUSY;
    dev->request = OHCI_IDLE;
    if (status >= 0 && dev->new_address) {
        usb->address = dev->new_address;
        dev->new_address = 0;
        describe(&dev->control, usb, 0, 0, usb->max_packet0);
    }
    return status;
}

/* --- bulk ----------------------------------------------------------------------------------------- */

static bool may_move(const struct usb_pipe *pipe)
{
    return !pipe->device->host->is_dead && pipe->status == OK && pipe->hc;
}

/* Two pages, and the first only from where the bytes begin: OHCI 1.0a §4.3.1.3.1. */
static unsigned descriptor_len(uint64_t phys, size_t len)
{
    unsigned most = 2 * PAGE - (unsigned)(phys % PAGE);

    return len < most ? (unsigned)len : most;
}

size_t ohci_bulk_out(struct usb_pipe *pipe, const void *buf, size_t len)
{
    struct ohci_queue *queue = pipe->hc;
    size_t taken = 0;

    if (!may_move(pipe) || kernel_phys(buf) + len > UINT32_MAX)
        return 0;
    for (unsigned room = ohci_queue_room(queue); room > 0 && taken < len; room--) {
        uint64_t phys = kernel_phys((const uint8_t *)buf + taken);
        unsigned piece = descriptor_len(phys, len - taken);
        (void)ohci_queue_put(queue, OHCI_TD_OUT, phys, piece);
        taken += piece;
    }
    pipe->submitted += taken;
    if (taken > 0)
        ohci_queue_start(ohci_of(pipe->device->host), queue, OHCI_CMD_BLF);
    return taken;
}

int ohci_bulk_in(struct usb_pipe *pipe, void *buf, size_t len)
{
    struct ohci_queue *queue = pipe->hc;

    if (!may_move(pipe))
        return ERR_BROKEN;
    if (usb_pipe_inflight(pipe) != 0 || len > pipe->max_packet)
        return ERR_BUSY;
    (void)ohci_queue_put(queue, OHCI_TD_IN | OHCI_TD_ROUNDING, kernel_phys(buf), (unsigned)len);
    pipe->submitted += len;
    ohci_queue_start(ohci_of(pipe->device->host), queue, OHCI_CMD_BLF);
    return OK;
}

static void poll_pipe(struct ohci_queue *queue)
{
    struct usb_pipe *pipe = queue->pipe;

    while (pipe->status == OK && queue->head != queue->tail) {
        int number = ohci_queue_finished(queue);
        if (number == ERR_BUSY)
            return;
        pipe->status = check_code(pipe->device, queue, number);
        if (pipe->status != OK) {
            pipe->device->host->port_event = true; /* unplugged, perhaps: look at once */
            return;
        }
        pipe->completed += queue->len[number];
        pipe->received += ohci_queue_moved(queue, (unsigned)number);
        queue->head = ohci_queue_next(queue->head);
    }
}

void ohci_poll(struct usb_host *host)
{
    for (struct ohci_queue *queue = ohci_of(host)->bulk.next; queue; queue = queue->next)
        if (queue->pipe)
            poll_pipe(queue);
}

/* Skipped for a frame, what was done counted, and empty it goes on. */
void ohci_abandon(struct usb_pipe *pipe)
{
    struct ohci_queue *queue = pipe->hc;
    uint64_t start = kernel_now_us();

    if (!may_move(pipe) || usb_pipe_inflight(pipe) == 0)
        return;
    *(volatile uint32_t *)&queue->ed->control |= OHCI_ED_SKIP;
    while (kernel_now_us() - start < OHCI_FRAME_PASSED_US)
        ; /* two frames at most */
    poll_pipe(queue);
    ohci_queue_reset(queue);
    *(volatile uint32_t *)&queue->ed->control &= ~OHCI_ED_SKIP;
    pipe->completed = pipe->submitted;
}
