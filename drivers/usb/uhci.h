/*
 * UHCI, as its own files share it.
 *
 *   uhci.c           the controller: reset, start; root ports
 *   uhci_queue.c     queues of transfer descriptors
 *   uhci_transfer.c  control and bulk transfers
 *
 * Each millisecond the controller begins at the frame list.  All its entries lead to the
 * same circle of queue heads, one for each endpoint in use; it takes a packet of each, round
 * and round, until the frame is full.
 *
 *   frame list -> start -> QH -> QH -> QH -> start ...
 *                           |     |
 *                          TD    TD -> TD -> TD that is not active: nothing more
 *
 * Source: UHCI 1.1.  Next on the tour: drivers/usb/uhci_queue.c
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_USB_UHCI_H
#define DRIVERS_USB_UHCI_H

#include "drivers/device.h"
#include "drivers/io.h"
#include "drivers/usb/uhci_regs.h"
#include "drivers/usb/usb.h"

extern const struct driver uhci_driver;

/* UHCI 1.1 §3.2, §3.3.  Little-endian, like all machines that these drivers run on. */
struct uhci_td {
    uint32_t link, status, token, buffer;
};
struct uhci_qh {
    uint32_t link, element;
    uint32_t pad[2]; /* so that they are 16 apart */
};
_Static_assert(sizeof(struct uhci_td) == 16, "UHCI 1.1 §3.2");
_Static_assert(sizeof(struct uhci_qh) == 16, "UHCI 1.1 §3.3");

/* Enough for 512 bytes of descriptors in packets of 8, and for 8 KiB of bulk. */
#define UHCI_TDS 128

/* A ring of descriptors below one queue head.  One always stays free, and not active. */
struct uhci_queue {
    struct uhci_qh *qh;
    struct uhci_td *tds; /* UHCI_TDS */
    unsigned head;       /* the oldest not yet taken back */
    unsigned tail;       /* the next to fill              */
    bool toggle;         /* of the next packet to queue   */
    struct usb_pipe *pipe;
    struct uhci_queue *next; /* in the circle */
    bool is_linked;
};

struct uhci_device {
    struct usb_device *usb;
    struct uhci_queue control, pipes[USB_PIPES_MAX];
    enum { UHCI_IDLE, UHCI_CONTROL, UHCI_UNLINKED } request;
    uint8_t new_address;
    unsigned last;        /* descriptor of the status stage      */
    int received;         /* bytes of the data stage             */
    bool is_in;           /* the data stage is IN                */
    uint64_t unlinked_us; /* when its queues left the circle     */
};

struct uhci {
    struct usb_host usb;
    struct io io;
    uint32_t *frames;
    struct uhci_queue start;               /* the circle's beginning: no endpoint */
    uint64_t reset_us[USB_ROOT_PORTS_MAX]; /* when a port's reset began, or 0     */
};

static inline struct uhci *uhci_of(struct usb_host *host)
{
    return (struct uhci *)((char *)host - offsetof(struct uhci, usb));
}

/* Longer than a frame: after that nothing of an unlinked queue is read any more. */
#define UHCI_FRAME_PASSED_US 2000u

/* --- queues -------------------------------------------------------------------------- */

/* Memory, once; false if there is none, or none below 4 GiB.  Empties the queue. */
bool uhci_queue_create(struct uhci_queue *queue);
void uhci_queue_link(struct uhci *u, struct uhci_queue *queue);
void uhci_queue_unlink(struct uhci *u, struct uhci_queue *queue);
unsigned uhci_queue_room(const struct uhci_queue *queue);
/* Fill the next descriptor; it is not active yet.  Returns its number. */
unsigned uhci_queue_put(struct uhci_queue *queue, uint32_t status, uint32_t token, uint64_t buffer);
/* Hand over the descriptors from `first` to the tail. */
void uhci_queue_start(struct uhci_queue *queue, unsigned first, unsigned end);
unsigned uhci_queue_next(unsigned number);
/* What the controller wrote last. */
uint32_t uhci_queue_status(const struct uhci_queue *queue, unsigned number);

/* --- the operations of usb_host_ops ------------------------------------------------------ */

int uhci_open(struct usb_device *usb);
int uhci_address(struct usb_device *usb);
int uhci_set_packet0(struct usb_device *usb);
int uhci_configure(struct usb_device *usb);
int uhci_control(struct usb_device *usb, const struct usb_request *request);
int uhci_close(struct usb_device *usb);
int uhci_request_poll(struct usb_device *usb);
size_t uhci_bulk_out(struct usb_pipe *pipe, const void *buf, size_t len);
int uhci_bulk_in(struct usb_pipe *pipe, void *buf, size_t len);
void uhci_abandon(struct usb_pipe *pipe);
void uhci_poll(struct usb_host *host);

#endif
