/*
 * Which node of the tree is which device: one row per kind.
 *
 * QEMU: -M virt.  The tree lists every virtio-mmio slot, used or not; what is in a slot
 * only its registers say.
 * Next on the tour: firmware/platform/virt/virt_pci.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/kernel.h"
#include "drivers/text.h"
#include "firmware/platform/virt/virt.h"

struct row {
    const char *compatible;
    void (*attach)(const struct fdt_node *node, const char *compatible, bool is_primary);
};

static void attach_window(const struct fdt_node *node, const char *compatible, bool is_primary);

static void attach_pci(const struct fdt_node *node, const char *compatible, bool is_primary)
{
    (void)compatible, (void)is_primary;
    virt_pci_attach(node);
}

/* Their order is that of the attaching. */
static const struct row uart_rows[] = {
    { "ns16550a", attach_window },
    { "arm,pl011", attach_window },
    { NULL, NULL },
};

static const struct row other_rows[] = {
    { "virtio,mmio", attach_window },
    { "pci-host-ecam-generic", attach_pci },
    { NULL, NULL },
};

/* All nodes that a row fits, but for the one that was attached before, if any. */
static void attach_rows(const struct fdt *fdt, const struct row *row, const struct fdt_node *done)
{
    for (; row->compatible; row++) {
        struct fdt_node node = fdt_root(fdt);
        while (fdt_next(&node))
            if (fdt_is_compatible(&node, row->compatible) && virt_node_is_usable(&node) &&
                !(done && fdt_same_node(&node, done)))
                row->attach(&node, row->compatible, false);
    }
}

/* The UART of stdout-path is the machine's first, wherever it stands in the tree. */
void virt_attach_first(const struct fdt *fdt)
{
    struct fdt_node out;
    if (!fdt_find_stdout(fdt, &out))
        return;
    for (const struct row *row = uart_rows; row->compatible; row++)
        if (fdt_is_compatible(&out, row->compatible) && virt_node_is_usable(&out)) {
            row->attach(&out, row->compatible, true);
            return;
        }
}

void virt_attach_rest(const struct fdt *fdt)
{
    struct fdt_node out;
    bool has_out = fdt_find_stdout(fdt, &out);

    attach_rows(fdt, uart_rows, has_out ? &out : NULL);
    attach_rows(fdt, other_rows, NULL);
}

/* --- nodes --------------------------------------------------------------------- */

bool virt_node_is_usable(const struct fdt_node *node)
{
    uint32_t len;
    bool is_secure = arch_is_secure() && fdt_property(node, "secure-status", &len);
    return fdt_is_okay(node, is_secure ? "secure-status" : "status");
}

bool virt_find_usable(const struct fdt *fdt, const char *compatible, struct fdt_node *node)
{
    *node = fdt_root(fdt);
    while (fdt_next(node))
        if (fdt_is_compatible(node, compatible) && virt_node_is_usable(node))
            return true;
    return false;
}

void virt_found(const struct fdt_node *node, char *buf, size_t size)
{
    char path[CONSOLE_FOUND_SIZE];
    struct text found = text_begin(buf, size);

    fdt_path(node, path, sizeof(path));
    text_add(&found, "fdt:");
    text_add(&found, path);
}

/* --- a device that is a window of registers ------------------------------------- */

void virt_note_unusable(const struct fdt_node *node, const struct why *why)
{
    char path[CONSOLE_FOUND_SIZE];

    fdt_path(node, path, sizeof(path));
    kernel_note("fdt", path, why);
}

/* Linux bindings, serial/8250.yaml: reg-shift, reg-io-width (1, 2 or 4). */
static int set_layout(const struct fdt_node *node, struct io *io, struct why *why)
{
    uint32_t shift = fdt_number(node, "reg-shift", 0);
    uint32_t width = fdt_number(node, "reg-io-width", 0);

    if (shift > 4)
        return why_set(why, ERR_UNSUPPORTED, "reg-shift", shift, 0);
    if (width != 0 && width != 1 && width != 2 && width != 4)
        return why_set(why, ERR_UNSUPPORTED, "reg-io-width", width, 1);
    io->shift = shift;
    io->width = width;
    return OK;
}

int virt_map(const struct fdt_node *node, struct io *io, struct why *why)
{
    struct fdt_range range = { 0 };

    int status = fdt_reg(node, 0, &range);
    if (status != OK)
        return why_set(why, status, "no usable reg: address", range.address, 0);
    status = kernel_map(io, IO_SPACE_MEMORY, range.address, range.len);
    if (status != OK)
        return why_set(why, status, "out of this CPU's reach: address", range.address, 0);
    return set_layout(node, io, why);
}

/* The node's own clock-frequency, or that of the first of its `clocks`. */
static uint32_t clock_of(const struct fdt_node *node)
{
    struct fdt_node clock;
    uint32_t hz, phandle;

    if (fdt_cell(node, "clock-frequency", 0, &hz))
        return hz;
    if (!fdt_cell(node, "clocks", 0, &phandle) || !fdt_find_phandle(node->fdt, phandle, &clock))
        return 0;
    return fdt_number(&clock, "clock-frequency", 0);
}

static void attach_window(const struct fdt_node *node, const char *compatible, bool is_primary)
{
    struct device dev = { .bus = BUS_PLATFORM, .compatible = compatible };
    struct why why;

    if (virt_map(node, &dev.io, &why) != OK) {
        virt_note_unusable(node, &why);
        return;
    }
    virt_found(node, dev.found, sizeof(dev.found));
    dev.clock_hz = clock_of(node);
    dev.is_primary = is_primary;
    drivers_attach(&dev);
}
