/*
 * firmware/crc32.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/crc32.h"

static int setup(void **state)
{
    (void)state;
    return 0;
}

/* RFC 1952 §8: the values that zlib's crc32() gives. */
static void test_known_values(void **state)
{
    (void)state;
    assert_int_equal(crc32_update(0, "", 0), 0);
    assert_int_equal(crc32_update(0, "a", 1), 0xe8b7be43);
    assert_int_equal(crc32_update(0, "123456789", 9), 0xcbf43926);
    assert_int_equal(crc32_update(0, "\0\0\0\0", 4), 0x2144df1c);
    assert_int_equal(crc32_update(0, "\xff\xff\xff\xff", 4), 0xffffffff);
}

static void test_pieces(void **state)
{
    (void)state;
    const char text[] = "000012 0.004512 virtio-mmio: console at 0xa003e00, 2 ports\r\n";
    size_t len = strlen(text);
    uint32_t whole = crc32_update(0, text, len);
    for (size_t cut = 0; cut <= len; cut++) {
        uint32_t crc = crc32_update(0, text, cut);
        assert_int_equal(crc32_update(crc, text + cut, len - cut), whole);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_values),
        cmocka_unit_test(test_pieces),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
