/*
 * The device tree reader, on trees like QEMU's and on hostile ones.
 * Every blob lies in memory of exactly its size, under the address sanitizer.
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

#include "drivers/fdt/fdt.h"
#include "drivers/fdt/fdt_regs.h"
#include "tests/fakes/fdt_builder.h"

/* --- fixtures ------------------------------------------------------------------ */

static struct fdt_builder builder;
static uint8_t *blob;
static size_t blob_size;
static struct fdt fdt;
static struct why why;

static int open_blob(void)
{
    return fdt_open(&fdt, blob, blob_size, &why);
}

static int open_built(void)
{
    free(blob);
    blob = fdtb_finish(&builder, &blob_size);
    return open_blob();
}

static int setup(void **state)
{
    (void)state;
    fdtb_begin_tree(&builder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(blob);
    blob = NULL;
    return 0;
}

static struct fdt_node find(const char *path)
{
    struct fdt_node node;
    assert_true(fdt_find(&fdt, path, strlen(path), &node));
    return node;
}

static bool is_found(const char *path)
{
    struct fdt_node node;
    return fdt_find(&fdt, path, strlen(path), &node);
}

/* A tree in the shape of QEMU's: two UARTs of different kinds, one behind a bus. */
static void build_machine(void)
{
    struct fdt_builder *b = &builder;
    fdtb_cells(b, "#address-cells", 1, 2u);
    fdtb_cells(b, "#size-cells", 1, 2u);
    fdtb_text(b, "compatible", "linux,dummy-virt");

    fdtb_node(b, "chosen");
    fdtb_text(b, "bootargs", "flood=65536 exit=3");
    fdtb_text(b, "stdout-path", "serial0:115200n8");
    fdtb_end(b);

    fdtb_node(b, "aliases");
    fdtb_text(b, "serial0", "/pl011@9000000");
    fdtb_text(b, "loop", "loop");
    fdtb_text(b, "dangling", "/nowhere");
    fdtb_end(b);

    fdtb_node(b, "pl011@9000000");
    fdtb_bytes(b, "compatible", "arm,pl011\0arm,primecell", 24);
    fdtb_cells(b, "reg", 4, 0u, 0x9000000u, 0u, 0x1000u);
    fdtb_word(b, FDT_NOP);
    fdtb_cells(b, "phandle", 1, 0x8001u);
    fdtb_end(b);

    fdtb_node(b, "soc");
    fdtb_cells(b, "#address-cells", 1, 1u);
    fdtb_cells(b, "#size-cells", 1, 1u);
    fdtb_cells(b, "ranges", 8, 0x0u, 1u, 0x0u, 0x1000u, 0x10000u, 0u, 0x50000u, 0x10000u);
    fdtb_node(b, "serial@10100");
    fdtb_text(b, "compatible", "ns16550a");
    fdtb_text(b, "status", "disabled");
    fdtb_cells(b, "reg", 4, 0x10100u, 0x100u, 0x30000u, 0x10u);
    fdtb_cells(b, "reg-shift", 1, 2u);
    fdtb_end(b);
    fdtb_end(b);
}

/* --- good trees ----------------------------------------------------------------- */

static void test_walk_in_order(void **state)
{
    (void)state;
    build_machine();
    assert_int_equal(open_built(), OK);

    static const char *const expected[] = { "/chosen", "/aliases", "/pl011@9000000", "/soc",
                                            "/soc/serial@10100" };
    struct fdt_node node = fdt_root(&fdt);
    char path[64];
    fdt_path(&node, path, sizeof(path));
    assert_string_equal(path, "/");
    for (size_t i = 0; i < 5; i++) {
        assert_true(fdt_next(&node));
        fdt_path(&node, path, sizeof(path));
        assert_string_equal(path, expected[i]);
    }
    assert_false(fdt_next(&node));
}

/* DT 0.4 §2.2.3: the unit address may be left out. */
static void test_find_by_path(void **state)
{
    (void)state;
    build_machine();
    assert_int_equal(open_built(), OK);

    struct fdt_node uart = find("/pl011");
    assert_string_equal(fdt_name(&uart), "pl011@9000000");
    struct fdt_node exact = find("/soc/serial@10100"), short_path = find("/soc/serial");
    assert_true(fdt_same_node(&exact, &short_path));
    assert_int_equal(find("/").depth, 0);
    assert_false(is_found("/serial@10100"));
    assert_false(is_found("/pl011@9"));
    assert_false(is_found("/pl0"));
    assert_false(is_found("/soc/serial@10100/deeper"));
    assert_false(is_found(""));
}

/* DT 0.4 §3.3, DT 0.4 §3.6: stdout-path is a path or an alias, ':' ends it.
 * DT 0.4 §2.2.4.1: an alias is a property name, of at most 31 characters. */
static void test_aliases_and_stdout(void **state)
{
    (void)state;
    build_machine();
    assert_int_equal(open_built(), OK);

    struct fdt_node uart;
    assert_true(fdt_find_stdout(&fdt, &uart));
    assert_string_equal(fdt_name(&uart), "pl011@9000000");
    assert_false(is_found("loop")); /* an alias of an alias is not followed */
    assert_false(is_found("dangling"));
    assert_false(is_found("no-such-alias"));
    assert_false(is_found("an-alias-of-more-than-thirty-one-characters"));
}

/* DT 0.4 §2.3.1 (compatible), DT 0.4 §2.3.3 (phandle), DT 0.4 §2.3.4 (status). */
static void test_properties(void **state)
{
    (void)state;
    build_machine();
    assert_int_equal(open_built(), OK);
    struct fdt_node uart = find("/pl011"), serial = find("/soc/serial"), chosen = find("/chosen");
    uint32_t value;

    assert_string_equal(fdt_string(&chosen, "bootargs"), "flood=65536 exit=3");
    assert_null(fdt_string(&chosen, "no-such"));
    assert_true(fdt_is_compatible(&uart, "arm,pl011"));
    assert_true(fdt_is_compatible(&uart, "arm,primecell"));
    assert_false(fdt_is_compatible(&uart, "arm,pl01"));
    assert_false(fdt_is_compatible(&chosen, "arm,pl011"));
    assert_true(fdt_is_okay(&uart, "status"));
    assert_false(fdt_is_okay(&serial, "status"));
    assert_int_equal(fdt_number(&serial, "reg-shift", 0), 2);
    assert_int_equal(fdt_number(&serial, "reg-io-width", 1), 1);
    assert_true(fdt_cell(&uart, "reg", 3, &value));
    assert_int_equal(value, 0x1000);
    assert_false(fdt_cell(&uart, "reg", 4, &value));
    assert_true(fdt_find_phandle(&fdt, 0x8001, &serial));
    assert_true(fdt_same_node(&uart, &serial));
    assert_false(fdt_find_phandle(&fdt, 0x8002, &serial));
}

/* DT 0.4 §2.3.6, DT 0.4 §2.3.8. */
static void test_reg_is_translated(void **state)
{
    (void)state;
    build_machine();
    assert_int_equal(open_built(), OK);
    struct fdt_node uart = find("/pl011"), serial = find("/soc/serial"), root = find("/");
    struct fdt_range range;

    assert_int_equal(fdt_reg(&uart, 0, &range), OK);
    assert_int_equal(range.address, 0x9000000);
    assert_int_equal(range.len, 0x1000);
    assert_int_equal(fdt_reg(&uart, 1, &range), ERR_ABSENT);
    assert_int_equal(fdt_reg(&uart, UINT32_MAX, &range), ERR_ABSENT);
    assert_int_equal(fdt_reg(&serial, 0, &range), OK);
    assert_int_equal(range.address, 0x50100);                  /* second row of ranges */
    assert_int_equal(fdt_reg(&serial, 1, &range), ERR_ABSENT); /* in no row            */
    assert_int_equal(fdt_reg(&root, 0, &range), ERR_ABSENT);
}

static void test_bus_without_ranges(void **state)
{
    (void)state;
    fdtb_node(&builder, "bus");
    fdtb_node(&builder, "uart@1000");
    fdtb_cells(&builder, "reg", 3, 0u, 0x1000u, 0x10u);
    fdtb_end(&builder);
    fdtb_end(&builder);
    assert_int_equal(open_built(), OK);

    struct fdt_node uart = find("/bus/uart");
    struct fdt_range range;
    assert_int_equal(fdt_reg(&uart, 0, &range), ERR_ABSENT);
}

/* DT 0.4 §2.3.5: without #address-cells and #size-cells, 2 and 1. */
static void test_default_cells_and_empty_ranges(void **state)
{
    (void)state;
    fdtb_node(&builder, "bus");
    fdtb_bytes(&builder, "ranges", "", 0);
    fdtb_node(&builder, "uart@100001000");
    fdtb_cells(&builder, "reg", 3, 1u, 0x1000u, 0x10u);
    fdtb_end(&builder);
    fdtb_end(&builder);
    assert_int_equal(open_built(), OK);

    struct fdt_node uart = find("/bus/uart");
    struct fdt_range range;
    assert_int_equal(fdt_reg(&uart, 0, &range), OK);
    assert_true(range.address == 0x100001000);
    assert_int_equal(range.len, 0x10);
}

static void test_cells_that_we_do_not_speak(void **state)
{
    (void)state;
    static const uint32_t bad[][2] = {
        { 3, 1 }, { 0, 1 }, { 1, 3 }, { 0x40000000, 0x40000000 }, { UINT32_MAX, 1 }
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        fdtb_begin_tree(&builder);
        fdtb_cells(&builder, "#address-cells", 1, bad[i][0]);
        fdtb_cells(&builder, "#size-cells", 1, bad[i][1]);
        fdtb_node(&builder, "uart");
        fdtb_cells(&builder, "reg", 4, 0u, 0u, 0u, 0u);
        fdtb_end(&builder);
        assert_int_equal(open_built(), OK);
        struct fdt_node uart = find("/uart");
        struct fdt_range range;
        assert_int_equal(fdt_reg(&uart, 0, &range), ERR_UNSUPPORTED);
    }
}

static void build_pcie(unsigned address_cells)
{
    fdtb_cells(&builder, "#address-cells", 1, 2u);
    fdtb_cells(&builder, "#size-cells", 1, 2u);
    fdtb_node(&builder, "pcie@10000000");
    fdtb_cells(&builder, "#address-cells", 1, address_cells);
    fdtb_cells(&builder, "#size-cells", 1, 2u);
    fdtb_cells(&builder, "bus-range", 2, 0u, 0xffu);
    fdtb_cells(&builder, "ranges", 14, 0x1000000u, 0u, 0u, 0u, 0x3eff0000u, 0u, 0x10000u,
               0x43000000u, 0x80u, 0u, 0x80u, 0u, 0x80u, 0u);
    fdtb_end(&builder);
    assert_int_equal(open_built(), OK);
}

/* PCI Bus Binding 2.1, 2.2.1.1: three cells of address, the first with the space. */
static void test_pci_ranges(void **state)
{
    (void)state;
    build_pcie(3);
    struct fdt_node pcie = find("/pcie");
    struct fdt_pci_range range;

    assert_int_equal(fdt_pci_range(&pcie, 0, &range), OK);
    assert_int_equal(FDT_PCI_SPACE(range.flags), FDT_PCI_SPACE_IO);
    assert_int_equal(range.pci_base, 0);
    assert_int_equal(range.cpu_base, 0x3eff0000);
    assert_int_equal(range.len, 0x10000);
    assert_int_equal(fdt_pci_range(&pcie, 1, &range), OK);
    assert_int_equal(FDT_PCI_SPACE(range.flags), FDT_PCI_SPACE_MEM64);
    assert_true(range.flags & FDT_PCI_PREFETCHABLE);
    assert_true(range.cpu_base == 0x8000000000 && range.len == 0x8000000000);
    assert_int_equal(fdt_pci_range(&pcie, 2, &range), ERR_ABSENT);
}

static void test_pci_ranges_of_another_shape(void **state)
{
    (void)state;
    build_pcie(2);
    struct fdt_node pcie = find("/pcie"), root = find("/");
    struct fdt_pci_range range;
    assert_int_equal(fdt_pci_range(&pcie, 0, &range), ERR_UNSUPPORTED);
    assert_int_equal(fdt_pci_range(&root, 0, &range), ERR_ABSENT);
}

/* --- hostile trees ---------------------------------------------------------------- */

/* Read everything there is to read; the sanitizers watch. */
static void read_all(void)
{
    struct fdt_node node = fdt_root(&fdt), other;
    struct fdt_range range;
    struct fdt_pci_range pci;
    char path[40];

    do {
        fdt_path(&node, path, sizeof(path));
        (void)fdt_reg(&node, 0, &range);
        (void)fdt_reg(&node, 1, &range);
        (void)fdt_pci_range(&node, 0, &pci);
        (void)fdt_is_compatible(&node, "ns16550a");
        (void)fdt_is_okay(&node, "status");
        (void)fdt_string(&node, "bootargs");
    } while (fdt_next(&node));
    (void)fdt_find_stdout(&fdt, &other);
    (void)fdt_find_phandle(&fdt, 1, &other);
}

/* DT 0.4 §5.2, each field of the header in turn. */
static void test_header_fields_out_of_range(void **state)
{
    (void)state;
    static const struct {
        uint32_t field, value;
        int status;
    } rows[] = {
        { FDT_MAGIC, 0, ERR_ABSENT },
        { FDT_VERSION, 16, ERR_UNSUPPORTED },
        { FDT_LAST_COMP_VERSION, 18, ERR_UNSUPPORTED },
        { FDT_TOTALSIZE, 0, ERR_BROKEN },
        { FDT_TOTALSIZE, 39, ERR_BROKEN },
        { FDT_TOTALSIZE, 41, ERR_BROKEN },
        { FDT_TOTALSIZE, UINT32_MAX, ERR_BROKEN },
        { FDT_OFF_DT_STRUCT, 0, ERR_BROKEN },
        { FDT_OFF_DT_STRUCT, 57, ERR_BROKEN },
        { FDT_OFF_DT_STRUCT, 0xfffffff0, ERR_BROKEN },
        { FDT_OFF_DT_STRINGS, 0, ERR_BROKEN },
        { FDT_OFF_DT_STRINGS, 0xfffffff0, ERR_BROKEN },
        { FDT_SIZE_DT_STRUCT, 0, ERR_BROKEN },
        { FDT_SIZE_DT_STRUCT, 0xfffffff0, ERR_BROKEN },
        { FDT_SIZE_DT_STRINGS, 0xfffffff0, ERR_BROKEN },
        { FDT_SIZE_DT_STRINGS, 3, ERR_BROKEN }, /* its last byte is no NUL */
        { FDT_SIZE_DT_STRINGS, 0, ERR_BROKEN }, /* names point outside     */
    };
    build_machine();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        free(blob);
        blob = fdtb_blob(&builder, &blob_size);
        fdtb_put32(blob + rows[i].field, rows[i].value);
        assert_int_equal(open_blob(), rows[i].status);
        assert_non_null(why.what);
    }
}

static void test_cut_anywhere(void **state)
{
    (void)state;
    build_machine();
    assert_int_equal(open_built(), OK);
    for (size_t len = 0; len < blob_size; len++) {
        uint8_t *cut = malloc(len + 1);
        memcpy(cut, blob, len);
        assert_int_not_equal(fdt_open(&fdt, cut, len, &why), OK);
        free(cut);
    }
}

/* The structure block ends anywhere, the header agrees: never OK, never a read outside. */
static void test_structure_cut_anywhere(void **state)
{
    (void)state;
    build_machine();
    fdtb_end(&builder);
    fdtb_word(&builder, FDT_END);
    size_t whole = builder.structs_len;
    for (builder.structs_len = 0; builder.structs_len < whole; builder.structs_len += 4) {
        free(blob);
        blob = fdtb_blob(&builder, &blob_size);
        assert_int_equal(open_blob(), ERR_BROKEN);
    }
}

static void test_every_byte_changed(void **state)
{
    (void)state;
    build_machine();
    assert_int_equal(open_built(), OK);
    static const uint8_t changes[] = { 0x01, 0x80, 0xff, 0x03 };
    for (size_t at = 0; at < blob_size; at++)
        for (size_t i = 0; i < sizeof(changes); i++) {
            blob[at] ^= changes[i];
            if (open_blob() == OK)
                read_all();
            blob[at] ^= changes[i];
        }
}

/* Seeded noise over whole words, so that a failure can be had again. */
static void test_random_words(void **state)
{
    (void)state;
    build_machine();
    assert_int_equal(open_built(), OK);
    uint8_t *copy = malloc(blob_size);
    memcpy(copy, blob, blob_size);
    uint32_t seed = 1;
    for (unsigned round = 0; round < 20000; round++) {
        memcpy(blob, copy, blob_size);
        for (unsigned n = 0; n < 1 + round % 3; n++) {
            seed = seed * 1664525u + 1013904223u;
            size_t at = (seed >> 8) % (blob_size / 4) * 4;
            fdtb_put32(blob + at, seed >> 29 ? seed >> 27 : seed);
        }
        if (open_blob() == OK)
            read_all();
    }
    free(copy);
}

static void test_too_deep(void **state)
{
    (void)state;
    for (unsigned depth = 1; depth < FDT_DEPTH_MAX; depth++)
        fdtb_node(&builder, "d");
    for (unsigned depth = 1; depth < FDT_DEPTH_MAX; depth++)
        fdtb_end(&builder);
    assert_int_equal(open_built(), OK);
    read_all();

    fdtb_begin_tree(&builder);
    for (unsigned depth = 0; depth < FDT_DEPTH_MAX; depth++)
        fdtb_node(&builder, "d");
    for (unsigned depth = 0; depth < FDT_DEPTH_MAX; depth++)
        fdtb_end(&builder);
    assert_int_equal(open_built(), ERR_UNSUPPORTED);
    assert_int_equal(why.found, FDT_DEPTH_MAX + 1);
}

static void test_nothing_but_nops(void **state)
{
    (void)state;
    builder.structs_len = 0;
    while (builder.structs_len < sizeof(builder.structs))
        fdtb_word(&builder, FDT_NOP);
    blob = fdtb_blob(&builder, &blob_size);
    assert_int_equal(open_blob(), ERR_BROKEN);
}

/* DT 0.4 §5.4.1, DT 0.4 §5.4.2: the order of tokens. */
static void test_tokens_out_of_place(void **state)
{
    (void)state;
    fdtb_node(&builder, "child");
    fdtb_end(&builder);
    fdtb_text(&builder, "late", "property");
    assert_int_equal(open_built(), ERR_BROKEN);

    fdtb_begin_tree(&builder);
    fdtb_end(&builder);
    fdtb_node(&builder, "second-root");
    assert_int_equal(open_built(), ERR_BROKEN);

    fdtb_begin_tree(&builder);
    fdtb_end(&builder);
    assert_int_equal(open_built(), ERR_BROKEN); /* one FDT_END_NODE too many */

    fdtb_begin_tree(&builder);
    fdtb_node(&builder, "never-closed");
    assert_int_equal(open_built(), ERR_BROKEN);

    fdtb_begin_tree(&builder);
    fdtb_word(&builder, 5);
    assert_int_equal(open_built(), ERR_BROKEN);
    assert_int_equal(why.found, 5);
}

/* DT 0.4 §2.2.1. */
static void test_names_that_would_break_a_record(void **state)
{
    (void)state;
    fdtb_node(&builder, "a b");
    fdtb_end(&builder);
    assert_int_equal(open_built(), ERR_BROKEN);
    assert_int_equal(why.found, ' ');
}

static void test_texts_without_an_end(void **state)
{
    (void)state;
    fdtb_node(&builder, "chosen");
    fdtb_bytes(&builder, "bootargs", "abc", 3);
    fdtb_bytes(&builder, "stdout-path", "/chosen", 7);
    fdtb_bytes(&builder, "compatible", "ns16550a", 8);
    fdtb_bytes(&builder, "status", "okay", 4);
    fdtb_end(&builder);
    assert_int_equal(open_built(), OK);

    struct fdt_node chosen = find("/chosen"), out;
    assert_null(fdt_string(&chosen, "bootargs"));
    assert_false(fdt_is_compatible(&chosen, "ns16550a"));
    assert_false(fdt_is_okay(&chosen, "status"));
    assert_false(fdt_find_stdout(&fdt, &out));
}

/* A length that would wrap round the end of the address space. */
static void test_ranges_that_wrap(void **state)
{
    (void)state;
    fdtb_cells(&builder, "#address-cells", 1, 2u);
    fdtb_cells(&builder, "#size-cells", 1, 2u);
    fdtb_node(&builder, "bus");
    fdtb_cells(&builder, "#address-cells", 1, 2u);
    fdtb_cells(&builder, "#size-cells", 1, 2u);
    fdtb_cells(&builder, "ranges", 6, 0u, 0x1000u, 0u, 0x1000u, 0u, 0x1000u);
    fdtb_node(&builder, "dev");
    fdtb_cells(&builder, "reg", 8, 0u, 0x1800u, ~0u, ~0u, 0u, 0x800u, 0u, 0x10u);
    fdtb_end(&builder);
    fdtb_end(&builder);
    assert_int_equal(open_built(), OK);

    struct fdt_node dev = find("/bus/dev");
    struct fdt_range range;
    assert_int_equal(fdt_reg(&dev, 0, &range), ERR_ABSENT);
    assert_int_equal(fdt_reg(&dev, 1, &range), ERR_ABSENT);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_walk_in_order),
        TEST(test_find_by_path),
        TEST(test_aliases_and_stdout),
        TEST(test_properties),
        TEST(test_reg_is_translated),
        TEST(test_bus_without_ranges),
        TEST(test_default_cells_and_empty_ranges),
        TEST(test_cells_that_we_do_not_speak),
        TEST(test_pci_ranges),
        TEST(test_pci_ranges_of_another_shape),
        TEST(test_header_fields_out_of_range),
        TEST(test_cut_anywhere),
        TEST(test_structure_cut_anywhere),
        TEST(test_every_byte_changed),
        TEST(test_random_words),
        TEST(test_too_deep),
        TEST(test_nothing_but_nops),
        TEST(test_tokens_out_of_place),
        TEST(test_names_that_would_break_a_record),
        TEST(test_texts_without_an_end),
        TEST(test_ranges_that_wrap),
    };
    return cmocka_run_group_tests_name("fdt", tests, NULL, NULL);
}
