/*
 * console_ops of a virtio port.  Here nobody writes the byte to a register: the
 * device is told where in our memory it is, and reads it there.
 *
 * Source: VIRTIO 1.2 §5.3.6 (device operation), §5.3.4 (emergency write).
 * QEMU:   -device virtconsole,chardev=c      gives buffers back even when its reader
 *                                            is slow and the bytes are dropped
 *         -device virtserialport,chardev=c   keeps them until the host has read them
 * Next on the tour: drivers/virtio/virtqueue.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/text.h"
#include "drivers/virtio/vcon.h"

static struct vcon_port *port_of(struct console *con)
{
    return (struct vcon_port *)con;
}

/* --- output ----------------------------------------------------------------------- */

static bool can_give(const struct vcon_port *port)
{
    return port->given - port->oldest < VCON_TX_COUNT && virtq_room(&port->line->tx) > 0;
}

/* Give the device one piece, and remember it in order.  Returns the bytes. */
static uint32_t give_piece(struct vcon_port *port, const uint8_t *buf, size_t len)
{
    uint32_t piece = len < VCON_TX_BYTES ? (uint32_t)len : VCON_TX_BYTES;
    int token = virtq_give(&port->line->tx, buf, piece);

    if (token < 0)
        return 0;
    port->sent[port->given++ % VCON_TX_COUNT] = (struct vcon_sent){ .len = piece,
                                                                    .token = (uint16_t)token };
    port->inflight += piece;
    return piece;
}

static void count_kick(struct console *con)
{
    con->kicks++;
    con->accesses++; /* a doorbell is one register write */
}

/* With mail waiting, the port may be another one by now: a host that unplugs one and
 * plugs the next would have it read what was meant for the first. */
static bool is_ready(const struct vcon_port *port)
{
    return port->stage == VCON_LIVE && !port->con.is_stopped && !vcon_ctrl_has_mail(port->vcon);
}

/* All pieces first, then one doorbell for all of them. */
static size_t vcon_console_write(struct console *con, const void *buf, size_t len)
{
    struct vcon_port *port = port_of(con);
    size_t taken = 0;

    if (!is_ready(port))
        return 0;
    vcon_port_reclaim(port);
    while (taken < len && can_give(port))
        taken += give_piece(port, (const uint8_t *)buf + taken, len - taken);
    if (virtq_ring(&port->line->tx))
        count_kick(con);
    return taken;
}

static size_t vcon_console_inflight(struct console *con)
{
    struct vcon_port *port = port_of(con);

    vcon_port_reclaim(port);
    return port->inflight;
}

static bool vcon_console_is_sent(struct console *con)
{
    return vcon_console_inflight(con) == 0;
}

static void vcon_console_abandon(struct console *con)
{
    struct vcon_port *port = port_of(con);

    if (port->inflight > 0)
        vcon_restart(port->vcon, port);
}

/* --- input ------------------------------------------------------------------------ */

void vcon_console_lend(struct vcon_line *line)
{
    while (line->rx.in_flight < VCON_RX_COUNT)
        if (virtq_lend(&line->rx, line->buffers[line->rx.in_flight], VCON_RX_BYTES) < 0)
            return;
    virtq_ring(&line->rx);
}

/* Take the next buffer that the device has filled.  false: there is none. */
static bool next_input(struct vcon_port *port)
{
    struct vcon_line *line = port->line;
    struct virtq_used used;
    int status = virtq_take(&line->rx, &used);

    if (status < 0)
        vcon_fail(port->vcon);
    if (status <= 0)
        return false;
    line->input = used.buf;
    line->input_at = 0;
    line->input_len = used.len;
    return true;
}

/* The buffer has been read: lend it again. */
static void give_back_input(struct vcon_port *port)
{
    struct vcon_line *line = port->line;

    virtq_lend(&line->rx, line->input, VCON_RX_BYTES);
    line->input = NULL;
    if (virtq_ring(&line->rx))
        count_kick(&port->con);
}

static size_t copy_input(struct vcon_line *line, uint8_t *buf, size_t len)
{
    size_t left = line->input_len - line->input_at;
    size_t n = len < left ? len : left;

    bytes_copy(buf, line->input + line->input_at, n);
    line->input_at += (uint32_t)n;
    return n;
}

static size_t vcon_console_read(struct console *con, void *buf, size_t len)
{
    struct vcon_port *port = port_of(con);
    struct vcon_line *line = port->line;
    size_t copied = 0;

    if (port->stage != VCON_LIVE || port->vcon->is_failed)
        return 0;
    /* One round over the buffers: a device that fills them for ever gets no more. */
    for (unsigned i = 0; i <= VCON_RX_COUNT && copied < len; i++) {
        if (!line->input && !next_input(port))
            break;
        copied += copy_input(line, (uint8_t *)buf + copied, len - copied);
        if (line->input_at == line->input_len)
            give_back_input(port);
    }
    return copied;
}

/* --- emergency write -------------------------------------------------------------- */

/* The register has no port number: QEMU sends what is written there to its first
 * console that has a chardev, and ports are named in that order. */
static bool is_emergency_port(const struct vcon_port *port)
{
    struct vcon *vcon = port->vcon;

    for (unsigned id = 0; id < vcon->line_count; id++) {
        const struct vcon_port *other = vcon->lines[id].port;
        if (other && other->is_console && other->is_open && other->order < port->order)
            return false;
    }
    return port->is_console && port->is_open;
}

/* Needs no queue and no negotiation: VIRTIO 1.2 §5.3.4. */
static size_t vcon_console_emergency(struct console *con, const void *buf, size_t len)
{
    struct vcon_port *port = port_of(con);
    struct virtio *dev = port->vcon->dev;
    const uint8_t *bytes = buf;

    if (!virtio_has(dev, VIRTIO_CONSOLE_F_EMERG_WRITE) || !is_emergency_port(port))
        return 0;
    for (size_t i = 0; i < len; i++)
        dev->transport->config_write(dev, VIRTIO_CONSOLE_CFG_EMERG_WR, 4, bytes[i]);
    con->accesses += len;
    return len;
}

const struct console_ops vcon_console_ops = {
    .class = CONSOLE_DOORBELL,
    .write = vcon_console_write,
    .inflight = vcon_console_inflight,
    .is_sent = vcon_console_is_sent,
    .read = vcon_console_read,
    .abandon = vcon_console_abandon,
    .emergency = vcon_console_emergency,
};
