/*
 * PCI: find functions, size and assign their BARs, walk their capabilities.
 *
 * One struct pci_host per host bridge.  Where no firmware has assigned anything
 * (the `virt` machines, microvm), pci_assign() gives out bus numbers, bridge
 * windows and BARs from the host bridge's own windows.
 *
 * Sources: PCI Local Bus 3.0 (chapter 6), PCI-to-PCI Bridge 1.2 (P2P 1.2, chapter 3),
 *          PCI Express Base 4.0 (7.2.2 ECAM, 7.5 configuration space).
 * QEMU: any `-device pci-serial`, `-device virtio-serial-pci`, `-device pcie-root-port`, ...
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_PCI_PCI_H
#define DRIVERS_PCI_PCI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/io.h"
#include "drivers/kernel.h"
#include "drivers/status.h"

struct pci_host;

/* How configuration space is reached.  offset 0..4095 (0..255 on ports). */
struct pci_config_ops {
    uint32_t (*read)(struct pci_host *host, unsigned bdf, unsigned offset, unsigned bytes);
    void (*write)(struct pci_host *host, unsigned bdf, unsigned offset, unsigned bytes,
                  uint32_t value);
};

#define PCI_BDF(bus, dev, fn) ((unsigned)(bus) << 8 | (unsigned)(dev) << 3 | (unsigned)(fn))

/* A range of addresses that may be given out.  len 0: there is none. */
struct pci_window {
    uint64_t pci_base; /* the address that goes into a BAR            */
    uint64_t cpu_base; /* where the CPU reaches it (memory or ports)  */
    uint64_t len;
    uint64_t used; /* given out so far, owned by pci_assign()     */
};

/*
 * A host bridge; lives for ever, since functions point at it.  An I/O BAR is reached
 * through ports on x86, and through memory elsewhere.  Windows of len 0 on a machine that
 * firmware has configured: the CPU uses the addresses that are in the BARs.
 */
struct pci_host {
    /* set by whoever found the bridge */
    const struct pci_config_ops *config;
    struct io io;                 /* ECAM from first_bus on, or port 0xcf8 */
    unsigned first_bus, last_bus; /* inclusive                             */
    enum io_space io_space;       /* of I/O BARs, as the CPU sees them     */
    struct pci_window io_window, mem_window, mem64_window;
    bool needs_assignment; /* nobody has set BARs and bus numbers   */
    /* owned by drivers/pci */
    unsigned next_bus;
};

extern const struct pci_config_ops pci_config_ecam;  /* PCIe 4.0 §7.2.2  */
extern const struct pci_config_ops pci_config_ports; /* PCI 3.0 §3.2.2.3 */

#define PCI_BAR_COUNT 6

struct pci_bar {
    enum io_space space; /* PORTS: an I/O BAR, wherever the CPU sees it */
    bool is_64bit, is_prefetchable;
    uint64_t address; /* as the CPU sees it; meaningless if len is 0 or !is_assigned */
    uint64_t len;     /* 0: no such BAR, or the upper half of a 64-bit one           */
    bool is_assigned;
};

/* May be copied, and is valid for ever. */
struct pci_function {
    struct pci_host *host;
    unsigned bdf;
    uint16_t vendor, device;
    uint32_t class_code; /* 24 bits: class, subclass, interface */
    uint8_t revision;
    uint8_t header_type; /* 0 a device, 1 a bridge              */
    struct pci_bar bars[PCI_BAR_COUNT];
};

/*
 * Find all functions behind the host bridge, assign where nobody has, and call visit for
 * each one that is no bridge.  Goes depth first through the bridges on first_bus; then the same
 * for every other bus that no bridge has, and on which device 0 answers (QEMU's pxb).
 *
 * visit      may keep no pointer to fn; switches decoding on with pci_enable()
 * returns    how many functions were visited, or an ERR_
 * blocks     bounded: at most 256 buses of 32 devices of 8 functions, each once.
 *            A bridge whose bus numbers loop back is named by kernel_note() and left out.
 */
int pci_scan(struct pci_host *host, void (*visit)(const struct pci_function *fn, void *ctx),
             void *ctx);

/*
 * Let the function answer on its BARs and do DMA (COMMAND: I/O, MEM, bus master).  A space
 * in which a BAR has no address stays off: that BAR would answer at address 0.
 */
void pci_enable(const struct pci_function *fn);

/*
 * Open a window on len bytes at offset in a BAR.
 * returns  OK | ERR_ABSENT no such BAR | ERR_FULL not assigned: no room was left
 *          | ERR_BROKEN the range does not lie within the BAR (why says)
 */
int pci_map_bar(const struct pci_function *fn, unsigned bar, uint64_t offset, uint64_t len,
                struct io *io, struct why *why);

uint32_t pci_config_read(const struct pci_function *fn, unsigned offset, unsigned bytes);
void pci_config_write(const struct pci_function *fn, unsigned offset, unsigned bytes,
                      uint32_t value);

/*
 * The next capability with this id.
 * after    0 to start, or what the last call returned
 * returns  its offset (64..252), or 0: no more.  A list that loops or points
 *          outside configuration space ends there.
 * PCI 3.0 §6.7
 */
unsigned pci_find_capability(const struct pci_function *fn, uint8_t id, unsigned after);

/* "pci:00:03.0" into buf (at least 16 bytes); returns its length. */
size_t pci_name(const struct pci_function *fn, char *buf, size_t size);

#endif
