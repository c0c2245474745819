/*
 * drivers/usb/usb_descriptor.c: the device's word is checked.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/usb/usb.h"

static struct usb_device dev = { .speed = USB_SPEED_FULL };
static struct usb_pipe pipe;

/* In memory of exactly this length, so that the sanitizer sees every byte too many. */
static int find(const uint8_t *bytes, size_t len, bool is_in)
{
    uint8_t *exact = malloc(len ? len : 1);
    int status;

    if (len)
        memcpy(exact, bytes, len);
    status = usb_find_bulk(&dev, exact, len, is_in, &pipe);
    free(exact);
    return status;
}

#define FIND(is_in, ...) \
    find((const uint8_t[]){ __VA_ARGS__ }, sizeof((uint8_t[]){ __VA_ARGS__ }), is_in)

/* USB 2.0 §9.6.6: number, direction and size come out of the endpoint descriptor. */
static void test_pipes(void **state)
{
    (void)state;
    const uint8_t bytes[] = { 9,   2, 32, 0, 1,    1, 0,  0x80, 50, 9, 4, 0, 0, 2,  255, 255,
                              255, 0, 7,  5, 0x81, 2, 64, 0,    0,  7, 5, 2, 2, 32, 0,   0 };
    assert_int_equal(find(bytes, sizeof bytes, false), OK);
    assert_int_equal(pipe.address, 2);
    assert_int_equal(pipe.max_packet, 32);
    assert_int_equal(find(bytes, sizeof bytes, true), OK);
    assert_int_equal(pipe.address, 0x81);
    assert_true(usb_pipe_is_in(&pipe));
}

static void test_other_types(void **state)
{
    (void)state;
    assert_int_equal(FIND(true, 7, 5, 0x81, 3, 64, 0, 10), ERR_ABSENT); /* interrupt  */
    assert_int_equal(FIND(false, 7, 5, 0x81, 2, 64, 0, 0), ERR_ABSENT); /* direction  */
    assert_int_equal(FIND(true, 9, 4, 0x81, 2, 64, 0, 0, 0, 0), ERR_ABSENT);
}

/* USB 2.0 §9.5: lengths that are too short, or reach over the end, end the walk. */
static void test_lying_lengths(void **state)
{
    (void)state;
    assert_int_equal(find(NULL, 0, true), ERR_ABSENT);
    assert_int_equal(FIND(true, 7), ERR_ABSENT);
    assert_int_equal(FIND(true, 0, 5, 0x81, 2, 64, 0, 0), ERR_ABSENT);
    assert_int_equal(FIND(true, 1, 5, 0x81, 2, 64, 0, 0), ERR_ABSENT);
    assert_int_equal(FIND(true, 8, 5, 0x81, 2, 64, 0, 0), ERR_ABSENT);
    assert_int_equal(FIND(true, 255, 5, 0x81, 2, 64, 0, 0), ERR_ABSENT);
    assert_int_equal(FIND(true, 6, 5, 0x81, 2, 64, 0), ERR_ABSENT);
    assert_int_equal(FIND(true, 2, 5, 7, 5, 0x81, 2, 64, 0, 0), OK);
}

/* USB 2.0 §5.8.3: packet sizes. */
static void test_lying_sizes(void **state)
{
    (void)state;
    assert_int_equal(FIND(true, 7, 5, 0x81, 2, 0, 0, 0), ERR_BROKEN);
    assert_int_equal(FIND(true, 7, 5, 0x81, 2, 63, 0, 0), ERR_BROKEN);
    assert_int_equal(FIND(true, 7, 5, 0x81, 2, 0, 2, 0), ERR_BROKEN);
    assert_int_equal(FIND(true, 7, 5, 0x80, 2, 64, 0, 0), ERR_BROKEN); /* number 0 */
    assert_int_equal(FIND(true, 7, 5, 0x81, 2, 8, 0, 0), OK);
    dev.speed = USB_SPEED_HIGH;
    assert_int_equal(FIND(true, 7, 5, 0x81, 2, 64, 0, 0), ERR_BROKEN);
    assert_int_equal(FIND(true, 7, 5, 0x81, 2, 0, 2, 0), OK);
    dev.speed = USB_SPEED_SUPER;
    assert_int_equal(FIND(true, 7, 5, 0x81, 2, 0, 4, 0), OK);
    dev.speed = USB_SPEED_FULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pipes),
        cmocka_unit_test(test_other_types),
        cmocka_unit_test(test_lying_lengths),
        cmocka_unit_test(test_lying_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
