/*
 * A PCI bus: functions, bridges that route by their bus numbers, BARs that keep the
 * bits they have.  Stricter than QEMU, which lets all of these pass:
 *
 *   PCI 3.0 §3.2.2.3.2  access widths, alignment, the enable bit of 0xcf8
 *   PCI 3.0 §6.2.5.1    no BAR is written while its space is decoded
 *   PCI 3.0 §6.2.2      no decoding while a BAR of that space has no address
 *
 * The first rule that was broken is kept in `fault`; a test's teardown looks there.
 * pci_fake_check() holds a finished assignment against the specifications.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FAKES_PCI_FAKE_H
#define TESTS_FAKES_PCI_FAKE_H

#include "drivers/pci/pci.h"

#define PCI_FAKE_FUNCTIONS 320
#define PCI_FAKE_ROOT      (-1)

struct pci_fake_bar {
    uint64_t len; /* 0: not there */
    uint32_t flags;
};

struct pci_fake_function {
    int parent;        /* index of the bridge above, or PCI_FAKE_ROOT */
    unsigned root_bus; /* of functions with no bridge above           */
    unsigned dev, fn;
    struct pci_fake_bar bars[PCI_BAR_COUNT];
    uint8_t config[256];
    uint8_t writable[256]; /* which bits of config a write changes */
};

struct pci_fake {
    struct pci_host host; /* as a platform would set it up, windows as on riscv64 virt */
    struct pci_fake_function functions[PCI_FAKE_FUNCTIONS];
    int count;
    uint32_t address; /* port 0xcf8 */
    uint64_t reads;
    const char *fault; /* the first rule that was broken, or NULL */

    /* Misbehaviour, set by tests. */
    bool answers_everywhere; /* whatever number is asked for, it is function 0 that answers */
    bool is_gone;            /* all reads give ones                                         */
};

/* An empty bus behind ECAM, or behind ports, where nobody has assigned anything. */
void pci_fake_init(struct pci_fake *fake, const struct pci_config_ops *config);

/* Both return the index of the new function. */
int pci_fake_add(struct pci_fake *fake, int parent, unsigned dev, unsigned fn, uint32_t id);
int pci_fake_add_bridge(struct pci_fake *fake, int parent, unsigned dev);

void pci_fake_set_bar(struct pci_fake *fake, int function, unsigned bar, uint32_t flags,
                      uint64_t len);
void pci_fake_set_capability(struct pci_fake *fake, int function, unsigned at, uint8_t id,
                             uint8_t next);

/* What a function's registers say now. */
uint64_t pci_fake_bar_address(const struct pci_fake *fake, int function, unsigned bar);
uint32_t pci_fake_config(const struct pci_fake *fake, int function, unsigned offset,
                         unsigned bytes);
void pci_fake_set_config(struct pci_fake *fake, int function, unsigned offset, unsigned bytes,
                         uint32_t value);

/*
 * Is the assignment right?  Alignment, windows, overlaps, bus numbers.
 * returns  NULL, or which rule is broken
 */
const char *pci_fake_check(const struct pci_fake *fake);

#endif
