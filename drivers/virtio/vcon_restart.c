/*
 * What happens when a console device fails, or has to be reset: everybody's bytes are
 * accounted for, and the same ports start over.
 *
 * Source: VIRTIO 1.2 §2.1.2 (NEEDS_RESET), §2.4 (reset), §3.1.1 (initialisation).
 * Next on the tour: drivers/virtio/vcon_ctrl.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/virtio/vcon.h"

/* Before a reset the other ports get a chance to finish what they have. */
#define DRAIN_BUDGET_US 50000u

/* A device that wants a reset says so in its status register, which costs an exit. */
#define LOOK_EVERY_US 100000u

/* ... and a look at the clock may cost one as well. */
#define POLLS_PER_LOOK 64u

/* A device that keeps asking for a reset is broken. */
#define RESETS_MAX 16

/* --- failure ----------------------------------------------------------------------------- */

/* It stays a driven console: its device may still read the log, until it is reset. */
static void stop_port(struct vcon_port *port, const struct why *why)
{
    port->con.is_stopped = true;
    port->con.why = *why;
}

void vcon_fail(struct vcon *vcon)
{
    if (vcon->is_failed)
        return;
    vcon->is_failed = vcon->is_untold = true;
    virtio_fail(vcon->dev);
    for (unsigned id = 0; id < vcon->line_count; id++)
        if (vcon->lines[id].port)
            stop_port(vcon->lines[id].port, &vcon->dev->why);
}

void vcon_say_failure(struct vcon *vcon)
{
    if (vcon->is_untold)
        kernel_note("virtio-console", vcon->dev->found, &vcon->dev->why);
    vcon->is_untold = false;
}

/* --- starting over ---------------------------------------------------------------------- */

static bool is_drained(struct vcon *vcon, const struct vcon_port *but)
{
    bool is_empty = true;

    for (unsigned id = 0; id < vcon->line_count; id++) {
        struct vcon_port *port = vcon->lines[id].port;
        if (!port || port == but || port->con.is_stopped)
            continue;
        vcon_port_reclaim(port);
        is_empty = is_empty && port->inflight == 0;
    }
    return is_empty;
}

static void drain(struct vcon *vcon, const struct vcon_port *but)
{
    uint64_t begin = kernel_now_us();

    while (!vcon->is_failed && !is_drained(vcon, but) && kernel_now_us() - begin < DRAIN_BUDGET_US)
        ;
}

static void forget_port(struct vcon_line *line)
{
    line->input = NULL;
    if (!line->port)
        return;
    vcon_port_let_go(line->port);
    line->port->con.is_stopped = true;
    line->port->stage = VCON_AWAITED;
    line->port->owes_open = false;
    /* A console stays the one that emergency writes reach. */
    line->port->is_open = line->port->is_open && line->port->is_console;
}

static int restart_line(struct vcon_line *line)
{
    int status = line->status == OK ? virtq_restart(&line->rx) : OK;
    return status == OK && line->status == OK ? virtq_restart(&line->tx) : status;
}

static int restart_queues(struct vcon *vcon)
{
    int status = OK;

    for (unsigned id = 0; id < vcon->line_count && status == OK; id++)
        status = restart_line(&vcon->lines[id]);
    if (!vcon->is_multiport || status != OK)
        return status;
    status = virtq_restart(&vcon->ctrl_rx);
    return status == OK ? virtq_restart(&vcon->ctrl_tx) : status;
}

/* The rings were made for the features agreed on at first, so those it must be. */
static int start_again(struct vcon *vcon)
{
    uint64_t before = vcon->dev->features;
    int status = virtio_start(vcon->dev, before);

    if (status == OK && vcon->dev->features != before)
        status = why_set(&vcon->dev->why, ERR_BROKEN, "features after a reset", vcon->dev->features,
                         before);
    return status == OK ? restart_queues(vcon) : status;
}

void vcon_restart(struct vcon *vcon, const struct vcon_port *but)
{
    drain(vcon, but);
    virtio_reset(vcon->dev);
    for (unsigned id = 0; id < vcon->line_count; id++)
        forget_port(&vcon->lines[id]);
    if (vcon->is_failed)
        return;
    if (start_again(vcon) == OK)
        vcon_go_live(vcon);
    else
        vcon_fail(vcon);
}

/* --- a device that asks for it -------------------------------------------------------------- */

/* §2.1.2: the device can't go on unless it is reset.  Looked at now and then. */
static bool needs_reset(struct vcon *vcon)
{
    uint64_t now;

    if (vcon->is_failed || ++vcon->polls % POLLS_PER_LOOK != 0)
        return false;
    now = kernel_now_us();
    if (now - vcon->looked_us < LOOK_EVERY_US)
        return false;
    vcon->looked_us = now;
    return vcon->dev->transport->status_get(vcon->dev) & VIRTIO_STATUS_NEEDS_RESET;
}

static void obey(struct vcon *vcon)
{
    why_set(&vcon->dev->why, ERR_BROKEN, "device asked to be reset, time", ++vcon->obeyed,
            RESETS_MAX);
    vcon_note(vcon, &vcon->dev->why);
    if (vcon->obeyed > RESETS_MAX)
        vcon_fail(vcon);
    else
        vcon_restart(vcon, NULL);
}

void vcon_look_after(struct vcon *vcon)
{
    if (needs_reset(vcon))
        obey(vcon);
}
