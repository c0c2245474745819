/*
 * The flattened device tree: addresses, from a node's `reg` up through the
 * `ranges` of its parents to what the CPU uses.
 *
 *   /            #address-cells = 2
 *     soc        ranges: child address, parent address, length   (empty: the same)
 *       serial   reg:    address, length, in the soc's cells
 *
 * Next on the tour: firmware/platform/virt/virt.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/fdt/fdt.h"
#include "drivers/fdt/fdt_bytes.h"

#define CELLS_MAX 2 /* cells in a 64-bit number: we follow no wider address */
#define PCI_CELLS 3 /* phys.hi phys.mid phys.lo: PCI Bus Binding 2.1, 2.2.1.1 */

/* How many cells a bus node gives to its children's addresses and lengths (DT 0.4 §2.3.5). */
struct cells {
    uint32_t address, size;
};

static struct cells cells_of(const struct fdt_node *bus)
{
    return (struct cells){ .address = fdt_number(bus, "#address-cells", 2),
                           .size = fdt_number(bus, "#size-cells", 1) };
}

static bool is_plain(struct cells cells)
{
    return cells.address >= 1 && cells.address <= CELLS_MAX && cells.size <= CELLS_MAX;
}

static struct fdt_node parent_of(const struct fdt_node *node)
{
    struct fdt_node parent = *node;
    parent.depth--;
    return parent;
}

/* Read a number of 0..2 cells, and move on behind it. */
static uint64_t take(const uint8_t **at, uint32_t cells)
{
    uint64_t value = 0;
    for (; cells > 0; cells--, *at += 4)
        value = value << 32 | fdt_be32(*at);
    return value;
}

/* One step up: from an address on the bus to one on its parent (DT 0.4 §2.3.8). */
static int step_up(const struct fdt_node *bus, struct fdt_range *range)
{
    struct fdt_node parent = parent_of(bus);
    struct cells here = cells_of(bus), above = cells_of(&parent);
    uint32_t len = 0;
    const uint8_t *row = fdt_property(bus, "ranges", &len);

    if (!row)
        return ERR_ABSENT; /* the bus can't be reached from above */
    if (len == 0)
        return OK; /* same addresses on both sides */
    if (!is_plain(here) || !is_plain(above))
        return ERR_UNSUPPORTED;

    uint32_t row_len = (here.address + above.address + here.size) * 4;
    for (; len >= row_len; len -= row_len) {
        uint64_t child = take(&row, here.address);
        uint64_t up = take(&row, above.address);
        uint64_t size = take(&row, here.size);
        uint64_t offset = range->address - child;
        if (range->address >= child && offset < size && range->len <= size - offset) {
            range->address = up + offset;
            return OK;
        }
    }
    return ERR_ABSENT;
}

/* From an address on `bus` to the CPU's. */
static int translate(struct fdt_node bus, struct fdt_range *range)
{
    int status = OK;
    for (; bus.depth > 0 && status == OK; bus.depth--)
        status = step_up(&bus, range);
    return status;
}

int fdt_reg(const struct fdt_node *node, unsigned index, struct fdt_range *range)
{
    if (node->depth == 0)
        return ERR_ABSENT;

    struct fdt_node bus = parent_of(node);
    struct cells cells = cells_of(&bus);
    uint32_t len = 0;
    const uint8_t *value = fdt_property(node, "reg", &len);
    if (!value)
        return ERR_ABSENT;
    if (!is_plain(cells))
        return ERR_UNSUPPORTED;

    uint32_t row_len = (cells.address + cells.size) * 4;
    if (index >= len / row_len)
        return ERR_ABSENT;
    value += (size_t)index * row_len;
    range->address = take(&value, cells.address);
    range->len = take(&value, cells.size);
    return translate(bus, range);
}

int fdt_pci_range(const struct fdt_node *node, unsigned index, struct fdt_pci_range *range)
{
    if (node->depth == 0)
        return ERR_ABSENT;

    struct fdt_node bus = parent_of(node);
    struct cells here = cells_of(node), above = cells_of(&bus);
    uint32_t len = 0;
    const uint8_t *row = fdt_property(node, "ranges", &len);
    if (!row)
        return ERR_ABSENT;
    if (here.address != PCI_CELLS || here.size != CELLS_MAX || !is_plain(above))
        return ERR_UNSUPPORTED;

    uint32_t row_len = (here.address + above.address + here.size) * 4;
    if (index >= len / row_len)
        return ERR_ABSENT;
    row += (size_t)index * row_len;
    range->flags = (uint32_t)take(&row, 1);
    range->pci_base = take(&row, 2);
    struct fdt_range cpu = { .address = take(&row, above.address) };
    cpu.len = range->len = take(&row, 2);
    int status = translate(bus, &cpu);
    range->cpu_base = cpu.address;
    return status;
}
