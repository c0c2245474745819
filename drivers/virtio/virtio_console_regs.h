/*
 * The console device: its features, configuration, queues and control messages.
 * Source: VIRTIO 1.2, section 5.3.
 * Left out: F_SIZE - a log has no width.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_VIRTIO_VIRTIO_CONSOLE_REGS_H
#define DRIVERS_VIRTIO_VIRTIO_CONSOLE_REGS_H

#include <stddef.h>
#include <stdint.h>

/* clang-format off */
#define VIRTIO_CONSOLE_F_MULTIPORT      (1ull << 1)   /* many ports, a control queue   5.3.3 */
#define VIRTIO_CONSOLE_F_EMERG_WRITE    (1ull << 2)   /* EMERG_WR works                5.3.3 */

#define VIRTIO_CONSOLE_CFG_MAX_NR_PORTS 4             /* R  le32, with MULTIPORT       5.3.4 */
#define VIRTIO_CONSOLE_CFG_EMERG_WR     8             /* W  le32, with EMERG_WRITE     5.3.4 */
#define VIRTIO_CONSOLE_CFG_BYTES        12

#define VIRTIO_CONSOLE_QUEUE_CTRL_RX    2             /*                               5.3.2 */
#define VIRTIO_CONSOLE_QUEUE_CTRL_TX    3

/* Control messages: event numbers                                                   5.3.6.2 */
#define VIRTIO_CONSOLE_DEVICE_READY     0             /* us:  we have the control queue      */
#define VIRTIO_CONSOLE_PORT_ADD         1             /* it:  there is a port                */
#define VIRTIO_CONSOLE_PORT_REMOVE      2             /* it:  there was                      */
#define VIRTIO_CONSOLE_PORT_READY       3             /* us:  its queues are ready           */
#define VIRTIO_CONSOLE_CONSOLE_PORT     4             /* it:  this port is a console         */
#define VIRTIO_CONSOLE_RESIZE           5             /* it:  columns and rows follow        */
#define VIRTIO_CONSOLE_PORT_OPEN        6             /* both: this side is open (1), or not */
#define VIRTIO_CONSOLE_PORT_NAME        7             /* it:  a name follows                 */
/* clang-format on */

/* VIRTIO 1.2 §5.3.2: port 0 has queues 0 and 1, then come the two control queues. */
#define VIRTIO_CONSOLE_QUEUE_RX(port) ((port) == 0 ? 0u : 2u * (port) + 2u)
#define VIRTIO_CONSOLE_QUEUE_TX(port) (VIRTIO_CONSOLE_QUEUE_RX(port) + 1u)

struct virtio_console_control {
    uint32_t id; /* port number */
    uint16_t event;
    uint16_t value;
};
_Static_assert(sizeof(struct virtio_console_control) == 8, "VIRTIO 1.2 §5.3.6.2");

#endif
