/*
 * drivers/text.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/text.h"

static void test_bytes(void **state)
{
    (void)state;
    char from[5] = "wxyz", to[5] = { 0 };
    bytes_copy(to, from, sizeof(from));
    assert_memory_equal(to, from, sizeof(from));
    assert_true(bytes_equal(to, from, sizeof(from)));
    to[3] = 'a';
    assert_false(bytes_equal(to, from, sizeof(from)));
    assert_true(bytes_equal(to, from, 3));
    assert_true(bytes_equal(NULL, NULL, 0));
    bytes_zero(to, 4);
    assert_memory_equal(to, "\0\0\0\0", 4);
}

static void test_comparing(void **state)
{
    (void)state;
    assert_int_equal(text_len(""), 0);
    assert_int_equal(text_len("abc"), 3);
    assert_true(text_equal("", ""));
    assert_true(text_equal("ab", "ab"));
    assert_false(text_equal("ab", "abc"));
    assert_false(text_equal("abc", "ab"));
    assert_false(text_equal("ab", "aB"));
    assert_true(text_starts("console=all", "console="));
    assert_true(text_starts("x", ""));
    assert_false(text_starts("con", "console="));
}

static void test_building(void **state)
{
    (void)state;
    char buf[64];
    struct text text = text_begin(buf, sizeof(buf));
    text_add(&text, "pci:");
    text_add_hex(&text, 0, 2);
    text_add_char(&text, ':');
    text_add_hex(&text, 0x1f, 2);
    text_add_char(&text, '.');
    text_add_decimal(&text, 7);
    assert_string_equal(buf, "pci:00:1f.7");
    assert_int_equal(text.len, strlen(buf));
    assert_false(text.is_cut);
}

static const struct {
    uint64_t value;
    unsigned digits;
    const char *hex, *decimal;
} numbers[] = {
    { 0, 0, "0", "0" },
    { 0, 1, "0", "0" },
    { 0, 4, "0000", "0" },
    { 0x123, 2, "123", "291" },
    { 0xa003e00, 1, "a003e00", "167788032" },
    { UINT64_MAX, 1, "ffffffffffffffff", "18446744073709551615" },
    { 1, 18, "000000000000000001", "1" },
};

static void test_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        char buf[32];
        struct text text = text_begin(buf, sizeof(buf));
        text_add_hex(&text, numbers[i].value, numbers[i].digits);
        assert_string_equal(buf, numbers[i].hex);
        text = text_begin(buf, sizeof(buf));
        text_add_decimal(&text, numbers[i].value);
        assert_string_equal(buf, numbers[i].decimal);
    }
}

static void test_cutting(void **state)
{
    (void)state;
    char buf[6];
    struct text text = text_begin(buf, sizeof(buf));
    text_add(&text, "12345");
    assert_false(text.is_cut);
    text_add(&text, "6");
    assert_true(text.is_cut);
    assert_string_equal(buf, "12345");

    char nothing[1];
    text = text_begin(nothing, sizeof(nothing));
    text_add_decimal(&text, 5);
    assert_true(text.is_cut);
    assert_string_equal(nothing, "");
}

static void test_why(void **state)
{
    (void)state;
    char buf[64];
    struct text text = text_begin(buf, sizeof(buf));
    text_add_why(&text, &(struct why){ .what = "FEATURES_OK", .found = 3, .expected = 0xb });
    assert_string_equal(buf, "FEATURES_OK found 0x3 expected 0xb");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),    cmocka_unit_test(test_comparing),
        cmocka_unit_test(test_building), cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_cutting),  cmocka_unit_test(test_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
