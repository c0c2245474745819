/*
 * What the guest sees: the tables.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/consoles.h"

#include <string.h>

const struct console_kind console_kinds[] = {
    {
        .name = "uart",
        .bus = BUS_MACHINE,
        .ports = 1,
        .what = "the machine's own UART: COM1.., PL011, ns16550 (-serial)",
    },
    {
        .name = "isa-serial",
        .device = "isa-serial",
        .bus = BUS_ISA,
        .ports = 1,
        .guest_kind = "isa-serial",
        .what = "16550 on the ISA bus: the next free one of COM1..4",
    },
    {
        .name = "pci-serial",
        .device = "pci-serial",
        .bus = BUS_PCI | BUS_PCI_IO,
        .ports = 1,
        .guest_kind = "pci-serial",
        .what = "16550 on a PCI card",
    },
    {
        .name = "virtconsole",
        .device = "virtconsole",
        .bus = BUS_VIRTIO_SERIAL,
        .ports = 1,
        .guest_kind = "virtconsole",
        .what = "virtio console port; drops what its backend does not take at once",
    },
};
const size_t console_kind_count = sizeof(console_kinds) / sizeof(console_kinds[0]);

/* Ports 0..30 are the most that QEMU's virtio-serial gives (max_ports=31). */
#define VIRTIO_PORTS 31

const struct controller_kind controller_kinds[] = {
    {
        .name = "virtio-serial-device",
        .parent = BUS_VIRTIO_MMIO,
        .bus = BUS_VIRTIO_SERIAL,
        .room = VIRTIO_PORTS,
        .child = "%s.0",
        .what = "virtio-serial in a virtio-mmio slot",
    },
    {
        .name = "virtio-serial-pci",
        .parent = BUS_PCI,
        .bus = BUS_VIRTIO_SERIAL,
        .room = VIRTIO_PORTS,
        .child = "%s.0",
        .what = "virtio-serial on PCI, as QEMU chooses: legacy too, but not behind a root port",
    },
    {
        .name = "virtio-serial-pci-transitional",
        .parent = BUS_PCI,
        .bus = BUS_VIRTIO_SERIAL,
        .room = VIRTIO_PORTS,
        .child = "%s.0",
        .what = "virtio-serial on PCI, legacy and modern",
    },
    {
        .name = "virtio-serial-pci-non-transitional",
        .parent = BUS_PCI,
        .bus = BUS_VIRTIO_SERIAL,
        .room = VIRTIO_PORTS,
        .child = "%s.0",
        .what = "virtio-serial on PCI, modern only",
    },
};
const size_t controller_kind_count = sizeof(controller_kinds) / sizeof(controller_kinds[0]);

const struct console_kind *console_kind_find(const char *name, size_t len)
{
    for (size_t i = 0; i < console_kind_count; i++)
        if (strlen(console_kinds[i].name) == len && memcmp(console_kinds[i].name, name, len) == 0)
            return &console_kinds[i];
    return NULL;
}

const struct controller_kind *controller_kind_find(const char *name, size_t len)
{
    for (size_t i = 0; i < controller_kind_count; i++) {
        const char *known = controller_kinds[i].name;
        if (strlen(known) == len && memcmp(known, name, len) == 0)
            return &controller_kinds[i];
    }
    return NULL;
}

bool machine_can_control(const struct machine *machine, const struct controller_kind *kind)
{
    return (kind->parent & ~machine->buses) == 0;
}

bool machine_can_have(const struct machine *machine, const struct console_kind *kind)
{
    unsigned buses = machine->buses;

    for (size_t i = 0; i < controller_kind_count; i++)
        if (machine_can_control(machine, &controller_kinds[i]))
            buses |= controller_kinds[i].bus;
    return (kind->bus & ~buses) == 0;
}
