/*
 * From a device tree to devices: which nodes are attached, with which windows; and how the
 * machine is switched off.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/kernel.h"
#include "firmware/platform/virt/virt.h"
#include "tests/fakes/fdt_builder.h"
#include "tests/fakes/kernel.h"
#include "tests/fakes/pci_fake.h"
#include "tests/fakes/pl011_fake.h"
#include "tests/fakes/uart8250_fake.h"
#include "tests/fakes/virt_arch.h"

/* --- fixtures -------------------------------------------------------------------- */

static struct fdt_builder builder;
static uint8_t *blob;
static struct fdt fdt;

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    fake_virt_arch = (struct fake_virt_arch){ 0 };
    fdtb_begin_tree(&builder);
    fdtb_cells(&builder, "#address-cells", 1, 2u);
    fdtb_cells(&builder, "#size-cells", 1, 2u);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fake_kernel_reset();
    free(blob);
    blob = NULL;
    return 0;
}

static void open_tree(void)
{
    size_t size;
    struct why why;
    blob = fdtb_finish(&builder, &size);
    assert_int_equal(fdt_open(&fdt, blob, size, &why), OK);
}

static void node_begin(const char *name, const char *compatible, unsigned base)
{
    fdtb_node(&builder, name);
    fdtb_text(&builder, "compatible", compatible);
    fdtb_cells(&builder, "reg", 4, 0u, base, 0u, 0x1000u);
}

static void node(const char *name, const char *compatible, unsigned base)
{
    node_begin(name, compatible, base);
    fdtb_end(&builder);
}

static void chosen_stdout(const char *path)
{
    fdtb_node(&builder, "chosen");
    fdtb_text(&builder, "stdout-path", path);
    fdtb_end(&builder);
}

/* A register file that remembers what was written to it. */
struct writes {
    unsigned count;
    size_t offset[8];
    uint32_t value[8];
};

static uint32_t writes_read(const struct io *io, size_t offset, unsigned bytes)
{
    (void)io, (void)offset, (void)bytes;
    return 0;
}

static void writes_write(const struct io *io, size_t offset, unsigned bytes, uint32_t value)
{
    struct writes *writes = io->ctx;
    assert_int_equal(bytes, 4);
    assert_true(writes->count < 8);
    writes->offset[writes->count] = offset;
    writes->value[writes->count++] = value;
}

static const struct io_bus writes_bus = { .read = writes_read, .write = writes_write };

/* --- devices ---------------------------------------------------------------------- */

static void test_uarts_first(void **state)
{
    (void)state;
    struct pl011_fake pl011;
    struct uart8250_fake ns16550;
    pl011_fake_init(&pl011);
    uart8250_fake_init(&ns16550, FAKE_16550A);
    ns16550.shift = 2;
    ns16550.width = 4;
    fake_kernel_map(IO_SPACE_MEMORY, 0x9000000, 0x1000, &pl011_fake_bus, &pl011);
    fake_kernel_map(IO_SPACE_MEMORY, 0x10000000, 0x1000, &uart8250_fake_bus, &ns16550);

    chosen_stdout("/pl011@9000000");
    node("pl011@9000000", "arm,pl011", 0x9000000);
    node_begin("serial@10000000", "ns16550a", 0x10000000);
    fdtb_cells(&builder, "reg-shift", 1, 2u);
    fdtb_cells(&builder, "reg-io-width", 1, 4u);
    fdtb_end(&builder);
    node("virtio_mmio@a000000", "virtio,mmio", 0xa000000); /* not mapped: becomes a note */
    open_tree();
    virt_attach_first(&fdt);

    assert_int_equal(fake_kernel_console_count(), 1);
    assert_string_equal(fake_kernel_console(0)->found, "fdt:/pl011@9000000");
    assert_true(fake_kernel_console(0)->is_primary);
    assert_int_equal(fake_kernel_console(0)->status, OK);
    assert_int_equal(fake_kernel_note_count(), 0);

    virt_attach_rest(&fdt);
    assert_int_equal(fake_kernel_console_count(), 2);
    assert_string_equal(fake_kernel_console(1)->found, "fdt:/serial@10000000");
    assert_false(fake_kernel_console(1)->is_primary);
    assert_int_equal(fake_kernel_console(1)->status, OK);
}

/* DT 0.4 §2.3.4. */
static void test_disabled_nodes_are_left_alone(void **state)
{
    (void)state;
    node_begin("pl011@9000000", "arm,pl011", 0x9000000);
    fdtb_text(&builder, "status", "disabled");
    fdtb_end(&builder);
    open_tree();
    virt_attach_rest(&fdt);
    assert_int_equal(fake_kernel_note_count(), 0); /* mapping it would have failed */
}

/* Linux bindings, arm/secure.txt: secure-status counts in the secure state, and only there. */
static void test_secure_status(void **state)
{
    (void)state;
    node_begin("both", "x", 0);
    fdtb_end(&builder);
    node_begin("secure", "x", 0);
    fdtb_text(&builder, "status", "disabled");
    fdtb_text(&builder, "secure-status", "okay");
    fdtb_end(&builder);
    node_begin("normal", "x", 0);
    fdtb_text(&builder, "secure-status", "disabled");
    fdtb_end(&builder);
    open_tree();

    struct fdt_node both, secure, normal;
    assert_true(fdt_find(&fdt, "/both", 5, &both));
    assert_true(fdt_find(&fdt, "/secure", 7, &secure));
    assert_true(fdt_find(&fdt, "/normal", 7, &normal));
    assert_true(virt_node_is_usable(&both));
    assert_false(virt_node_is_usable(&secure));
    assert_true(virt_node_is_usable(&normal));
    fake_virt_arch.is_secure = true;
    assert_true(virt_node_is_usable(&both));
    assert_true(virt_node_is_usable(&secure));
    assert_false(virt_node_is_usable(&normal));
}

static void test_what_can_not_be_used_is_noted(void **state)
{
    (void)state;
    static struct writes writes;
    fake_kernel_map(IO_SPACE_MEMORY, 0x1000, 0x1000, &writes_bus, &writes);
    fdtb_node(&builder, "no-reg");
    fdtb_text(&builder, "compatible", "ns16550a");
    fdtb_end(&builder);
    node("far", "arm,pl011", 0x7000000);
    node_begin("shifted", "ns16550a", 0x1000);
    fdtb_cells(&builder, "reg-shift", 1, 0xffffffffu);
    fdtb_end(&builder);
    node_begin("wide", "ns16550a", 0x1000);
    fdtb_cells(&builder, "reg-io-width", 1, 3u);
    fdtb_end(&builder);
    open_tree();
    virt_attach_rest(&fdt);

    assert_int_equal(fake_kernel_console_count(), 0);
    assert_int_equal(writes.count, 0);
    assert_true(fake_kernel_has_note("/no-reg: no usable reg"));
    assert_true(fake_kernel_has_note("/far: out of this CPU's reach"));
    assert_true(fake_kernel_has_note("/shifted: reg-shift"));
    assert_true(fake_kernel_has_note("/wide: reg-io-width"));
}

/* --- PCI ------------------------------------------------------------------------------ */

static void build_host_bridge(unsigned first_bus, unsigned last_bus)
{
    node_begin("pcie@10000000", "pci-host-ecam-generic", 0);
    builder.structs_len -= 4 * 4 + 3 * 4; /* another reg: 256 MiB above 4 GiB */
    fdtb_cells(&builder, "reg", 4, 0x40u, 0x10000000u, 0u, 0x10000000u);
    fdtb_cells(&builder, "#address-cells", 1, 3u);
    fdtb_cells(&builder, "#size-cells", 1, 2u);
    fdtb_cells(&builder, "bus-range", 2, first_bus, last_bus);
    fdtb_cells(&builder, "ranges", 21, 0x1000000u, 0u, 0u, 0u, 0x3eff0000u, 0u, 0x10000u,
               0x2000000u, 0u, 0x10000000u, 0u, 0x10000000u, 0u, 0x2eff0000u, 0x3000000u, 0x80u, 0u,
               0x80u, 0u, 0x80u, 0u);
    fdtb_end(&builder);
}

/* A pci-serial: its I/O BAR is assigned, and reached through the bridge's window in memory. */
static void test_pci_serial_behind_the_bridge(void **state)
{
    (void)state;
    static struct pci_fake pci;
    struct uart8250_fake uart;
    pci_fake_init(&pci, &pci_config_ecam);
    int card = pci_fake_add(&pci, PCI_FAKE_ROOT, 1, 0, 0x1b360002);
    pci_fake_set_bar(&pci, card, 0, 1, 8);
    pci_fake_set_config(&pci, card, 0x08, 4, 0x07000201); /* class: serial, 16550 */
    uart8250_fake_init(&uart, FAKE_16550A);
    fake_kernel_map(IO_SPACE_MEMORY, 0x4010000000, 0x10000000, pci.host.io.bus, pci.host.io.ctx);
    fake_kernel_map(IO_SPACE_MEMORY, 0x3eff0000, 0x10000, &uart8250_fake_bus, &uart);

    build_host_bridge(0, 255);
    open_tree();
    virt_attach_rest(&fdt);

    assert_null(pci.fault);
    assert_int_equal(fake_kernel_console_count(), 1);
    assert_int_equal(fake_kernel_console(0)->status, OK);
    assert_memory_equal(fake_kernel_console(0)->found, "pci:00:01.0", 11);
}

static void test_host_bridge_out_of_reach(void **state)
{
    (void)state;
    build_host_bridge(0, 255);
    open_tree();
    virt_attach_rest(&fdt);
    assert_true(fake_kernel_has_note("/pcie@10000000: out of this CPU's reach"));
    assert_true(fake_kernel_has_note("0x4010000000"));
}

static void test_bus_range_that_makes_no_sense(void **state)
{
    (void)state;
    static struct writes writes;
    fake_kernel_map(IO_SPACE_MEMORY, 0x4010000000, 0x10000000, &writes_bus, &writes);
    build_host_bridge(5, 4);
    open_tree();
    virt_attach_rest(&fdt);
    assert_true(fake_kernel_has_note("bus-range"));
    assert_int_equal(writes.count, 0);
}

/* --- off ----------------------------------------------------------------------------- */

static void test_off_by_test_finisher(void **state)
{
    (void)state;
    static struct writes writes;
    writes = (struct writes){ 0 };
    fake_kernel_map(IO_SPACE_MEMORY, 0x100000, 0x1000, &writes_bus, &writes);
    node("test@100000", "sifive,test0", 0x100000);
    open_tree();
    virt_power_announce(&fdt);
    assert_true(fake_kernel_has_note("off by sifive,test0 at fdt:/test@100000"));

    virt_power_off(&fdt, 0);
    virt_power_off(&fdt, 139);
    assert_int_equal(writes.count, 2);
    assert_int_equal(writes.value[0], 0x5555);
    assert_int_equal(writes.value[1], 139 << 16 | 0x3333);
    assert_string_equal(fake_virt_arch.conduits, "none;none;"); /* the last resort */
}

static void test_off_by_syscon(void **state)
{
    (void)state;
    static struct writes writes;
    fake_kernel_map(IO_SPACE_MEMORY, 0x200000, 0x1000, &writes_bus, &writes);
    node_begin("syscon@200000", "syscon", 0x200000);
    fdtb_cells(&builder, "phandle", 1, 4u);
    fdtb_end(&builder);
    fdtb_node(&builder, "poweroff");
    fdtb_text(&builder, "compatible", "syscon-poweroff");
    fdtb_cells(&builder, "regmap", 1, 4u);
    fdtb_cells(&builder, "offset", 1, 0x10u);
    fdtb_cells(&builder, "value", 1, 0x5555u);
    fdtb_end(&builder);
    open_tree();
    virt_power_off(&fdt, 3);
    assert_int_equal(writes.count, 1);
    assert_int_equal(writes.offset[0], 0x10);
    assert_int_equal(writes.value[0], 0x5555);
}

static void test_off_by_psci(void **state)
{
    (void)state;
    fdtb_node(&builder, "psci");
    fdtb_text(&builder, "compatible", "arm,psci-0.2");
    fdtb_text(&builder, "method", "smc");
    fdtb_end(&builder);
    open_tree();
    virt_power_off(&fdt, 0);
    assert_string_equal(fake_virt_arch.conduits, "smc;none;");
}

/* DDI 0190B §3.3.1: an access to DATA touches the pins in its address bits 2 to 9. */
static void test_off_by_gpio_in_the_secure_state(void **state)
{
    (void)state;
    static struct writes writes;
    fake_kernel_map(IO_SPACE_MEMORY, 0x90b0000, 0x1000, &writes_bus, &writes);
    node_begin("pl061@90b0000", "arm,pl061", 0x90b0000);
    fdtb_cells(&builder, "phandle", 1, 0x8005u);
    fdtb_end(&builder);
    fdtb_node(&builder, "gpio-poweroff");
    fdtb_text(&builder, "compatible", "gpio-poweroff");
    fdtb_text(&builder, "status", "disabled");
    fdtb_text(&builder, "secure-status", "okay");
    fdtb_cells(&builder, "gpios", 3, 0x8005u, 3u, 0u);
    fdtb_end(&builder);
    open_tree();

    virt_power_off(&fdt, 0);
    assert_int_equal(writes.count, 0);
    fake_virt_arch.is_secure = true;
    virt_power_off(&fdt, 0);
    assert_int_equal(writes.count, 3);
    assert_int_equal(writes.offset[0], 8 << 2); /* low first, so that there is an edge */
    assert_int_equal(writes.value[0], 0);
    assert_int_equal(writes.offset[1], 0x400);
    assert_int_equal(writes.value[1], 8);
    assert_int_equal(writes.offset[2], 8 << 2);
    assert_int_equal(writes.value[2], 8);
}

static void test_off_with_phandles_to_nowhere(void **state)
{
    (void)state;
    fdtb_node(&builder, "poweroff");
    fdtb_bytes(&builder, "compatible", "syscon-poweroff\0gpio-poweroff", 30);
    fdtb_cells(&builder, "regmap", 1, 77u);
    fdtb_cells(&builder, "gpios", 2, 77u, 200u);
    fdtb_cells(&builder, "offset", 1, 0u);
    fdtb_cells(&builder, "value", 1, 0u);
    fdtb_end(&builder);
    open_tree();
    virt_power_off(&fdt, 0);
    virt_power_off(NULL, 0);
    assert_string_equal(fake_virt_arch.conduits, "none;none;");
    assert_int_equal(fake_kernel_note_count(), 0); /* the log has ended */
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_uarts_first),
        TEST(test_disabled_nodes_are_left_alone),
        TEST(test_secure_status),
        TEST(test_what_can_not_be_used_is_noted),
        TEST(test_pci_serial_behind_the_bridge),
        TEST(test_host_bridge_out_of_reach),
        TEST(test_bus_range_that_makes_no_sense),
        TEST(test_off_by_test_finisher),
        TEST(test_off_by_syscon),
        TEST(test_off_by_psci),
        TEST(test_off_by_gpio_in_the_secure_state),
        TEST(test_off_with_phandles_to_nowhere),
    };
    return cmocka_run_group_tests_name("virt", tests, NULL, NULL);
}
