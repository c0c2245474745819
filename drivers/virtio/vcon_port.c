/*
 * A port's life: the device adds it, describes it, opens and closes it, removes it.
 *
 * Source: VIRTIO 1.2 §5.3.6.2.
 * QEMU:   device_add virtserialport,... and device_del while the guest runs.
 * Next on the tour: drivers/virtio/vcon_console.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/text.h"
#include "drivers/virtio/vcon.h"

/* An unplugged port's buffers come back when QEMU's main loop has seen the doorbell:
 * tens of microseconds, or a scheduling hiccup. */
#define REMOVE_BUDGET_US 20000u

/* --- buffers ------------------------------------------------------------------------ */

static void mark_back(struct vcon_port *port, unsigned token, bool is_lost)
{
    for (unsigned i = port->oldest; i != port->given; i++) {
        struct vcon_sent *sent = &port->sent[i % VCON_TX_COUNT];
        if (sent->token == token && !sent->is_back) {
            sent->is_back = true;
            sent->is_lost = is_lost;
            return;
        }
    }
}

/* inflight() promises the newest bytes, so one that comes back early waits for those
 * given before it. */
static void retire(struct vcon_port *port)
{
    while (port->oldest != port->given) {
        const struct vcon_sent *sent = &port->sent[port->oldest % VCON_TX_COUNT];
        if (!sent->is_back)
            return;
        *(sent->is_lost ? &port->con.lost : &port->con.returned) += sent->len;
        port->inflight -= sent->len;
        port->oldest++;
    }
}

/* is_lost: what comes back now was thrown away, for all we know. */
static void take_back(struct vcon_port *port, bool is_lost)
{
    struct virtq_used used;
    int status = 0;

    /* As many as can be in flight, so that a device can't keep us here. */
    for (unsigned i = 0; i < VCON_TX_COUNT; i++) {
        status = virtq_take(&port->line->tx, &used);
        if (status != 1)
            break;
        mark_back(port, used.token, is_lost);
    }
    if (status < 0)
        vcon_fail(port->vcon);
    retire(port);
}

/* A host that closes a port throws away what it did not read, and only then says so:
 * with mail waiting, it is not known whether these bytes were sent. */
void vcon_port_reclaim(struct vcon_port *port)
{
    if (port->oldest == port->given || (!port->is_console && vcon_ctrl_has_mail(port->vcon)))
        return;
    take_back(port, false);
}

void vcon_port_let_go(struct vcon_port *port)
{
    port->con.lost += port->inflight;
    port->inflight = 0;
    port->oldest = port->given;
}

/* --- added ------------------------------------------------------------------------- */

static void name_port(struct vcon_port *port)
{
    struct text found = text_begin(port->con.found, sizeof(port->con.found));

    text_add(&found, port->vcon->dev->found);
    text_add(&found, "/port");
    text_add_decimal(&found, port->id);
}

static struct vcon_port *new_port(struct vcon *vcon, unsigned id)
{
    struct vcon_port *port = kernel_memory(sizeof(*port), _Alignof(struct vcon_port));

    if (!port)
        return NULL;
    port->vcon = vcon;
    port->line = &vcon->lines[id];
    port->id = id;
    port->con.ops = &vcon_console_ops;
    port->con.is_stopped = true; /* until its kind is known */
    name_port(port);
    return port;
}

void vcon_port_add(struct vcon *vcon, unsigned id)
{
    struct vcon_line *line = &vcon->lines[id];
    struct why why = { "no memory for port", id, id };

    if (line->port && line->port->stage != VCON_AWAITED)
        return;
    if (!line->port)
        line->port = new_port(vcon, id);
    if (!line->port) {
        vcon_note(vcon, &why);
        return;
    }
    line->port->stage = VCON_ADDED;
    line->port->order = vcon->order++;
}

/* --- described --------------------------------------------------------------------- */

/* Ports with these names speak a protocol to a program that is not us. */
static const char *const foreign_names[] = {
    "org.qemu.",
    "com.redhat.",
    "org.libguestfs.",
    "org.spice-space.",
};

static bool is_foreign(const struct vcon_port *port)
{
    for (size_t i = 0; i < sizeof(foreign_names) / sizeof(foreign_names[0]); i++)
        if (!port->is_console && text_starts(port->con.label, foreign_names[i]))
            return true;
    return false;
}

static void choose_status(struct vcon_port *port)
{
    struct console *con = &port->con;

    con->status = port->line->status;
    if (con->status != OK)
        con->why = (struct why){ "port without queues, number", port->id, port->id };
    else if (is_foreign(port))
        con->status = why_set(&con->why, ERR_UNSUPPORTED,
                              "its name belongs to another protocol, port", port->id, port->id);
}

/* A console's device takes bytes at any time.  A port's throws them away until the
 * host has opened it. */
static void start_or_stop(struct vcon_port *port)
{
    port->con.is_stopped = port->con.status != OK || !(port->is_console || port->is_open);
}

void vcon_port_go_live(struct vcon_port *port)
{
    struct console *con = &port->con;

    port->stage = VCON_LIVE;
    if (!port->is_known) {
        con->kind = port->is_console ? "virtconsole" : "virtserialport";
        choose_status(port);
    }
    if (con->status == OK) {
        vcon_console_lend(port->line);
        port->owes_open = port->vcon->is_multiport;
    }
    start_or_stop(port);
    if (port->is_known)
        return;
    port->is_known = true;
    kernel_console_add(con);
}

/* --- opened and closed ---------------------------------------------------------------- */

void vcon_port_set_open(struct vcon_port *port, bool is_open)
{
    bool was_open = port->is_open;

    port->is_open = is_open;
    if (port->stage != VCON_LIVE)
        return;
    if (was_open && !is_open)
        take_back(port, true);
    start_or_stop(port);
    /* QEMU never gives back the buffer that it had begun when the host closed; with it in
     * flight we would wait for ever, so only a reset makes the port whole again. */
    if (is_open && !was_open && port->line->tx.in_flight > 0)
        vcon_restart(port->vcon, port);
}

/* --- removed -------------------------------------------------------------------------- */

/* With nobody plugged in the device gives everything back at the doorbell.  It has to,
 * or the next port on this line would send our old bytes. */
static void empty_line(struct vcon_port *port)
{
    struct virtq *tx = &port->line->tx;
    uint64_t start = kernel_now_us();

    if (tx->in_flight == 0)
        return;
    virtq_remind(tx);
    while (tx->in_flight > 0 && !tx->is_broken && kernel_now_us() - start < REMOVE_BUDGET_US)
        take_back(port, true);
}

static void drop_input(struct vcon_line *line)
{
    if (line->input)
        virtq_lend(&line->rx, line->input, VCON_RX_BYTES);
    line->input = NULL;
}

void vcon_port_remove(struct vcon_port *port)
{
    struct vcon *vcon = port->vcon;
    struct vcon_line *line = port->line;

    port->con.is_stopped = true;
    port->owes_open = port->is_open = false;
    if (line->status == OK && !vcon->is_failed) {
        empty_line(port);
        drop_input(line);
    }
    line->port = NULL;
    if (port->inflight > 0)
        vcon_restart(vcon, NULL);
    vcon_port_let_go(port);
    port->stage = VCON_AWAITED; /* its operations answer nothing any more */
    if (port->is_known)
        kernel_console_remove(&port->con);
}
