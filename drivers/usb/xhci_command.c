/*
 * Commands to the controller, one at a time.
 *
 * A command ends with an event.  One that does not end leaves the controller in a state
 * that nobody knows, so then it is given up with all its devices.
 * xHCI 1.2 §4.6
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/usb/xhci.h"

/* xHCI 1.2 §4.6.1.2 allows 5 s, for Address Device to a device that hangs on the bus. */
#define COMMAND_BUDGET_US 5000000u
/* Stopping a pipe needs no answer from a device: a few microframes.  xHCI 1.2 §4.6.9 */
#define COMMAND_WAIT_US   10000u

int xhci_command(struct xhci *x, struct xhci_device *dev, uint64_t parameter, uint32_t control)
{
    if (x->usb.is_dead)
        return ERR_BROKEN;
    if (x->is_command_running)
        return ERR_BUSY;
    x->is_command_running = true;
    x->command_device = dev;
    x->command_since_us = usb_now_us(&x->usb);
    if (dev) {
        dev->request = XHCI_COMMAND;
        dev->command = XHCI_TRB_TYPE_OF(control);
    }
    (void)xhci_ring_put(&x->commands, parameter, 0, control);
    xhci_ring_doorbell(x, 0, 0);
    return OK;
}

static bool wait_for_command(struct xhci *x, uint64_t budget_us)
{
    uint64_t start = kernel_now_us();

    while (x->is_command_running && !x->usb.is_dead && kernel_now_us() - start < budget_us)
        xhci_poll(&x->usb);
    return !x->is_command_running;
}

int xhci_command_wait(struct xhci *x, uint64_t parameter, uint32_t control)
{
    if (!wait_for_command(x, COMMAND_WAIT_US) || xhci_command(x, NULL, parameter, control) != OK)
        return ERR_TIMEOUT;
    return wait_for_command(x, COMMAND_WAIT_US) ? x->command_result : ERR_TIMEOUT;
}

static int result_of(unsigned code, struct why *why)
{
    if (code == XHCI_SUCCESS)
        return OK;
    return why_set(why, code == XHCI_NO_SLOTS ? ERR_FULL : ERR_BROKEN, "code of the command", code,
                   XHCI_SUCCESS);
}

/* xHCI 1.2 §6.4.2.2: the event points at the command. */
void xhci_command_event(struct xhci *x, const struct xhci_trb *event)
{
    int index = xhci_ring_index(&x->commands, event->parameter);
    struct xhci_device *dev = x->command_device;

    if (!x->is_command_running || index < 0)
        return; /* of no command of ours */
    x->commands.dequeue = xhci_ring_next((unsigned)index);
    x->is_command_running = false;
    x->command_slot = (int)XHCI_TRB_SLOT_OF(event->control);
    x->command_result = result_of(XHCI_EVENT_CODE(event->status),
                                  dev ? &dev->usb->why : &x->usb.why);
    if (!dev || dev->request != XHCI_COMMAND)
        return;
    dev->result = x->command_result;
    dev->request = XHCI_DONE;
}

void xhci_command_check(struct xhci *x)
{
    uint64_t waited = usb_now_us(&x->usb) - x->command_since_us;

    if (x->is_command_running && waited > COMMAND_BUDGET_US)
        xhci_die(x, "microseconds without the end of a command", waited, COMMAND_BUDGET_US);
}
