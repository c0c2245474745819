/*
 * drivers/virtio/virtqueue.c, virtq_split.c, virtq_packed.c: VIRTIO 1.2 §2.6
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/virtio/virtq_packed.h"
#include "drivers/virtio/virtq_split.h"
#include "drivers/virtio/virtqueue.h"
#include "tests/fakes/kernel.h"
#include "tests/fakes/virtio_fake.h"

#define QUEUE 5

static struct virtio_fake fake;
static struct virtio_fake_direct direct;
static struct virtq vq;
static uint8_t memory[64];

/* A device that gives back every buffer, in order, or waits for the test to do it. */
static void give_all_back(struct virtio_fake *device, unsigned index)
{
    struct virtio_fake_buffer buffer;
    while (virtio_fake_pop(device, index, &buffer)) {
        if (buffer.is_writable)
            memset(buffer.bytes, 'x', buffer.len);
        virtio_fake_push(device, index, &buffer, buffer.is_writable ? buffer.len : 0);
    }
}

static void start(uint64_t features, unsigned size)
{
    fake = (struct virtio_fake){ .offered = VIRTIO_F_VERSION_1 | features,
                                 .queue_count = QUEUE + 1,
                                 .queue_max = 128,
                                 .lie_queue = -1,
                                 .run_queue = give_all_back };
    virtio_fake_direct_init(&direct, &fake);
    assert_int_equal(virtio_start(&direct.dev, features), OK);
    assert_int_equal(virtq_init(&vq, &direct.dev, QUEUE, size), OK);
    virtio_driver_ok(&direct.dev);
}

/* Each test below runs on all four kinds of ring. */
static const uint64_t kinds[] = {
    0,
    VIRTIO_F_EVENT_IDX,
    VIRTIO_F_RING_PACKED,
    VIRTIO_F_RING_PACKED | VIRTIO_F_EVENT_IDX,
};
#define FOR_ALL_KINDS(kind) for (unsigned kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++)

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    fake_kernel_low_addresses();
    fake_kernel_dma(memory, sizeof(memory));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fake_kernel_reset();
    assert_string_equal(fake.broken, "");
    return 0;
}

/* VIRTIO 1.2 §2.7.13 and VIRTIO 1.2 §2.7.14; packed: VIRTIO 1.2 §2.8.21, VIRTIO 1.2 §2.8.22 */
static void test_give_and_take(void **state)
{
    (void)state;
    FOR_ALL_KINDS(kind)
    {
        struct virtq_used used;
        start(kinds[kind], 4);
        int token = virtq_give(&vq, memory, 10);
        assert_int_equal(virtq_take(&vq, &used), 0);
        assert_true(token >= 0);
        assert_true(virtq_ring(&vq));
        assert_true(virtq_has_used(&vq));
        assert_int_equal(virtq_take(&vq, &used), 1);
        assert_int_equal(used.token, token);
        assert_ptr_equal(used.buf, memory);
        assert_int_equal(virtq_take(&vq, &used), 0);
        assert_false(virtq_ring(&vq)); /* nothing new */
        assert_int_equal(virtq_room(&vq), 4);
    }
}

/* VIRTIO 1.2 §2.7.5, VIRTIO 1.2 §2.8.13: a lent buffer is WRITE, its length comes back. */
static void test_lend(void **state)
{
    (void)state;
    FOR_ALL_KINDS(kind)
    {
        struct virtq_used used;
        memset(memory, 0, sizeof(memory));
        start(kinds[kind], 2);
        assert_true(virtq_lend(&vq, memory + 1, 7) >= 0);
        virtq_ring(&vq);
        assert_int_equal(virtq_take(&vq, &used), 1);
        assert_int_equal(used.len, 7);
        assert_memory_equal(memory, "\0xxxxxxx\0", 9);
    }
}

static void test_full(void **state)
{
    (void)state;
    FOR_ALL_KINDS(kind)
    {
        struct virtq_used used;
        start(kinds[kind], 4);
        for (int i = 0; i < 4; i++)
            assert_true(virtq_give(&vq, memory + i, 1) >= 0);
        assert_int_equal(virtq_room(&vq), 0);
        assert_int_equal(virtq_give(&vq, memory, 1), ERR_BUSY);
        assert_true(virtq_ring(&vq)); /* a packed ring that is full still rings */
        for (int i = 0; i < 4; i++) {
            assert_int_equal(virtq_take(&vq, &used), 1);
            assert_ptr_equal(used.buf, memory + i);
        }
    }
}

/* VIRTIO 1.2 §2.7.6: idx counts modulo 2^16; VIRTIO 1.2 §2.8.1: laps. */
static void test_wrap(void **state)
{
    (void)state;
    FOR_ALL_KINDS(kind)
    {
        struct virtq_used used;
        start(kinds[kind], 8);
        for (unsigned i = 0; i < 70000; i++) {
            unsigned count = 1 + i % 3;
            for (unsigned j = 0; j < count; j++)
                assert_true(virtq_give(&vq, memory + j, 1 + j) >= 0);
            assert_true(virtq_ring(&vq));
            for (unsigned j = 0; j < count; j++) {
                assert_int_equal(virtq_take(&vq, &used), 1);
                assert_ptr_equal(used.buf, memory + j);
            }
        }
        assert_int_equal(vq.in_flight, 0);
    }
}

/* A device may give buffers back in any order. */
static void test_any_order(void **state)
{
    (void)state;
    FOR_ALL_KINDS(kind)
    {
        struct virtio_fake_buffer buffers[4];
        struct virtq_used used;
        start(kinds[kind], 4);
        fake.is_slow = true;
        for (unsigned lap = 0; lap < 5; lap++) {
            const unsigned order[] = { 2, 0, 3, 1 };
            for (unsigned i = 0; i < 4; i++)
                assert_true(virtq_give(&vq, memory + i, 1) >= 0);
            virtq_ring(&vq);
            for (unsigned i = 0; i < 4; i++)
                assert_true(virtio_fake_pop(&fake, QUEUE, &buffers[i]));
            for (unsigned i = 0; i < 4; i++) {
                virtio_fake_push(&fake, QUEUE, &buffers[order[i]], 0);
                assert_int_equal(virtq_take(&vq, &used), 1);
                assert_ptr_equal(used.buf, memory + order[i]);
            }
        }
    }
}

/* --- the doorbell -------------------------------------------------------------------- */

/* VIRTIO 1.2 §2.7.10.1, as a count that goes round: event within (rung, next]. */
static void test_passed(void **state)
{
    (void)state;
    assert_true(virtq_passed(0, 1, 0));
    assert_false(virtq_passed(1, 1, 0));
    assert_false(virtq_passed(0xffff, 1, 0));
    assert_true(virtq_passed(0xffff, 1, 0xfff0));
    assert_true(virtq_passed(0xffff, 0, 0xffff));
    assert_false(virtq_passed(5, 3, 0xfffe));
    assert_true(virtq_passed(2, 3, 0xfffe));
    assert_false(virtq_passed(3, 3, 3));
}

/* VIRTIO 1.2 §2.7.10.1, VIRTIO 1.2 §2.8.10: the device that has not looked yet is not rung again. */
static void test_no_bell_while_busy(void **state)
{
    (void)state;
    for (unsigned kind = 1; kind < 4; kind += 2) { /* those with EVENT_IDX */
        start(kinds[kind], 8);
        struct virtq_used used;
        virtio_fake_run(&fake); /* it says what it wants to be told of */
        for (unsigned lap = 0; lap < 20000; lap++) {
            unsigned bells = fake.queues[QUEUE].bells;
            fake.is_slow = true;
            virtq_give(&vq, memory, 1);
            assert_true(virtq_ring(&vq));
            virtq_give(&vq, memory, 1);
            virtq_give(&vq, memory, 1);
            assert_false(virtq_ring(&vq));
            assert_int_equal(fake.queues[QUEUE].bells, bells + 1);
            virtio_fake_run(&fake);
            while (virtq_take(&vq, &used) == 1)
                continue;
            assert_int_equal(vq.in_flight, 0);
        }
    }
}

/* VIRTIO 1.2 §2.7.8: NO_NOTIFY; VIRTIO 1.2 §2.8.14: DISABLE.  Unless we have to remind it. */
static void test_asleep(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < 4; kind += 2) {
        start(kinds[kind], 8);
        fake.is_slow = fake.is_asleep = true;
        virtio_fake_run(&fake);
        virtq_give(&vq, memory, 1);
        assert_false(virtq_ring(&vq));
        assert_int_equal(fake.queues[QUEUE].bells, 0);
        virtq_remind(&vq);
        assert_int_equal(fake.queues[QUEUE].bells, 1);
    }
}

/* --- a device that lies ---------------------------------------------------------------- */

static void expect_lie(uint64_t features, enum virtio_fake_lie lie, const char *what)
{
    struct virtq_used used = { .token = 99 };
    start(features, 8);
    fake.lie = lie;
    fake.lie_queue = QUEUE;
    virtq_lend(&vq, memory, 16);
    virtq_ring(&vq);
    assert_int_equal(virtq_take(&vq, &used), ERR_BROKEN);
    assert_non_null(strstr(direct.dev.why.what, what));
    assert_int_equal(used.token, 99); /* nothing was handed out */
    assert_int_equal(virtq_take(&vq, &used), ERR_BROKEN);
    assert_int_equal(virtq_give(&vq, memory, 1), ERR_BROKEN);
    assert_false(virtq_ring(&vq));
    assert_false(virtq_has_used(&vq));
    assert_int_equal(virtq_room(&vq), 0);
    assert_int_equal(vq.in_flight, 1);
    virtq_remind(&vq);
    assert_int_equal(fake.queues[QUEUE].bells, 1);
}

/* VIRTIO 1.2 §2.7.8.2, VIRTIO 1.2 §2.8.22: id and length are what we gave. */
static void test_lies(void **state)
{
    (void)state;
    FOR_ALL_KINDS(kind)
    {
        expect_lie(kinds[kind], LIE_ID_OUT_OF_RANGE, "id out of range");
        assert_int_equal(direct.dev.why.found, 15);
        assert_int_equal(direct.dev.why.expected, 8);
        expect_lie(kinds[kind], LIE_ID_NOT_IN_FLIGHT, "not in flight");
        expect_lie(kinds[kind], LIE_LENGTH, "too long");
        assert_int_equal(direct.dev.why.found, 17);
    }
}

/* VIRTIO 1.2 §2.7.8: used->idx covers no more than what we gave. */
static void test_idx_runs_ahead(void **state)
{
    (void)state;
    expect_lie(0, LIE_IDX, "ahead");
    expect_lie(VIRTIO_F_EVENT_IDX, LIE_IDX, "ahead");
}

/* Devices are known that do this; we gave them the buffer to read, so no harm is done. */
static void test_length_of_a_buffer_only_read(void **state)
{
    (void)state;
    struct virtq_used used;
    start(0, 8);
    fake.lie = LIE_FULL_LEN;
    fake.lie_queue = QUEUE;
    virtq_give(&vq, memory, 16);
    virtq_ring(&vq);
    assert_int_equal(virtq_take(&vq, &used), 1);
}

/* After a reset a queue that was broken starts anew. */
static void test_restart(void **state)
{
    (void)state;
    FOR_ALL_KINDS(kind)
    {
        struct virtq_used used;
        expect_lie(kinds[kind], LIE_LENGTH, "too long");
        fake.lie = LIE_NONE;
        assert_int_equal(virtio_start(&direct.dev, kinds[kind]), OK);
        assert_int_equal(virtq_restart(&vq), OK);
        virtio_driver_ok(&direct.dev);
        assert_true(virtq_give(&vq, memory, 4) >= 0);
        assert_true(virtq_ring(&vq));
        assert_int_equal(virtq_take(&vq, &used), 1);
    }
}

/* --- sizes, memory ------------------------------------------------------------------------ */

/* VIRTIO 1.2 §4.2.3.2: the device's limit counts. */
static void test_size(void **state)
{
    (void)state;
    start(0, 16);
    fake.queue_max = 4;
    assert_int_equal(virtio_start(&direct.dev, 0), OK);
    assert_int_equal(virtq_init(&vq, &direct.dev, 0, 16), OK);
    assert_int_equal(vq.size, 4);
    assert_int_equal(virtq_init(&vq, &direct.dev, QUEUE + 1, 16), ERR_ABSENT);
    direct.dev.has_fixed_queue_size = true;
    fake.queue_max = 12;
    assert_int_equal(virtq_init(&vq, &direct.dev, 1, 16), ERR_BROKEN);
    assert_int_equal(direct.dev.why.found, 12);
}

static void test_no_memory(void **state)
{
    (void)state;
    start(0, 16);
    assert_int_equal(virtio_start(&direct.dev, 0), OK);
    fake_kernel_memory_left(0);
    assert_int_equal(virtq_init(&vq, &direct.dev, 0, 16), ERR_FULL);
    fake_kernel_memory_left(sizeof(struct virtq_slot) * 16);
    assert_int_equal(virtq_init(&vq, &direct.dev, 0, 16), ERR_FULL);
}

/* VIRTIO 1.2 §2.7.7.1, VIRTIO 1.2 §2.8.10: we poll, so the device need not interrupt. */
static void test_no_interrupts(void **state)
{
    (void)state;
    start(0, 4);
    assert_int_equal(((struct virtq_avail *)vq.driver)->flags, VIRTQ_AVAIL_F_NO_INTERRUPT);
    start(VIRTIO_F_EVENT_IDX, 4);
    assert_int_equal(((struct virtq_avail *)vq.driver)->ring[4], 0xffff);
    start(VIRTIO_F_RING_PACKED, 4);
    assert_int_equal(((struct virtq_event *)vq.driver)->flags, VIRTQ_EVENT_DISABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_give_and_take, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lend, setup, teardown),
        cmocka_unit_test_setup_teardown(test_full, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrap, setup, teardown),
        cmocka_unit_test_setup_teardown(test_any_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_passed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_bell_while_busy, setup, teardown),
        cmocka_unit_test_setup_teardown(test_asleep, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lies, setup, teardown),
        cmocka_unit_test_setup_teardown(test_idx_runs_ahead, setup, teardown),
        cmocka_unit_test_setup_teardown(test_length_of_a_buffer_only_read, setup, teardown),
        cmocka_unit_test_setup_teardown(test_restart, setup, teardown),
        cmocka_unit_test_setup_teardown(test_size, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_interrupts, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
