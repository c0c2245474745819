/*
 * The virtio console device: from one port (a console) to dozens, which come and go.
 *
 * virtio_console.c  the controller: handshake, queues
 * vcon_restart.c    ... its failure, and starting over
 * vcon_ctrl.c       the control queue: which ports there are, and what they are
 * vcon_port.c       a port's life: added, live, removed
 * vcon_console.c    console_ops: here nobody writes a byte to a register
 * Source: VIRTIO 1.2 §5.3.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_VIRTIO_VIRTIO_CONSOLE_H
#define DRIVERS_VIRTIO_VIRTIO_CONSOLE_H

#include "drivers/virtio/virtio.h"

/*
 * Start a console device and add a console for each port that it tells us of.
 *
 * dev              transport, kind, found are set; lives for ever
 * controller_kind  QEMU's name of the device, for the record if it can't be driven
 * returns  OK, and ports that the device names later are added when it does
 *          | an error: the controller itself was added, as not driven
 * blocks   until the device has described its ports, at most a second
 * VIRTIO 1.2 §5.3.5, §5.3.6.2
 */
int vcon_attach(struct virtio *dev, const char *controller_kind);

/*
 * Name a controller that can't be driven; dev->why is the evidence.
 * returns  status | ERR_FULL no memory to name it
 */
int vcon_add_undriven(struct virtio *dev, const char *controller_kind, int status);

#endif
