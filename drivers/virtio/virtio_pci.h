/*
 * virtio over PCI: a virtio device whose registers lie in BARs.
 *
 * virtio_pci.c         which of the two kinds of registers a card has
 * virtio_pci_modern.c  those named by capabilities
 * virtio_pci_legacy.c  those at fixed ports
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_VIRTIO_VIRTIO_PCI_H
#define DRIVERS_VIRTIO_VIRTIO_PCI_H

#include "drivers/device.h"
#include "drivers/io.h"
#include "drivers/virtio/virtio.h"

/*
 * Answers to 1af4:1003 and 1af4:1043.  attach() takes the modern registers where the
 * card has usable ones, else the legacy ports; a card with neither is added as not
 * driven.  VIRTIO 1.2 §4.1.2, §4.1.5.1.1
 */
extern const struct driver virtio_pci_driver;

struct virtio_pci {
    struct virtio dev; /* first: the transport's operations get this  */
    struct io common;  /* modern: common configuration; legacy: all    */
    struct io notify;  /* modern: the doorbells                        */
    struct io config;  /* modern: device configuration                 */
    uint32_t notify_len, notify_multiplier;
    uint32_t legacy_config; /* where it starts                              */
};

/*
 * Find the registers; sets what is needed in pci->dev and pci.
 * returns  OK | ERR_ABSENT the card has none of this kind
 *          | another error: it has, and they can't be used (pci->dev.why)
 * VIRTIO 1.2 §4.1.4 | §4.1.4.10
 */
int virtio_pci_open_modern(struct virtio_pci *pci, const struct pci_function *fn);
int virtio_pci_open_legacy(struct virtio_pci *pci, const struct pci_function *fn);

#endif
