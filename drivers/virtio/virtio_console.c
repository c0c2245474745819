/*
 * The console controller: its handshake, its queues, and what it does now and then.
 *
 * Source: VIRTIO 1.2 §5.3.2 (queues), §5.3.5 (initialisation).
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

/* How long a device may take to describe its ports before the boot goes on without.  QEMU needs
 * 60 microseconds for a message, so 31 ports are done in 10 ms; but with an ioeventfd another of
 * its threads answers, which a busy host may keep from running for tenths of a second. */
#define DESCRIBE_BUDGET_US 1000000u

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
void vcon_go_live(struct vcon *vcon)
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

static void poll_once(struct vcon *vcon)
{
    vcon_look_after(vcon);
    if (vcon->is_multiport && !vcon->is_failed)
        vcon_ctrl_poll(vcon);
    vcon_say_failure(vcon);
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
    uint64_t start = kernel_now_us(), waited = 0;
    struct why why;

    do {
        vcon_poll(&vcon->service);
        waited = kernel_now_us() - start;
    } while (!vcon->is_failed && vcon_ctrl_is_busy(vcon) && waited < DESCRIBE_BUDGET_US);
    if (waited < DESCRIBE_BUDGET_US)
        return;
    why_set(&why, ERR_TIMEOUT, "ports not described, microseconds", waited, DESCRIBE_BUDGET_US);
    vcon_note(vcon, &why);
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
    vcon_go_live(vcon);
    kernel_service_add(&vcon->service);
    wait_for_ports(vcon);
    return OK;
}
