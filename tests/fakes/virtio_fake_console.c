/*
 * The console device for unit tests.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tests/fakes/virtio_fake_console.h"

#include <string.h>

#include "drivers/virtio/virtio.h"
#include "drivers/virtio/virtio_console_regs.h"

static struct virtio_fake_console *console_of(struct virtio_fake *fake)
{
    return (struct virtio_fake_console *)fake;
}

static bool is_running(const struct virtio_fake_console *con)
{
    return con->fake.status & VIRTIO_STATUS_DRIVER_OK;
}

static bool is_multiport(const struct virtio_fake_console *con)
{
    return con->fake.accepted & VIRTIO_CONSOLE_F_MULTIPORT;
}

/* --- configuration ---------------------------------------------------------------------- */

static uint32_t config_read(struct virtio_fake *fake, size_t offset, unsigned bytes)
{
    virtio_fake_rule(fake, offset == VIRTIO_CONSOLE_CFG_MAX_NR_PORTS && bytes == 4,
                     "VIRTIO 1.2 §5.3.4: read of no field");
    virtio_fake_rule(fake, fake->accepted & VIRTIO_CONSOLE_F_MULTIPORT,
                     "VIRTIO 1.2 §5.3.4: max_nr_ports without MULTIPORT");
    return console_of(fake)->max_ports;
}

static void config_write(struct virtio_fake *fake, size_t offset, unsigned bytes, uint32_t value)
{
    struct virtio_fake_console *con = console_of(fake);
    virtio_fake_rule(fake, offset == VIRTIO_CONSOLE_CFG_EMERG_WR && bytes == 4,
                     "VIRTIO 1.2 §5.3.4: write to no field");
    virtio_fake_rule(fake, fake->offered & VIRTIO_CONSOLE_F_EMERG_WRITE,
                     "VIRTIO 1.2 §5.3.4: emergency write that is not offered");
    if (con->emergency_count < sizeof(con->emergency) - 1)
        con->emergency[con->emergency_count++] = (char)value;
}

/* --- to the driver ------------------------------------------------------------------------ */

void virtio_fake_console_tell(struct virtio_fake_console *con, const void *bytes, size_t len)
{
    struct virtio_fake_buffer buffer;
    if (!is_running(con) || !virtio_fake_pop(&con->fake, VIRTIO_CONSOLE_QUEUE_CTRL_RX, &buffer)) {
        con->dropped++;
        return;
    }
    virtio_fake_rule(&con->fake, buffer.is_writable, "VIRTIO 1.2 §5.3.6.2: a buffer to be filled");
    memcpy(buffer.bytes, bytes, len < buffer.len ? len : buffer.len);
    virtio_fake_push(&con->fake, VIRTIO_CONSOLE_QUEUE_CTRL_RX, &buffer, (uint32_t)len);
}

static void tell(struct virtio_fake_console *con, unsigned id, uint16_t event, uint16_t value)
{
    struct virtio_console_control message = { .id = id, .event = event, .value = value };
    virtio_fake_console_tell(con, &message, sizeof(message));
}

static void tell_name(struct virtio_fake_console *con, unsigned id)
{
    uint8_t bytes[1024] = { 0 };
    size_t len = strlen(con->ports[id].name);
    memcpy(bytes, &(struct virtio_console_control){ id, VIRTIO_CONSOLE_PORT_NAME, 1 }, 8);
    memcpy(bytes + 8, con->ports[id].name, len + 1);
    virtio_fake_console_tell(con, bytes, 8 + len + 1);
}

static void describe(struct virtio_fake_console *con, unsigned id)
{
    if (con->ports[id].is_console)
        tell(con, id, VIRTIO_CONSOLE_CONSOLE_PORT, 1);
    if (con->ports[id].name)
        tell_name(con, id);
    if (con->ports[id].is_host_open)
        tell(con, id, VIRTIO_CONSOLE_PORT_OPEN, 1);
}

void virtio_fake_console_answer(struct virtio_fake_console *con)
{
    for (unsigned id = 0; id < VIRTIO_FAKE_PORTS; id++)
        if (con->ports[id].is_there && con->ports[id].is_ready)
            describe(con, id);
}

/* --- from the driver: control ----------------------------------------------------------------- */

static void add_all(struct virtio_fake_console *con)
{
    for (unsigned id = 0; id < VIRTIO_FAKE_PORTS; id++)
        if (con->ports[id].is_there)
            tell(con, id, VIRTIO_CONSOLE_PORT_ADD, 1);
}

static void on_port_ready(struct virtio_fake_console *con, unsigned id)
{
    virtio_fake_rule(&con->fake, con->ports[id].is_there || con->is_hasty,
                     "VIRTIO 1.2 §5.3.6.2: PORT_READY for a port that is not there");
    con->ports[id].is_ready = true;
    if (!con->answers_late)
        describe(con, id);
}

static void on_control(struct virtio_fake_console *con,
                       const struct virtio_console_control *message)
{
    bool is_port = message->id < VIRTIO_FAKE_PORTS;
    if (message->event == VIRTIO_CONSOLE_DEVICE_READY) {
        virtio_fake_rule(&con->fake, message->value == 1, "VIRTIO 1.2 §5.3.6.2: DEVICE_READY");
        add_all(con);
    } else if (message->event == VIRTIO_CONSOLE_PORT_READY && is_port) {
        on_port_ready(con, message->id);
    } else if (message->event == VIRTIO_CONSOLE_PORT_OPEN && is_port) {
        virtio_fake_rule(&con->fake, con->ports[message->id].is_ready || con->is_hasty,
                         "VIRTIO 1.2 §5.3.6.2: PORT_OPEN before PORT_READY");
        con->ports[message->id].is_guest_open = message->value;
    } else {
        virtio_fake_rule(&con->fake, false, "VIRTIO 1.2 §5.3.6.2: not a message of the driver's");
    }
}

static void run_control(struct virtio_fake_console *con)
{
    struct virtio_fake_buffer buffer;
    while (virtio_fake_pop(&con->fake, VIRTIO_CONSOLE_QUEUE_CTRL_TX, &buffer)) {
        virtio_fake_rule(&con->fake, !buffer.is_writable && buffer.len == 8,
                         "VIRTIO 1.2 §5.3.6.2: a control message has 8 bytes");
        if (buffer.len == 8)
            on_control(con, (void *)buffer.bytes);
        virtio_fake_push(&con->fake, VIRTIO_CONSOLE_QUEUE_CTRL_TX, &buffer, 0);
    }
}

/* --- from the driver: output ------------------------------------------------------------------- */

static void keep(struct virtio_fake_port *port, const struct virtio_fake_buffer *buffer)
{
    for (uint32_t i = 0; i < buffer->len && port->sent_count < VIRTIO_FAKE_SENT; i++)
        port->sent[port->sent_count++] = buffer->bytes[i];
}

static void discard(struct virtio_fake_console *con, unsigned id)
{
    struct virtio_fake_buffer buffer;
    unsigned tx = VIRTIO_CONSOLE_QUEUE_TX(id);
    while (virtio_fake_pop(&con->fake, tx, &buffer)) {
        con->ports[id].discarded += buffer.len;
        virtio_fake_push(&con->fake, tx, &buffer, 0);
    }
}

/* A stalled host: the first buffer is begun, and stays. */
static void begin_held(struct virtio_fake_console *con, unsigned id)
{
    struct virtio_fake_port *port = &con->ports[id];
    if (!port->is_mid_buffer)
        port->is_mid_buffer = virtio_fake_pop(&con->fake, VIRTIO_CONSOLE_QUEUE_TX(id), &port->held);
}

static void finish_held(struct virtio_fake_console *con, unsigned id)
{
    struct virtio_fake_port *port = &con->ports[id];
    if (!port->is_mid_buffer)
        return;
    port->is_mid_buffer = false;
    keep(port, &port->held);
    virtio_fake_push(&con->fake, VIRTIO_CONSOLE_QUEUE_TX(id), &port->held, 0);
}

static void run_output(struct virtio_fake_console *con, unsigned id)
{
    struct virtio_fake_port *port = &con->ports[id];
    struct virtio_fake_buffer buffer;
    unsigned tx = VIRTIO_CONSOLE_QUEUE_TX(id);

    if (!port->is_there || !port->is_host_open) {
        discard(con, id);
        return;
    }
    if (port->is_stalled) {
        begin_held(con, id);
        return;
    }
    finish_held(con, id);
    while (virtio_fake_pop(&con->fake, tx, &buffer)) {
        virtio_fake_rule(&con->fake, !buffer.is_writable, "VIRTIO 1.2 §5.3.6: output to be filled");
        keep(port, &buffer);
        virtio_fake_push(&con->fake, tx, &buffer, 0);
    }
}

static void run_queue(struct virtio_fake *fake, unsigned index)
{
    struct virtio_fake_console *con = console_of(fake);
    if (is_multiport(con) && index == VIRTIO_CONSOLE_QUEUE_CTRL_TX)
        run_control(con);
    else if (index == 1)
        run_output(con, 0);
    else if (index > 3 && index % 2 == 1)
        run_output(con, (index - 3) / 2);
}

static void was_reset(struct virtio_fake *fake)
{
    struct virtio_fake_console *con = console_of(fake);
    for (unsigned id = 0; id < VIRTIO_FAKE_PORTS; id++) {
        con->ports[id].is_ready = con->ports[id].is_guest_open = false;
        con->ports[id].is_mid_buffer = false;
    }
}

/* --- what the host does --------------------------------------------------------------------------- */

void virtio_fake_console_init(struct virtio_fake_console *con, uint32_t max_ports)
{
    memset(con, 0, sizeof(*con));
    con->max_ports = max_ports;
    con->fake.offered = VIRTIO_CONSOLE_F_EMERG_WRITE | VIRTIO_F_EVENT_IDX | VIRTIO_F_INDIRECT_DESC |
                        VIRTIO_F_VERSION_1 | (max_ports > 1 ? VIRTIO_CONSOLE_F_MULTIPORT : 0);
    con->fake.queue_max = 128;
    con->fake.queue_count = max_ports > 1 ? 2 * max_ports + 2 : 2;
    con->fake.lie_queue = -1;
    con->fake.config_read = config_read;
    con->fake.config_write = config_write;
    con->fake.run_queue = run_queue;
    con->fake.was_reset = was_reset;
}

struct virtio_fake_port *virtio_fake_console_plug(struct virtio_fake_console *con, unsigned id,
                                                  bool is_console, const char *name)
{
    struct virtio_fake_port *port = &con->ports[id];
    *port = (struct virtio_fake_port){
        .is_there = true, .is_console = is_console, .is_host_open = is_console, .name = name
    };
    if (is_running(con))
        tell(con, id, VIRTIO_CONSOLE_PORT_ADD, 1);
    return port;
}

void virtio_fake_console_unplug(struct virtio_fake_console *con, unsigned id)
{
    con->ports[id].is_there = con->ports[id].is_ready = false;
    if (con->ports[id].is_mid_buffer)
        virtio_fake_push(&con->fake, VIRTIO_CONSOLE_QUEUE_TX(id), &con->ports[id].held, 0);
    con->ports[id].is_mid_buffer = false;
    tell(con, id, VIRTIO_CONSOLE_PORT_REMOVE, 1);
}

void virtio_fake_console_open(struct virtio_fake_console *con, unsigned id, bool is_open)
{
    con->ports[id].is_host_open = is_open;
    if (!is_open) {
        con->ports[id].is_stalled = con->ports[id].is_mid_buffer = false; /* never given back */
        discard(con, id);
    }
    if (con->ports[id].is_ready)
        tell(con, id, VIRTIO_CONSOLE_PORT_OPEN, is_open);
}

void virtio_fake_console_stall(struct virtio_fake_console *con, unsigned id, bool is_stalled)
{
    struct virtio_fake_port *port = &con->ports[id];
    port->is_stalled = is_stalled;
    if (is_running(con))
        run_output(con, id);
}

size_t virtio_fake_console_type(struct virtio_fake_console *con, unsigned id, const char *text)
{
    size_t len = strlen(text), done = 0;
    unsigned rx = VIRTIO_CONSOLE_QUEUE_RX(id);
    struct virtio_fake_buffer buffer;
    while (done < len && virtio_fake_pop(&con->fake, rx, &buffer)) {
        size_t n = len - done < buffer.len ? len - done : buffer.len;
        virtio_fake_rule(&con->fake, buffer.is_writable, "VIRTIO 1.2 §5.3.6: input to be read");
        memcpy(buffer.bytes, text + done, n);
        done += n;
        virtio_fake_push(&con->fake, rx, &buffer, (uint32_t)n);
    }
    return done;
}
