/*
 * A device that was found, and the driver that fits it.
 *
 * Whoever walks a bus (ISA ports, device tree, PCI, a command line) fills in a
 * struct device and calls drivers_attach().  Adding a driver is one line in
 * drivers/drivers.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_DEVICE_H
#define DRIVERS_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "drivers/console.h"
#include "drivers/io.h"

struct pci_function;

/* Where a device was found decides which of its identities counts. */
enum device_bus {
    BUS_PLATFORM, /* memory or ports, named by a compatible string */
    BUS_PCI,      /* vendor and device numbers                     */
};

struct device {
    enum device_bus bus;
    char found[CONSOLE_FOUND_SIZE]; /* "isa:0x3f8", "fdt:/pl011@9000000", "pci:00:03.0" */
    bool is_primary;                /* stdout-path or SPCR points at it             */

    /* BUS_PLATFORM */
    const char *compatible; /* "ns16550a", "arm,pl011", "virtio,mmio", "isa-serial" */
    struct io io;           /* its registers, shift and width set                   */
    uint32_t clock_hz;      /* input clock, 0 if unknown                            */

    /* BUS_PCI */
    struct pci_function *pci;
};

/* One identity that a driver answers to.  A table ends with an all-zero row. */
struct device_id {
    enum device_bus bus;
    const char *compatible;  /* BUS_PLATFORM                        */
    uint16_t vendor, device; /* BUS_PCI                             */
    const char *kind;        /* QEMU's name for it: "pci-serial-2x" */
};

struct driver {
    const char *name;
    const struct device_id *ids;

    /*
     * Probe the device, program it, and kernel_console_add() every console it
     * has.  The driver copies what it needs out of dev.
     * returns  OK | ERR_ABSENT nothing there, nothing was said
     *          | another error: the consoles it could name were added as not driven
     */
    int (*attach)(const struct device *dev, const struct device_id *id);
};

/*
 * Give the device to the first driver that knows it.
 * returns  what the driver said | ERR_UNSUPPORTED if no driver knows it
 */
int drivers_attach(const struct device *dev);

#endif
