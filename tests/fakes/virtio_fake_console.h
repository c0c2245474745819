/*
 * The console device for unit tests: ports that come and go, hosts that open, close,
 * stall and type, and a control queue that tells of it (VIRTIO 1.2 §5.3.6.2).
 *
 * It behaves as QEMU's does: a virtserialport whose host is closed throws bytes away; one
 * whose host stalls keeps the buffer that it had begun, and if the host then closes, that
 * buffer never comes back.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FAKES_VIRTIO_FAKE_CONSOLE_H
#define TESTS_FAKES_VIRTIO_FAKE_CONSOLE_H

#include "tests/fakes/virtio_fake.h"

#define VIRTIO_FAKE_PORTS 66
#define VIRTIO_FAKE_SENT  (1u << 16)

struct virtio_fake_port {
    /* set by the test before the driver starts, or through the functions below */
    bool is_there;
    bool is_console;
    bool is_host_open;
    const char *name;

    /* owned by the fake */
    bool is_ready, is_guest_open;
    bool is_stalled;    /* the host does not read              */
    bool is_mid_buffer; /* `held` was begun, and is not done   */
    struct virtio_fake_buffer held;

    /* looked at by the test */
    uint8_t sent[VIRTIO_FAKE_SENT];
    size_t sent_count;
    size_t discarded; /* bytes thrown away: nobody listened  */
};

struct virtio_fake_console {
    struct virtio_fake fake; /* first: the callbacks get this */
    uint32_t max_ports;
    struct virtio_fake_port ports[VIRTIO_FAKE_PORTS];
    bool is_hasty;     /* plugs and unplugs while our messages about it are on their way */
    bool answers_late; /* to PORT_READY: in virtio_fake_console_answer() */
    unsigned dropped;  /* control messages for which there was no buffer */
    char emergency[256];
    size_t emergency_count;
};

/* 2: ports 0 and 1, one control queue, and so on; 1: no MULTIPORT. */
void virtio_fake_console_init(struct virtio_fake_console *con, uint32_t max_ports);

/* A port, before the driver starts or while it runs (then PORT_ADD is sent). */
struct virtio_fake_port *virtio_fake_console_plug(struct virtio_fake_console *con, unsigned id,
                                                  bool is_console, const char *name);
void virtio_fake_console_unplug(struct virtio_fake_console *con, unsigned id);

void virtio_fake_console_open(struct virtio_fake_console *con, unsigned id, bool is_open);
void virtio_fake_console_stall(struct virtio_fake_console *con, unsigned id, bool is_stalled);
/* returns how many bytes found room */
size_t virtio_fake_console_type(struct virtio_fake_console *con, unsigned id, const char *text);

/* What answers_late held back. */
void virtio_fake_console_answer(struct virtio_fake_console *con);

/* Any bytes as a control message. */
void virtio_fake_console_tell(struct virtio_fake_console *con, const void *bytes, size_t len);

#endif
