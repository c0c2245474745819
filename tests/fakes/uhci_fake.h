/*
 * A UHCI controller: registers, frames, queues, and the fake bus behind it.
 *
 * Stricter than QEMU, which lets these pass:
 *   UHCI 1.1 §2.1       access widths; nothing is configured while it runs
 *   UHCI 1.1 §2.1.7     a port is enabled only when its reset is over
 *   UHCI 1.1 §3.1-3.3   alignment and memory of frame list, queue heads, descriptors
 *   UHCI 1.1 §3.2.3     packet identifiers, lengths, low speed
 *   UHCI 1.1 §3.2       a descriptor that is active is not changed any more
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FAKES_UHCI_FAKE_H
#define TESTS_FAKES_UHCI_FAKE_H

#include "drivers/device.h"
#include "drivers/pci/pci.h"
#include "drivers/usb/uhci.h"
#include "tests/fakes/pci_fake.h"
#include "tests/fakes/usb_fake.h"

#define UHCI_FAKE_PORTS 2
#define UHCI_FAKE_SEEN  512

struct uhci_fake {
    struct usb_fake_bus bus;
    struct pci_fake pci; /* a card at 00:04.0 */
    struct device device;
    struct pci_function function;
    uint16_t usbcmd, usbsts, frnum;
    uint32_t flbase;
    struct {
        const struct uhci_td *td;
        struct uhci_td was;
    } seen[UHCI_FAKE_SEEN]; /* descriptors that were found active */
    uint64_t frame_us;      /* when the last frame went by        */

    /* Misbehaviour, set by tests. */
    bool never_halts, never_resets, is_gone;
    bool is_stuck;  /* no frame does anything                  */
    bool lies_long; /* says that more came than there was room */
};

void uhci_fake_init(struct uhci_fake *fake);
int uhci_fake_attach(struct uhci_fake *fake);
/* A frame goes by; so it does with each look at the status, too. */
void uhci_fake_frame(struct uhci_fake *fake);
/* Root ports are 1 and 2. */
void uhci_fake_plug(struct uhci_fake *fake, unsigned port, struct usb_fake_device *dev);
void uhci_fake_unplug(struct uhci_fake *fake, unsigned port);

#endif
