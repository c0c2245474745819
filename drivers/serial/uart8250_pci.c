/*
 * UARTs on PCI cards: one, two or four behind BAR0, eight registers each.
 *
 * Source: QEMU, docs/specs/pci-serial: port k is at BAR0 + 8k, of class 07.00.02 (a 16550).
 * QEMU: -device pci-serial,chardev=c   -device pci-serial-2x,chardev1=c,chardev2=d
 *       -device pci-serial-4x,chardev1=...,chardev4=...
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/pci/pci.h"
#include "drivers/serial/serial.h"
#include "drivers/serial/uart8250.h"
#include "drivers/serial/uart8250_regs.h"
#include "drivers/text.h"

#define VENDOR_REDHAT    0x1b36u
#define DEVICE_SERIAL    0x0002u
#define DEVICE_SERIAL_2X 0x0003u
#define DEVICE_SERIAL_4X 0x0004u

static unsigned port_count(const struct device_id *id)
{
    return id->device == DEVICE_SERIAL_4X ? 4 : id->device == DEVICE_SERIAL_2X ? 2 : 1;
}

/* "pci:00:03.0" and 1 to "pci:00:03.0/bar0/port1" */
static void name_port(struct device *port, const struct device *card, unsigned k)
{
    struct text found = text_begin(port->found, sizeof(port->found));
    text_add(&found, card->found);
    text_add(&found, "/bar0/port");
    text_add_decimal(&found, k);
}

static int attach_port(const struct device *card, const struct device_id *id, unsigned k)
{
    struct device port = { .bus = BUS_PCI, .clock_hz = UART8250_CLOCK_HZ, .pci = card->pci };
    struct why why = { .what = "BAR0 of the card", .found = card->pci->bars[0].len };
    name_port(&port, card, k);
    port.is_primary = card->is_primary && k == 0;

    int status = pci_map_bar(card->pci, 0, (uint64_t)UART8250_REGISTERS * k, UART8250_REGISTERS,
                             &port.io, &why);
    if (status != OK)
        return serial_add_undriven(&port, id->kind, status, &why);
    return uart8250_attach_port(&port, id->kind, true);
}

/* A port that does not work is named, and takes no other with it. */
static int uart8250_pci_attach(const struct device *dev, const struct device_id *id)
{
    pci_enable(dev->pci);
    int failed = OK;
    bool is_driven = false;
    for (unsigned k = 0; k < port_count(id); k++) {
        int status = attach_port(dev, id, k);
        if (status == OK)
            is_driven = true;
        else
            failed = status;
    }
    return is_driven ? OK : failed;
}

static const struct device_id uart8250_pci_ids[] = {
    { .bus = BUS_PCI, .vendor = VENDOR_REDHAT, .device = DEVICE_SERIAL, .kind = "pci-serial" },
    { .bus = BUS_PCI,
      .vendor = VENDOR_REDHAT,
      .device = DEVICE_SERIAL_2X,
      .kind = "pci-serial-2x" },
    { .bus = BUS_PCI,
      .vendor = VENDOR_REDHAT,
      .device = DEVICE_SERIAL_4X,
      .kind = "pci-serial-4x" },
    { 0 },
};

const struct driver uart8250_pci_driver = {
    .name = "uart8250-pci",
    .ids = uart8250_pci_ids,
    .attach = uart8250_pci_attach,
};
