/*
 * xHCI, as its own files share it.
 *
 *   xhci.c          the controller: reset, memory, start; root ports
 *   xhci_ring.c     rings: producers' and the event ring
 *   xhci_command.c  commands, one at a time
 *   xhci_device.c   slots, contexts, addresses, pipes
 *   xhci_transfer.c control and bulk transfers
 *   xhci_event.c    what the controller has to say
 *
 *   we ------------> command ring ------> controller        one
 *   we ------------> transfer ring -----> endpoint          one each
 *   we <------------ event ring <-------- controller        one
 *
 * Whose a block is, its cycle bit says: it changes with each round of the ring.
 *
 * Source: xHCI 1.2.  Next on the tour: drivers/usb/xhci_ring.c
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_USB_XHCI_H
#define DRIVERS_USB_XHCI_H

#include "drivers/device.h"
#include "drivers/io.h"
#include "drivers/pci/pci.h"
#include "drivers/usb/usb.h"
#include "drivers/usb/xhci_regs.h"

extern const struct driver xhci_driver;

/* xHCI 1.2 §6.4.  Little-endian, like all machines that these drivers run on. */
struct xhci_trb {
    uint64_t parameter;
    uint32_t status;
    uint32_t control;
};
_Static_assert(sizeof(struct xhci_trb) == 16, "xHCI 1.2 §6.4");

/* --- rings --------------------------------------------------------------------------- */

#define XHCI_RING_SIZE  64  /* blocks, the last one links back; 1 KiB never crosses 64 KiB */
#define XHCI_EVENT_SIZE 256 /* more than any pipe can have finished between two looks     */

/* A ring that we fill.  One block always stays free, so full and empty differ. */
struct xhci_ring {
    struct xhci_trb *trbs; /* XHCI_RING_SIZE */
    unsigned enqueue;      /* the next block to fill      */
    unsigned dequeue;      /* the oldest not yet finished */
    uint32_t cycle;
};

/* Memory for a ring, once; false if there is none. */
bool xhci_ring_create(struct xhci_ring *ring);
/* Empty it, as the controller must find it when it is (again) told of the ring. */
void xhci_ring_reset(struct xhci_ring *ring);
unsigned xhci_ring_room(const struct xhci_ring *ring);
/* Fill one block and hand it over; there must be room.  Returns its address. */
uint64_t xhci_ring_put(struct xhci_ring *ring, uint64_t parameter, uint32_t status,
                       uint32_t control);
/* The next block of a ring. */
unsigned xhci_ring_next(unsigned index);
/*
 * Which block an event points at.
 * returns  its index, or -1: no block that is in flight
 */
int xhci_ring_index(const struct xhci_ring *ring, uint64_t address);
/* Dequeue pointer and cycle, as contexts and commands want them: xHCI 1.2 §6.2.3. */
uint64_t xhci_ring_position(const struct xhci_ring *ring);

/* --- devices ---------------------------------------------------------------------------- */

struct xhci_endpoint {
    unsigned id; /* device context index: 2 x number, +1 for IN and for endpoint 0 */
    struct xhci_ring ring;
    struct usb_pipe *pipe; /* NULL: endpoint 0 */
};

enum xhci_request { XHCI_IDLE, XHCI_COMMAND, XHCI_CONTROL, XHCI_DONE };

/* The controller's side of a struct usb_device. */
struct xhci_device {
    struct usb_device *usb;
    unsigned slot; /* 1.., 0: none */
    uint32_t *context;
    struct xhci_endpoint endpoints[1 + USB_PIPES_MAX];
    enum xhci_request request; /* what it waits for            */
    unsigned command;          /* the type of the command, or 0 */
    int result;                /* of the last one              */
    int received;              /* bytes of a control transfer  */
};

#define XHCI_SLOTS_MAX USB_DEVICES_MAX

struct xhci {
    struct usb_host usb;
    struct io capability, operational, runtime, doorbells;
    unsigned slots, scratchpads, context_size; /* context_size: bytes of one context */
    bool has_64bit;
    uint64_t *contexts; /* DCBAA: slot -> device context */
    uint32_t *input;    /* the input context of the command that runs */
    struct xhci_device *devices[XHCI_SLOTS_MAX + 1];

    struct xhci_ring commands;
    bool is_command_running;
    struct xhci_device *command_device; /* who waits for it, or NULL: xhci_command_wait() */
    int command_result, command_slot;
    uint64_t command_since_us;

    struct xhci_trb *events;
    unsigned event_next;
    uint32_t event_cycle;
};

static inline struct xhci *xhci_of(struct usb_host *host)
{
    return (struct xhci *)((char *)host - offsetof(struct xhci, usb));
}

/* --- registers: counted for the ledger ----------------------------------------------------- */

static inline uint32_t xhci_read(struct xhci *x, struct io *io, size_t reg)
{
    x->usb.accesses++;
    return io_read32(io, reg);
}

static inline void xhci_write(struct xhci *x, struct io *io, size_t reg, uint32_t value)
{
    x->usb.accesses++;
    io_write32(io, reg, value);
}

/* The low half first: xHCI 1.2 §5.1. */
static inline void xhci_write64(struct xhci *x, struct io *io, size_t reg, uint64_t value)
{
    xhci_write(x, io, reg, (uint32_t)value);
    xhci_write(x, io, reg + 4, (uint32_t)(value >> 32));
}

/* Slot 0 is the command ring.  All memory is written before: xHCI 1.2 §4.7, §5.6. */
void xhci_ring_doorbell(struct xhci *x, unsigned slot, unsigned endpoint);

/* --- commands --------------------------------------------------------------------------------- */

/*
 * Start a command for a device; its request is then XHCI_COMMAND until the event comes.
 * returns  OK | ERR_BUSY another one runs | ERR_BROKEN the controller is dead
 */
int xhci_command(struct xhci *x, struct xhci_device *dev, uint64_t parameter, uint32_t control);
/* The same, waiting for the end: for abandon only, which may block 10 ms. */
int xhci_command_wait(struct xhci *x, uint64_t parameter, uint32_t control);
void xhci_command_event(struct xhci *x, const struct xhci_trb *event);
/* A command that has not ended in time: the controller is dead. */
void xhci_command_check(struct xhci *x);

/* --- the operations of usb_host_ops -------------------------------------------------------------- */

int xhci_open(struct usb_device *usb);
int xhci_address(struct usb_device *usb);
int xhci_set_packet0(struct usb_device *usb);
int xhci_configure(struct usb_device *usb);
int xhci_close(struct usb_device *usb);
int xhci_request_poll(struct usb_device *usb);

int xhci_control(struct usb_device *usb, const struct usb_request *request);
size_t xhci_bulk_out(struct usb_pipe *pipe, const void *buf, size_t len);
int xhci_bulk_in(struct usb_pipe *pipe, void *buf, size_t len);
void xhci_abandon(struct usb_pipe *pipe);
void xhci_transfer_event(struct xhci *x, const struct xhci_trb *event);

bool xhci_events_create(struct xhci *x);
void xhci_poll(struct usb_host *host);

/* Never to be trusted again: stop it, and let all its devices go. */
void xhci_die(struct xhci *x, const char *what, uint64_t found, uint64_t expected);

#endif
