/*
 * Which consoles QEMU really built, held against those that the guest lists.
 *
 * The command line tells what was wished for; QEMU's own object tree tells what is there:
 * a second -serial may have no device, and a machine may have a UART that nobody asked for.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_INVENTORY_H
#define HOST_TOOLS_INVENTORY_H

#include "host-tools/qmp.h"
#include "host-tools/strbuf.h"
#include "host-tools/verify.h"

#define INVENTORY_KINDS 16

struct inventory {
    struct inventory_row {
        const char *kind; /* as the guest's console: record has it           */
        unsigned built;   /* by QEMU                                         */
        unsigned pulled;  /* of them pulled out: the guest need not have seen them */
        unsigned listed;  /* by the guest, driven or not, removed ones too   */
        unsigned driven;  /* of them                                         */
    } rows[INVENTORY_KINDS];
    size_t count;
    bool is_taken; /* QEMU was asked */
};

/*
 * Ask QEMU (qom-list), while it stands still.
 * returns  0 | -1 and the problem
 */
int inventory_take(struct inventory *inventory, struct qmp *qmp, struct problem *problem);

/* Count what one qom-list answer has.  Anything else in it is left out. */
void inventory_count(struct inventory *inventory, const json_t *body);

/* One more device of this -device name, such as one that was plugged in later. */
void inventory_add(struct inventory *inventory, const char *device);

/* One was pulled out, perhaps before the guest had seen it. */
void inventory_pull(struct inventory *inventory, const char *device);

/* The guest's side. */
void inventory_compare(struct inventory *inventory, const struct manifest *manifest);

/* All that QEMU has, captured or not. */
unsigned inventory_total(const struct inventory *inventory);

/* "QEMU has 2 pci-serial, the guest found 1; ..." into text; returns whether there is
 * any such difference. */
bool inventory_differences(const struct inventory *inventory, struct strbuf *text);

#endif
