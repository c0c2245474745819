/*
 * drivers/virtio/virtio_console.c, vcon_restart.c, vcon_ctrl.c, vcon_port.c, vcon_console.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/virtio/vcon.h"
#include "drivers/virtio/virtio_console.h"
#include "tests/fakes/kernel.h"
#include "tests/fakes/virtio_fake_console.h"

static struct virtio_fake_console host;
static struct virtio_fake_direct direct;
static uint8_t stream[200000]; /* the log, as devices see it */

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    fake_kernel_low_addresses();
    fake_kernel_dma(stream, sizeof(stream));
    for (size_t i = 0; i < sizeof(stream); i++)
        stream[i] = (uint8_t)(i * 7 + i / 251);
    virtio_fake_console_init(&host, 31);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fake_kernel_reset();
    assert_string_equal(host.fake.broken, "");
    return 0;
}

static int attach(void)
{
    virtio_fake_direct_init(&direct, &host.fake);
    return vcon_attach(&direct.dev, "virtio-serial-device");
}

/* One virtconsole on port 0, ready to be written to. */
static struct console *one_console(void)
{
    virtio_fake_console_plug(&host, 0, true, NULL);
    assert_int_equal(attach(), OK);
    assert_int_equal(fake_kernel_console_count(), 1);
    return fake_kernel_console(0);
}

/* One virtserialport on port 1. */
static struct console *one_port(bool is_open)
{
    virtio_fake_console_plug(&host, 1, false, "org.tutti.log")->is_host_open = is_open;
    assert_int_equal(attach(), OK);
    assert_int_equal(fake_kernel_console_count(), 1);
    return fake_kernel_console(0);
}

static size_t put(struct console *con, size_t from, size_t len)
{
    return con->ops->write(con, stream + from, len);
}

static void expect_sent(unsigned port, size_t from, size_t len)
{
    assert_int_equal(host.ports[port].sent_count, len);
    assert_memory_equal(host.ports[port].sent, stream + from, len);
}

/* --- starting --------------------------------------------------------------------------- */

/* VIRTIO 1.2 §5.3.6.2: the conversation of the control queue. */
static void test_one_console(void **state)
{
    (void)state;
    struct console *con = one_console();
    assert_string_equal(con->kind, "virtconsole");
    assert_string_equal(con->found, "test:0/port0");
    assert_string_equal(con->label, "");
    assert_int_equal(con->status, OK);
    assert_false(con->is_stopped);
    assert_true(host.ports[0].is_guest_open);
    assert_int_equal(fake_kernel_service_count(), 1);
    assert_int_equal(host.dropped, 0);
}

/* VIRTIO 1.2 §5.3.5: without MULTIPORT there is one console, and no control queue. */
static void test_no_multiport(void **state)
{
    (void)state;
    virtio_fake_console_init(&host, 1);
    struct console *con = one_console();
    assert_string_equal(con->kind, "virtconsole");
    assert_string_equal(con->found, "test:0/port0");
    assert_int_equal(put(con, 0, 100), 100);
    expect_sent(0, 0, 100);
    fake_kernel_poll();
}

static void plug_31_ports(void)
{
    for (unsigned id = 0; id < 31; id++)
        virtio_fake_console_plug(&host, id, id % 3 == 0, id % 2 ? "a.name" : NULL);
}

/* VIRTIO 1.2 §5.3.2: which queues a port has.  All answers find a buffer. */
static void test_31_ports(void **state)
{
    (void)state;
    plug_31_ports();
    assert_int_equal(attach(), OK);
    assert_int_equal(fake_kernel_console_count(), 31);
    assert_int_equal(host.dropped, 0);
    for (unsigned i = 0; i < 31; i++) {
        struct console *con = fake_kernel_console(i);
        unsigned id = 0;
        assert_int_equal(sscanf(con->found, "test:0/port%u", &id), 1);
        assert_string_equal(con->kind, id % 3 == 0 ? "virtconsole" : "virtserialport");
        assert_string_equal(con->label, id % 2 ? "a.name" : "");
        virtio_fake_console_open(&host, id, true);
        fake_kernel_poll();
        assert_int_equal(put(con, id * 100, 5000), 5000);
        expect_sent(id, id * 100, 5000);
    }
}

static void test_31_ports_of_a_slow_device(void **state)
{
    (void)state;
    host.fake.is_slow = true;
    plug_31_ports();
    assert_int_equal(attach(), OK);
    assert_in_range(fake_kernel_clock(), 1000000, 1010000); /* the budget */
    assert_int_equal(fake_kernel_console_count(), 0);
    for (unsigned i = 0; i < 40; i++) {
        virtio_fake_run(&host.fake);
        fake_kernel_clock_advance(2000);
        fake_kernel_poll();
    }
    assert_int_equal(fake_kernel_console_count(), 31);
    assert_int_equal(host.dropped, 0);
    for (unsigned id = 0; id < 31; id++)
        assert_true(host.ports[id].is_ready && host.ports[id].is_guest_open);
}

/* A device that takes PORT_READY, and answers when it likes. */
static void test_late_answers(void **state)
{
    (void)state;
    host.answers_late = true;
    virtio_fake_console_plug(&host, 0, true, "first");
    assert_int_equal(attach(), OK);
    struct console *con = fake_kernel_console(0);
    assert_string_equal(con->kind, "virtserialport"); /* as far as anybody knows */
    assert_true(con->is_stopped);
    virtio_fake_console_answer(&host);
    fake_kernel_poll();
    assert_false(con->is_stopped);
    assert_string_equal(con->label, "first");
}

/* What a port is may be told a little after PORT_READY was taken: that is waited for. */
static void test_answers_a_little_late(void **state)
{
    (void)state;
    assert_int_equal(attach(), OK);
    host.answers_late = true;
    virtio_fake_console_plug(&host, 1, false, "org.qemu.guest_agent.0");
    for (unsigned i = 0; i < 3; i++)
        fake_kernel_poll();
    assert_int_equal(fake_kernel_console_count(), 0);
    virtio_fake_console_answer(&host);
    fake_kernel_clock_advance(2000);
    fake_kernel_poll();
    assert_int_equal(fake_kernel_console_count(), 1);
    assert_int_equal(fake_kernel_console(0)->status, ERR_UNSUPPORTED);
}

/* That it is a console comes last, and its host has not opened it: it takes bytes all the same. */
static void test_told_late_that_it_is_a_console(void **state)
{
    (void)state;
    struct console *con = one_port(false);
    assert_true(con->is_stopped);
    struct virtio_console_control message = { 1, VIRTIO_CONSOLE_CONSOLE_PORT, 1 };
    virtio_fake_console_tell(&host, &message, sizeof(message));
    fake_kernel_poll();
    assert_false(con->is_stopped);

    /* One that is left alone stays so. */
    virtio_fake_console_plug(&host, 2, false, "org.qemu.guest_agent.0");
    for (unsigned i = 0; i < 3; i++) {
        fake_kernel_clock_advance(2000);
        fake_kernel_poll();
    }
    message.id = 2;
    virtio_fake_console_tell(&host, &message, sizeof(message));
    fake_kernel_poll();
    assert_true(fake_kernel_console(1)->is_stopped);
}

static void test_no_ports_yet(void **state)
{
    (void)state;
    assert_int_equal(attach(), OK);
    assert_int_equal(fake_kernel_console_count(), 0);
    virtio_fake_console_plug(&host, 5, true, NULL);
    fake_kernel_poll();
    fake_kernel_poll();
    assert_int_equal(fake_kernel_console_count(), 1);
    assert_string_equal(fake_kernel_console(0)->found, "test:0/port5");
}

/* The device takes nothing from its rings: the boot goes on without it. */
static void test_dead_device(void **state)
{
    (void)state;
    host.fake.is_dead = true;
    virtio_fake_console_plug(&host, 0, true, NULL);
    assert_int_equal(attach(), OK);
    assert_in_range(fake_kernel_clock(), 1000000, 1010000);
    assert_int_equal(fake_kernel_console_count(), 0);
    assert_true(fake_kernel_has_note("test:0: ports not described"));
}

static void expect_undriven(int status, const char *what)
{
    struct console *con = fake_kernel_console(0);
    assert_int_equal(fake_kernel_console_count(), 1);
    assert_int_equal(con->status, status);
    assert_string_equal(con->kind, "virtio-serial-device");
    assert_string_equal(con->found, "test:0");
    assert_non_null(strstr(con->why.what, what));
    assert_true(host.fake.status == 0 || host.fake.status & VIRTIO_STATUS_FAILED);
    assert_int_equal(fake_kernel_service_count(), 0);
}

static void test_controllers_that_can_not_be_driven(void **state)
{
    (void)state;
    host.fake.refuses_features = true;
    assert_int_equal(attach(), ERR_UNSUPPORTED);
    expect_undriven(ERR_UNSUPPORTED, "refuses");

    setup(state);
    host.fake.stays_in_reset = true;
    assert_int_equal(attach(), ERR_TIMEOUT);
    fake_kernel_reset();

    setup(state);
    host.max_ports = 0;
    assert_int_equal(attach(), ERR_BROKEN);
    expect_undriven(ERR_BROKEN, "max_nr_ports");

    setup(state);
    host.fake.queue_count = 2;
    assert_int_equal(attach(), ERR_BROKEN);
    expect_undriven(ERR_BROKEN, "control queue");
}

/* However little memory there is: a clear answer, and nothing is overwritten. */
static void test_little_memory(void **state)
{
    for (size_t left = 0; left < 60000; left += 997) {
        setup(state);
        virtio_fake_console_plug(&host, 0, true, NULL);
        fake_kernel_memory_left(left);
        int status = attach();
        assert_true(status == OK || status == ERR_FULL);
        fake_kernel_reset();
    }
}

/* VIRTIO 1.2 §5.3.4: the number of ports is the device's word, and may be any. */
static void test_many_ports(void **state)
{
    (void)state;
    host.max_ports = UINT32_MAX;
    host.fake.queue_count = 64;
    virtio_fake_console_plug(&host, 0, true, NULL);
    virtio_fake_console_plug(&host, 40, true, NULL); /* below our limit, but without queues */
    virtio_fake_console_plug(&host, 65, true, NULL); /* above it */
    assert_int_equal(attach(), OK);
    assert_int_equal(fake_kernel_console_count(), 2);
    assert_int_equal(fake_kernel_console(0)->status, OK);
    assert_int_equal(fake_kernel_console(1)->status, ERR_ABSENT);
    assert_string_equal(fake_kernel_console(1)->why.what, "port without queues, number");
    assert_int_equal(fake_kernel_console(1)->why.found, 40);
    assert_true(fake_kernel_has_note("port number in a control message found 0x41"));
}

/* --- output ------------------------------------------------------------------------------- */

/* However much, one doorbell: and the device reads our memory, not a copy. */
static void test_write(void **state)
{
    (void)state;
    struct console *con = one_console();
    assert_int_equal(put(con, 0, 1), 1);
    assert_int_equal(put(con, 1, 60000), 60000);
    assert_int_equal(con->kicks, 2);
    expect_sent(0, 0, 60001);
    assert_int_equal(con->ops->inflight(con), 0);
    assert_true(con->ops->is_sent(con));
    assert_int_equal(con->returned, 60001);
    assert_int_equal(con->accesses, con->kicks);
}

static void test_long_write(void **state)
{
    (void)state;
    struct console *con = one_console();
    host.fake.is_slow = true;
    assert_int_equal(put(con, 0, 200000), 200000); /* four descriptors, one doorbell */
    assert_int_equal(con->kicks, 1);
    assert_int_equal(con->ops->inflight(con), 200000);
    assert_false(con->ops->is_sent(con));
    virtio_fake_run(&host.fake);
    assert_int_equal(con->ops->inflight(con), 0);
}

static void test_full_queue(void **state)
{
    (void)state;
    struct console *con = one_console();
    host.fake.is_slow = true;
    for (size_t i = 0; i < VCON_TX_COUNT; i++)
        assert_int_equal(put(con, i, 1), 1);
    assert_int_equal(put(con, VCON_TX_COUNT, 1), 0);
    assert_int_equal(con->ops->inflight(con), VCON_TX_COUNT);
    virtio_fake_run(&host.fake);
    assert_int_equal(put(con, VCON_TX_COUNT, 1), 1);
    virtio_fake_run(&host.fake);
    expect_sent(0, 0, VCON_TX_COUNT + 1);
}

/* inflight() is about the newest bytes: one that comes back early waits for the older. */
static void test_out_of_order(void **state)
{
    (void)state;
    struct virtio_fake_buffer buffers[3];
    struct console *con = one_console();
    host.fake.is_slow = true;
    for (unsigned i = 0; i < 3; i++)
        put(con, i * 10, 10);
    for (unsigned i = 0; i < 3; i++)
        assert_true(virtio_fake_pop(&host.fake, 1, &buffers[i]));
    virtio_fake_push(&host.fake, 1, &buffers[1], 0);
    assert_int_equal(con->ops->inflight(con), 30);
    virtio_fake_push(&host.fake, 1, &buffers[0], 0);
    assert_int_equal(con->ops->inflight(con), 10);
    virtio_fake_push(&host.fake, 1, &buffers[2], 0);
    assert_int_equal(con->ops->inflight(con), 0);
    assert_int_equal(con->returned, 30);
}

/* --- ports that open and close ---------------------------------------------------------------- */

/* A virtserialport throws away what is written before the host has opened it. */
static void test_port_is_offered_nothing_until_open(void **state)
{
    (void)state;
    struct console *con = one_port(false);
    assert_string_equal(con->kind, "virtserialport");
    assert_string_equal(con->label, "org.tutti.log");
    assert_true(con->is_stopped);
    assert_int_equal(put(con, 0, 100), 0);
    virtio_fake_console_open(&host, 1, true);
    fake_kernel_poll();
    assert_false(con->is_stopped);
    assert_int_equal(put(con, 0, 100), 100);
    expect_sent(1, 0, 100);
    assert_int_equal(host.ports[1].discarded, 0);
}

static void test_port_that_is_open_at_once(void **state)
{
    (void)state;
    struct console *con = one_port(true);
    assert_false(con->is_stopped);
}

/* What the host had not read when it closed is lost, and counted, not called returned. */
static void test_close_while_stalled(void **state)
{
    (void)state;
    struct console *con = one_port(true);
    virtio_fake_console_stall(&host, 1, true);
    assert_int_equal(put(con, 0, 1000), 1000);
    assert_int_equal(put(con, 1000, 500), 500);
    assert_int_equal(put(con, 1500, 300), 300);
    virtio_fake_console_open(&host, 1, false);
    assert_int_equal(con->ops->inflight(con), 1800); /* mail first: who knows what it means */
    fake_kernel_poll();
    assert_true(con->is_stopped);
    assert_int_equal(con->lost, 0); /* the oldest is still there, so these two are not settled */
    assert_int_equal(con->ops->inflight(con), 1800);

    virtio_fake_console_open(&host, 1, true);
    for (unsigned i = 0; i < 5; i++) {
        fake_kernel_clock_advance(2000);
        fake_kernel_poll();
    }
    assert_int_equal(host.fake.resets, 1 + 2); /* what was begun never comes back otherwise */
    assert_false(con->is_stopped);
    assert_int_equal(con->ops->inflight(con), 0);
    assert_int_equal(con->returned, 0);
    assert_int_equal(con->lost, 1800);
    assert_int_equal(put(con, 1800, 100), 100);
    expect_sent(1, 1800, 100);
}

/* All came back, but because it was thrown away: the mail says so, and it is not "sent". */
static void test_close_with_all_back(void **state)
{
    (void)state;
    struct console *con = one_port(true);
    host.fake.is_slow = true;
    assert_int_equal(put(con, 0, 1000), 1000);
    virtio_fake_console_open(&host, 1, false);
    assert_int_equal(con->ops->inflight(con), 1000);
    fake_kernel_poll();
    assert_int_equal(con->ops->inflight(con), 0);
    assert_int_equal(con->returned, 0);
    assert_int_equal(con->lost, 1000);
}

/* Without a stall nothing is begun, and a port that reopens simply goes on. */
static void test_close_and_open(void **state)
{
    (void)state;
    struct console *con = one_port(true);
    for (unsigned i = 0; i < 50; i++) {
        assert_int_equal(put(con, i * 10, 10), 10);
        virtio_fake_console_open(&host, 1, false);
        fake_kernel_poll();
        assert_true(con->is_stopped);
        virtio_fake_console_open(&host, 1, true);
        fake_kernel_poll();
        assert_false(con->is_stopped);
    }
    expect_sent(1, 0, 500);
    assert_int_equal(host.fake.resets, 1);
}

static void test_names_of_other_protocols(void **state)
{
    (void)state;
    static const char *const names[] = { "org.qemu.guest_agent.0", "com.redhat.spice.0",
                                         "org.libguestfs.channel.0", "org.spice-space.webdav.0",
                                         "org.qemuish" };
    for (unsigned i = 0; i < 5; i++)
        virtio_fake_console_plug(&host, i + 1, false, names[i])->is_host_open = true;
    virtio_fake_console_plug(&host, 7, true, "org.qemu.console"); /* a console is a console */
    assert_int_equal(attach(), OK);
    fake_kernel_clock_advance(2000);
    fake_kernel_poll();
    assert_int_equal(fake_kernel_console_count(), 6);
    for (unsigned i = 0; i < 6; i++) {
        struct console *con = fake_kernel_console(i);
        unsigned id = (unsigned)(con->found[strlen("test:0/port")] - '0');
        bool is_ours = id == 5 || id == 7;
        assert_int_equal(con->status, is_ours ? OK : ERR_UNSUPPORTED);
        assert_int_equal(host.ports[id].is_guest_open, is_ours);
        if (!is_ours)
            assert_non_null(strstr(con->why.what, "another protocol"));
    }
}

/* --- input --------------------------------------------------------------------------------------- */

static void test_read(void **state)
{
    (void)state;
    char buf[300];
    struct console *con = one_console();
    assert_int_equal(con->ops->read(con, buf, sizeof(buf)), 0);
    assert_int_equal(virtio_fake_console_type(&host, 0, "hello"), 5);
    assert_int_equal(con->ops->read(con, buf, 2), 2);
    assert_int_equal(con->ops->read(con, buf + 2, sizeof(buf) - 2), 3);
    assert_memory_equal(buf, "hello", 5);
    virtio_fake_console_unplug(&host, 0);
    fake_kernel_poll();
    assert_int_equal(con->ops->read(con, buf, sizeof(buf)), 0);
}

/* More than the buffers hold, in pieces, for longer than the ring is. */
static void test_read_much(void **state)
{
    (void)state;
    char text[201], buf[300];
    struct console *con = one_console();
    memset(text, 'a', 200);
    text[200] = '\0';
    for (unsigned i = 0; i < 100; i++) {
        size_t typed = virtio_fake_console_type(&host, 0, text);
        assert_int_equal(typed, VCON_RX_COUNT * VCON_RX_BYTES);
        size_t got = con->ops->read(con, buf, 1);
        while (got < typed)
            got += con->ops->read(con, buf, 50);
        assert_int_equal(got, typed);
        assert_int_equal(con->ops->read(con, buf, sizeof(buf)), 0);
    }
}

/* --- a host that lies ------------------------------------------------------------------------------ */

static void lie(enum virtio_fake_lie kind, int queue)
{
    host.fake.lie = kind;
    host.fake.lie_queue = queue;
}

/* The device is failed, its consoles stop, and what it may still read stays in flight. */
static void test_lying_device(void **state)
{
    for (enum virtio_fake_lie kind = LIE_ID_OUT_OF_RANGE; kind <= LIE_IDX; kind++) {
        setup(state);
        virtio_fake_console_plug(&host, 0, true, NULL);
        virtio_fake_console_plug(&host, 1, true, NULL);
        assert_int_equal(attach(), OK);
        struct console *con = fake_kernel_console(0), *other = fake_kernel_console(1);
        lie(kind, 1);
        assert_int_equal(put(con, 0, 50), 50);
        assert_int_equal(con->ops->inflight(con), 50);
        assert_true(con->is_stopped);
        assert_true(other->is_stopped);
        assert_non_null(con->why.what);
        assert_true(host.fake.status & VIRTIO_STATUS_FAILED);
        assert_int_equal(put(con, 50, 50), 0);
        fake_kernel_poll();
        assert_true(fake_kernel_has_note("virtio-console: test:0: used"));
        size_t notes = fake_kernel_note_count();
        fake_kernel_poll();
        assert_int_equal(fake_kernel_note_count(), notes); /* said once */
        con->ops->abandon(con);
        assert_int_equal(con->ops->inflight(con), 0);
        assert_int_equal(con->lost, 50);
        assert_int_equal(host.fake.status, 0);
        fake_kernel_reset();
        assert_string_equal(host.fake.broken, "");
    }
}

static void test_lying_input(void **state)
{
    (void)state;
    char buf[100];
    struct console *con = one_console();
    lie(LIE_LENGTH, 0);
    virtio_fake_console_type(&host, 0, "x");
    assert_int_equal(con->ops->read(con, buf, sizeof(buf)), 0);
    assert_true(con->is_stopped);
    assert_int_equal(con->ops->read(con, buf, sizeof(buf)), 0);
}

static void test_lying_control_queue(void **state)
{
    (void)state;
    struct console *con = one_console();
    lie(LIE_LENGTH, VIRTIO_CONSOLE_QUEUE_CTRL_RX);
    virtio_fake_console_plug(&host, 1, true, NULL);
    fake_kernel_poll();
    assert_true(con->is_stopped);
    assert_true(fake_kernel_has_note("used length too long"));
    assert_int_equal(fake_kernel_console_count(), 1);
}

static void test_lying_about_our_messages(void **state)
{
    (void)state;
    struct console *con = one_console();
    lie(LIE_ID_OUT_OF_RANGE, VIRTIO_CONSOLE_QUEUE_CTRL_TX);
    virtio_fake_console_plug(&host, 1, true, NULL);
    for (unsigned i = 0; i < 3; i++)
        fake_kernel_poll();
    assert_true(con->is_stopped);
    assert_int_equal(fake_kernel_console_count(), 1);
}

/* VIRTIO 1.2 §5.3.6.2: whatever the host says, known ports go on. */
static void test_rubbish_messages(void **state)
{
    (void)state;
    struct console *con = one_console();
    for (uint32_t id = 0; id < 100; id += 3)
        for (uint16_t event = 8; event < 20; event++) {
            struct virtio_console_control message = { id * id * id, event, 0xffff };
            virtio_fake_console_tell(&host, &message, sizeof(message));
            fake_kernel_poll();
        }
    assert_in_range(fake_kernel_note_count(), 1, 8); /* and not 400 of them */
    assert_true(fake_kernel_has_note("unknown control event found 0x8"));
    for (unsigned i = 0; i < 50; i++) { /* duplicates */
        struct virtio_console_control message = { 0, VIRTIO_CONSOLE_PORT_ADD, 1 };
        virtio_fake_console_tell(&host, &message, sizeof(message));
        message.event = VIRTIO_CONSOLE_CONSOLE_PORT;
        virtio_fake_console_tell(&host, &message, sizeof(message));
        message.event = VIRTIO_CONSOLE_RESIZE; /* with no size behind it */
        virtio_fake_console_tell(&host, &message, sizeof(message));
        message = (struct virtio_console_control){ 3, VIRTIO_CONSOLE_PORT_REMOVE, 1 };
        virtio_fake_console_tell(&host, &message, sizeof(message));
        fake_kernel_poll();
    }
    assert_int_equal(fake_kernel_console_count(), 1);
    assert_int_equal(put(con, 0, 10), 10);
    expect_sent(0, 0, 10);
}

static void test_short_message(void **state)
{
    (void)state;
    struct console *con = one_console();
    virtio_fake_console_tell(&host, "abcdefg", 7);
    fake_kernel_poll();
    assert_true(con->is_stopped);
    assert_true(fake_kernel_has_note("too short found 0x7 expected 0x8"));
}

static void test_names(void **state)
{
    (void)state;
    char name[600] = { 0 };
    struct vcon_port *port = (struct vcon_port *)one_port(true);
    memset(name, 'n', 400);
    memcpy(name, &(struct virtio_console_control){ 1, VIRTIO_CONSOLE_PORT_NAME, 1 }, 8);
    virtio_fake_console_tell(&host, name, VCON_CTRL_RX_BYTES); /* no NUL, and too long */
    fake_kernel_poll();
    assert_int_equal(strlen(port->con.label), CONSOLE_LABEL_SIZE - 1);
    memcpy(name + 8, "a b\x1b\xff\"\0c", 9);
    virtio_fake_console_tell(&host, name, 17);
    fake_kernel_poll();
    assert_string_equal(port->con.label, "a?b??\"");
    virtio_fake_console_tell(&host, name, 8); /* no name at all */
    fake_kernel_poll();
    assert_string_equal(port->con.label, "");
}

/* A host that never stops talking does not keep us. */
static void test_flood_of_messages(void **state)
{
    (void)state;
    struct console *con = one_console();
    struct virtio_console_control message = { 0, VIRTIO_CONSOLE_RESIZE, 0 };
    for (unsigned i = 0; i < 100000; i++) {
        virtio_fake_console_tell(&host, &message, sizeof(message));
        if (i % 20 == 0)
            fake_kernel_poll();
    }
    fake_kernel_poll();
    assert_int_equal(put(con, 0, 10), 10);
}

/* --- ports that come and go --------------------------------------------------------------------------- */

static void test_hotplug(void **state)
{
    (void)state;
    struct console *con = one_console();
    virtio_fake_console_open(&host, 3, true); /* QEMU says this first, before PORT_ADD */
    virtio_fake_console_plug(&host, 3, true, "new");
    for (unsigned i = 0; i < 3; i++)
        fake_kernel_poll();
    assert_int_equal(fake_kernel_console_count(), 2);
    assert_string_equal(fake_kernel_console(1)->found, "test:0/port3");
    assert_string_equal(fake_kernel_console(1)->label, "new");
    assert_int_equal(put(fake_kernel_console(1), 0, 100), 100);
    assert_int_equal(put(con, 0, 50), 50);
    expect_sent(3, 0, 100);
    expect_sent(0, 0, 50);
}

static void test_no_memory_for_one_more(void **state)
{
    (void)state;
    struct console *con = one_console();
    fake_kernel_memory_left(0);
    virtio_fake_console_plug(&host, 3, true, NULL);
    for (unsigned i = 0; i < 3; i++)
        fake_kernel_poll();
    assert_int_equal(fake_kernel_console_count(), 1);
    assert_true(fake_kernel_has_note("no memory for port found 0x3"));
    assert_int_equal(put(con, 0, 50), 50);
    expect_sent(0, 0, 50);
}

/* Out and in again, with the same number, in the middle of it: the new one begins at 0. */
static void test_unplug_and_plug_again(void **state)
{
    (void)state;
    struct console *con = one_console();
    for (unsigned lap = 0; lap < 40; lap++) {
        virtio_fake_console_plug(&host, 2, true, NULL);
        for (unsigned i = 0; i < 3; i++)
            fake_kernel_poll();
        struct console *port = fake_kernel_console(1 + lap);
        assert_non_null(port);
        assert_int_equal(put(port, 0, 100), 100);
        assert_int_equal(port->ops->inflight(port), 0);
        expect_sent(2, 0, 100);
        host.fake.is_slow = true;
        assert_int_equal(put(port, 100, 77), 77);
        host.fake.is_slow = false;
        virtio_fake_console_unplug(&host, 2);
        fake_kernel_poll();
        assert_true(fake_kernel_is_removed(port));
        assert_int_equal(port->lost, 77);
        assert_int_equal(port->ops->inflight(port), 0);
        assert_int_equal(put(port, 0, 10), 0);
        port->ops->abandon(port); /* has nothing left to abandon */
        assert_int_equal(put(con, lap, 1), 1);
    }
    expect_sent(0, 0, 40);
    assert_int_equal(host.fake.resets, 1);
}

/* Out and in again before we looked: the second must not get the bytes of the first. */
static void test_swapped_behind_our_back(void **state)
{
    (void)state;
    one_console();
    virtio_fake_console_plug(&host, 2, true, NULL);
    for (unsigned i = 0; i < 3; i++)
        fake_kernel_poll();
    struct console *port = fake_kernel_console(1);
    assert_int_equal(put(port, 0, 100), 100);
    virtio_fake_console_unplug(&host, 2);
    virtio_fake_console_plug(&host, 2, true, NULL);
    assert_int_equal(put(port, 100, 50), 0);
    for (unsigned i = 0; i < 3; i++)
        fake_kernel_poll();
    assert_true(fake_kernel_is_removed(port));
    assert_int_equal(put(fake_kernel_console(2), 0, 70), 70);
    expect_sent(2, 0, 70);
}

/* An unplugged port that keeps our memory: only a reset helps, and others go on after it. */
static void test_unplug_that_keeps_memory(void **state)
{
    (void)state;
    virtio_fake_console_plug(&host, 0, true, NULL);
    virtio_fake_console_plug(&host, 2, true, NULL);
    assert_int_equal(attach(), OK);
    struct console *con = fake_kernel_console(0), *port = fake_kernel_console(1);
    host.fake.is_slow = true;
    assert_int_equal(put(port, 0, 77), 77);
    virtio_fake_console_unplug(&host, 2);
    fake_kernel_poll();
    assert_true(fake_kernel_is_removed(port));
    assert_int_equal(port->lost, 77);
    assert_int_equal(host.fake.resets, 1 + 2); /* to make it let go, and in the handshake */
    host.fake.is_slow = false;
    virtio_fake_run(&host.fake);
    for (unsigned i = 0; i < 5; i++)
        fake_kernel_poll();
    assert_int_equal(fake_kernel_console_count(), 2);
    assert_false(con->is_stopped);
    assert_int_equal(put(con, 0, 10), 10);
    expect_sent(0, 0, 10);
}

/* Gone before it was ever described. */
static void test_unplug_at_once(void **state)
{
    (void)state;
    one_console();
    host.fake.is_slow = true;
    virtio_fake_console_plug(&host, 4, true, NULL);
    virtio_fake_console_unplug(&host, 4);
    host.fake.is_slow = false;
    fake_kernel_poll();
    assert_int_equal(fake_kernel_console_count(), 1);
    virtio_fake_console_plug(&host, 4, true, NULL);
    for (unsigned i = 0; i < 3; i++)
        fake_kernel_poll();
    assert_int_equal(fake_kernel_console_count(), 2);
}

static void test_unplug_with_input_waiting(void **state)
{
    (void)state;
    char buf[10];
    one_console();
    virtio_fake_console_plug(&host, 4, true, NULL);
    for (unsigned i = 0; i < 3; i++)
        fake_kernel_poll();
    struct console *port = fake_kernel_console(1);
    virtio_fake_console_type(&host, 4, "input");
    assert_int_equal(port->ops->read(port, buf, 2), 2);
    virtio_fake_console_unplug(&host, 4);
    fake_kernel_poll();
    assert_int_equal(port->ops->read(port, buf, 2), 0);
    virtio_fake_console_plug(&host, 4, true, NULL);
    for (unsigned i = 0; i < 3; i++)
        fake_kernel_poll();
    port = fake_kernel_console(2);
    assert_int_equal(virtio_fake_console_type(&host, 4, "more"), 4);
    assert_int_equal(port->ops->read(port, buf, 10), 4);
    assert_memory_equal(buf, "more", 4);
}

/* --- starting over ------------------------------------------------------------------------------------------ */

/* VIRTIO 1.2 §2.1.2 */
static void test_needs_reset(void **state)
{
    (void)state;
    struct console *con = one_console();
    host.fake.needs_reset = true;
    fake_kernel_clock_advance(200000);
    for (unsigned i = 0; i < 70; i++)
        fake_kernel_poll();
    assert_int_equal(host.fake.resets, 1 + 2);
    assert_true(fake_kernel_has_note("asked to be reset"));
    assert_false(con->is_stopped);
    assert_int_equal(put(con, 0, 10), 10);
    expect_sent(0, 0, 10);
    assert_int_equal(fake_kernel_console_count(), 1);
}

static void test_needs_reset_for_ever(void **state)
{
    (void)state;
    struct console *con = one_console();
    for (unsigned i = 0; i < 100; i++) {
        host.fake.needs_reset = true;
        fake_kernel_clock_advance(200000);
        for (unsigned j = 0; j < 64; j++)
            fake_kernel_poll();
    }
    assert_in_range(host.fake.resets, 2 * 16, 2 * 20);
    assert_true(con->is_stopped);
    assert_in_range(fake_kernel_note_count(), 1, 10);
}

static void expect_abandon(uint64_t extra)
{
    virtio_fake_console_init(&host, 31);
    host.fake.offered |= extra;
    virtio_fake_console_plug(&host, 0, true, NULL);
    virtio_fake_console_plug(&host, 1, false, NULL)->is_host_open = true;
    assert_int_equal(attach(), OK);
    fake_kernel_clock_advance(2000);
    fake_kernel_poll();
    struct console *con = fake_kernel_console(0), *port = fake_kernel_console(1);
    virtio_fake_console_stall(&host, 1, true);
    assert_int_equal(put(port, 0, 300), 300);
    assert_int_equal(put(con, 0, 20), 20);
    size_t notes = fake_kernel_note_count();
    port->ops->abandon(port);
    assert_int_equal(fake_kernel_note_count(), notes); /* console_ops must not write to the log */
    assert_int_equal(port->ops->inflight(port), 0);
    assert_int_equal(port->lost, 300);
    assert_int_equal(con->lost, 0); /* its sibling had time to finish */
    assert_int_equal(con->returned, 20);
    assert_true(port->is_stopped && con->is_stopped);
    virtio_fake_console_stall(&host, 1, false);
    for (unsigned i = 0; i < 5; i++) {
        fake_kernel_clock_advance(2000);
        fake_kernel_poll();
    }
    assert_int_equal(fake_kernel_console_count(), 2);
    assert_false(port->is_stopped || con->is_stopped);
    host.ports[1].sent_count = 0;
    assert_int_equal(put(port, 300, 40), 40);
    expect_sent(1, 300, 40);
    assert_int_equal(put(con, 20, 20), 20);
    expect_sent(0, 0, 40);
}

static void test_abandon(void **state)
{
    (void)state;
    expect_abandon(0);
    fake_kernel_reset();
    fake_kernel_dma(stream, sizeof(stream));
    expect_abandon(VIRTIO_F_RING_PACKED);
}

static void test_abandon_without_multiport(void **state)
{
    (void)state;
    virtio_fake_console_init(&host, 1);
    struct console *con = one_console();
    host.fake.is_slow = true;
    assert_int_equal(put(con, 0, 30), 30);
    con->ops->abandon(con);
    assert_int_equal(con->lost, 30);
    assert_false(con->is_stopped);
    host.fake.is_slow = false;
    assert_int_equal(put(con, 30, 30), 30);
    expect_sent(0, 30, 30);
}

/* A device that does not come back from its reset stays down. */
static void test_abandon_that_fails(void **state)
{
    (void)state;
    struct console *con = one_console();
    host.fake.is_slow = true;
    assert_int_equal(put(con, 0, 30), 30);
    host.fake.refuses_features = true;
    con->ops->abandon(con);
    assert_int_equal(con->ops->inflight(con), 0);
    assert_int_equal(con->lost, 30);
    assert_true(con->is_stopped);
    fake_kernel_poll();
    assert_true(fake_kernel_has_note("refuses"));
}

/* --- emergency write ------------------------------------------------------------------------------------------ */

/* VIRTIO 1.2 §5.3.4: one register for the whole device, so one port may use it. */
static void test_emergency(void **state)
{
    (void)state;
    virtio_fake_console_plug(&host, 0, true, NULL)->is_host_open = false; /* no chardev */
    virtio_fake_console_plug(&host, 1, false, NULL)->is_host_open = true;
    virtio_fake_console_plug(&host, 2, true, NULL);
    virtio_fake_console_plug(&host, 3, true, NULL);
    assert_int_equal(attach(), OK);
    fake_kernel_clock_advance(2000);
    fake_kernel_poll();
    size_t done = 0;
    for (unsigned i = 0; i < 4; i++) {
        struct console *con = fake_kernel_console(i);
        uint64_t before = con->accesses;
        size_t n = con->ops->emergency(con, "panic!", 6);
        assert_int_equal(con->accesses - before, n);
        assert_int_equal(n, strstr(con->found, "port2") ? 6 : 0);
        done += n;
    }
    assert_int_equal(done, 6);
    assert_string_equal(host.emergency, "panic!");
}

static void test_emergency_on_a_dead_queue(void **state)
{
    (void)state;
    struct console *con = one_console();
    host.fake.is_dead = true;
    put(con, 0, 30);
    con->ops->abandon(con);
    assert_int_equal(con->ops->emergency(con, "x", 1), 1);
    assert_string_equal(host.emergency, "x");
}

static void test_no_emergency(void **state)
{
    (void)state;
    host.fake.offered &= ~VIRTIO_CONSOLE_F_EMERG_WRITE;
    struct console *con = one_console();
    assert_int_equal(con->ops->emergency(con, "x", 1), 0);
}

/* --- whatever happens ---------------------------------------------------------------------------------------- */

static uint32_t seed;

static uint32_t random_below(uint32_t limit)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % limit;
}

/* Bytes that each console took, as the kernel would know. */
static uint64_t taken[256];

static void write_somewhere(void)
{
    size_t count = fake_kernel_console_count();
    size_t i = count ? random_below((uint32_t)count) : 0;
    struct console *con = fake_kernel_console(i);
    if (con && con->status == OK)
        taken[i] += put(con, 0, 1 + random_below(100000));
}

/* Every byte that a console took is in flight, returned or lost: no more, no less. */
static void check_accounts(void)
{
    for (size_t i = 0; i < fake_kernel_console_count(); i++) {
        struct console *con = fake_kernel_console(i);
        if (con->status != OK)
            continue;
        size_t inflight = con->ops->inflight(con);
        assert_int_equal(inflight + con->returned + con->lost, taken[i]);
        assert_true(!con->is_gone || inflight == 0);
    }
}

static void abandon_someone(void)
{
    size_t count = fake_kernel_console_count();
    struct console *con = fake_kernel_console(count ? random_below((uint32_t)count) : 0);
    if (!con || con->status != OK)
        return;
    con->ops->abandon(con);
    assert_int_equal(con->ops->inflight(con), 0);
}

static void tell_rubbish(void)
{
    uint8_t bytes[64];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)random_below(256);
    if (random_below(2))
        memcpy(bytes,
               &(struct virtio_console_control){ random_below(8), (uint16_t)random_below(9),
                                                 (uint16_t)random_below(3) },
               8);
    virtio_fake_console_tell(&host, bytes, 8 + random_below(50));
}

static void plug_or_unplug(unsigned id)
{
    if (host.ports[id].is_there)
        virtio_fake_console_unplug(&host, id);
    else
        virtio_fake_console_plug(&host, id, random_below(2), random_below(2) ? "n" : NULL);
}

static void host_acts(void)
{
    unsigned id = 1 + random_below(6);
    switch (random_below(8)) {
    case 0:
        plug_or_unplug(id);
        break;
    case 1:
        if (host.ports[id].is_there && !host.ports[id].is_console)
            virtio_fake_console_open(&host, id, !host.ports[id].is_host_open);
        break;
    case 2:
        virtio_fake_console_stall(&host, id, random_below(2));
        break;
    case 3:
        tell_rubbish();
        break;
    case 4:
        host.fake.is_slow = random_below(2);
        break;
    case 5:
        host.fake.needs_reset = random_below(20) == 0;
        break;
    default:
        virtio_fake_run(&host.fake);
    }
}

static void guest_acts(void)
{
    fake_kernel_clock_advance(random_below(5000));
    switch (random_below(12)) {
    case 0:
        if (random_below(10) == 0)
            abandon_someone();
        break;
    case 1:
    case 2:
    case 3:
        write_somewhere();
        break;
    default:
        fake_kernel_poll();
    }
}

/* Some of these hosts also lie in the used ring of one queue. */
static void test_random_hosts(void **state)
{
    for (unsigned run = 0; run < 400; run++) {
        setup(state);
        memset(taken, 0, sizeof(taken));
        seed = run;
        host.is_hasty = true;
        host.fake.offered |= run % 2 ? VIRTIO_F_RING_PACKED : 0;
        host.fake.offered &= run % 3 ? UINT64_MAX : ~VIRTIO_F_EVENT_IDX;
        virtio_fake_console_plug(&host, 0, true, NULL);
        assert_int_equal(attach(), OK);
        for (unsigned step = 0; step < 300 && fake_kernel_console_count() < 200; step++) {
            if (run % 4 == 0 && step == 200)
                lie((enum virtio_fake_lie)(1 + run / 4 % 4), (int)random_below(12));
            host_acts();
            guest_acts();
            check_accounts();
        }
        if (run % 4 == 0)
            host.fake.broken[0] = '\0'; /* a liar's own rings are out of step */
        if (host.fake.broken[0])
            print_error("run %u: %s\n", run, host.fake.broken);
        assert_string_equal(host.fake.broken, "");
        fake_kernel_reset();
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_one_console),
        T(test_no_multiport),
        T(test_31_ports),
        T(test_31_ports_of_a_slow_device),
        T(test_late_answers),
        T(test_answers_a_little_late),
        T(test_told_late_that_it_is_a_console),
        T(test_no_ports_yet),
        T(test_dead_device),
        T(test_controllers_that_can_not_be_driven),
        T(test_little_memory),
        T(test_many_ports),
        T(test_write),
        T(test_long_write),
        T(test_full_queue),
        T(test_out_of_order),
        T(test_port_is_offered_nothing_until_open),
        T(test_port_that_is_open_at_once),
        T(test_close_while_stalled),
        T(test_close_with_all_back),
        T(test_close_and_open),
        T(test_names_of_other_protocols),
        T(test_read),
        T(test_read_much),
        T(test_lying_device),
        T(test_lying_input),
        T(test_lying_control_queue),
        T(test_lying_about_our_messages),
        T(test_rubbish_messages),
        T(test_short_message),
        T(test_names),
        T(test_flood_of_messages),
        T(test_hotplug),
        T(test_no_memory_for_one_more),
        T(test_unplug_and_plug_again),
        T(test_swapped_behind_our_back),
        T(test_unplug_that_keeps_memory),
        T(test_unplug_at_once),
        T(test_unplug_with_input_waiting),
        T(test_needs_reset),
        T(test_needs_reset_for_ever),
        T(test_abandon),
        T(test_abandon_without_multiport),
        T(test_abandon_that_fails),
        T(test_emergency),
        T(test_emergency_on_a_dead_queue),
        T(test_no_emergency),
        T(test_random_hosts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
