/*
 * The event ring: what the controller has to say, in its own order.
 *
 * It costs no register access to see that there is nothing: the next block's cycle bit is
 * in our memory.
 * xHCI 1.2 §4.9.4, §6.4.2
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdatomic.h>

#include "drivers/usb/xhci.h"

/* One entry of the segment table: xHCI 1.2 §6.5. */
struct segment {
    uint64_t base;
    uint32_t size, reserved;
};

bool xhci_events_create(struct xhci *x)
{
    size_t size = XHCI_EVENT_SIZE * sizeof(struct xhci_trb);
    struct segment *table = kernel_memory(sizeof *table, 64);

    x->events = kernel_memory(size, size);
    if (!table || !x->events)
        return false;
    x->event_cycle = XHCI_TRB_CYCLE;
    table->base = kernel_phys(x->events);
    table->size = XHCI_EVENT_SIZE;
    /* The base last: writing it starts the ring.  xHCI 1.2 §4.9.4, §5.5.2.3.2 */
    xhci_write(x, &x->runtime, XHCI_ERSTSZ, 1);
    xhci_write64(x, &x->runtime, XHCI_ERDP, table->base);
    xhci_write64(x, &x->runtime, XHCI_ERSTBA, kernel_phys(table));
    return true;
}

/* The rest of a block is read only after its cycle bit: xHCI 1.2 §4.9.4. */
static bool next_event(struct xhci *x, struct xhci_trb *event)
{
    const volatile struct xhci_trb *trb = &x->events[x->event_next];

    event->control = trb->control;
    if ((event->control & XHCI_TRB_CYCLE) != x->event_cycle)
        return false;
    atomic_thread_fence(memory_order_acquire);
    event->parameter = trb->parameter;
    event->status = trb->status;
    if (++x->event_next == XHCI_EVENT_SIZE) {
        x->event_next = 0;
        x->event_cycle ^= XHCI_TRB_CYCLE;
    }
    return true;
}

static void handle_event(struct xhci *x, const struct xhci_trb *event)
{
    switch (XHCI_TRB_TYPE_OF(event->control)) {
    case XHCI_TRANSFER_EVENT:
        xhci_transfer_event(x, event);
        break;
    case XHCI_COMMAND_EVENT:
        xhci_command_event(x, event);
        break;
    case XHCI_PORT_EVENT:
        x->usb.port_event = true;
        break;
    default: /* the controller's own affairs: xHCI 1.2 table 6-91 */
        break;
    }
}

void xhci_poll(struct usb_host *host)
{
    struct xhci *x = xhci_of(host);
    struct xhci_trb event;
    unsigned taken = 0;

    /* At most a ring's worth: one that is refilled while we read waits for the next look. */
    while (taken < XHCI_EVENT_SIZE && next_event(x, &event)) {
        handle_event(x, &event);
        taken++;
    }
    if (taken > 0)
        xhci_write64(x, &x->runtime, XHCI_ERDP,
                     kernel_phys(&x->events[x->event_next]) | XHCI_ERDP_EHB);
    xhci_command_check(x);
}
