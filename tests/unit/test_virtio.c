/*
 * drivers/virtio/virtio.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/virtio/virtio.h"
#include "tests/fakes/kernel.h"
#include "tests/fakes/virtio_fake.h"

static struct virtio_fake fake;
static struct virtio_fake_direct direct;

static void have_device(bool is_legacy, uint64_t offered)
{
    fake = (struct virtio_fake){ .offered = offered, .is_legacy = is_legacy, .lie_queue = -1 };
    virtio_fake_direct_init(&direct, &fake);
}

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    fake_kernel_low_addresses();
    have_device(false, VIRTIO_F_VERSION_1 | VIRTIO_F_EVENT_IDX | 1u);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fake_kernel_reset();
    assert_string_equal(fake.broken, "");
    return 0;
}

/* VIRTIO 1.2 §3.1.1: the fake checks the order of the steps. */
static void test_handshake(void **state)
{
    (void)state;
    assert_int_equal(virtio_start(&direct.dev, 1u | 2u), OK);
    assert_int_equal(direct.dev.features, VIRTIO_F_VERSION_1 | 1u);
    assert_int_equal(fake.accepted, direct.dev.features);
    assert_int_equal(fake.status,
                     VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER | VIRTIO_STATUS_FEATURES_OK);
    virtio_driver_ok(&direct.dev);
    assert_true(fake.status & VIRTIO_STATUS_DRIVER_OK);
    assert_int_equal(fake.resets, 1);
}

/* VIRTIO 1.2 §3.1.2: a legacy device has no FEATURES_OK, and 32 features. */
static void test_legacy_handshake(void **state)
{
    (void)state;
    have_device(true, VIRTIO_F_EVENT_IDX | VIRTIO_F_VERSION_1);
    assert_int_equal(virtio_start(&direct.dev, VIRTIO_F_EVENT_IDX | VIRTIO_F_RING_PACKED), OK);
    assert_int_equal(direct.dev.features, VIRTIO_F_EVENT_IDX);
    virtio_driver_ok(&direct.dev);
    assert_int_equal(fake.status,
                     VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER | VIRTIO_STATUS_DRIVER_OK);
}

/* VIRTIO 1.2 §6.1: ACCESS_PLATFORM is accepted where it is offered, and only there. */
static void test_access_platform(void **state)
{
    (void)state;
    have_device(false, VIRTIO_F_VERSION_1 | VIRTIO_F_ACCESS_PLATFORM);
    assert_int_equal(virtio_start(&direct.dev, 0), OK);
    assert_true(virtio_has(&direct.dev, VIRTIO_F_ACCESS_PLATFORM));
}

/* VIRTIO 1.2 §3.1.1 step 6: FEATURES_OK is read back. */
static void test_refused_features(void **state)
{
    (void)state;
    fake.refuses_features = true;
    assert_int_equal(virtio_start(&direct.dev, 1u), ERR_UNSUPPORTED);
    assert_true(fake.status & VIRTIO_STATUS_FAILED);
    assert_non_null(strstr(direct.dev.why.what, "refuses"));
}

/* VIRTIO 1.2 §6.1: without VERSION_1 it is no device for a modern transport. */
static void test_no_version_1(void **state)
{
    (void)state;
    have_device(false, 1u);
    assert_int_equal(virtio_start(&direct.dev, 1u), ERR_UNSUPPORTED);
    assert_int_equal(direct.dev.why.expected, VIRTIO_F_VERSION_1);
    assert_true(fake.status & VIRTIO_STATUS_FAILED);
}

/* VIRTIO 1.2 §2.4.2: a reset is waited for, with a budget. */
static void test_stays_in_reset(void **state)
{
    (void)state;
    fake.stays_in_reset = true;
    assert_int_equal(virtio_start(&direct.dev, 1u), ERR_TIMEOUT);
    assert_in_range(fake_kernel_clock(), 100000, 110000);
    assert_int_equal(virtio_reset(&direct.dev), ERR_TIMEOUT);
}

/* VIRTIO 1.2 §2.1: FAILED, and out of it only by a reset. */
static void test_fail(void **state)
{
    (void)state;
    assert_int_equal(virtio_start(&direct.dev, 1u), OK);
    virtio_fail(&direct.dev);
    assert_true(fake.status & VIRTIO_STATUS_FAILED);
    assert_int_equal(virtio_start(&direct.dev, 1u), OK); /* a reset heals it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_handshake, setup, teardown),
        cmocka_unit_test_setup_teardown(test_legacy_handshake, setup, teardown),
        cmocka_unit_test_setup_teardown(test_access_platform, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused_features, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_version_1, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stays_in_reset, setup, teardown),
        cmocka_unit_test_setup_teardown(test_fail, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
