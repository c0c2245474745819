/*
 * An OHCI controller: registers, lists, and the fake bus behind it.
 *
 * Stricter than QEMU, which lets these pass:
 *   OHCI 1.0a §4.2-4.4  alignment and memory of HCCA, endpoint and transfer descriptors
 *   OHCI 1.0a §5.1.1.4  frame interval and lists set before it is operational
 *   OHCI 1.0a §5.2.7    a list that nobody said was filled is not served
 *   OHCI 1.0a §4.3.1    buffers of at most two pages; the done queue overwrites NextTD
 *   OHCI 1.0a §7.4.4    what writing ones to a port does
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FAKES_OHCI_FAKE_H
#define TESTS_FAKES_OHCI_FAKE_H

#include "drivers/device.h"
#include "drivers/pci/pci.h"
#include "drivers/usb/ohci.h"
#include "tests/fakes/pci_fake.h"
#include "tests/fakes/usb_fake.h"

#define OHCI_FAKE_PORTS 3

struct ohci_fake {
    struct usb_fake_bus bus;
    struct pci_fake pci; /* a card at 00:04.0 */
    struct device device;
    struct pci_function function;
    uint32_t control, command, interrupt, hcca, control_head, bulk_head, fm_interval;
    uint32_t done; /* the done queue's head */

    /* Misbehaviour, set by tests. */
    bool never_resets, keeps_bios, is_gone;
    bool is_stuck;      /* no frame does anything                         */
    unsigned ports;     /* that it says it has; 0: as many as it has      */
    uint32_t wild_head; /* HeadP of what finishes becomes this, if not 0  */
};

void ohci_fake_init(struct ohci_fake *fake);
int ohci_fake_attach(struct ohci_fake *fake);
/* A frame goes by; so it does with each look at the interrupt status, too. */
void ohci_fake_frame(struct ohci_fake *fake);
/* Root ports are 1, 2 and 3. */
void ohci_fake_plug(struct ohci_fake *fake, unsigned port, struct usb_fake_device *dev);
void ohci_fake_unplug(struct ohci_fake *fake, unsigned port);

#endif
