/*
 * OHCI, as its own files share it.
 *
 *   ohci.c           the controller: reset, start; root ports
 *   ohci_queue.c     endpoint descriptors, and the transfers queued on them
 *   ohci_transfer.c  control and bulk transfers
 *
 *   control list -> start ED -> ED -> ED
 *   bulk list ----> start ED -> ED -> ED
 *                               |
 *                        HeadP  TD -> TD -> TD that is empty  TailP
 *
 * Source: OHCI 1.0a.  Next on the tour: drivers/usb/ohci_queue.c
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_USB_OHCI_H
#define DRIVERS_USB_OHCI_H

#include "drivers/device.h"
#include "drivers/io.h"
#include "drivers/usb/ohci_regs.h"
#include "drivers/usb/usb.h"

extern const struct driver ohci_driver;

/* OHCI 1.0a §4.2, §4.3.1.  Little-endian, like all machines that these drivers run on. */
struct ohci_ed {
    uint32_t control, tail, head, next;
};
struct ohci_td {
    uint32_t control, buffer, next, end; /* end: the last byte */
};
_Static_assert(sizeof(struct ohci_ed) == 16, "OHCI 1.0a §4.2");
_Static_assert(sizeof(struct ohci_td) == 16, "OHCI 1.0a §4.3.1");

#define OHCI_TDS 32

struct ohci_queue {
    struct ohci_ed *ed;
    struct ohci_td *tds;      /* OHCI_TDS                                  */
    unsigned len[OHCI_TDS];   /* bytes of each, which the controller loses */
    unsigned head;            /* the oldest not yet taken back             */
    unsigned tail;            /* the next to fill                          */
    struct ohci_queue *start; /* of the list that it is in, or NULL        */
    struct ohci_queue *next;
    struct usb_pipe *pipe;
};

struct ohci_device {
    struct usb_device *usb;
    struct ohci_queue control, pipes[USB_PIPES_MAX];
    enum { OHCI_IDLE, OHCI_CONTROL, OHCI_UNLINKED } request;
    uint8_t new_address;
    unsigned data, last; /* descriptors of the data and status stages */
    int received;
    uint64_t unlinked_us;
};

struct ohci {
    struct usb_host usb;
    struct io io;
    void *hcca;
    struct ohci_queue control, bulk; /* the lists' beginnings: no endpoints */
};

static inline struct ohci *ohci_of(struct usb_host *host)
{
    return (struct ohci *)((char *)host - offsetof(struct ohci, usb));
}

static inline uint32_t ohci_read(struct ohci *o, size_t reg)
{
    o->usb.accesses++;
    return io_read32(&o->io, reg);
}

static inline void ohci_write(struct ohci *o, size_t reg, uint32_t value)
{
    o->usb.accesses++;
    io_write32(&o->io, reg, value);
}

/* Longer than a frame: after that nothing of an unlinked queue is read any more. */
#define OHCI_FRAME_PASSED_US 2000u

/* --- queues --------------------------------------------------------------------------- */

/* Memory, once; false if there is none, or none below 4 GiB.  Empties the queue. */
bool ohci_queue_create(struct ohci_queue *queue);
/* Forget all that is queued; the toggle stays. */
void ohci_queue_reset(struct ohci_queue *queue);
void ohci_queue_link(struct ohci_queue *start, struct ohci_queue *queue);
void ohci_queue_unlink(struct ohci_queue *queue);
unsigned ohci_queue_room(const struct ohci_queue *queue);
/* Fill the next descriptor; the controller does not see it yet.  Returns its number. */
unsigned ohci_queue_put(struct ohci_queue *queue, uint32_t control, uint64_t buffer, unsigned len);
/* Hand over what was put, and tell the controller; command is CLF or BLF. */
void ohci_queue_start(struct ohci *o, struct ohci_queue *queue, uint32_t command);

/*
 * The oldest descriptor, if the controller is through with it.
 * returns  its number | ERR_BUSY none is | ERR_BROKEN the queue's head is no descriptor of ours
 */
int ohci_queue_finished(const struct ohci_queue *queue);
/* How many bytes of a finished descriptor moved. */
unsigned ohci_queue_moved(const struct ohci_queue *queue, unsigned number);
unsigned ohci_queue_next(unsigned number);

/* --- the operations of usb_host_ops ------------------------------------------------------ */

int ohci_open(struct usb_device *usb);
int ohci_address(struct usb_device *usb);
int ohci_set_packet0(struct usb_device *usb);
int ohci_configure(struct usb_device *usb);
int ohci_control(struct usb_device *usb, const struct usb_request *request);
int ohci_close(struct usb_device *usb);
int ohci_request_poll(struct usb_device *usb);
size_t ohci_bulk_out(struct usb_pipe *pipe, const void *buf, size_t len);
int ohci_bulk_in(struct usb_pipe *pipe, void *buf, size_t len);
void ohci_abandon(struct usb_pipe *pipe);
void ohci_poll(struct usb_host *host);

#endif
