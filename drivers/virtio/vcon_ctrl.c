/*
 * The control queue: which ports there are, and what they are.
 *
 *     we                           the device
 *     DEVICE_READY(1)  -------->
 *                      <--------   PORT_ADD(id) for each port
 *     PORT_READY(id)   -------->
 *                      <--------   CONSOLE_PORT(id), PORT_NAME(id), PORT_OPEN(id),
 *                                  each only if it is so
 *     PORT_OPEN(id)    -------->
 *
 * and later PORT_ADD, PORT_REMOVE, PORT_OPEN, RESIZE whenever the host likes.
 *
 * Source: VIRTIO 1.2 §5.3.6.2.
 * Next on the tour: drivers/virtio/vcon_port.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/text.h"
#include "drivers/virtio/vcon.h"

/* QEMU has written its answers to PORT_READY before it gives that message back; the
 * specification does not promise it, so a device that is quicker to say "taken" than
 * to answer gets this long. */
#define SETTLE_US 1000u

/* Messages taken in one poll: a device that never stops must not keep us. */
#define MESSAGES_PER_POLL (2 * VCON_CTRL_RX_COUNT)

int vcon_ctrl_init(struct vcon *vcon)
{
    int status;

    vcon->ctrl_buffers = kernel_memory((size_t)VCON_CTRL_RX_COUNT * VCON_CTRL_RX_BYTES, 8);
    if (!vcon->ctrl_buffers)
        return why_set(&vcon->dev->why, ERR_FULL, "no memory for control messages", 0, 0);
    status = virtq_init(&vcon->ctrl_rx, vcon->dev, VIRTIO_CONSOLE_QUEUE_CTRL_RX,
                        VCON_CTRL_RX_COUNT);
    if (status == OK)
        status = virtq_init(&vcon->ctrl_tx, vcon->dev, VIRTIO_CONSOLE_QUEUE_CTRL_TX,
                            VCON_CTRL_TX_COUNT);
    if (status == ERR_ABSENT)
        return why_set(&vcon->dev->why, ERR_BROKEN, "MULTIPORT without control queue", 0, 0);
    return status;
}

void vcon_ctrl_start(struct vcon *vcon)
{
    for (unsigned i = 0; i < VCON_CTRL_RX_COUNT; i++)
        if (virtq_lend(&vcon->ctrl_rx, vcon->ctrl_buffers[i], VCON_CTRL_RX_BYTES) < 0)
            break;
    virtq_ring(&vcon->ctrl_rx);
    for (unsigned i = 0; i < VCON_CTRL_TX_COUNT; i++)
        vcon->ctrl_busy[i] = false;
    vcon->order = 0;
    vcon->owes_ready = true;
    vcon->is_quiet = false;
}

bool vcon_ctrl_has_mail(struct vcon *vcon)
{
    return vcon->is_multiport && !vcon->is_polling && virtq_has_used(&vcon->ctrl_rx);
}

/* --- what the device tells us --------------------------------------------------------- */

/* A message, copied out of the buffer that goes back to the device. */
struct message {
    struct virtio_console_control head;
    char name[CONSOLE_LABEL_SIZE];
};

/* The name need not end in NUL, and may be any bytes; a label is one visible word. */
static void copy_name(char *name, const uint8_t *bytes, size_t len)
{
    struct text text = text_begin(name, CONSOLE_LABEL_SIZE);

    for (size_t i = 0; i < len && bytes[i] != 0; i++)
        text_add_char(&text, bytes[i] > ' ' && bytes[i] < 0x7f ? (char)bytes[i] : '?');
}

/* Take one message, and lend its buffer again.  1 | 0 none | ERR_BROKEN */
static int take_message(struct vcon *vcon, struct message *message)
{
    struct virtq_used used;
    int status = virtq_take(&vcon->ctrl_rx, &used);

    if (status != 1)
        return status;
    bytes_zero(message, sizeof(*message));
    if (used.len < sizeof(message->head))
        return why_set(&vcon->dev->why, ERR_BROKEN, "control message too short", used.len,
                       sizeof(message->head));
    bytes_copy(&message->head, used.buf, sizeof(message->head));
    copy_name(message->name, (uint8_t *)used.buf + sizeof(message->head),
              used.len - sizeof(message->head));
    virtq_lend(&vcon->ctrl_rx, used.buf, VCON_CTRL_RX_BYTES);
    return 1;
}

static void set_console(struct vcon_port *port)
{
    port->is_console = true;
    if (port->stage == VCON_LIVE && port->con.status == OK)
        port->con.is_stopped = false; /* said late: it takes bytes at any time */
}

/* About a port that is plugged in. */
static void on_port_message(struct vcon *vcon, struct vcon_port *port,
                            const struct message *message)
{
    struct why why = { "unknown control event", message->head.event, VIRTIO_CONSOLE_PORT_NAME };

    switch (message->head.event) {
    case VIRTIO_CONSOLE_PORT_REMOVE:
        vcon_port_remove(port);
        break;
    case VIRTIO_CONSOLE_CONSOLE_PORT:
        set_console(port);
        break;
    case VIRTIO_CONSOLE_PORT_OPEN:
        vcon_port_set_open(port, message->head.value != 0);
        break;
    case VIRTIO_CONSOLE_PORT_NAME:
        bytes_copy(port->con.label, message->name, sizeof(port->con.label));
        break;
    case VIRTIO_CONSOLE_RESIZE: /* a log has no width */
        break;
    default:
        vcon_note(vcon, &why);
    }
}

/* QEMU may open a hot-plugged port before it adds it, and says so again later: a
 * message about a port that is not there is nothing to complain of. */
static void on_message(struct vcon *vcon, const struct message *message)
{
    uint32_t id = message->head.id;
    struct why why = { "port number in a control message", id, vcon->line_count - 1 };

    if (id >= vcon->line_count)
        vcon_note(vcon, &why);
    else if (message->head.event == VIRTIO_CONSOLE_PORT_ADD)
        vcon_port_add(vcon, id);
    else if (vcon->lines[id].port)
        on_port_message(vcon, vcon->lines[id].port, message);
}

static void take_messages(struct vcon *vcon)
{
    struct message message;
    int status = 0;

    for (unsigned i = 0; i < MESSAGES_PER_POLL; i++) {
        status = take_message(vcon, &message);
        if (status != 1)
            break;
        on_message(vcon, &message);
    }
    if (status < 0)
        vcon_fail(vcon);
    virtq_ring(&vcon->ctrl_rx);
}

/* --- what we tell the device ------------------------------------------------------------ */

/* Queue one message.  false: all our messages are in flight. */
static bool tell(struct vcon *vcon, unsigned id, uint16_t event)
{
    for (unsigned i = 0; i < VCON_CTRL_TX_COUNT; i++) {
        struct virtio_console_control *message = &vcon->ctrl_sent[i];
        if (vcon->ctrl_busy[i])
            continue;
        *message = (struct virtio_console_control){ .id = id, .event = event, .value = 1 };
        vcon->ctrl_busy[i] = virtq_give(&vcon->ctrl_tx, message, sizeof(*message)) >= 0;
        return vcon->ctrl_busy[i];
    }
    return false;
}

static void tell_about_port(struct vcon *vcon, struct vcon_port *port)
{
    if (port->stage == VCON_ADDED && tell(vcon, port->id, VIRTIO_CONSOLE_PORT_READY))
        port->stage = VCON_ASKED;
    if (port->owes_open && tell(vcon, port->id, VIRTIO_CONSOLE_PORT_OPEN))
        port->owes_open = false;
}

/* Everything that we owe the device, as far as there is room, with one doorbell. */
static void tell_all(struct vcon *vcon)
{
    if (vcon->owes_ready && tell(vcon, 0, VIRTIO_CONSOLE_DEVICE_READY))
        vcon->owes_ready = false;
    for (unsigned id = 0; id < vcon->line_count; id++)
        if (vcon->lines[id].port)
            tell_about_port(vcon, vcon->lines[id].port);
    virtq_ring(&vcon->ctrl_tx);
}

/* The device has taken one: a port that was asked has its answers now. */
static void on_taken(struct vcon *vcon, const struct virtio_console_control *message)
{
    struct vcon_port *port = vcon->lines[message->id].port;

    vcon->ctrl_busy[message - vcon->ctrl_sent] = false;
    if (message->event != VIRTIO_CONSOLE_PORT_READY || !port || port->stage != VCON_ASKED)
        return;
    port->stage = VCON_ANSWERED;
    port->answered_us = kernel_now_us();
}

static void take_sent(struct vcon *vcon)
{
    struct virtq_used used;
    int status = 0;

    for (unsigned i = 0; i < VCON_CTRL_TX_COUNT; i++) {
        status = virtq_take(&vcon->ctrl_tx, &used);
        if (status != 1)
            break;
        on_taken(vcon, used.buf);
    }
    if (status < 0)
        vcon_fail(vcon);
}

/* --- ports whose kind is known ------------------------------------------------------------ */

static void settle(struct vcon_port *port)
{
    if (port->stage == VCON_ANSWERED &&
        (port->is_console || kernel_now_us() - port->answered_us >= SETTLE_US))
        vcon_port_go_live(port);
}

static void settle_all(struct vcon *vcon)
{
    for (unsigned id = 0; id < vcon->line_count; id++)
        if (vcon->lines[id].port)
            settle(vcon->lines[id].port);
}

static bool is_port_busy(const struct vcon_port *port)
{
    return port && ((port->stage != VCON_AWAITED && port->stage != VCON_LIVE) || port->owes_open);
}

bool vcon_ctrl_is_busy(const struct vcon *vcon)
{
    if (vcon->owes_ready || vcon->ctrl_tx.in_flight > 0)
        return true;
    for (unsigned id = 0; id < vcon->line_count; id++)
        if (is_port_busy(vcon->lines[id].port))
            return true;
    return false;
}

/* First what came back, then the messages: the answers are in before "taken" is.  This
 * is called on every line of the log, and mostly there is nothing: one look at memory. */
void vcon_ctrl_poll(struct vcon *vcon)
{
    if (vcon->is_quiet && !virtq_has_used(&vcon->ctrl_rx))
        return;
    vcon->is_quiet = false;
    take_sent(vcon);
    take_messages(vcon);
    settle_all(vcon);
    if (!vcon->is_failed)
        tell_all(vcon);
    vcon->is_quiet = !vcon_ctrl_is_busy(vcon);
}
