/*
 * An endpoint descriptor, and the ring of transfers queued on it.
 *
 *            HeadP (the controller's)     TailP (ours)
 *     | done | TD  | TD                 | empty |       and round again
 *
 * What lies before HeadP is finished; so the controller's done queue need not be read.
 *
 * OHCI 1.0a §4.2, §4.3, §5.2.  Next on the tour: drivers/usb/ohci_transfer.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdatomic.h>

#include "drivers/usb/ohci.h"

unsigned ohci_queue_next(unsigned number)
{
    return (number + 1) % OHCI_TDS;
}

static uint32_t td_phys(const struct ohci_queue *queue, unsigned number)
{
    return (uint32_t)kernel_phys(&queue->tds[number]);
}

static uint32_t read_head(const struct ohci_queue *queue)
{
    uint32_t head = *(const volatile uint32_t *)&queue->ed->head;

    atomic_thread_fence(memory_order_acquire);
    return head;
}

static void write_word(uint32_t *word, uint32_t value)
{
    atomic_thread_fence(memory_order_release);
    *(volatile uint32_t *)word = value;
}

static bool has_memory(struct ohci_queue *queue)
{
    if (!queue->ed)
        queue->ed = kernel_memory(sizeof *queue->ed, 16);
    if (!queue->tds)
        queue->tds = kernel_memory(OHCI_TDS * sizeof *queue->tds, 16);
    return queue->ed && queue->tds && kernel_phys(queue->ed) <= UINT32_MAX &&
           kernel_phys(&queue->tds[OHCI_TDS - 1]) <= UINT32_MAX;
}

bool ohci_queue_create(struct ohci_queue *queue)
{
    if (!has_memory(queue))
        return false;
    *queue->ed = (struct ohci_ed){ .control = OHCI_ED_SKIP };
    ohci_queue_reset(queue);
    return true;
}

void ohci_queue_reset(struct ohci_queue *queue)
{
    queue->head = queue->tail = 0;
    queue->ed->tail = td_phys(queue, 0);
    queue->ed->head = td_phys(queue, 0) | (queue->ed->head & OHCI_ED_TOGGLE);
}

void ohci_queue_link(struct ohci_queue *start, struct ohci_queue *queue)
{
    queue->start = start;
    queue->next = start->next;
    queue->ed->next = start->ed->next;
    write_word(&start->ed->next, (uint32_t)kernel_phys(queue->ed));
    start->next = queue;
}

void ohci_queue_unlink(struct ohci_queue *queue)
{
    struct ohci_queue *before = queue->start;

    if (!before)
        return;
    while (before->next != queue)
        before = before->next;
    write_word(&before->ed->next, queue->ed->next);
    before->next = queue->next;
    queue->start = NULL;
}

unsigned ohci_queue_room(const struct ohci_queue *queue)
{
    return (queue->head + OHCI_TDS - queue->tail - 1) % OHCI_TDS;
}

unsigned ohci_queue_put(struct ohci_queue *queue, uint32_t control, uint64_t buffer, unsigned len)
{
    unsigned number = queue->tail;
    struct ohci_td *td = &queue->tds[number];

    queue->tail = ohci_queue_next(number);
    queue->len[number] = len;
    td->control = control | OHCI_TD_NO_INTERRUPT | OHCI_TD_NOT_ACCESSED;
    td->buffer = len ? (uint32_t)buffer : 0;
    td->end = len ? (uint32_t)(buffer + len - 1) : 0;
    td->next = td_phys(queue, queue->tail); /* the done queue has overwritten it */
    return number;
}

void ohci_queue_start(struct ohci *o, struct ohci_queue *queue, uint32_t command)
{
    write_word(&queue->ed->tail, td_phys(queue, queue->tail));
    atomic_thread_fence(memory_order_seq_cst);
    o->usb.kicks++;
    ohci_write(o, OHCI_HC_COMMAND_STATUS, command);
}

int ohci_queue_finished(const struct ohci_queue *queue)
{
    uint32_t at = read_head(queue) & ~15u, offset = at - td_phys(queue, 0);
    unsigned number = offset / sizeof(struct ohci_td);

    if (at == td_phys(queue, queue->head))
        return ERR_BUSY;
    /* Between our head and our tail, or it is none that we queued. */
    if (offset >= OHCI_TDS * sizeof(struct ohci_td) ||
        (number + OHCI_TDS - queue->head) % OHCI_TDS >
            (queue->tail + OHCI_TDS - queue->head) % OHCI_TDS)
        return ERR_BROKEN;
    return (int)queue->head;
}

/* The buffer pointer is where it goes on, or 0 when all has moved.  OHCI 1.0a §4.3.1.2 */
unsigned ohci_queue_moved(const struct ohci_queue *queue, unsigned number)
{
    const struct ohci_td *td = &queue->tds[number];
    uint32_t left = td->buffer == 0 ? 0 : td->end - td->buffer + 1;

    return left <= queue->len[number] ? queue->len[number] - left : 0;
}
