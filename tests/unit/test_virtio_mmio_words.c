/*
 * virtio_mmio.device= words: drivers/virtio/virtio_mmio_words.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/virtio/virtio_mmio_words.h"

static struct virtio_mmio_word word;

static void test_qemu(void **state)
{
    (void)state;
    const char *rest = "quiet virtio_mmio.device=512@0xfeb00e00:12 "
                       "virtio_mmio.device=512@0xfeb00c00:11 exit=3";
    assert_true(virtio_mmio_word_next(&rest, &word));
    assert_true(word.is_right);
    assert_int_equal(word.size, 512);
    assert_int_equal(word.base, 0xfeb00e00);
    assert_memory_equal(word.text, "virtio_mmio.device=512@0xfeb00e00:12", word.len);
    assert_int_equal(word.len, strlen("virtio_mmio.device=512@0xfeb00e00:12"));
    assert_true(virtio_mmio_word_next(&rest, &word));
    assert_int_equal(word.base, 0xfeb00c00);
    assert_false(virtio_mmio_word_next(&rest, &word));
    assert_false(virtio_mmio_word_next(&rest, &word));
}

static int is_right(const char *line)
{
    assert_true(virtio_mmio_word_next(&line, &word));
    return word.is_right;
}

static void test_forms(void **state)
{
    (void)state;
    assert_true(is_right("virtio_mmio.device=4K@0xD0000000:5:7"));
    assert_int_equal(word.size, 4096);
    assert_int_equal(word.base, 0xd0000000);
    assert_true(is_right(" \tvirtio_mmio.device=1M@1048576:5"));
    assert_int_equal(word.size, 1u << 20);
    assert_int_equal(word.base, 1u << 20);
    assert_true(is_right("virtio_mmio.device=0x200@0xffffffffffffffff:0x1f"));
    assert_int_equal(word.base, UINT64_MAX);
}

static void test_wrong(void **state)
{
    (void)state;
    const char *lines[] = {
        "virtio_mmio.device=",
        "virtio_mmio.device=512",
        "virtio_mmio.device=512@",
        "virtio_mmio.device=512@0x",
        "virtio_mmio.device=512@0xfeb00e00",
        "virtio_mmio.device=512@0xfeb00e00:",
        "virtio_mmio.device=512@0xfeb00e00:12:",
        "virtio_mmio.device=512@0xfeb00e00:12x",
        "virtio_mmio.device=512@0x10000000000000000:12",
        "virtio_mmio.device=99999999999999999999@0xfeb00e00:12",
        "virtio_mmio.device=17179869184G@0xfeb00e00:12",
        "virtio_mmio.device=@0xfeb00e00:12",
        "virtio_mmio.device=-1@0xfeb00e00:12",
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        assert_false(is_right(lines[i]));
}

static void test_other_words(void **state)
{
    (void)state;
    const char *rest = "";
    assert_false(virtio_mmio_word_next(&rest, &word));
    rest = "   ";
    assert_false(virtio_mmio_word_next(&rest, &word));
    rest = "xvirtio_mmio.device=512@0x1000:1 virtio_mmio.devices virtio_mmio";
    assert_false(virtio_mmio_word_next(&rest, &word));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_qemu),
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_wrong),
        cmocka_unit_test(test_other_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
