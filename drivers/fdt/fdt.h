/*
 * The flattened device tree: a table of the machine's devices, put into memory by QEMU.
 *
 *   header | memory reservations | structure block | strings block
 *                                   BEGIN_NODE "" PROP .. BEGIN_NODE "pl011@9000000" PROP ..
 *
 * fdt_open() walks the whole structure once and checks every offset, length and
 * depth, so that all later reading is of a tree known to be sound.  Nothing is copied.
 *
 * Source: Devicetree Specification v0.4 (DT 0.4; chapter 2 properties, chapter 5 format).
 * QEMU: -M virt of qemu-system-{arm,aarch64,riscv32,riscv64}; `-M virt,dumpdtb=FILE` shows it.
 * Next on the tour: firmware/platform/virt/virt.c
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_FDT_FDT_H
#define DRIVERS_FDT_FDT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/status.h"

/* Deepest nesting that we follow: QEMU's trees are 4 deep (cpus/cpu-map/socket0/...). */
#define FDT_DEPTH_MAX 16

struct fdt {
    const uint8_t *structs; /* the structure block                    */
    uint32_t structs_len;
    const uint8_t *strings; /* the strings block; its last byte is 0  */
    uint32_t strings_len;
    uint32_t chosen; /* offset of /chosen, which is asked for first; 0: there is none */
};

/* A node, with all its ancestors: at[0] is the root, at[depth] the node itself. */
struct fdt_node {
    const struct fdt *fdt;
    unsigned depth;
    uint32_t at[FDT_DEPTH_MAX]; /* offsets of FDT_BEGIN_NODE in the structure block */
};

struct fdt_range {
    uint64_t address;
    uint64_t len;
};

/* One row of a PCI host bridge's `ranges`. */
struct fdt_pci_range {
    uint32_t flags; /* phys.hi: FDT_PCI_SPACE(), FDT_PCI_PREFETCHABLE */
    uint64_t pci_base;
    uint64_t cpu_base;
    uint64_t len;
};

/* IEEE 1275 PCI Bus Binding 2.1, 2.2.1.1: phys.hi = npt000ss bbbbbbbb dddddfff rrrrrrrr */
#define FDT_PCI_SPACE(flags) ((flags) >> 24 & 3)
#define FDT_PCI_SPACE_IO     1
#define FDT_PCI_SPACE_MEM32  2
#define FDT_PCI_SPACE_MEM64  3
#define FDT_PCI_PREFETCHABLE (1u << 30)

/*
 * Check a blob and open it.
 *
 * blob, limit  the tree, and how many bytes may be read there; stays where it is
 * returns      OK | ERR_ABSENT no tree there (magic) | ERR_UNSUPPORTED another version, or
 *              nested deeper than FDT_DEPTH_MAX | ERR_BROKEN against the specification
 * blocks       bounded: one pass over the structure block
 */
int fdt_open(struct fdt *fdt, const void *blob, size_t limit, struct why *why);

/* The root node. */
struct fdt_node fdt_root(const struct fdt *fdt);

/* The node after this one, in the order of the blob (children before siblings).
 * false: that was the last one. */
bool fdt_next(struct fdt_node *node);

/*
 * The node with this absolute path, or alias (a text that does not begin with '/': DT 0.4 §3.3).
 * A component may leave out the unit address (DT 0.4 §2.2.3): the first node that fits is taken.
 * len      of path: all of it, or up to where the caller wants it cut
 */
bool fdt_find(const struct fdt *fdt, const char *path, size_t len, struct fdt_node *node);

/* The node with this `phandle` (DT 0.4 §2.3.3). */
bool fdt_find_phandle(const struct fdt *fdt, uint32_t phandle, struct fdt_node *node);

/* /chosen: what the loader says to us (DT 0.4 §3.6).  No walk is needed for this one. */
bool fdt_find_chosen(const struct fdt *fdt, struct fdt_node *node);

/* The node that /chosen's stdout-path means (DT 0.4 §3.6), its ":115200n8" left off. */
bool fdt_find_stdout(const struct fdt *fdt, struct fdt_node *node);

bool fdt_same_node(const struct fdt_node *a, const struct fdt_node *b);

/* "pl011@9000000"; the root's is "". */
const char *fdt_name(const struct fdt_node *node);

/* "/soc/serial@10000000" into buf, NUL-terminated and cut if need be. */
void fdt_path(const struct fdt_node *node, char *buf, size_t size);

/* --- properties ------------------------------------------------------------- */

/* A property's value and its length; NULL: the node has none of that name. */
const uint8_t *fdt_property(const struct fdt_node *node, const char *name, uint32_t *len);

/* A property that is one NUL-terminated text (the first, of a list); NULL: absent, or no text. */
const char *fdt_string(const struct fdt_node *node, const char *name);

/* The index-th 32-bit cell of a property.  false: absent, or shorter. */
bool fdt_cell(const struct fdt_node *node, const char *name, unsigned index, uint32_t *value);

/* The first cell of a property, or `otherwise`. */
uint32_t fdt_number(const struct fdt_node *node, const char *name, uint32_t otherwise);

/* Is this one of the texts of the node's `compatible` (DT 0.4 §2.3.1)? */
bool fdt_is_compatible(const struct fdt_node *node, const char *compatible);

/* Does the property `name` ("status") say okay, or is it absent (DT 0.4 §2.3.4)? */
bool fdt_is_okay(const struct fdt_node *node, const char *name);

/*
 * The index-th row of `reg` (DT 0.4 §2.3.6), translated to a CPU address through every
 * parent's `ranges` (DT 0.4 §2.3.8).
 * returns  OK | ERR_ABSENT no such row, or a parent bus maps it nowhere
 *          | ERR_UNSUPPORTED addresses of more than two cells
 */
int fdt_reg(const struct fdt_node *node, unsigned index, struct fdt_range *range);

/* The index-th row of a PCI host bridge's `ranges`: three cells of PCI address, then
 * the parent's address, two of length.  returns as fdt_reg(). */
int fdt_pci_range(const struct fdt_node *node, unsigned index, struct fdt_pci_range *range);

#endif
