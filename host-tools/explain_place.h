/*
 * Where a device sits: the buses and devices between the board and it, and in which order
 * a guest comes by them.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_EXPLAIN_PLACE_H
#define HOST_TOOLS_EXPLAIN_PLACE_H

#include "host-tools/explain_view.h"
#include "host-tools/strbuf.h"

#define PLACE_STEPS_MAX 24

/* One bus or device on the way; from the outermost to the device itself. */
struct place_step {
    const char *path;             /* of the bus, or of the device                  */
    const struct view_node *node; /* the device; NULL: this is a bus               */
};

struct place {
    struct place_step steps[PLACE_STEPS_MAX];
    size_t count;
};

/* The way to it.  A chain without end is cut. */
void place_find(const struct view *view, const struct view_node *node, struct place *place);

/* Its name if -device gave it one, else NULL. */
const char *place_id(const struct view_node *node);

/* Its address on its bus, in that bus's own terms: "1f.0", "0x3f8 irq 4", "nr 1", "port 1",
 * "0x9000000"; nothing if it has none. */
void place_address(const struct view_node *node, struct strbuf *text);

/* Which virtio it speaks: "transitional", "modern only", "version 1", ...; NULL: none.
 * VIRTIO 1.2 §4.1.2 (PCI), §4.2.2 (MMIO). */
const char *place_flavour(const struct view_node *node);

/* The name of a bus: "pcie.0"; "the board" for devices that sit on no bus. */
const char *place_bus(const char *path);

/* Order on one bus, by address: negative, 0, positive. */
int place_compare_steps(const struct place_step *a, const struct place_step *b);

/*
 * The order in which Linux finds devices on PCI: all of a bus, then what is behind its
 * bridges, one bridge after the other.  For devices of any kind; those without PCI first.
 */
int place_compare_pci(const struct view *view, const struct view_node *a,
                      const struct view_node *b);

#endif
