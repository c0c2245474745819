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
        .option = "-serial",
        .value = "chardev:%s",
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
        .name = "pci-serial-2x",
        .device = "pci-serial-2x",
        .bus = BUS_PCI | BUS_PCI_IO,
        .ports = 2,
        .guest_kind = "pci-serial-2x",
        .what = "two 16550 on one PCI card: two consoles",
    },
    {
        .name = "pci-serial-4x",
        .device = "pci-serial-4x",
        .bus = BUS_PCI | BUS_PCI_IO,
        .ports = 4,
        .guest_kind = "pci-serial-4x",
        .what = "four 16550 on one PCI card: four consoles",
    },
    {
        /* Without always-plugged QEMU keeps it off the bus while the backend is not open. */
        .name = "usb-serial",
        .device = "usb-serial",
        .bus = BUS_USB,
        .ports = 1,
        .fixed = "always-plugged=on",
        .controller = "qemu-xhci",
        .flow = FLOW_BLOCKS,
        .guest_kind = "usb-serial",
        .what = "FTDI USB serial adapter",
    },
    {
        .name = "virtconsole",
        .device = "virtconsole",
        .bus = BUS_VIRTIO_SERIAL,
        .ports = 1,
        .flow = FLOW_DROPS,
        .guest_kind = "virtconsole",
        .what = "virtio console port; drops what its backend does not take at once",
    },
    {
        .name = "virtserialport",
        .device = "virtserialport",
        .bus = BUS_VIRTIO_SERIAL,
        .ports = 1,
        .flow = FLOW_KEEPS,
        .guest_kind = "virtserialport",
        .what = "virtio port, name=N; waits for its backend",
    },
    {
        .name = "isa-debugcon",
        .device = "isa-debugcon",
        .bus = BUS_ISA,
        .ports = 1,
        .flow = FLOW_BLOCKS,
        .guest_kind = "isa-debugcon",
        .word = "debugcon=%s",
        .word_prop = "iobase",
        .what = "one I/O port, 0xe9 or iobase=PORT; stops the machine while nobody reads",
    },
    {
        .name = "semihosting",
        .option = "-semihosting-config",
        .value = "enable=on,chardev=%s",
        .bus = BUS_SEMIHOSTING,
        .ports = 1,
        .most = 1,
        .flow = FLOW_BLOCKS,
        .guest_kind = "semihosting",
        .word = "semihosting=on",
        .what = "calls of the CPU to its debugger, which QEMU answers",
    },
};
const size_t console_kind_count = sizeof(console_kinds) / sizeof(console_kinds[0]);
const struct console_kind *const isa_serial = &console_kinds[1];

/* Ports 0..30 are the most that QEMU's virtio-serial gives (max_ports=31). */
#define VIRTIO_PORTS 31

/* Places behind a PCI bridge: 31, since slot 0 belongs to its hot-plug controller. */
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
    {
        .name = "qemu-xhci",
        .parent = BUS_PCI,
        .bus = BUS_USB,
        .room = 4,
        .child = "%s.0",
        .what = "USB 3 controller, four ports",
    },
    {
        .name = "nec-usb-xhci",
        .parent = BUS_PCI,
        .bus = BUS_USB,
        .room = 4,
        .child = "%s.0",
        .what = "USB 3 controller of NEC, four ports",
    },
    {
        .name = "piix3-usb-uhci",
        .parent = BUS_PCI | BUS_PCI_IO,
        .bus = BUS_USB,
        .room = 2,
        .child = "%s.0",
        .what = "USB 1 controller of Intel, two ports",
    },
    {
        .name = "pci-ohci",
        .parent = BUS_PCI,
        .bus = BUS_USB,
        .room = 3,
        .child = "%s.0",
        .what = "USB 1 controller, three ports",
    },
    {
        .name = "usb-hub",
        .parent = BUS_USB,
        .bus = BUS_USB,
        .room = 8,
        .child = "%s.0",
        .is_hub = true,
        .what = "eight more USB ports",
    },
    {
        .name = "pcie-root-port",
        .parent = BUS_PCIE,
        .bus = BUS_PCI | BUS_PCIE,
        .room = 1,
        .child = "%s",
        .number = "chassis",
        .what = "PCI Express port: a bridge with one place behind it",
    },
    {
        .name = "pcie-pci-bridge",
        .parent = BUS_PCIE,
        .bus = BUS_PCI,
        .room = 31,
        .child = "%s",
        .has_slots = true,
        .what = "bridge from PCI Express to conventional PCI",
    },
    {
        .name = "pci-bridge",
        .parent = BUS_PCI,
        .bus = BUS_PCI,
        .room = 31,
        .child = "%s",
        .number = "chassis_nr",
        .has_slots = true,
        .what = "bridge from conventional PCI to conventional PCI",
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

/* Buses of a machine, with those of the controllers that fit it: hubs need one above. */
static unsigned reachable_buses(const struct machine *machine)
{
    unsigned buses = machine->buses;

    for (size_t i = 0; i < controller_kind_count; i++)
        if ((controller_kinds[i].parent & ~buses) == 0)
            buses |= controller_kinds[i].bus;
    return buses;
}

bool machine_can_control(const struct machine *machine, const struct controller_kind *kind)
{
    return (kind->parent & ~reachable_buses(machine)) == 0;
}

bool machine_can_have(const struct machine *machine, const struct console_kind *kind)
{
    return (kind->bus & ~reachable_buses(machine)) == 0;
}
