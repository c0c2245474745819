/*
 * drivers/pci/pci_ecam.c, pci_ports.c, pci.c: configuration space, names, enabling.
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
    fake_kernel_reset();
    if (fake.fault)
        print_error("%s\n", fake.fault);
    return fake.fault != NULL;
}

static struct pci_function function(unsigned bdf)
{
    return (struct pci_function){ .host = &fake.host, .bdf = bdf };
}

/* PCIe 4.0 §7.2.2, PCI 3.0 §3.2.2.3.2: both ways lead to the same bytes, in every width. */
static void check_both_ways(const struct pci_config_ops *ops)
{
    pci_fake_init(&fake, ops);
    pci_fake_add(&fake, PCI_FAKE_ROOT, 3, 5, 0x1b360002);
    struct pci_function fn = function(PCI_BDF(0, 3, 5));
    assert_int_equal(pci_config_read(&fn, PCI_VENDOR, 4), 0x00021b36);
    assert_int_equal(pci_config_read(&fn, PCI_DEVICE, 2), 0x0002);
    assert_int_equal(pci_config_read(&fn, PCI_VENDOR + 1, 1), 0x1b);
    pci_config_write(&fn, PCI_COMMAND, 2, 0x4);
    assert_int_equal(pci_config_read(&fn, PCI_COMMAND, 2), 0x4);
    assert_int_equal(pci_config_read(&fn, 0x100, 4), 0xffffffff);
    pci_config_write(&fn, 0x100, 4, 0);
}

static void test_ecam(void **state)
{
    (void)state;
    check_both_ways(&pci_config_ecam);
}

/* PCI 3.0 §3.2.2.3 */
static void test_ports(void **state)
{
    (void)state;
    check_both_ways(&pci_config_ports);
}

/* PCI 3.0 §6.1: where nobody answers all bits read as ones. */
static void test_nobody(void **state)
{
    (void)state;
    struct pci_function fn = function(PCI_BDF(0, 4, 0));
    assert_int_equal(pci_config_read(&fn, PCI_VENDOR, 1), 0xff);
    assert_int_equal(pci_config_read(&fn, PCI_VENDOR, 2), 0xffff);
    assert_int_equal(pci_config_read(&fn, PCI_VENDOR, 4), 0xffffffff);
    assert_int_equal(pci_read_function(&fake.host, fn.bdf, &fn), ERR_ABSENT);
}

/* Offsets come from capabilities: what no access can reach is not tried. */
static void test_wild_offsets(void **state)
{
    (void)state;
    pci_fake_add(&fake, PCI_FAKE_ROOT, 0, 0, 0x1b360002);
    struct pci_function fn = function(0), beyond = function(PCI_BDF(9, 0, 0));
    uint64_t reads = fake.reads;
    fake.host.last_bus = 8;
    assert_int_equal(pci_config_read(&fn, 4096, 1), 0xff);
    assert_int_equal(pci_config_read(&fn, UINT32_MAX, 4), 0xffffffff);
    assert_int_equal(pci_config_read(&fn, 0x41, 2), 0xffff);
    assert_int_equal(pci_config_read(&beyond, 0, 4), 0xffffffff);
    pci_config_write(&fn, 0x42, 4, 1);
    pci_config_write(&beyond, 0, 4, 1);
    assert_int_equal(fake.reads, reads);
}

/* The window of ECAM begins with first_bus. */
static void test_first_bus(void **state)
{
    (void)state;
    int f = pci_fake_add(&fake, PCI_FAKE_ROOT, 1, 0, 0x1b360002);
    struct pci_function fn = function(PCI_BDF(0x20, 1, 0));
    fake.host.first_bus = 0x20;
    fake.functions[f].root_bus = 0; /* as the window's offsets see it */
    assert_int_equal(pci_config_read(&fn, PCI_VENDOR, 2), 0x1b36);
}

static void test_name(void **state)
{
    (void)state;
    char name[16];
    struct pci_function fn = function(PCI_BDF(0xa0, 0x1f, 7));
    assert_int_equal(pci_name(&fn, name, sizeof name), 11);
    assert_string_equal(name, "pci:a0:1f.7");
}

static void test_identity(void **state)
{
    (void)state;
    int f = pci_fake_add(&fake, PCI_FAKE_ROOT, 2, 0, 0x1af41043);
    struct pci_function fn;
    pci_fake_set_config(&fake, f, PCI_REVISION, 4, 0x07800001);
    pci_fake_set_config(&fake, f, PCI_HEADER_TYPE, 1, 0x80);
    assert_int_equal(pci_read_function(&fake.host, PCI_BDF(0, 2, 0), &fn), OK);
    assert_int_equal(fn.vendor, 0x1af4);
    assert_int_equal(fn.device, 0x1043);
    assert_int_equal(fn.class_code, 0x078000);
    assert_int_equal(fn.revision, 1);
    assert_int_equal(fn.header_type, 0);
}

/* PCI 3.0 §6.2.2: a space with a BAR that has no address stays off. */
static void test_enable(void **state)
{
    (void)state;
    int f = pci_fake_add(&fake, PCI_FAKE_ROOT, 2, 0, 0x1af41003);
    struct pci_function fn;
    pci_fake_set_bar(&fake, f, 0, PCI_BAR_IO, 64);
    pci_fake_set_bar(&fake, f, 1, 0, 4096);
    pci_fake_set_config(&fake, f, PCI_BAR0 + 4, 4, 0x40000000);
    assert_int_equal(pci_read_function(&fake.host, PCI_BDF(0, 2, 0), &fn), OK);
    pci_enable(&fn);
    assert_int_equal(pci_fake_config(&fake, f, PCI_COMMAND, 2),
                     PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
    pci_fake_set_bar(&fake, f, 2, 0, 4096);
    pci_fake_set_config(&fake, f, PCI_COMMAND, 2, 0);
    assert_int_equal(pci_read_function(&fake.host, PCI_BDF(0, 2, 0), &fn), OK);
    pci_enable(&fn);
    assert_int_equal(pci_fake_config(&fake, f, PCI_COMMAND, 2), PCI_COMMAND_MASTER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_ecam, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ports, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nobody, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wild_offsets, setup, teardown),
        cmocka_unit_test_setup_teardown(test_first_bus, setup, teardown),
        cmocka_unit_test_setup_teardown(test_name, setup, teardown),
        cmocka_unit_test_setup_teardown(test_identity, setup, teardown),
        cmocka_unit_test_setup_teardown(test_enable, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
