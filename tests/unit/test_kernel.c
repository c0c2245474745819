/*
 * firmware/kernel.c, memory_bus.c: what the drivers get from this firmware.
 *
 * The other tests link a fake kernel, so the real one is included here.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/kernel.c"

/* --- An architecture with one page that can be mapped ------------------------------------- */

static uint32_t page[16];
static const struct io_bus ports;
const struct io_bus *const arch_port_bus = &ports;

uintptr_t arch_map(uint64_t phys, uint64_t len)
{
    return phys == 0x9000000 && len <= sizeof(page) ? (uintptr_t)page : 0;
}

static char captured[4096];
static size_t captured_len;

static size_t capture(struct console *con, const void *buf, size_t len)
{
    (void)con;
    assert_true(captured_len + len <= sizeof(captured));
    memcpy(captured + captured_len, buf, len);
    captured_len += len;
    return len;
}

static const struct console_ops ops = { .class = CONSOLE_FIFO, .write = capture };
static struct console con;

static int setup(void **state)
{
    (void)state;
    pools[0].used = FIRST_SIZE;
    pools[1].used = 0;
    captured_len = 0;
    clock_init();
    log_init();
    record_init();
    record_set_plain(true);
    ledger_init();
    console_names_reset();
    command_line_parse(&command_line, "");
    memset(&con, 0, sizeof(con));
    con = (struct console){ .ops = &ops, .kind = "isa-serial", .found = "isa:0x3f8" };
    return 0;
}

static void expect(const char *text)
{
    assert_int_equal(captured_len, strlen(text));
    assert_memory_equal(captured, text, captured_len);
    captured_len = 0;
}

/* --- Memory -------------------------------------------------------------------------------- */

static void test_memory_is_aligned_zeroed_and_apart(void **state)
{
    (void)state;
    memset(arena, 0xee, 65536);
    unsigned char *before = kernel_memory(3, 1);
    for (size_t align = 1; align <= 4096; align *= 2) {
        unsigned char *block = kernel_memory(align + 1, align);
        assert_int_equal((uintptr_t)block % align, 0);
        assert_true(block > before);
        for (size_t i = 0; i <= align; i++)
            assert_int_equal(block[i], 0);
        memset(block, 0xff, align + 1);
        before = block + align;
    }
    assert_int_equal(kernel_phys(before), (uintptr_t)before);
}

static void test_first_memory_is_beside_the_image(void **state)
{
    (void)state;
    pools[0].used = 0;
    assert_ptr_equal(kernel_memory(FIRST_SIZE - 1, 4096), first);
    assert_ptr_equal(kernel_memory(2, 1), arena);
    assert_ptr_equal(kernel_memory(1, 1), first + FIRST_SIZE - 1);
    assert_ptr_equal(kernel_memory(1, 1), arena + 2);
}

static void test_memory_runs_out(void **state)
{
    (void)state;
    assert_null(kernel_memory(ARENA_SIZE + 1, 1));
    assert_null(kernel_memory(SIZE_MAX, 4096));
    assert_non_null(kernel_memory(ARENA_SIZE - 1, 1));
    assert_null(kernel_memory(1, 4096));
    assert_non_null(kernel_memory(1, 1));
    assert_null(kernel_memory(1, 1));
}

/* --- Windows ------------------------------------------------------------------------------- */

static void test_map(void **state)
{
    (void)state;
    struct io io = { .shift = 3, .width = 4, .accesses = 5 };
    assert_int_equal(kernel_map(&io, IO_SPACE_MEMORY, 0x9000000, 64), OK);
    assert_ptr_equal(io.bus, &memory_bus);
    assert_int_equal(io.base, (uintptr_t)page);
    assert_int_equal(io.shift + io.width + io.accesses, 0);
    assert_int_equal(kernel_map(&io, IO_SPACE_MEMORY, 0x8000000000, 64), ERR_FULL);

    assert_int_equal(kernel_map(&io, IO_SPACE_PORTS, 0x3f8, 8), OK);
    assert_ptr_equal(io.bus, &ports);
    assert_int_equal(io.base, 0x3f8);
    assert_int_equal(kernel_map(&io, IO_SPACE_PORTS, 0xfff8, 8), OK);
    assert_int_equal(kernel_map(&io, IO_SPACE_PORTS, 0xfff9, 8), ERR_FULL);
    assert_int_equal(kernel_map(&io, IO_SPACE_PORTS, 0x10000, 1), ERR_FULL);
}

static void test_memory_bus(void **state)
{
    (void)state;
    struct io io;
    kernel_map(&io, IO_SPACE_MEMORY, 0x9000000, 64);
    memset(page, 0, sizeof(page));
    io_write32(&io, 0, 0x11223344);
    assert_int_equal(io_read8(&io, 1), 0x33);
    assert_int_equal(io_read16(&io, 2), 0x1122);
    io_write8(&io, 3, 0xaa);
    io_write16(&io, 0, 0xbbcc);
    assert_int_equal(io_read32(&io, 0), 0xaa22bbcc);

    io.shift = 2;
    io.width = 4;
    io_write8(&io, 2, 0x55); /* register 2 is the word at 8 */
    assert_int_equal(page[2], 0x55);
    page[3] = UINT32_MAX;
    io_burst8(&io, 3, "abc", 3); /* a word each */
    assert_int_equal(page[3], 'c');
    assert_int_equal(io.accesses, 10);
}

/* --- Consoles ------------------------------------------------------------------------------ */

static void test_console_gets_name_and_log(void **state)
{
    (void)state;
    record("a", "before");
    kernel_console_add(&con);
    assert_string_equal(con.name, "isa-serial0");
    assert_true(con.is_selected);
    record("a", "after");
    expect("a: before\r\na: after\r\n");
    ledger_list_consoles();
    expect("console: name=isa-serial0 kind=isa-serial found=isa:0x3f8 driven=yes\r\n");
}

static void test_unwanted_console(void **state)
{
    (void)state;
    static struct console other;
    other = (struct console){ .ops = &ops, .kind = "isa-serial", .found = "isa:0x2f8" };
    command_line_parse(&command_line, "console=isa-serial0");
    kernel_console_add(&con);
    kernel_console_add(&other);
    record("a", "b");
    expect("a: b\r\n");
    ledger_list_consoles();
    expect("console: name=isa-serial0 kind=isa-serial found=isa:0x3f8 driven=yes\r\n"
           "console: name=isa-serial1 kind=isa-serial found=isa:0x2f8 driven=no "
           "why=\"not selected by console=\"\r\n");
}

static void test_removed_console(void **state)
{
    (void)state;
    static struct console other;
    other = (struct console){ .ops = &ops, .kind = "virtconsole", .found = "x" };
    kernel_console_add(&con);
    kernel_console_add(&other);
    kernel_console_remove(&other);
    kernel_console_remove(&other);
    expect("removed: name=virtconsole0\r\n");
}

static void test_notes(void **state)
{
    (void)state;
    const struct why why = { "status", 0x3, 0xfedcba9876543210 };
    const struct why no_why = { NULL, 0, 0 };
    kernel_console_add(&con);
    kernel_note("pci", "left out", NULL);
    kernel_note("pci", "left out", &no_why);
    kernel_note("pci", "00:01.0", &why);
    expect("pci: left out\r\npci: left out\r\n"
           "pci: 00:01.0: status found 0x3 expected 0xfedcba9876543210\r\n");
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_memory_is_aligned_zeroed_and_apart),
        TEST(test_first_memory_is_beside_the_image),
        TEST(test_memory_runs_out),
        TEST(test_map),
        TEST(test_memory_bus),
        TEST(test_console_gets_name_and_log),
        TEST(test_unwanted_console),
        TEST(test_removed_console),
        TEST(test_notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
