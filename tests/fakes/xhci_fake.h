/*
 * An xHCI controller: registers, contexts, rings, and the fake bus behind it.
 *
 * Stricter than QEMU, which lets most of these pass:
 *   xHCI 1.2 §4.2      everything set up before it runs, nothing touched while it is not ready
 *   xHCI 1.2 table 6-1 alignment of everything that it is pointed at
 *   xHCI 1.2 §4.5.3    commands in the order that a slot's state allows
 *   xHCI 1.2 §4.6.5-7  which contexts a command may add
 *   xHCI 1.2 §4.9      cycle bits, links, event rings that overflow
 *   xHCI 1.2 §4.11.2.2 setup, data, status; §6.4.1 no block across 64 KiB
 *   xHCI 1.2 §5.4.8    writing PORTSC disables no port by accident
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FAKES_XHCI_FAKE_H
#define TESTS_FAKES_XHCI_FAKE_H

#include "drivers/device.h"
#include "drivers/pci/pci.h"
#include "drivers/usb/xhci.h"
#include "tests/fakes/pci_fake.h"
#include "tests/fakes/usb_fake.h"

#define XHCI_FAKE_SLOTS 8

struct xhci_fake_ring {
    uint64_t at;
    uint32_t cycle;
    bool toggle; /* the wire's, of the next packet */
    bool is_halted, is_there;
    unsigned max_packet;
};

struct xhci_fake_slot {
    bool is_enabled, is_addressed;
    struct usb_fake_device *device;
    struct xhci_fake_ring rings[32];
};

struct xhci_fake {
    struct usb_fake_bus bus;
    struct pci_fake pci; /* a card at 00:04.0 */
    struct device device;
    struct pci_function function;

    uint32_t usbcmd, usbsts, config, legacy;
    uint64_t crcr, dcbaap, erstba, erdp;
    uint32_t erstsz;
    unsigned not_ready; /* reads of USBSTS until it is ready */
    struct xhci_fake_ring commands;
    uint64_t event_at;
    uint32_t event_cycle;
    struct xhci_fake_slot slots[XHCI_FAKE_SLOTS + 1];
    unsigned doorbells;

    /* What it is; set by tests before attaching. */
    bool has_64_byte_contexts;
    unsigned scratchpads;

    /* Misbehaviour, set by tests. */
    bool never_halts, never_resets, keeps_bios;
    bool ignores_commands;  /* no command ever ends                        */
    unsigned command_code;  /* commands end with this code, if not 0       */
    unsigned slot_given;    /* Enable Slot gives this slot, if not 0       */
    bool ignores_transfers; /* no transfer ever ends                       */
    bool is_gone;           /* reads all ones                              */
};

/* A controller with an empty bus, mapped and assigned. */
void xhci_fake_init(struct xhci_fake *fake);
int xhci_fake_attach(struct xhci_fake *fake);

/* Root ports are USB_FAKE_PORTS, all USB 2. */
void xhci_fake_plug(struct xhci_fake *fake, unsigned port, struct usb_fake_device *dev);
void xhci_fake_unplug(struct xhci_fake *fake, unsigned port);

/* Look at all rings again: a device that said "later" may be ready. */
void xhci_fake_run(struct xhci_fake *fake);
/* Write any event. */
void xhci_fake_event(struct xhci_fake *fake, uint64_t parameter, uint32_t status, uint32_t control);

#endif
