/*
 * What the files of drivers/pci share with each other and with nobody else.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_PCI_INTERNAL_H
#define DRIVERS_PCI_INTERNAL_H

#include "drivers/pci/pci.h"

/*
 * Bridges below bridges that we follow.  No specification has a limit, but our
 * stack has: a level costs about half a KiB of it.  Real machines have four.
 */
#define PCI_DEPTH_MAX 16

/* Complaints of one walk; a hostile bus could otherwise fill the log. */
#define PCI_NOTES_MAX 16

/* Name a function's fault: "pci: TEXT", with the function in `found` or a why. */
struct pci_notes {
    unsigned said;
};
void pci_note(struct pci_notes *notes, const struct pci_function *fn, const char *text,
              const struct why *why);

/*
 * Fill in fn from the function at bdf, its BARs sized.
 * returns  OK | ERR_ABSENT nobody answers
 * PCI 3.0 §6.1, §6.2.1
 */
int pci_read_function(struct pci_host *host, unsigned bdf, struct pci_function *fn);

bool pci_is_there(struct pci_host *host, unsigned bdf);

/* How many functions of this device to look at: 8, 1, or 0 if nobody answers. */
unsigned pci_count_functions(struct pci_host *host, unsigned bus, unsigned dev);

static inline bool pci_is_bridge(const struct pci_function *fn)
{
    return fn->header_type == 1;
}

/* 6 BARs for a device, 2 for a bridge, 0 for a header that we do not know. */
unsigned pci_count_bars(const struct pci_function *fn);

/* Size all BARs and read where they are.  PCI 3.0 §6.2.5.1 */
void pci_read_bars(struct pci_function *fn);

/* Write a PCI bus address into a BAR; decoding must be off. */
void pci_write_bar(const struct pci_function *fn, unsigned bar, uint64_t pci_address);

/* Has the function BARs in this space, and each of them an address?  One that has
 * none would answer at address 0 as soon as decoding is on. */
bool pci_has_place(const struct pci_function *fn, enum io_space space);

/* Give out bus numbers, bridge windows and BARs, behind all root buses. */
void pci_assign(struct pci_host *host);

#endif
