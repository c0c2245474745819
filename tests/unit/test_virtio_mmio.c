/*
 * drivers/virtio/virtio_mmio.c
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

#include "drivers/device.h"
#include "drivers/virtio/virtio_mmio.h"
#include "drivers/virtio/virtio_mmio_regs.h"
#include "tests/fakes/kernel.h"
#include "tests/fakes/virtio_fake_console.h"

static struct virtio_fake_console host;
static struct virtio_fake_mmio mmio;
static char text[3000];

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    fake_kernel_low_addresses();
    fake_kernel_dma(text, sizeof(text));
    memset(text, 't', sizeof(text));
    virtio_fake_console_init(&host, 31);
    virtio_fake_console_plug(&host, 0, true, NULL);
    mmio = (struct virtio_fake_mmio){
        .fake = &host.fake, .magic = VIRTIO_MMIO_MAGIC_VALUE, .version = 2, .device_id = 3
    };
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fake_kernel_reset();
    assert_string_equal(host.fake.broken, "");
    return 0;
}

static int attach(unsigned width)
{
    struct device dev = {
        .bus = BUS_PLATFORM,
        .found = "fdt:/virtio_mmio@a003e00",
        .compatible = "virtio,mmio",
        .io = { .bus = &virtio_fake_mmio_bus, .width = width, .ctx = &mmio },
    };
    return drivers_attach(&dev);
}

static void expect_a_working_console(void)
{
    struct console *con = fake_kernel_console(0);
    assert_int_equal(fake_kernel_console_count(), 1);
    assert_int_equal(con->status, OK);
    assert_string_equal(con->found, "fdt:/virtio_mmio@a003e00/port0");
    for (unsigned i = 0; i < 100; i++) {
        assert_int_equal(con->ops->write(con, text, 30), 30);
        assert_int_equal(con->ops->inflight(con), 0);
    }
    assert_int_equal(host.ports[0].sent_count, 3000);
    assert_memory_equal(host.ports[0].sent, text, 3000);
}

/* VIRTIO 1.2 §4.2.3: version 2. */
static void test_version_2(void **state)
{
    (void)state;
    assert_int_equal(attach(0), OK);
    expect_a_working_console();
    assert_true(host.fake.accepted & VIRTIO_F_VERSION_1);
}

static void test_packed_ring(void **state)
{
    (void)state;
    host.fake.offered |= VIRTIO_F_RING_PACKED;
    assert_int_equal(attach(0), OK);
    expect_a_working_console();
    assert_true(host.fake.accepted & VIRTIO_F_RING_PACKED);
}

static void make_legacy(void)
{
    mmio.version = 1;
    host.fake.is_legacy = true;
    host.fake.offered &= UINT32_MAX;
}

/* VIRTIO 1.2 §4.2.4: page numbers, no FEATURES_OK, 32 features. */
static void test_version_1(void **state)
{
    (void)state;
    make_legacy();
    assert_int_equal(attach(0), OK);
    expect_a_working_console();
}

static void test_version_1_without_event_idx(void **state)
{
    (void)state;
    make_legacy();
    host.fake.offered &= ~VIRTIO_F_EVENT_IDX;
    assert_int_equal(attach(0), OK);
    expect_a_working_console();
}

/* A window that was set up for 32-bit registers: the configuration has its own widths. */
static void test_window_of_32_bits(void **state)
{
    (void)state;
    assert_int_equal(attach(4), OK);
    expect_a_working_console();
}

/* VIRTIO 1.2 §4.2.3.1.1: nothing is said about an empty slot, or of other devices. */
static void test_empty_slots(void **state)
{
    (void)state;
    for (uint32_t id = 0; id < 50; id++) {
        mmio.device_id = id;
        if (id != 3)
            assert_int_equal(attach(0), ERR_ABSENT);
    }
    mmio.device_id = 3;
    mmio.magic = 0xffffffff;
    assert_int_equal(attach(0), ERR_ABSENT);
    mmio.magic = 0;
    assert_int_equal(attach(0), ERR_ABSENT);
    assert_int_equal(fake_kernel_console_count(), 0);
    assert_int_equal(fake_kernel_note_count(), 0);
    assert_int_equal(fake_kernel_service_count(), 0);
    assert_int_equal(host.fake.resets, 0);
}

/* VIRTIO 1.2 §4.2.2.2: another version is not touched, but named. */
static void test_unknown_version(void **state)
{
    (void)state;
    mmio.version = 3;
    assert_int_equal(attach(0), ERR_UNSUPPORTED);
    assert_int_equal(fake_kernel_console_count(), 1);
    struct console *con = fake_kernel_console(0);
    assert_string_equal(con->kind, "virtio-serial-device");
    assert_string_equal(con->found, "fdt:/virtio_mmio@a003e00");
    assert_string_equal(con->why.what, "version");
    assert_int_equal(con->why.found, 3);
    assert_int_equal(host.fake.resets, 0);
}

/* The access count of a start with all 31 ports' queues: a dozen for each queue. */
static void test_accesses(void **state)
{
    (void)state;
    assert_int_equal(attach(0), OK);
    assert_in_range(host.fake.accesses, 1, 64 * 12);
    setup(state);
    make_legacy();
    assert_int_equal(attach(0), OK);
    assert_in_range(host.fake.accesses, 1, 64 * 7);
}

static void test_no_memory(void **state)
{
    (void)state;
    fake_kernel_memory_left(10);
    assert_int_equal(attach(0), ERR_FULL);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_version_2),         T(test_packed_ring),
        T(test_version_1),         T(test_version_1_without_event_idx),
        T(test_window_of_32_bits), T(test_empty_slots),
        T(test_unknown_version),   T(test_accesses),
        T(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
