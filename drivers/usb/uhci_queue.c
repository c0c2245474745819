/*
 * A queue: a ring of descriptors, each of which leads to the next.
 *
 *        head                 tail
 *     | done | active | active | not active |   and round again
 *
 * The controller stops at the first that is not active, and goes on from there when it is.
 * So nothing that it may be reading is ever changed, but for that one bit.
 *
 * UHCI 1.1 §3.2, §3.3, §3.4.  Next on the tour: drivers/usb/uhci_transfer.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdatomic.h>

#include "drivers/usb/uhci.h"

unsigned uhci_queue_next(unsigned number)
{
    return (number + 1) % UHCI_TDS;
}

static uint32_t link_to_td(const struct uhci_queue *queue, unsigned number)
{
    return (uint32_t)kernel_phys(&queue->tds[number]);
}

static bool has_memory(struct uhci_queue *queue)
{
    if (!queue->qh)
        queue->qh = kernel_memory(sizeof *queue->qh, 16);
    if (!queue->tds)
        queue->tds = kernel_memory(UHCI_TDS * sizeof *queue->tds, 16);
    return queue->qh && queue->tds && kernel_phys(queue->qh) <= UINT32_MAX &&
           kernel_phys(&queue->tds[UHCI_TDS - 1]) <= UINT32_MAX;
}

bool uhci_queue_create(struct uhci_queue *queue)
{
    if (!has_memory(queue))
        return false;
    for (unsigned i = 0; i < UHCI_TDS; i++)
        queue->tds[i] = (struct uhci_td){ .link = link_to_td(queue, uhci_queue_next(i)) };
    queue->head = queue->tail = 0;
    queue->toggle = false;
    queue->qh->element = link_to_td(queue, 0);
    return true;
}

static uint32_t link_to_qh(const struct uhci_queue *queue)
{
    return (uint32_t)kernel_phys(queue->qh) | UHCI_LINK_QH;
}

/* Behind the start; the new one knows its way on before anybody is led to it. */
void uhci_queue_link(struct uhci *u, struct uhci_queue *queue)
{
    queue->next = u->start.next;
    queue->qh->link = u->start.qh->link;
    atomic_thread_fence(memory_order_release);
    *(volatile uint32_t *)&u->start.qh->link = link_to_qh(queue);
    u->start.next = queue;
    queue->is_linked = true;
}

void uhci_queue_unlink(struct uhci *u, struct uhci_queue *queue)
{
    struct uhci_queue *before = &u->start;

    if (!queue->is_linked)
        return;
    while (before->next != queue)
        before = before->next;
    *(volatile uint32_t *)&before->qh->link = queue->qh->link;
    before->next = queue->next;
    queue->is_linked = false;
}

unsigned uhci_queue_room(const struct uhci_queue *queue)
{
    return (queue->head + UHCI_TDS - queue->tail - 1) % UHCI_TDS;
}

unsigned uhci_queue_put(struct uhci_queue *queue, uint32_t status, uint32_t token, uint64_t buffer)
{
    unsigned number = queue->tail;
    struct uhci_td *td = &queue->tds[number];

    td->status = status | UHCI_TD_TRIES;
    td->token = token;
    td->buffer = (uint32_t)buffer;
    queue->tail = uhci_queue_next(number);
    return number;
}

/* The first one last: before that the controller sees none of them. */
void uhci_queue_start(struct uhci_queue *queue, unsigned first, unsigned end)
{
    while (end != first) {
        end = (end + UHCI_TDS - 1) % UHCI_TDS;
        atomic_thread_fence(memory_order_release);
        *(volatile uint32_t *)&queue->tds[end].status |= UHCI_TD_ACTIVE;
    }
}

uint32_t uhci_queue_status(const struct uhci_queue *queue, unsigned number)
{
    uint32_t status = *(const volatile uint32_t *)&queue->tds[number].status;

    atomic_thread_fence(memory_order_acquire);
    return status;
}
