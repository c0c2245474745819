/*
 * drivers/pci/pci_bar.c: sizing, and windows on BARs.
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

static struct pci_fake fake;
static int card;

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    pci_fake_init(&fake, &pci_config_ecam);
    card = pci_fake_add(&fake, PCI_FAKE_ROOT, 1, 0, 0x1b360002);
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

static struct pci_function read_card(void)
{
    struct pci_function fn;

    assert_int_equal(pci_read_function(&fake.host, PCI_BDF(0, 1, 0), &fn), OK);
    return fn;
}

/* PCI 3.0 §6.2.5.1: sized with decoding off (the fake looks), and left as it was. */
static void test_sizing_restores(void **state)
{
    (void)state;
    pci_fake_set_bar(&fake, card, 0, PCI_BAR_IO, 32);
    pci_fake_set_bar(&fake, card, 2, PCI_BAR_MEMORY_PREFETCH, 0x2000);
    pci_fake_set_config(&fake, card, PCI_BAR0, 4, 0xc0a1);
    pci_fake_set_config(&fake, card, PCI_BAR0 + 8, 4, 0x40002008);
    pci_fake_set_config(&fake, card, PCI_COMMAND, 2, 0x7);
    struct pci_function fn = read_card();
    assert_int_equal(fn.bars[0].space, IO_SPACE_PORTS);
    assert_int_equal(fn.bars[0].len, 32);
    assert_int_equal(fn.bars[2].space, IO_SPACE_MEMORY);
    assert_int_equal(fn.bars[2].len, 0x2000);
    assert_true(fn.bars[2].is_prefetchable);
    assert_int_equal(fn.bars[1].len, 0);
    assert_int_equal(pci_fake_config(&fake, card, PCI_BAR0, 4), 0xc0a1);
    assert_int_equal(pci_fake_config(&fake, card, PCI_BAR0 + 8, 4), 0x40002008);
    assert_int_equal(pci_fake_config(&fake, card, PCI_COMMAND, 2), 0x7);
}

/* PCI 3.0 §6.2.5.1: a 64-bit BAR takes two registers. */
static void test_64bit(void **state)
{
    (void)state;
    pci_fake_set_bar(&fake, card, 1, PCI_BAR_MEMORY_TYPE_64, 1ull << 33);
    pci_fake_set_config(&fake, card, PCI_BAR0 + 8, 4, 0x4);
    struct pci_function fn = read_card();
    assert_true(fn.bars[1].is_64bit && fn.bars[1].is_assigned);
    assert_true(fn.bars[1].len == 1ull << 33);
    assert_true(fn.bars[1].address == 0x400000000);
    assert_int_equal(fn.bars[2].len, 0);
}

/* A 64-bit BAR in the last register has no upper half; reserved types are no BARs. */
static void test_lying_types(void **state)
{
    (void)state;
    pci_fake_set_bar(&fake, card, 5, PCI_BAR_MEMORY_TYPE_64, 4096);
    pci_fake_set_bar(&fake, card, 0, 0x6, 4096);
    struct pci_function fn = read_card();
    assert_int_equal(fn.bars[5].len, 0);
    assert_int_equal(fn.bars[0].len, 0);
}

/* A mask with holes: the lowest bit is the length. */
static void test_lying_mask(void **state)
{
    (void)state;
    pci_fake_set_bar(&fake, card, 0, 0, 0x1000);
    fake.functions[card].writable[PCI_BAR0 + 2] = 0x5a;
    struct pci_function fn = read_card();
    assert_int_equal(fn.bars[0].len, 0x1000);
}

/* Some devices hardwire the upper half of an I/O BAR to 0. */
static void test_16bit_io(void **state)
{
    (void)state;
    pci_fake_set_bar(&fake, card, 0, PCI_BAR_IO, 8);
    fake.functions[card].writable[PCI_BAR0 + 2] = fake.functions[card].writable[PCI_BAR0 + 3] = 0;
    struct pci_function fn = read_card();
    assert_int_equal(fn.bars[0].len, 8);
}

/* The way to memory stays open while others are sized. */
static void test_host_bridge_untouched(void **state)
{
    (void)state;
    pci_fake_set_config(&fake, card, PCI_REVISION, 4, 0x06000000);
    pci_fake_set_bar(&fake, card, 0, 0, 4096);
    pci_fake_set_config(&fake, card, PCI_COMMAND, 2, 0x6);
    struct pci_function fn = read_card();
    assert_int_equal(fn.bars[0].len, 0);
}

static struct pci_function card_with_bar(void)
{
    pci_fake_set_bar(&fake, card, 0, PCI_BAR_IO, 32);
    pci_fake_set_config(&fake, card, PCI_BAR0, 4, 0x1001);
    fake_kernel_map(IO_SPACE_MEMORY, 0x3000000, 0x10000, fake.host.io.bus, &fake);
    return read_card();
}

/* On a machine without ports the I/O window lies in memory. */
static void test_map(void **state)
{
    (void)state;
    struct pci_function fn = card_with_bar();
    struct io io;
    struct why why;
    assert_int_equal(pci_map_bar(&fn, 0, 24, 8, &io, &why), OK);
    assert_int_equal(io.base, 0x3001018);
}

static void test_map_outside(void **state)
{
    (void)state;
    struct pci_function fn = card_with_bar();
    struct io io;
    struct why why;
    assert_int_equal(pci_map_bar(&fn, 0, 25, 8, &io, &why), ERR_BROKEN);
    assert_int_equal(pci_map_bar(&fn, 0, UINT64_MAX, 8, &io, &why), ERR_BROKEN);
    assert_int_equal(pci_map_bar(&fn, 0, 8, UINT64_MAX, &io, &why), ERR_BROKEN);
    assert_int_equal(pci_map_bar(&fn, 1, 0, 8, &io, &why), ERR_ABSENT);
    assert_int_equal(pci_map_bar(&fn, 6, 0, 8, &io, &why), ERR_ABSENT);
    assert_int_equal(pci_map_bar(&fn, UINT32_MAX, 0, 8, &io, &why), ERR_ABSENT);
}

static void test_map_unassigned(void **state)
{
    (void)state;
    struct pci_function fn = card_with_bar();
    struct io io;
    struct why why;
    pci_fake_set_bar(&fake, card, 1, PCI_BAR_IO, 8); /* at 0: the space can't be decoded */
    fn = read_card();
    assert_int_equal(pci_map_bar(&fn, 0, 0, 8, &io, &why), ERR_FULL);
    assert_int_equal(pci_map_bar(&fn, 1, 0, 8, &io, &why), ERR_FULL);
}

/* The fake itself: sizing with decoding on is a fault. */
static void test_fake_is_strict(void **state)
{
    (void)state;
    struct pci_function fn = card_with_bar();
    pci_config_write(&fn, PCI_COMMAND, 2, PCI_COMMAND_IO);
    assert_null(fake.fault);
    pci_config_write(&fn, PCI_BAR0, 4, UINT32_MAX);
    assert_string_equal(fake.fault, "PCI 3.0 §6.2.5.1: BAR written while its space is decoded");
    fake.fault = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_sizing_restores, setup, teardown),
        cmocka_unit_test_setup_teardown(test_64bit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lying_types, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lying_mask, setup, teardown),
        cmocka_unit_test_setup_teardown(test_16bit_io, setup, teardown),
        cmocka_unit_test_setup_teardown(test_host_bridge_untouched, setup, teardown),
        cmocka_unit_test_setup_teardown(test_map, setup, teardown),
        cmocka_unit_test_setup_teardown(test_map_outside, setup, teardown),
        cmocka_unit_test_setup_teardown(test_map_unassigned, setup, teardown),
        cmocka_unit_test_setup_teardown(test_fake_is_strict, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
