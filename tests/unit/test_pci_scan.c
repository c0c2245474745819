/*
 * drivers/pci/pci_scan.c: which functions are visited, and that every walk ends.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "drivers/pci/pci_internal.h"
#include "drivers/pci/pci_regs.h"
#include "tests/fakes/kernel.h"
#include "tests/fakes/pci_fake.h"

#define ROOT PCI_FAKE_ROOT

static struct pci_fake fake;
static struct pci_function visited[8];
static int visits;

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    pci_fake_init(&fake, &pci_config_ecam);
    visits = 0;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fake_kernel_reset();
    if (fake.fault)
        print_error("%s\n", fake.fault);
    return fake.fault != NULL;
}

static void visit(const struct pci_function *fn, void *ctx)
{
    assert_ptr_equal(ctx, &fake);
    if (visits < 8)
        visited[visits] = *fn;
    visits++;
}

static int scan(void)
{
    visits = 0;
    return pci_scan(&fake.host, visit, &fake);
}

static void set_buses(int bridge, unsigned secondary, unsigned subordinate)
{
    pci_fake_set_config(&fake, bridge, PCI_BRIDGE_SECONDARY_BUS, 1, secondary);
    pci_fake_set_config(&fake, bridge, PCI_BRIDGE_SUBORDINATE, 1, subordinate);
}

static void test_empty(void **state)
{
    (void)state;
    assert_int_equal(scan(), 0);
    assert_in_range(fake.reads, 32, 600); /* device 0 of all buses, and bus 0 */
}

/* PCI 3.0 §3.2.2.3.4, §6.2.1: functions 1..7 are looked at only where function 0 says "many". */
static void test_multi_function(void **state)
{
    (void)state;
    int one = pci_fake_add(&fake, ROOT, 1, 0, 0x80860001);
    pci_fake_add(&fake, ROOT, 1, 3, 0x80860002);
    pci_fake_add(&fake, ROOT, 2, 1, 0x80860003); /* no function 0: not there */
    assert_int_equal(scan(), 1);
    pci_fake_set_config(&fake, one, PCI_HEADER_TYPE, 1, 0x80);
    assert_int_equal(scan(), 2);
    assert_int_equal(visited[1].bdf, PCI_BDF(0, 1, 3));
}

/* After assignment: behind bridges, with the CPU's addresses. */
static void test_assigned_by_us(void **state)
{
    (void)state;
    int bridge = pci_fake_add_bridge(&fake, pci_fake_add_bridge(&fake, ROOT, 1), 0);
    int card = pci_fake_add(&fake, bridge, 4, 0, 0x1b360004);
    pci_fake_set_bar(&fake, card, 0, PCI_BAR_IO, 32);
    assert_int_equal(scan(), 1);
    assert_int_equal(visited[0].bdf, PCI_BDF(2, 4, 0));
    assert_int_equal(visited[0].bars[0].address, 0x3000020);
    pci_enable(&visited[0]);
    assert_null(pci_fake_check(&fake));
}

/* What firmware has configured is read, not moved. */
static void test_assigned_by_firmware(void **state)
{
    (void)state;
    int bridge = pci_fake_add_bridge(&fake, ROOT, 1);
    int card = pci_fake_add(&fake, bridge, 4, 0, 0x1b360004);
    pci_fake_set_bar(&fake, card, 0, PCI_BAR_IO, 32);
    pci_fake_set_config(&fake, card, PCI_BAR0, 4, 0xc041);
    set_buses(bridge, 7, 9);
    fake.host.needs_assignment = false;
    fake.host.io_window = fake.host.mem_window = fake.host.mem64_window = (struct pci_window){ 0 };
    assert_int_equal(scan(), 1);
    assert_int_equal(visited[0].bdf, PCI_BDF(7, 4, 0));
    assert_int_equal(visited[0].bars[0].address, 0xc040);
    assert_true(visited[0].bars[0].is_assigned);
    assert_int_equal(pci_fake_config(&fake, bridge, PCI_BRIDGE_SECONDARY_BUS, 1), 7);
    assert_int_equal(pci_fake_config(&fake, card, PCI_BAR0, 4), 0xc041);
}

static void test_second_root(void **state)
{
    (void)state;
    int card = pci_fake_add(&fake, ROOT, 0, 0, 0x1b360002);
    fake.functions[card].root_bus = 0x80;
    fake.host.needs_assignment = false;
    assert_int_equal(scan(), 1);
    assert_int_equal(visited[0].bdf, PCI_BDF(0x80, 0, 0));
}

/* P2P 1.2 §3.2.5.3: bridges whose numbers lead back are named and left out. */
static void check_left_out(unsigned secondary, unsigned subordinate, const char *why)
{
    int bridge = pci_fake_add_bridge(&fake, ROOT, 1), below = pci_fake_add_bridge(&fake, bridge, 0);
    pci_fake_add(&fake, ROOT, 2, 0, 0x1b360002);
    fake.host.needs_assignment = false;
    set_buses(bridge, 1, 4);
    set_buses(below, secondary, subordinate);
    assert_int_equal(scan(), 1);
    assert_true(fake_kernel_has_note(why));
}

static void test_loop_to_itself(void **state)
{
    (void)state;
    check_left_out(1, 4, "pci:01:00.0: bridge left out: bus number behind it found 0x1");
}

static void test_beyond_parent(void **state)
{
    (void)state;
    check_left_out(5, 5, "pci:01:00.0: bridge left out: bus number behind it found 0x5");
}

static void test_subordinate_lies(void **state)
{
    (void)state;
    check_left_out(3, 2, "last bus number behind it found 0x2");
}

static void test_two_bridges_one_bus(void **state)
{
    (void)state;
    int a = pci_fake_add_bridge(&fake, ROOT, 1), b = pci_fake_add_bridge(&fake, ROOT, 2);
    pci_fake_add(&fake, a, 0, 0, 0x1b360002);
    fake.host.needs_assignment = false;
    set_buses(a, 1, 1);
    set_buses(b, 1, 1);
    assert_int_equal(scan(), 1);
    assert_true(fake_kernel_has_note("bus number that another bridge has"));
}

static void test_unnumbered_bridge(void **state)
{
    (void)state;
    pci_fake_add_bridge(&fake, ROOT, 1);
    fake.host.needs_assignment = false;
    assert_int_equal(scan(), 0);
}

static void test_deep(void **state)
{
    (void)state;
    int bridge = ROOT;
    for (unsigned i = 0; i < 40; i++) {
        bridge = pci_fake_add_bridge(&fake, bridge, 0);
        set_buses(bridge, i + 1, 40);
    }
    fake.host.needs_assignment = false;
    assert_int_equal(scan(), 0);
    assert_true(fake_kernel_has_note("bridges below bridges"));
}

static void test_unknown_header(void **state)
{
    (void)state;
    int card = pci_fake_add(&fake, ROOT, 1, 0, 0x1b360002);
    pci_fake_set_config(&fake, card, PCI_HEADER_TYPE, 1, 0x02);
    assert_int_equal(scan(), 0);
    assert_true(fake_kernel_has_note("pci:00:01.0: left out: header type found 0x2"));
}

static void test_all_ones(void **state)
{
    (void)state;
    pci_fake_add(&fake, ROOT, 1, 0, 0x1b360002);
    fake.is_gone = true;
    assert_int_equal(scan(), 0);
}

static void test_all_zeroes(void **state)
{
    (void)state;
    pci_fake_add(&fake, ROOT, 1, 0, 0);
    assert_int_equal(scan(), 0);
}

/* A function on every number: each once, and then the walk ends. */
static void test_function_everywhere(void **state)
{
    (void)state;
    pci_fake_add(&fake, ROOT, 0, 0, 0x1b360002);
    pci_fake_set_config(&fake, 0, PCI_HEADER_TYPE, 1, 0x80);
    fake.answers_everywhere = true;
    fake.host.needs_assignment = false;
    assert_int_equal(scan(), 65536);
}

/* A bridge on every number, all naming the same bus. */
static void test_bridge_everywhere(void **state)
{
    (void)state;
    pci_fake_add_bridge(&fake, ROOT, 0);
    pci_fake_set_config(&fake, 0, PCI_HEADER_TYPE, 1, 0x81);
    set_buses(0, 1, 255);
    fake.answers_everywhere = true;
    fake.host.needs_assignment = false;
    assert_int_equal(scan(), 0);
    assert_int_equal(fake_kernel_note_count(), PCI_NOTES_MAX + 1);
    fake.host.needs_assignment = true;
    assert_int_equal(scan(), 0);
}

static void test_bad_host(void **state)
{
    (void)state;
    fake.host.first_bus = 4;
    fake.host.last_bus = 3;
    assert_int_equal(scan(), ERR_BROKEN);
    fake.host.last_bus = 256;
    assert_int_equal(scan(), ERR_BROKEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_empty, setup, teardown),
        cmocka_unit_test_setup_teardown(test_multi_function, setup, teardown),
        cmocka_unit_test_setup_teardown(test_assigned_by_us, setup, teardown),
        cmocka_unit_test_setup_teardown(test_assigned_by_firmware, setup, teardown),
        cmocka_unit_test_setup_teardown(test_second_root, setup, teardown),
        cmocka_unit_test_setup_teardown(test_loop_to_itself, setup, teardown),
        cmocka_unit_test_setup_teardown(test_beyond_parent, setup, teardown),
        cmocka_unit_test_setup_teardown(test_subordinate_lies, setup, teardown),
        cmocka_unit_test_setup_teardown(test_two_bridges_one_bus, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unnumbered_bridge, setup, teardown),
        cmocka_unit_test_setup_teardown(test_deep, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unknown_header, setup, teardown),
        cmocka_unit_test_setup_teardown(test_all_ones, setup, teardown),
        cmocka_unit_test_setup_teardown(test_all_zeroes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_function_everywhere, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bridge_everywhere, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_host, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
