/*
 * What the files of the virtio console driver share with each other.
 *
 *   struct vcon             the controller, one device
 *     ctrl_rx, ctrl_tx      its control queue
 *     lines[id]             two queues for each port number, whether or not ...
 *       port                ... there is a port on them now
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_VIRTIO_VCON_H
#define DRIVERS_VIRTIO_VCON_H

#include "drivers/console.h"
#include "drivers/kernel.h"
#include "drivers/virtio/virtio.h"
#include "drivers/virtio/virtio_console_regs.h"
#include "drivers/virtio/virtqueue.h"

/* Port numbers that we make queues for.  QEMU's limit is 31; each costs about 1 KiB. */
#define VCON_PORTS_MAX 64

/* Buffers in flight for a port.  The log comes in pieces of 8 KiB, so this many are
 * more than what any ring of the log holds back for one slow reader. */
#define VCON_TX_COUNT 16

/* One descriptor's bytes: a host writes each buffer with one call, and above this
 * a longer call gains nothing. */
#define VCON_TX_BYTES 65536u

/* Input is somebody typing: two small buffers. */
#define VCON_RX_COUNT 2
#define VCON_RX_BYTES 64

/* After DEVICE_READY a device names all its ports at once, and QEMU drops what finds
 * no buffer; its queue has 32 places. */
#define VCON_CTRL_RX_COUNT 32

/* Longest control message: a port's name.  QEMU writes past the end of its length
 * limit what does not fit, so be generous. */
#define VCON_CTRL_RX_BYTES 512

/* Messages to the device at once.  Each PORT_READY is answered with up to three, so
 * eight of them fit into the 32 buffers, with room for what the host does meanwhile. */
#define VCON_CTRL_TX_COUNT 8

struct vcon;

enum vcon_stage {
    VCON_AWAITED,  /* known from before a restart: the device will name it again */
    VCON_ADDED,    /* PORT_ADD came, we owe PORT_READY                           */
    VCON_ASKED,    /* PORT_READY is in flight                                    */
    VCON_ANSWERED, /* the device has taken it, its answers are there             */
    VCON_LIVE,     /* its kind is known: a console of the log                    */
};

/* A buffer given to the device, in the order of giving. */
struct vcon_sent {
    uint32_t len;
    uint16_t token;
    bool is_back; /* the device gave it back           */
    bool is_lost; /* ... and nobody may have read it   */
};

struct vcon_port {
    struct console con; /* first: the console operations get this       */
    struct vcon *vcon;
    struct vcon_line *line;
    unsigned id;
    unsigned order; /* of PORT_ADD, since the controller was started */
    enum vcon_stage stage;
    bool is_console;      /* CONSOLE_PORT came                        */
    bool is_open;         /* PORT_OPEN: somebody listens on the host  */
    bool is_known;        /* kernel_console_add() was called          */
    bool owes_open;       /* we have to send PORT_OPEN                */
    uint64_t answered_us; /* when it became VCON_ANSWERED             */

    struct vcon_sent sent[VCON_TX_COUNT]; /* a ring: oldest .. given         */
    unsigned given, oldest;               /* counts, modulo VCON_TX_COUNT    */
    size_t inflight;                      /* bytes from the oldest on        */
};

/* The two queues of a port number.  They outlive a port that is unplugged: the next
 * one with this number goes on where it stopped. */
struct vcon_line {
    struct virtq rx, tx;
    int status;             /* OK: both queues exist                    */
    struct vcon_port *port; /* NULL: nothing plugged in                 */
    uint8_t (*buffers)[VCON_RX_BYTES];
    uint8_t *input; /* a buffer that was filled, being read     */
    uint32_t input_at, input_len;
};

struct vcon {
    struct service service; /* first: poll() gets this                  */
    struct virtio *dev;
    unsigned line_count; /* port numbers below this                  */
    struct vcon_line *lines;
    bool is_multiport;
    bool is_failed;     /* the device broke the rules: no more of it */
    bool is_untold;     /* ... which poll() has yet to say           */
    bool is_polling;    /* poll() is not to call itself              */
    bool owes_ready;    /* we have to send DEVICE_READY              */
    bool is_quiet;      /* nothing to do until the device says something */
    unsigned order;     /* ports added so far                        */
    unsigned obeyed;    /* resets that the device asked for          */
    unsigned notes;     /* complaints so far                         */
    unsigned polls;     /* counted, to look at the clock seldom      */
    uint64_t looked_us; /* when the status register was last read    */

    struct virtq ctrl_rx, ctrl_tx;
    uint8_t (*ctrl_buffers)[VCON_CTRL_RX_BYTES];
    struct virtio_console_control ctrl_sent[VCON_CTRL_TX_COUNT];
    bool ctrl_busy[VCON_CTRL_TX_COUNT];
};

/* --- virtio_console.c: the controller ------------------------------------------ */

/* Step 8 of the handshake: DRIVER_OK, then ports. */
void vcon_go_live(struct vcon *vcon);

/* Say something about the device, with dev->why; at most so often. */
void vcon_note(struct vcon *vcon, const struct why *why);

/* --- vcon_restart.c: failure, and starting over ----------------------------------- */

/* The device lied: stop everything on it, and tell it so.  dev->why says how. */
void vcon_fail(struct vcon *vcon);

/* Reset the device and start over with the same ports.  What is then in flight may be
 * lost; ports other than `but` are first waited for, bounded. */
void vcon_restart(struct vcon *vcon, const struct vcon_port *but);

/* Write to the log why it failed, once: console_ops can't. */
void vcon_say_failure(struct vcon *vcon);

/* Look at the status register now and then: does the device ask to be reset? */
void vcon_look_after(struct vcon *vcon);

/* --- vcon_ctrl.c: the control queue ----------------------------------------------- */

/* Memory and queues.  OK | an error, dev->why says which */
int vcon_ctrl_init(struct vcon *vcon);

/* The device is live: lend it buffers for its messages, and ask for its ports. */
void vcon_ctrl_start(struct vcon *vcon);

/* Take messages, answer, and let ports go live that are described.  Never blocks. */
void vcon_ctrl_poll(struct vcon *vcon);

/* Are there messages that poll() has not read yet?  (Not while it is reading.) */
bool vcon_ctrl_has_mail(struct vcon *vcon);

/* Is something still on its way: a message of ours, or a port's description? */
bool vcon_ctrl_is_busy(const struct vcon *vcon);

/* --- vcon_port.c: a port's life ----------------------------------------------------- */

/* Plug in port `id`, below line_count.  Nothing if it is there already. */
void vcon_port_add(struct vcon *vcon, unsigned id);

/* Its kind is known: make it a console of the log. */
void vcon_port_go_live(struct vcon_port *port);

/* The host opened or closed its side. */
void vcon_port_set_open(struct vcon_port *port, bool is_open);

/* It was unplugged: get everything back from its queues, and forget it. */
void vcon_port_remove(struct vcon_port *port);

/* Take back what the device is done with, and count it. */
void vcon_port_reclaim(struct vcon_port *port);

/* The device was reset: nothing is in flight any more, and may not have been sent. */
void vcon_port_let_go(struct vcon_port *port);

/* --- vcon_console.c: console_ops ------------------------------------------------- */

extern const struct console_ops vcon_console_ops;

/* Lend the port's input buffers. */
void vcon_console_lend(struct vcon_line *line);

#endif
