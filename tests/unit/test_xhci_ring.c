/*
 * drivers/usb/xhci_ring.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "drivers/usb/xhci.h"
#include "tests/fakes/kernel.h"

static struct xhci_ring ring;

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    ring = (struct xhci_ring){ 0 };
    return !xhci_ring_create(&ring);
}

static int teardown(void **state)
{
    (void)state;
    fake_kernel_reset();
    return 0;
}

static uint64_t put(void)
{
    return xhci_ring_put(&ring, 1, 2, XHCI_TRB_TYPE(XHCI_NORMAL));
}

/* xHCI 1.2 §4.9.2.2: full and empty differ by one block that stays free. */
static void test_room(void **state)
{
    (void)state;
    unsigned room = xhci_ring_room(&ring);
    assert_int_equal(room, XHCI_RING_SIZE - 2);
    for (unsigned i = 0; i < room; i++)
        (void)put();
    assert_int_equal(xhci_ring_room(&ring), 0);
}

/* xHCI 1.2 §4.9.2: the cycle changes with each round, the link's with it. */
static void test_wrap(void **state)
{
    (void)state;
    for (unsigned i = 0; i < XHCI_RING_SIZE - 1; i++) {
        (void)put();
        ring.dequeue = ring.enqueue;
    }
    assert_int_equal(ring.enqueue, 0);
    assert_int_equal(ring.cycle, 0);
    assert_int_equal(ring.trbs[XHCI_RING_SIZE - 1].control & XHCI_TRB_CYCLE, 1);
    assert_int_equal(ring.trbs[XHCI_RING_SIZE - 1].parameter, kernel_phys(ring.trbs));
    (void)put();
    assert_int_equal(ring.trbs[0].control & XHCI_TRB_CYCLE, 0);
    assert_true(xhci_ring_position(&ring) == kernel_phys(&ring.trbs[1]));
}

/* Only blocks in flight are found, whatever an event says. */
static void test_index(void **state)
{
    (void)state;
    uint64_t first = put(), second = put();
    assert_int_equal(xhci_ring_index(&ring, first), 0);
    assert_int_equal(xhci_ring_index(&ring, second), 1);
    assert_int_equal(xhci_ring_index(&ring, second + 16), -1);
    assert_int_equal(xhci_ring_index(&ring, first + 4), -1);
    assert_int_equal(xhci_ring_index(&ring, first - 16), -1);
    assert_int_equal(xhci_ring_index(&ring, 0), -1);
    assert_int_equal(xhci_ring_index(&ring, UINT64_MAX), -1);
    assert_int_equal(xhci_ring_index(&ring, first + 16 * (XHCI_RING_SIZE - 1)), -1);
    ring.dequeue = 1;
    assert_int_equal(xhci_ring_index(&ring, first), -1);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct xhci_ring other = { 0 };
    fake_kernel_memory_left(100);
    assert_false(xhci_ring_create(&other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_room, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrap, setup, teardown),
        cmocka_unit_test_setup_teardown(test_index, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_memory, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
