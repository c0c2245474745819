/*
 * drivers/pci/pci_capability.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "drivers/pci/pci_regs.h"
#include "tests/fakes/kernel.h"
#include "tests/fakes/pci_fake.h"

#define VENDOR_SPECIFIC 0x09

static struct pci_fake fake;
static struct pci_function fn;

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    pci_fake_init(&fake, &pci_config_ecam);
    pci_fake_add(&fake, PCI_FAKE_ROOT, 0, 0, 0x1af41043);
    fn = (struct pci_function){ .host = &fake.host };
    return 0;
}

static void test_none(void **state)
{
    (void)state;
    assert_int_equal(pci_find_capability(&fn, VENDOR_SPECIFIC, 0), 0);
    /* PCI 3.0 §6.2.3: without the status bit the pointer means nothing. */
    pci_fake_set_capability(&fake, 0, 0x40, VENDOR_SPECIFIC, 0);
    pci_fake_set_config(&fake, 0, PCI_STATUS, 2, 0);
    assert_int_equal(pci_find_capability(&fn, VENDOR_SPECIFIC, 0), 0);
}

/* PCI 3.0 §6.7: the list, with one id several times, and reserved bits masked. */
static void test_list(void **state)
{
    (void)state;
    pci_fake_set_capability(&fake, 0, 0x98, 0x11, 0x87);
    pci_fake_set_capability(&fake, 0, 0x84, VENDOR_SPECIFIC, 0x70);
    pci_fake_set_capability(&fake, 0, 0x70, VENDOR_SPECIFIC, 0x60);
    pci_fake_set_capability(&fake, 0, 0x60, 0x05, 0);
    assert_int_equal(pci_find_capability(&fn, 0x11, 0), 0x98);
    assert_int_equal(pci_find_capability(&fn, VENDOR_SPECIFIC, 0), 0x84);
    assert_int_equal(pci_find_capability(&fn, VENDOR_SPECIFIC, 0x84), 0x70);
    assert_int_equal(pci_find_capability(&fn, VENDOR_SPECIFIC, 0x70), 0);
    assert_int_equal(pci_find_capability(&fn, 0x05, 0), 0x60);
    assert_int_equal(pci_find_capability(&fn, 0x10, 0), 0);
    assert_int_equal(pci_find_capability(&fn, VENDOR_SPECIFIC, 0x44), 0);
}

/* Both walks end: the one that looks for an id, and the caller's from hit to hit. */
static void test_loop(void **state)
{
    (void)state;
    unsigned at = 0, hits = 0;
    pci_fake_set_capability(&fake, 0, 0x40, VENDOR_SPECIFIC, 0x50);
    pci_fake_set_capability(&fake, 0, 0x50, VENDOR_SPECIFIC, 0x40);
    assert_int_equal(pci_find_capability(&fn, 0x05, 0), 0);
    while ((at = pci_find_capability(&fn, VENDOR_SPECIFIC, at)) != 0)
        assert_in_range(++hits, 1, 2);
    assert_int_equal(hits, 2);
}

static void test_self_loop(void **state)
{
    (void)state;
    pci_fake_set_capability(&fake, 0, 0x40, VENDOR_SPECIFIC, 0x40);
    assert_int_equal(pci_find_capability(&fn, VENDOR_SPECIFIC, 0), 0x40);
    assert_int_equal(pci_find_capability(&fn, VENDOR_SPECIFIC, 0x40), 0);
}

/* A pointer into the header is no capability. */
static void test_points_into_header(void **state)
{
    (void)state;
    pci_fake_set_capability(&fake, 0, 0x40, 0x05, 0x3c);
    pci_fake_set_config(&fake, 0, 0x3c, 1, VENDOR_SPECIFIC);
    assert_int_equal(pci_find_capability(&fn, VENDOR_SPECIFIC, 0), 0);
}

static void test_all_ones(void **state)
{
    (void)state;
    fake.is_gone = true;
    assert_int_equal(pci_find_capability(&fn, VENDOR_SPECIFIC, 0), 0);
    assert_int_equal(pci_find_capability(&fn, 0xff, 0), 0xfc);
    assert_int_equal(pci_find_capability(&fn, 0xff, 0xfc), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_none, setup),
        cmocka_unit_test_setup(test_list, setup),
        cmocka_unit_test_setup(test_loop, setup),
        cmocka_unit_test_setup(test_self_loop, setup),
        cmocka_unit_test_setup(test_points_into_header, setup),
        cmocka_unit_test_setup(test_all_ones, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
