/*
 * drivers/pci/pci_assign.c: bus numbers, bridge windows, BARs.
 * Every test ends with pci_fake_check(), which knows the rules.
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

#define ROOT       PCI_FAKE_ROOT
#define MEM64_PREF (PCI_BAR_MEMORY_TYPE_64 | PCI_BAR_MEMORY_PREFETCH)

static struct pci_fake fake;

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    pci_fake_init(&fake, &pci_config_ecam);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    const char *fault = pci_fake_check(&fake);
    fake_kernel_reset();
    if (fault)
        print_error("%s\n", fault);
    return fault != NULL;
}

static int add_card(int parent, unsigned dev, uint32_t flags, uint64_t len)
{
    int card = pci_fake_add(&fake, parent, dev, 0, 0x1b360002);

    pci_fake_set_bar(&fake, card, 0, flags, len);
    return card;
}

static unsigned secondary(int bridge)
{
    return pci_fake_config(&fake, bridge, PCI_BRIDGE_SECONDARY_BUS, 1);
}

static unsigned subordinate(int bridge)
{
    return pci_fake_config(&fake, bridge, PCI_BRIDGE_SUBORDINATE, 1);
}

/* PCI 3.0 §6.2.5.1: natural alignment, and never address 0, which means "none". */
static void test_root_bus(void **state)
{
    (void)state;
    int small = add_card(ROOT, 1, PCI_BAR_IO, 8), big = add_card(ROOT, 2, PCI_BAR_IO, 32);
    int mem = add_card(ROOT, 3, 0, 0x100), huge = add_card(ROOT, 4, MEM64_PREF, 0x4000);
    pci_assign(&fake.host);
    assert_int_equal(pci_fake_bar_address(&fake, small, 0), 8);
    assert_int_equal(pci_fake_bar_address(&fake, big, 0), 32);
    assert_int_equal(pci_fake_bar_address(&fake, mem, 0), 0x40000000);
    assert_int_equal(pci_fake_bar_address(&fake, huge, 0), 0x40004000);
    assert_false(fake.host.needs_assignment);
    assert_int_equal(fake_kernel_note_count(), 0);
}

/* P2P 1.2 §3.2.5.3, §3.2.5.4: numbers go up on the way down, ranges nest. */
static void test_bridges_nest(void **state)
{
    (void)state;
    int a = pci_fake_add_bridge(&fake, ROOT, 1), b = pci_fake_add_bridge(&fake, a, 0);
    int c = pci_fake_add_bridge(&fake, b, 0), d = pci_fake_add_bridge(&fake, ROOT, 2);
    int cards[] = { add_card(c, 3, PCI_BAR_IO, 8), add_card(a, 5, 0, 4096),
                    add_card(d, 0, MEM64_PREF, 0x4000), add_card(ROOT, 3, PCI_BAR_IO, 8) };
    pci_assign(&fake.host);
    assert_int_equal(secondary(a), 1);
    assert_int_equal(subordinate(a), 3);
    assert_int_equal(secondary(b), 2);
    assert_int_equal(secondary(c), 3);
    assert_int_equal(subordinate(c), 3);
    assert_int_equal(secondary(d), 4);
    for (unsigned i = 0; i < 4; i++)
        assert_true(pci_fake_bar_address(&fake, cards[i], 0) != 0);
}

/* P2P 1.2 §3.2.5.6: with nothing behind it a bridge forwards nothing, and takes no room. */
static void test_empty_bridges(void **state)
{
    (void)state;
    for (unsigned dev = 0; dev < 20; dev++)
        pci_fake_add_bridge(&fake, ROOT, dev);
    int card = add_card(ROOT, 20, PCI_BAR_IO, 8);
    pci_assign(&fake.host);
    assert_int_equal(pci_fake_bar_address(&fake, card, 0), 8);
    for (int bridge = 0; bridge < 20; bridge++) {
        assert_true(pci_fake_config(&fake, bridge, PCI_BRIDGE_MEMORY_BASE, 2) >
                    pci_fake_config(&fake, bridge, PCI_BRIDGE_MEMORY_LIMIT, 2));
        assert_true(pci_fake_config(&fake, bridge, PCI_BRIDGE_IO_BASE, 1) >
                    pci_fake_config(&fake, bridge, PCI_BRIDGE_IO_LIMIT, 1));
    }
}

/* The 65,536 I/O addresses are 16 bridges' worth; the others go without, and say so. */
static void test_io_runs_out(void **state)
{
    (void)state;
    int with = 0, cards[18];
    for (unsigned dev = 0; dev < 18; dev++)
        cards[dev] = add_card(pci_fake_add_bridge(&fake, ROOT, dev), 0, PCI_BAR_IO, 8);
    int mem = add_card(ROOT, 18, 0, 4096);
    pci_assign(&fake.host);
    for (unsigned i = 0; i < 18; i++)
        with += pci_fake_bar_address(&fake, cards[i], 0) != 0;
    assert_int_equal(with, 16);
    assert_true(pci_fake_bar_address(&fake, mem, 0) != 0);
    assert_true(fake_kernel_has_note(
        "pci:11:00.0: no I/O address for BAR0: bytes left found 0x0 expected 0x8"));
    assert_true(fake_kernel_has_note("pci:12:00.0: no I/O address for BAR0"));
}

/* A BAR larger than any window: named, and the others go on. */
static void test_huge_bar(void **state)
{
    (void)state;
    int huge = add_card(ROOT, 1, MEM64_PREF, 1ull << 60), top = add_card(ROOT, 2, 0, 1u << 31);
    int whole = add_card(ROOT, 3, PCI_BAR_MEMORY_TYPE_64, 1ull << 63);
    int card = add_card(ROOT, 4, 0, 4096);
    pci_assign(&fake.host);
    assert_true(pci_fake_bar_address(&fake, huge, 0) == 0);
    assert_true(pci_fake_bar_address(&fake, top, 0) == 0);
    assert_true(pci_fake_bar_address(&fake, whole, 0) == 0);
    assert_int_equal(pci_fake_bar_address(&fake, card, 0), 0x40000000);
    assert_int_equal(fake_kernel_note_count(), 3);
    assert_true(fake_kernel_has_note("expected 0x1000000000000000"));
}

/* Above 4 GiB goes what does not fit below, behind bridges only if it is prefetchable
 * and the bridge can do 64 bits.  P2P 1.2 §3.2.5.9 */
static void test_above_4g(void **state)
{
    (void)state;
    int bridge = pci_fake_add_bridge(&fake, ROOT, 1), narrow = pci_fake_add_bridge(&fake, ROOT, 2);
    int pref = add_card(bridge, 0, MEM64_PREF, 1ull << 31);
    int plain = add_card(bridge, 1, PCI_BAR_MEMORY_TYPE_64, 1ull << 31);
    int blocked = add_card(narrow, 0, MEM64_PREF, 1ull << 31);
    int root = add_card(ROOT, 3, PCI_BAR_MEMORY_TYPE_64, 1ull << 31);
    fake.functions[narrow].config[PCI_BRIDGE_PREFETCH_BASE] = 0;
    fake.functions[narrow].config[PCI_BRIDGE_PREFETCH_LIMIT] = 0;
    pci_assign(&fake.host);
    assert_true(pci_fake_bar_address(&fake, pref, 0) >= 0x400000000);
    assert_true(pci_fake_bar_address(&fake, plain, 0) == 0);
    assert_true(pci_fake_bar_address(&fake, blocked, 0) == 0);
    assert_true(pci_fake_bar_address(&fake, root, 0) >= 0x400000000);
}

/* P2P 1.2 §3.2.5.6: I/O base and limit are optional; hardwired to 0 they are not there. */
static void test_bridge_without_io(void **state)
{
    (void)state;
    int bridge = pci_fake_add_bridge(&fake, ROOT, 1);
    int card = add_card(bridge, 0, PCI_BAR_IO, 8);
    fake.functions[bridge].writable[PCI_BRIDGE_IO_BASE] = 0;
    fake.functions[bridge].writable[PCI_BRIDGE_IO_LIMIT] = 0;
    pci_assign(&fake.host);
    assert_int_equal(pci_fake_bar_address(&fake, card, 0), 0);
    assert_true(fake_kernel_has_note("no I/O address for BAR0"));
}

/* A microvm has no I/O window at all. */
static void test_no_io_window(void **state)
{
    (void)state;
    int card = add_card(ROOT, 1, PCI_BAR_IO, 8);
    pci_fake_set_bar(&fake, card, 4, MEM64_PREF, 0x4000);
    fake.host.io_window.len = 0;
    pci_assign(&fake.host);
    assert_int_equal(pci_fake_bar_address(&fake, card, 0), 0);
    assert_true(pci_fake_bar_address(&fake, card, 4) != 0);
}

/* A window that does not end on a MiB (aarch64 virt): no bridge reaches over its end. */
static void test_ragged_window(void **state)
{
    (void)state;
    fake.host.mem_window = (struct pci_window){ .pci_base = 0x10000000, .len = 0x1f0000 };
    int a = add_card(pci_fake_add_bridge(&fake, ROOT, 1), 0, 0, 4096);
    int b = add_card(pci_fake_add_bridge(&fake, ROOT, 2), 0, 0, 4096);
    pci_assign(&fake.host);
    assert_true(pci_fake_bar_address(&fake, a, 0) != 0);
    assert_true(pci_fake_bar_address(&fake, b, 0) == 0);
    assert_int_equal(pci_fake_config(&fake, fake.functions[a].parent, PCI_BRIDGE_MEMORY_LIMIT, 2),
                     0x1000);
}

/* Windows that lie: wrapping round, or above what their BARs can hold. */
static void test_lying_windows(void **state)
{
    (void)state;
    int card = add_card(ROOT, 1, 0, 4096), high = add_card(ROOT, 2, MEM64_PREF, 4096);
    int io = add_card(ROOT, 3, PCI_BAR_IO, 8);
    fake.host.mem_window = (struct pci_window){ .pci_base = 1ull << 32, .len = 1u << 20 };
    fake.host.mem64_window = (struct pci_window){ .pci_base = UINT64_MAX - 4096,
                                                  .len = UINT64_MAX };
    fake.host.io_window = (struct pci_window){ .pci_base = 0x20000, .len = 0x10000 };
    pci_assign(&fake.host);
    assert_true(pci_fake_bar_address(&fake, card, 0) == 0);
    assert_true(pci_fake_bar_address(&fake, high, 0) == 0);
    assert_true(pci_fake_bar_address(&fake, io, 0) == 0);
}

/* More bridges in a row than our stack follows. */
static void test_too_deep(void **state)
{
    (void)state;
    int bridge = ROOT;
    for (unsigned i = 0; i < 40; i++)
        bridge = pci_fake_add_bridge(&fake, bridge, 0);
    int card = add_card(ROOT, 1, 0, 4096);
    pci_assign(&fake.host);
    assert_int_equal(secondary(PCI_DEPTH_MAX - 1), PCI_DEPTH_MAX);
    assert_int_equal(secondary(PCI_DEPTH_MAX), 0);
    assert_true(pci_fake_bar_address(&fake, card, 0) != 0);
    assert_true(fake_kernel_has_note("bridge left out: bridges below bridges"));
}

/* 255 numbers, 288 bridges. */
static void test_bus_numbers_run_out(void **state)
{
    (void)state;
    for (unsigned dev = 0; dev < 9; dev++) {
        int up = pci_fake_add_bridge(&fake, ROOT, dev);
        for (unsigned below = 0; below < 31; below++)
            pci_fake_add_bridge(&fake, up, below);
    }
    pci_assign(&fake.host);
    assert_int_equal(subordinate(0), 32);
    assert_int_equal(fake.host.next_bus, 256);
    assert_true(fake_kernel_has_note("bridge left out: bus number found 0x100 expected 0xff"));
    assert_int_equal(fake_kernel_note_count(), 2); /* the 31st behind the 8th, and the 9th */
}

static void test_last_bus(void **state)
{
    (void)state;
    int a = pci_fake_add_bridge(&fake, ROOT, 1), b = pci_fake_add_bridge(&fake, ROOT, 2);
    fake.host.last_bus = 1;
    pci_assign(&fake.host);
    assert_int_equal(secondary(a), 1);
    assert_int_equal(secondary(b), 0);
}

/* A bridge that does not keep the number it is given. */
static void test_fixed_bus_number(void **state)
{
    (void)state;
    int bridge = pci_fake_add_bridge(&fake, ROOT, 1);
    fake.functions[bridge].writable[PCI_BRIDGE_SECONDARY_BUS] = 0;
    pci_assign(&fake.host);
    assert_true(fake_kernel_has_note("bridge left out: bus number found 0x0 expected 0x1"));
}

/* QEMU's pxb: a second root bus, whose numbers are not given to bridges of the first. */
static void test_second_root(void **state)
{
    (void)state;
    int a = pci_fake_add_bridge(&fake, ROOT, 1), b = pci_fake_add_bridge(&fake, ROOT, 2);
    int c = pci_fake_add_bridge(&fake, ROOT, 0);
    int card = add_card(c, 0, 0, 4096);
    fake.functions[c].root_bus = 2;
    pci_assign(&fake.host);
    assert_int_equal(secondary(a), 1);
    assert_int_equal(secondary(b), 0);
    assert_int_equal(secondary(c), 3);
    assert_true(pci_fake_bar_address(&fake, card, 0) != 0);
}

static void test_function_everywhere(void **state)
{
    (void)state;
    add_card(ROOT, 0, 0, 1u << 20);
    pci_fake_set_config(&fake, 0, PCI_HEADER_TYPE, 1, 0x80);
    fake.answers_everywhere = true;
    pci_assign(&fake.host);
    assert_int_equal(fake_kernel_note_count(), PCI_NOTES_MAX + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_root_bus, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bridges_nest, setup, teardown),
        cmocka_unit_test_setup_teardown(test_empty_bridges, setup, teardown),
        cmocka_unit_test_setup_teardown(test_io_runs_out, setup, teardown),
        cmocka_unit_test_setup_teardown(test_huge_bar, setup, teardown),
        cmocka_unit_test_setup_teardown(test_above_4g, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bridge_without_io, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_io_window, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ragged_window, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lying_windows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_too_deep, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bus_numbers_run_out, setup, teardown),
        cmocka_unit_test_setup_teardown(test_last_bus, setup, teardown),
        cmocka_unit_test_setup_teardown(test_fixed_bus_number, setup, teardown),
        cmocka_unit_test_setup_teardown(test_second_root, setup, teardown),
        cmocka_unit_test_setup_teardown(test_function_everywhere, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
