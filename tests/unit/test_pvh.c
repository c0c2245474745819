/*
 * PVH start_info from a loader that lies: drivers/pvh/.
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

#include "drivers/pvh/pvh.h"

#define MEMORY_BASE 0x1000u
#define MEMORY_LEN  0x8000u
#define INFO_AT     0x1100u
#define CMDLINE_AT  0x2000u
#define MEMMAP_AT   0x1200u

static uint8_t *memory;
static struct pvh pvh;
static struct why why;

static const uint8_t *at(const struct physical *physical, uint64_t phys, uint64_t len)
{
    (void)physical;
    if (phys < MEMORY_BASE || phys > MEMORY_BASE + MEMORY_LEN)
        return NULL;
    return len <= MEMORY_BASE + MEMORY_LEN - phys ? memory + (phys - MEMORY_BASE) : NULL;
}
static const struct physical physical = { .at = at };

static void put(uint64_t phys, uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        memory[phys - MEMORY_BASE + i] = (uint8_t)(value >> 8 * i);
}

static void put_range(unsigned index, uint64_t base, uint64_t len, uint32_t type)
{
    put(MEMMAP_AT + index * 24, base, 8);
    put(MEMMAP_AT + index * 24 + 8, len, 8);
    put(MEMMAP_AT + index * 24 + 16, type, 4);
}

static int setup(void **state)
{
    (void)state;
    memory = calloc(1, MEMORY_LEN);
    why = (struct why){ 0 };
    strcpy((char *)memory + CMDLINE_AT - MEMORY_BASE, "flood=1 exit=3");
    put(INFO_AT, 0x336ec578, 4);
    put(INFO_AT + 4, 1, 4);
    put(INFO_AT + 24, CMDLINE_AT, 8);
    put(INFO_AT + 32, 0xf5a30, 8);
    put(INFO_AT + 40, MEMMAP_AT, 8);
    put(INFO_AT + 48, 3, 4);
    put_range(0, 0, 0xa0000, 1);
    put_range(1, 0x100000, 0x7f00000, 1);
    put_range(2, 0xfffffffffffff000, 0x2000, 3);
    return memory == NULL;
}

static int teardown(void **state)
{
    (void)state;
    free(memory);
    return 0;
}

static void test_all_is_well(void **state)
{
    (void)state;
    assert_int_equal(pvh_read(&pvh, &physical, INFO_AT, &why), OK);
    assert_string_equal(pvh.command_line, "flood=1 exit=3");
    assert_int_equal(pvh.rsdp, 0xf5a30);
    assert_int_equal(pvh.memmap_count, 3);
}

static void assert_empty(void)
{
    assert_string_equal(pvh.command_line, "");
    assert_int_equal(pvh.rsdp, 0);
    assert_int_equal(pvh.memmap_count, 0);
    assert_false(pvh_is_memory(&pvh, 0x100000, 1));
}

static void test_start_info_outside_memory(void **state)
{
    (void)state;
    const uint64_t places[] = { 0, 0xfff, MEMORY_BASE + MEMORY_LEN - 39, UINT64_MAX };
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        assert_int_equal(pvh_read(&pvh, &physical, places[i], &why), ERR_BROKEN);
        assert_string_equal(why.what, "start_info outside memory");
        assert_empty();
    }
}

static void test_magic(void **state)
{
    (void)state;
    put(INFO_AT, 0x2badb002, 4);
    assert_int_equal(pvh_read(&pvh, &physical, INFO_AT, &why), ERR_BROKEN);
    assert_int_equal(why.found, 0x2badb002);
    assert_empty();
}

/* Version 0 ends before the memory map, here at the end of memory. */
static void test_version_0(void **state)
{
    (void)state;
    uint64_t last = MEMORY_BASE + MEMORY_LEN - 40;
    put(INFO_AT + 4, 0, 4);
    memcpy(memory + last - MEMORY_BASE, memory + INFO_AT - MEMORY_BASE, 40);
    assert_int_equal(pvh_read(&pvh, &physical, last, &why), OK);
    assert_string_equal(pvh.command_line, "flood=1 exit=3");
    assert_int_equal(pvh.memmap_count, 0);

    put(last + 4, 1, 4); /* version 1 would need 56 bytes */
    assert_int_equal(pvh_read(&pvh, &physical, last, &why), ERR_BROKEN);
}

static void test_no_command_line(void **state)
{
    (void)state;
    put(INFO_AT + 24, 0, 8);
    assert_int_equal(pvh_read(&pvh, &physical, INFO_AT, &why), OK);
    assert_string_equal(pvh.command_line, "");
}

static void test_command_line_without_end(void **state)
{
    (void)state;
    memset(memory + CMDLINE_AT - MEMORY_BASE, 'x', MEMORY_BASE + MEMORY_LEN - CMDLINE_AT);
    assert_int_equal(pvh_read(&pvh, &physical, INFO_AT, &why), ERR_BROKEN);
    assert_string_equal(pvh.command_line, "");
    assert_int_equal(pvh.rsdp, 0xf5a30); /* the rest is used all the same */
    assert_int_equal(pvh.memmap_count, 3);

    put(INFO_AT + 24, UINT64_MAX, 8);
    assert_int_equal(pvh_read(&pvh, &physical, INFO_AT, &why), ERR_BROKEN);
    assert_string_equal(pvh.command_line, "");
}

static void test_memory_map_lies(void **state)
{
    (void)state;
    put(INFO_AT + 48, 129, 4);
    assert_int_equal(pvh_read(&pvh, &physical, INFO_AT, &why), ERR_BROKEN);
    assert_string_equal(why.what, "memory map entries");
    assert_int_equal(pvh.memmap_count, 0);
    assert_string_equal(pvh.command_line, "flood=1 exit=3");

    put(INFO_AT + 48, 0xffffffff, 4);
    assert_int_equal(pvh_read(&pvh, &physical, INFO_AT, &why), ERR_BROKEN);

    put(INFO_AT + 48, 2, 4);
    put(INFO_AT + 40, MEMORY_BASE + MEMORY_LEN - 47, 8);
    assert_int_equal(pvh_read(&pvh, &physical, INFO_AT, &why), ERR_BROKEN);
    assert_string_equal(why.what, "memory map outside memory");
    assert_int_equal(pvh.memmap_count, 0);
}

static void test_is_memory(void **state)
{
    (void)state;
    assert_int_equal(pvh_read(&pvh, &physical, INFO_AT, &why), OK);
    assert_true(pvh_is_memory(&pvh, 0, 0xa0000));
    assert_false(pvh_is_memory(&pvh, 0, 0xa0001));
    assert_false(pvh_is_memory(&pvh, 0xa0000, 1));
    assert_true(pvh_is_memory(&pvh, 0x7ffffff, 1));
    assert_false(pvh_is_memory(&pvh, 0x7ffffff, 2));
    assert_false(pvh_is_memory(&pvh, 0x100000, UINT64_MAX));
    assert_true(pvh_is_memory(&pvh, UINT64_MAX, 1)); /* an entry that ends beyond 2^64 */
    assert_false(pvh_is_memory(&pvh, UINT64_MAX - 1, UINT64_MAX));
}

static void test_unknown_types_are_no_memory(void **state)
{
    (void)state;
    const uint32_t types[] = { 0, 5, 7, 0xffffffff };
    assert_int_equal(pvh_read(&pvh, &physical, INFO_AT, &why), OK);
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        put_range(0, 0, 0xa0000, types[i]);
        assert_false(pvh_is_memory(&pvh, 0, 1));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_all_is_well),
        TEST(test_start_info_outside_memory),
        TEST(test_magic),
        TEST(test_version_0),
        TEST(test_no_command_line),
        TEST(test_command_line_without_end),
        TEST(test_memory_map_lies),
        TEST(test_is_memory),
        TEST(test_unknown_types_are_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
