/*
 * A ring that we fill: blocks of 16 bytes, handed over by their cycle bit.
 *
 *     0     1     2           62    63
 *   | trb | trb | trb | ... | trb | link to 0, toggles the cycle |
 *           ^ dequeue   ^ enqueue
 *
 * xHCI 1.2 §4.9.2.  Next on the tour: drivers/usb/xhci_transfer.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdatomic.h>

#include "drivers/usb/xhci.h"

#define LINK (XHCI_RING_SIZE - 1)

bool xhci_ring_create(struct xhci_ring *ring)
{
    size_t size = XHCI_RING_SIZE * sizeof(struct xhci_trb);

    if (!ring->trbs)
        ring->trbs = kernel_memory(size, size); /* so it can't cross 64 KiB: table 6-1 */
    if (!ring->trbs)
        return false;
    xhci_ring_reset(ring);
    return true;
}

void xhci_ring_reset(struct xhci_ring *ring)
{
    bytes_zero(ring->trbs, XHCI_RING_SIZE * sizeof(struct xhci_trb));
    ring->trbs[LINK].parameter = kernel_phys(ring->trbs);
    ring->trbs[LINK].control = XHCI_TRB_TYPE(XHCI_LINK) | XHCI_TRB_TC;
    ring->enqueue = ring->dequeue = 0;
    ring->cycle = XHCI_TRB_CYCLE;
}

unsigned xhci_ring_next(unsigned index)
{
    return index + 1 == LINK ? 0 : index + 1;
}

unsigned xhci_ring_room(const struct xhci_ring *ring)
{
    return (ring->dequeue + LINK - ring->enqueue - 1) % LINK;
}

/* The cycle bit goes last: with it the block is the controller's.  xHCI 1.2 §4.9.2.2 */
static void hand_over(struct xhci_trb *trb, uint32_t control)
{
    atomic_thread_fence(memory_order_release);
    *(volatile uint32_t *)&trb->control = control;
}

uint64_t xhci_ring_put(struct xhci_ring *ring, uint64_t parameter, uint32_t status,
                       uint32_t control)
{
    struct xhci_trb *trb = &ring->trbs[ring->enqueue];

    trb->parameter = parameter;
    trb->status = status;
    hand_over(trb, control | ring->cycle);
    ring->enqueue = xhci_ring_next(ring->enqueue);
    if (ring->enqueue == 0) {
        hand_over(&ring->trbs[LINK], XHCI_TRB_TYPE(XHCI_LINK) | XHCI_TRB_TC | ring->cycle);
        ring->cycle ^= XHCI_TRB_CYCLE;
    }
    return kernel_phys(trb);
}

int xhci_ring_index(const struct xhci_ring *ring, uint64_t address)
{
    uint64_t offset = address - kernel_phys(ring->trbs);
    unsigned index = (unsigned)(offset / sizeof(struct xhci_trb));

    if (offset % sizeof(struct xhci_trb) != 0 || offset >= LINK * sizeof(struct xhci_trb))
        return -1;
    /* Counted from the oldest one in flight, it must come before the next free one. */
    if ((index + LINK - ring->dequeue) % LINK >= (ring->enqueue + LINK - ring->dequeue) % LINK)
        return -1;
    return (int)index;
}

uint64_t xhci_ring_position(const struct xhci_ring *ring)
{
    return kernel_phys(&ring->trbs[ring->enqueue]) | ring->cycle;
}
