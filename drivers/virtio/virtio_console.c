/*
 * The console controller: its handshake and queues, and what happens when it fails.
 *
 * Source: VIRTIO 1.2 §5.3.2 (queues), §5.3.5 (initialisation), §2.1.2 (NEEDS_RESET).
 * QEMU:   -device virtio-serial-device | virtio-serial-pci[,max_ports=N]
 * Next on the tour: drivers/virtio/vcon_ctrl.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/virtio/virtio_console.h"

#include "drivers/text.h"
#include "drivers/virtio/vcon.h"

#define WANTED                                                                        \
    (VIRTIO_CONSOLE_F_MULTIPORT | VIRTIO_CONSOLE_F_EMERG_WRITE | VIRTIO_F_EVENT_IDX | \
     VIRTIO_F_RING_PACKED)

/* How long a device may take to describe its ports before the boot goes on without:
 * QEMU needs 60 microseconds for a message at worst, so 31 ports are done in 10 ms. */
#define DESCRIBE_BUDGET_US 100000u

/* Before a reset the other ports get a chance to finish what they have. */
#define DRAIN_BUDGET_US 50000u

/* A device that wants a reset says so in its status register, which costs an exit. */
#define LOOK_EVERY_US 100000u

/* ... and a look at the clock may cost one as well. */
#define POLLS_PER_LOOK 64u

/* A device that keeps asking for a reset is broken. */
#define RESETS_MAX 16

/* A hostile device could otherwise fill the log. */
#define NOTES_MAX 8

void vcon_note(struct vcon *vcon, const struct why *why)
{
    if (vcon->notes++ < NOTES_MAX)
        kernel_note("virtio-console", vcon->dev->found, why);
}

int vcon_add_undriven(struct virtio *dev, const char *controller_kind, int status)
{
    struct console *con = kernel_memory(sizeof(*con), _Alignof(struct console));
    struct text found;

    if (!con)
        return ERR_FULL;
    found = text_begin(con->found, sizeof(con->found));
    text_add(&found, dev->found);
    con->kind = controller_kind;
    con->status = status;
    con->why = dev->why;
    kernel_console_add(con);
    return status;
}

/* --- queues --------------------------------------------------------------------------- */

/* §5.3.4: the number of ports is there only with MULTIPORT. */
static int count_lines(struct vcon *vcon)
{
    struct virtio *dev = vcon->dev;
    uint32_t ports = 1;

    if (vcon->is_multiport)
        ports = dev->transport->config_read(dev, VIRTIO_CONSOLE_CFG_MAX_NR_PORTS, 4);
    if (ports == 0)
        return why_set(&dev->why, ERR_BROKEN, "max_nr_ports", ports, 1);
    vcon->line_count = ports < VCON_PORTS_MAX ? ports : VCON_PORTS_MAX;
    vcon->lines = kernel_memory(vcon->line_count * sizeof(*vcon->lines),
                                _Alignof(struct vcon_line));
    if (!vcon->lines)
        return why_set(&dev->why, ERR_FULL, "no memory for ports", ports, VCON_PORTS_MAX);
    return OK;
}

static int init_line(struct vcon *vcon, unsigned id)
{
    struct vcon_line *line = &vcon->lines[id];
    int status;

    line->buffers = kernel_memory((size_t)VCON_RX_COUNT * VCON_RX_BYTES, 8);
    if (!line->buffers)
        return why_set(&vcon->dev->why, ERR_FULL, "no memory for input, port", id, id);
    status = virtq_init(&line->rx, vcon->dev, VIRTIO_CONSOLE_QUEUE_RX(id), VCON_RX_COUNT);
    if (status != OK)
        return status;
    return virtq_init(&line->tx, vcon->dev, VIRTIO_CONSOLE_QUEUE_TX(id), VCON_TX_COUNT);
}

/* Queues of all ports that there may ever be, since all have to be there before
 * DRIVER_OK: §3.1.1 step 7.  A port without queues is named when it is added. */
static int init_queues(struct vcon *vcon)
{
    int status = count_lines(vcon);

    if (status != OK)
        return status;
    for (unsigned id = 0; id < vcon->line_count; id++) {
        status = vcon->lines[id].status = init_line(vcon, id);
        if (status != OK && status != ERR_ABSENT)
            return status;
    }
    return vcon->is_multiport ? vcon_ctrl_init(vcon) : OK;
}

/* --- life ------------------------------------------------------------------------------- */

/* Step 8, and ports.  Without MULTIPORT there is one, a console: §5.3.5. */
static void go_live(struct vcon *vcon)
{
    struct vcon_port *port;

    virtio_driver_ok(vcon->dev);
    if (vcon->is_multiport) {
        vcon_ctrl_start(vcon);
        return;
    }
    vcon_port_add(vcon, 0);
    port = vcon->lines[0].port;
    if (!port)
        return;
    port->is_console = port->is_open = true;
    vcon_port_go_live(port);
}

static void say_failure(struct vcon *vcon)
{
    if (vcon->is_untold)
        kernel_note("virtio-console", vcon->dev->found, &vcon->dev->why);
    vcon->is_untold = false;
}

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

static void poll_once(struct vcon *vcon)
{
    if (needs_reset(vcon))
        obey(vcon);
    if (vcon->is_multiport && !vcon->is_failed)
        vcon_ctrl_poll(vcon);
    say_failure(vcon);
}

/* What poll() writes to the log makes the log poll. */
static void vcon_poll(struct service *service)
{
    struct vcon *vcon = (struct vcon *)service;

    if (vcon->is_polling)
        return;
    vcon->is_polling = true;
    poll_once(vcon);
    vcon->is_polling = false;
}

/* Ports described later are added by poll(). */
static void wait_for_ports(struct vcon *vcon)
{
    uint64_t start = kernel_now_us();

    do
        vcon_poll(&vcon->service);
    while (!vcon->is_failed && vcon_ctrl_is_busy(vcon) &&
           kernel_now_us() - start < DESCRIBE_BUDGET_US);
}

static struct vcon *new_vcon(struct virtio *dev)
{
    struct vcon *vcon = kernel_memory(sizeof(*vcon), _Alignof(struct vcon));

    if (!vcon) {
        why_set(&dev->why, ERR_FULL, "no memory for a controller", sizeof(*vcon), sizeof(*vcon));
        return NULL;
    }
    vcon->dev = dev;
    vcon->service.poll = vcon_poll;
    vcon->is_multiport = virtio_has(dev, VIRTIO_CONSOLE_F_MULTIPORT);
    vcon->looked_us = kernel_now_us();
    return vcon;
}

static int start(struct virtio *dev, struct vcon **vcon)
{
    int status = virtio_start(dev, WANTED);

    if (status != OK)
        return status;
    *vcon = new_vcon(dev);
    status = *vcon ? init_queues(*vcon) : ERR_FULL;
    if (status == ERR_ABSENT)
        status = ERR_BROKEN;
    if (status != OK)
        virtio_fail(dev);
    return status;
}

int vcon_attach(struct virtio *dev, const char *controller_kind)
{
    struct vcon *vcon;
    int status = start(dev, &vcon);

    if (status != OK)
        return vcon_add_undriven(dev, controller_kind, status);
    go_live(vcon);
    kernel_service_add(&vcon->service);
    wait_for_ports(vcon);
    return OK;
}

/* --- failure, and starting over -------------------------------------------------------- */

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
        go_live(vcon);
    else
        vcon_fail(vcon);
}
