/*
 * The list of capabilities: one byte says where the next one is.
 *
 *   0x34 -> | id | next | ... |   -> | id | next | ... |   -> 0
 *
 * The list is the device's word, so each step is checked, and no place is looked at
 * twice: a list that loops ends where it began to.
 * PCI 3.0 §6.7
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_regs.h"

#define CAPABILITIES_START 0x40u /* below lies the header: PCI 3.0 §6.1 */

/* The low two bits are reserved and must be masked: PCI 3.0 §6.7. */
static unsigned capability_link(const struct pci_function *fn, unsigned at)
{
    unsigned next = pci_config_read(fn, at, 1) & 0xfcu;

    return next >= CAPABILITIES_START ? next : 0;
}

/* One bit for each of the 64 places where a capability can begin. */
static bool is_first_visit(uint64_t *visited, unsigned at)
{
    uint64_t bit = 1ull << (at / 4);
    bool is_first = (*visited & bit) == 0;

    *visited |= bit;
    return is_first;
}

/* Always from the head: only so is it known which places were visited before `after`. */
unsigned pci_find_capability(const struct pci_function *fn, uint8_t id, unsigned after)
{
    bool is_past = after == 0;
    uint64_t visited = 0;
    unsigned at;

    if (!(pci_config_read(fn, PCI_STATUS, 2) & PCI_STATUS_CAPABILITIES))
        return 0;
    at = capability_link(fn, PCI_CAPABILITIES);
    while (at != 0 && is_first_visit(&visited, at)) {
        if (is_past && pci_config_read(fn, at + PCI_CAPABILITY_ID, 1) == id)
            return at;
        is_past = is_past || at == after;
        at = capability_link(fn, at + PCI_CAPABILITY_NEXT);
    }
    return 0;
}
