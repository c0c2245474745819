/*
 * drivers/virtio/virtio_pci.c, virtio_pci_modern.c, virtio_pci_legacy.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/device.h"
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_regs.h"
#include "drivers/virtio/virtio_pci_regs.h"
#include "tests/fakes/kernel.h"
#include "tests/fakes/virtio_fake_console.h"

#define BAR0     0xc000u /* the legacy ports */
#define BAR0_LEN 0x40u
#define BAR4     0xfe000000u /* the modern registers */

/* Configuration space of one card, as a list of capabilities after the header. */
static uint8_t config[256];
static unsigned next_cap;

static uint32_t config_read(struct pci_host *pci, unsigned bdf, unsigned offset, unsigned bytes)
{
    uint32_t value = 0;
    (void)pci, (void)bdf;
    assert_true(offset + bytes <= sizeof(config));
    memcpy(&value, config + offset, bytes);
    return value;
}

static void config_write(struct pci_host *pci, unsigned bdf, unsigned offset, unsigned bytes,
                         uint32_t value)
{
    (void)pci, (void)bdf;
    assert_int_equal(offset, PCI_COMMAND);
    memcpy(config + offset, &value, bytes);
}

static const struct pci_config_ops ops = { .read = config_read, .write = config_write };
static struct pci_host pci_host = { .config = &ops, .last_bus = 255, .io_space = IO_SPACE_PORTS };
static struct pci_function fn;
static struct virtio_fake_console host;
static struct virtio_fake_pci card;
static char text[3000];

static void put32(unsigned offset, uint32_t value)
{
    memcpy(config + offset, &value, 4);
}

/* Append a vendor capability; returns where it is. */
static unsigned add_cap(uint8_t type, uint8_t bar, uint32_t offset, uint32_t len)
{
    unsigned at = next_cap;
    config[at] = VIRTIO_PCI_CAP_ID;
    config[at + 1] = (uint8_t)(at + 20);
    config[at + VIRTIO_PCI_CAP_LEN] = type == VIRTIO_PCI_CAP_NOTIFY ? 20 : 16;
    config[at + VIRTIO_PCI_CAP_TYPE] = type;
    config[at + VIRTIO_PCI_CAP_BAR] = bar;
    put32(at + VIRTIO_PCI_CAP_OFFSET, offset);
    put32(at + VIRTIO_PCI_CAP_LENGTH, len);
    if (type == VIRTIO_PCI_CAP_NOTIFY)
        put32(at + VIRTIO_PCI_CAP_MULTIPLIER, card.multiplier);
    next_cap += 20;
    return at;
}

static void begin_caps(void)
{
    memset(config, 0, sizeof(config));
    config[PCI_STATUS] = 0x10; /* there is a list */
    config[PCI_CAPABILITIES] = 0x40;
    next_cap = 0x40;
}

static void end_caps(void)
{
    config[next_cap - 20 + 1] = 0;
}

/* QEMU's card: 1af4:1043, or 1af4:1003 with both kinds of registers. */
static void have_card(uint16_t device)
{
    fn = (struct pci_function){ .host = &pci_host, .vendor = 0x1af4, .device = device };
    fn.bars[4] = (struct pci_bar){ IO_SPACE_MEMORY, true, true, BAR4, VIRTIO_FAKE_PCI_LEN, true };
    if (device == VIRTIO_PCI_CONSOLE_TRANSITIONAL)
        fn.bars[0] = (struct pci_bar){ IO_SPACE_PORTS, false, false, BAR0, BAR0_LEN, true };
    begin_caps();
    add_cap(VIRTIO_PCI_CAP_COMMON, 4, 0, 0x1000);
    add_cap(VIRTIO_PCI_CAP_DEVICE, 4, VIRTIO_FAKE_PCI_DEVICE, 0x1000);
    add_cap(VIRTIO_PCI_CAP_NOTIFY, 4, VIRTIO_FAKE_PCI_NOTIFY, 0x1000);
    end_caps();
}

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    fake_kernel_low_addresses();
    fake_kernel_dma(text, sizeof(text));
    memset(text, 'p', sizeof(text));
    virtio_fake_console_init(&host, 31);
    virtio_fake_console_plug(&host, 0, true, NULL);
    card = (struct virtio_fake_pci){ .fake = &host.fake, .base = BAR4, .multiplier = 4 };
    fake_kernel_map(IO_SPACE_MEMORY, BAR4, VIRTIO_FAKE_PCI_LEN, &virtio_fake_pci_modern_bus, &card);
    fake_kernel_map(IO_SPACE_PORTS, BAR0, BAR0_LEN, &virtio_fake_pci_legacy_bus, &card);
    have_card(VIRTIO_PCI_CONSOLE);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fake_kernel_reset();
    assert_string_equal(host.fake.broken, "");
    return 0;
}

static int attach(void)
{
    struct device dev = { .bus = BUS_PCI, .found = "pci:00:03.0", .pci = &fn };
    return drivers_attach(&dev);
}

static void expect_a_working_console(void)
{
    struct console *con = fake_kernel_console(0);
    assert_int_equal(fake_kernel_console_count(), 1);
    assert_int_equal(con->status, OK);
    assert_string_equal(con->found, "pci:00:03.0/port0");
    for (unsigned i = 0; i < 100; i++) {
        assert_int_equal(con->ops->write(con, text, 30), 30);
        assert_int_equal(con->ops->inflight(con), 0);
    }
    assert_memory_equal(host.ports[0].sent, text, 3000);
    assert_int_equal(con->ops->emergency(con, "!", 1), 1);
    assert_string_equal(host.emergency, "!");
}

static void expect_undriven(int status, const char *what)
{
    struct console *con = fake_kernel_console(0);
    assert_int_equal(fake_kernel_console_count(), 1);
    assert_int_equal(con->status, status);
    assert_string_equal(con->kind, "virtio-serial-pci");
    assert_string_equal(con->found, "pci:00:03.0");
    assert_non_null(strstr(con->why.what, what));
    assert_int_equal(fake_kernel_service_count(), 0);
}

/* --- modern --------------------------------------------------------------------------------- */

/* VIRTIO 1.2 §4.1.4, VIRTIO 1.2 §4.1.5.1.3 */
static void test_modern(void **state)
{
    (void)state;
    assert_int_equal(attach(), OK);
    expect_a_working_console();
    assert_true(config[PCI_COMMAND] & PCI_COMMAND_MASTER);
    assert_true(host.fake.accepted & VIRTIO_F_VERSION_1);
}

/* VIRTIO 1.2 §4.1.2, VIRTIO 1.2 §4.1.5.1.1: a transitional card is driven the modern way. */
static void test_transitional(void **state)
{
    (void)state;
    have_card(VIRTIO_PCI_CONSOLE_TRANSITIONAL);
    assert_int_equal(attach(), OK);
    expect_a_working_console();
    assert_true(host.fake.accepted & VIRTIO_F_VERSION_1);
}

static void test_packed_ring(void **state)
{
    (void)state;
    host.fake.offered |= VIRTIO_F_RING_PACKED | VIRTIO_F_ACCESS_PLATFORM;
    assert_int_equal(attach(), OK);
    expect_a_working_console();
    assert_true(host.fake.accepted & VIRTIO_F_ACCESS_PLATFORM);
}

/* VIRTIO 1.2 §4.1.4.4: doorbells side by side, or all the same one. */
static void test_multipliers(void **state)
{
    for (unsigned i = 0; i < 4; i++) {
        static const uint32_t multipliers[] = { 0, 2, 4, 64 };
        setup(state);
        card.multiplier = multipliers[i];
        have_card(VIRTIO_PCI_CONSOLE);
        assert_int_equal(attach(), OK);
        expect_a_working_console();
    }
}

/* VIRTIO 1.2 §4.1.4.4: a doorbell beyond the capability is not rung. */
static void test_doorbell_outside(void **state)
{
    (void)state;
    card.multiplier = 0x100;
    have_card(VIRTIO_PCI_CONSOLE);
    assert_int_equal(attach(), ERR_BROKEN);
    expect_undriven(ERR_BROKEN, "doorbell");
    assert_true(host.fake.status & VIRTIO_STATUS_FAILED);
}

/* VIRTIO 1.2 §4.1.4.1: the first usable capability of a type is taken; unknown types,
 * reserved BARs and short ones are passed over. */
static void test_odd_capabilities(void **state)
{
    (void)state;
    begin_caps();
    add_cap(77, 4, 0, 0x1000);
    add_cap(VIRTIO_PCI_CAP_COMMON, 6, 0, 0x1000);
    config[add_cap(VIRTIO_PCI_CAP_COMMON, 4, 0, 0x1000) + VIRTIO_PCI_CAP_LEN] = 15;
    config[add_cap(VIRTIO_PCI_CAP_NOTIFY, 4, 0, 0x1000) + VIRTIO_PCI_CAP_LEN] = 16;
    add_cap(VIRTIO_PCI_CAP_COMMON, 4, 0, 0x1000);
    add_cap(VIRTIO_PCI_CAP_DEVICE, 4, VIRTIO_FAKE_PCI_DEVICE, 0x1000);
    add_cap(VIRTIO_PCI_CAP_NOTIFY, 4, VIRTIO_FAKE_PCI_NOTIFY, 0x1000);
    add_cap(VIRTIO_PCI_CAP_COMMON, 0, 0, 0x1000);
    end_caps();
    assert_int_equal(attach(), OK);
    expect_a_working_console();
}

static void expect_refused(int status, const char *what)
{
    end_caps();
    assert_int_equal(attach(), status);
    expect_undriven(status, what);
    fake_kernel_reset();
    setup(NULL);
    begin_caps();
}

/* What lies outside of its BAR, or is too short, is not touched. */
static void test_hostile_capabilities(void **state)
{
    (void)state;
    begin_caps();
    add_cap(77, 4, 0, 0x1000);
    expect_refused(ERR_UNSUPPORTED, "no capability");

    add_cap(VIRTIO_PCI_CAP_COMMON, 4, VIRTIO_FAKE_PCI_LEN - 0x10, 0x1000);
    add_cap(VIRTIO_PCI_CAP_DEVICE, 4, VIRTIO_FAKE_PCI_DEVICE, 0x1000);
    add_cap(VIRTIO_PCI_CAP_NOTIFY, 4, VIRTIO_FAKE_PCI_NOTIFY, 0x1000);
    expect_refused(ERR_BROKEN, "outside its BAR");

    add_cap(VIRTIO_PCI_CAP_COMMON, 4, 0, VIRTIO_PCI_COMMON_BYTES - 1);
    add_cap(VIRTIO_PCI_CAP_DEVICE, 4, VIRTIO_FAKE_PCI_DEVICE, 0x1000);
    add_cap(VIRTIO_PCI_CAP_NOTIFY, 4, VIRTIO_FAKE_PCI_NOTIFY, 0x1000);
    expect_refused(ERR_BROKEN, "too short");

    add_cap(VIRTIO_PCI_CAP_COMMON, 4, 0, 0x1000);
    add_cap(VIRTIO_PCI_CAP_DEVICE, 4, UINT32_MAX, UINT32_MAX);
    add_cap(VIRTIO_PCI_CAP_NOTIFY, 4, VIRTIO_FAKE_PCI_NOTIFY, 0x1000);
    expect_refused(ERR_BROKEN, "outside its BAR");

    add_cap(VIRTIO_PCI_CAP_COMMON, 2, 0, 0x1000);
    add_cap(VIRTIO_PCI_CAP_DEVICE, 4, VIRTIO_FAKE_PCI_DEVICE, 0x1000);
    add_cap(VIRTIO_PCI_CAP_NOTIFY, 4, VIRTIO_FAKE_PCI_NOTIFY, 0x1000);
    expect_refused(ERR_UNSUPPORTED, "no such BAR");
    add_cap(77, 4, 0, 0x1000);
    end_caps();
}

/* Each byte of the list in turn is garbage: never a crash, never an access outside. */
static void test_garbled_capabilities(void **state)
{
    for (unsigned at = 0x40; at < 0x80; at++)
        for (unsigned value = 0; value < 256; value += 5) {
            setup(state);
            config[at] = (uint8_t)value;
            int status = attach();
            assert_true(status <= OK && status >= ERR_FULL);
            host.fake.broken[0] = '\0'; /* a wrong offset rings a wrong register */
        }
    fake_kernel_reset();
}

/* No room was left for the memory BAR: clear, and no ports either. */
static void test_unassigned(void **state)
{
    (void)state;
    fn.bars[4].is_assigned = false;
    assert_int_equal(attach(), ERR_FULL);
    expect_undriven(ERR_FULL, "address space for the BAR");
}

static void test_no_ports_on_this_bus(void **state)
{
    (void)state;
    have_card(VIRTIO_PCI_CONSOLE_TRANSITIONAL);
    fn.bars[0].is_assigned = false; /* microvm: there is no I/O window */
    assert_int_equal(attach(), OK);
    expect_a_working_console();
}

/* --- legacy ---------------------------------------------------------------------------------- */

static void have_legacy_card(void)
{
    have_card(VIRTIO_PCI_CONSOLE_TRANSITIONAL);
    begin_caps();
    config[PCI_STATUS] = 0;
    card.base = BAR0;
    host.fake.is_legacy = true;
    host.fake.offered &= UINT32_MAX;
}

/* VIRTIO 1.2 §4.1.4.10, VIRTIO 1.2 §4.1.5.1.3.1: queues of the device's own size. */
static void test_legacy(void **state)
{
    (void)state;
    have_legacy_card();
    assert_int_equal(attach(), OK);
    expect_a_working_console();
    assert_int_equal(host.fake.queues[1].size, 128);
}

/* VIRTIO 1.2 §4.1.4.10: the configuration moves when MSI-X is on. */
static void test_legacy_with_msix(void **state)
{
    (void)state;
    have_legacy_card();
    config[PCI_STATUS] = 0x10;
    config[0x40] = VIRTIO_PCI_MSIX_CAP_ID;
    config[0x43] = 0x80;
    card.has_msix = true;
    assert_int_equal(attach(), OK);
    expect_a_working_console();
}

static void test_legacy_without_multiport(void **state)
{
    (void)state;
    virtio_fake_console_init(&host, 1);
    virtio_fake_console_plug(&host, 0, true, NULL);
    have_legacy_card();
    assert_int_equal(attach(), OK);
    expect_a_working_console();
}

/* A queue size that can't be: nothing is set up. */
static void test_legacy_odd_size(void **state)
{
    (void)state;
    have_legacy_card();
    host.fake.queue_max = 100;
    assert_int_equal(attach(), ERR_BROKEN);
    expect_undriven(ERR_BROKEN, "queue size");
}

/* A card that says it is modern and has nothing of it. */
static void test_neither(void **state)
{
    (void)state;
    begin_caps();
    config[PCI_STATUS] = 0;
    assert_int_equal(attach(), ERR_UNSUPPORTED);
    expect_undriven(ERR_UNSUPPORTED, "no capability");
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_modern),
        T(test_transitional),
        T(test_packed_ring),
        T(test_multipliers),
        T(test_doorbell_outside),
        T(test_odd_capabilities),
        T(test_hostile_capabilities),
        T(test_garbled_capabilities),
        T(test_unassigned),
        T(test_no_ports_on_this_bus),
        T(test_legacy),
        T(test_legacy_with_msix),
        T(test_legacy_without_multiport),
        T(test_legacy_odd_size),
        T(test_neither),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
