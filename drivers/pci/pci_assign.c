/*
 * Give out bus numbers, bridge windows and BARs, where no firmware did.
 *
 * Depth first, in one pass.  Each of the host bridge's windows is given out from
 * bottom to top, so whatever lies behind a bridge lies between the mark at which
 * the bridge was entered and the mark at which it was left: that is its window.
 *
 *   mem_window   | bar bar | bridge 1:  bar | bridge 2: bar |      | bar ...  free
 *                          ^ base of 1      ^ base of 2     ^ limit of 2, of 1
 *
 * Memory BARs go below 4 GiB, where every CPU and every bridge reaches them.  Only what
 * does not fit there and can take a 64-bit address goes above.
 *
 * PCI 3.0 §6.2.5, P2P 1.2 §3.2.5.  Next on the tour: drivers/pci/pci_scan.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_internal.h"
#include "drivers/pci/pci_regs.h"
#include "drivers/text.h"

#define IO_TOP    0x10000u     /* every bridge forwards these, and x86 ports end here */
#define MEM_TOP   (1ull << 32) /* a 32-bit BAR ends here */
#define MEM64_TOP (1ull << 63) /* so that no sum of an address and a length wraps */

/* What the bridges on the way down to a bus forward. */
struct path {
    bool has_io, has_mem64;
    bool is_root;
    unsigned depth;
};

static void assign_bus(struct pci_host *host, unsigned bus, unsigned limit, struct path path,
                       struct pci_notes *notes);

/* --- windows, given out from bottom to top ------------------------------------- */

static uint64_t align_up(uint64_t value, uint64_t align)
{
    return (value + align - 1) & ~(align - 1);
}

/* Bytes from the window's start to the first free address that is a multiple of align.
 * Address 0 is never given out: in a BAR it means "none". */
static uint64_t window_next(const struct pci_window *window, uint64_t align)
{
    uint64_t at = align_up(window->pci_base + window->used, align);

    return (at != 0 ? at : align) - window->pci_base;
}

static bool window_take(struct pci_window *window, uint64_t len, uint64_t *pci_address)
{
    uint64_t at = window_next(window, len);

    if (len > window->len || at > window->len - len)
        return false;
    *pci_address = window->pci_base + at;
    window->used = at + len;
    return true;
}

/* Whole steps of a bridge only, so that a bridge's limit never lies outside. */
static void window_trim(struct pci_window *window, uint64_t step, uint64_t top)
{
    uint64_t end = window->pci_base + window->len;

    if (window->pci_base >= top || end < window->pci_base)
        end = window->pci_base;
    else if (end > top)
        end = top;
    end &= ~(step - 1);
    window->len = end > window->pci_base ? end - window->pci_base : 0;
    window->used = 0;
}

/* Round up to where a bridge's window may begin or end. */
static void window_align(struct pci_window *window, uint64_t step)
{
    uint64_t at = align_up(window->pci_base + window->used, step) - window->pci_base;

    window->used = at < window->len ? at : window->len;
}

/* --- BARs ------------------------------------------------------------------------ */

static bool bar_may_go_high(const struct pci_bar *bar, struct path path)
{
    /* Bridges forward 64-bit addresses only as prefetchable memory: P2P 1.2 §3.2.5.9. */
    return bar->is_64bit && path.has_mem64 && (bar->is_prefetchable || path.is_root);
}

static bool bar_find_place(struct pci_host *host, const struct pci_bar *bar, struct path path,
                           uint64_t *pci_address)
{
    if (bar->space == IO_SPACE_PORTS)
        return path.has_io && window_take(&host->io_window, bar->len, pci_address);
    return window_take(&host->mem_window, bar->len, pci_address) ||
           (bar_may_go_high(bar, path) && window_take(&host->mem64_window, bar->len, pci_address));
}

static void note_no_place(const struct pci_function *fn, unsigned bar, struct pci_notes *notes)
{
    bool is_io = fn->bars[bar].space == IO_SPACE_PORTS;
    const struct pci_window *window = is_io ? &fn->host->io_window : &fn->host->mem_window;
    struct why why = { "bytes left", window->len - window->used, fn->bars[bar].len };
    char buf[32];
    struct text text = text_begin(buf, sizeof buf);

    text_add(&text, is_io ? "no I/O address for BAR" : "no memory address for BAR");
    text_add_decimal(&text, bar);
    pci_note(notes, fn, buf, &why);
}

static void assign_bars(const struct pci_function *fn, struct path path, struct pci_notes *notes)
{
    for (unsigned i = 0; i < PCI_BAR_COUNT; i++) {
        uint64_t pci_address = 0;

        if (fn->bars[i].len == 0)
            continue;
        if (!bar_find_place(fn->host, &fn->bars[i], path, &pci_address))
            note_no_place(fn, i, notes);
        pci_config_write(fn, PCI_COMMAND, 2, 0); /* answer nowhere while the address changes */
        pci_write_bar(fn, i, pci_address);
    }
}

/* --- bridges ----------------------------------------------------------------------- */

/* Which windows a bridge has: base registers that are not there read as 0, and the low
 * bits tell how wide they are.  P2P 1.2 §3.2.5.6, §3.2.5.9 */
static struct path path_below(const struct pci_function *bridge, struct path above)
{
    struct path path = { .is_root = false, .depth = above.depth + 1 };

    pci_config_write(bridge, PCI_BRIDGE_IO_BASE, 1, 0xf0);
    path.has_io = above.has_io && (pci_config_read(bridge, PCI_BRIDGE_IO_BASE, 1) & 0xf0u) != 0;
    pci_config_write(bridge, PCI_BRIDGE_PREFETCH_BASE, 2, 0xfff0);
    path.has_mem64 = above.has_mem64 && (pci_config_read(bridge, PCI_BRIDGE_PREFETCH_BASE, 2) &
                                         PCI_BRIDGE_PREFETCH_TYPE) == PCI_BRIDGE_PREFETCH_64;
    return path;
}

/* A window whose base lies above its limit forwards nothing: P2P 1.2 §3.2.5.6. */
static void bridge_set_io(const struct pci_function *bridge, uint64_t base, uint64_t end)
{
    uint64_t limit = end - 1;

    if (base == end) {
        base = 0xf000;
        limit = 0;
    }
    pci_config_write(bridge, PCI_BRIDGE_IO_BASE, 1, base >> 8 & 0xf0);
    pci_config_write(bridge, PCI_BRIDGE_IO_LIMIT, 1, limit >> 8 & 0xf0);
    pci_config_write(bridge, PCI_BRIDGE_IO_BASE_UPPER, 2, 0);
    pci_config_write(bridge, PCI_BRIDGE_IO_LIMIT_UPPER, 2, 0);
}

static void bridge_set_memory(const struct pci_function *bridge, uint64_t base, uint64_t end)
{
    uint64_t limit = end - 1;

    if (base == end) {
        base = 0xfff00000;
        limit = 0;
    }
    pci_config_write(bridge, PCI_BRIDGE_MEMORY_BASE, 2, base >> 16 & 0xfff0);
    pci_config_write(bridge, PCI_BRIDGE_MEMORY_LIMIT, 2, limit >> 16 & 0xfff0);
}

static void bridge_set_prefetch(const struct pci_function *bridge, uint64_t base, uint64_t end)
{
    uint64_t limit = end - 1;

    if (base == end) {
        base = 0xfff00000;
        limit = 0;
    }
    pci_config_write(bridge, PCI_BRIDGE_PREFETCH_BASE, 2, base >> 16 & 0xfff0);
    pci_config_write(bridge, PCI_BRIDGE_PREFETCH_LIMIT, 2, limit >> 16 & 0xfff0);
    pci_config_write(bridge, PCI_BRIDGE_PREFETCH_BASE_UPPER, 4, (uint32_t)(base >> 32));
    pci_config_write(bridge, PCI_BRIDGE_PREFETCH_LIMIT_UPPER, 4, (uint32_t)(limit >> 32));
}

static void bridge_set_buses(const struct pci_function *bridge, unsigned secondary,
                             unsigned subordinate)
{
    pci_config_write(bridge, PCI_BRIDGE_PRIMARY_BUS, 1, bridge->bdf >> 8);
    pci_config_write(bridge, PCI_BRIDGE_SECONDARY_BUS, 1, secondary);
    pci_config_write(bridge, PCI_BRIDGE_SUBORDINATE, 1, subordinate);
}

/* Number the bus behind the bridge; until it has been walked it may reach them all. */
static bool bridge_open(const struct pci_function *bridge, unsigned limit, unsigned depth,
                        struct pci_notes *notes)
{
    unsigned secondary = bridge->host->next_bus;
    struct why why = { "bus number", secondary, limit };

    if (depth >= PCI_DEPTH_MAX)
        why = (struct why){ "bridges below bridges", depth, PCI_DEPTH_MAX };
    else if (secondary <= limit) {
        bridge_set_buses(bridge, secondary, limit);
        why.found = pci_config_read(bridge, PCI_BRIDGE_SECONDARY_BUS, 1);
        why.expected = secondary;
        if (why.found == secondary)
            return true;
    }
    bridge_set_buses(bridge, 0, 0);
    pci_note(notes, bridge, "bridge left out", &why);
    return false;
}

/* Where the three windows stand: what lies between two marks is a bridge's. */
struct marks {
    uint64_t io, mem, mem64;
};

static struct marks marks_of(const struct pci_host *host)
{
    return (struct marks){ host->io_window.used, host->mem_window.used, host->mem64_window.used };
}

static void windows_align(struct pci_host *host)
{
    window_align(&host->io_window, PCI_BRIDGE_IO_STEP);
    window_align(&host->mem_window, PCI_BRIDGE_MEMORY_STEP);
    window_align(&host->mem64_window, PCI_BRIDGE_MEMORY_STEP);
}

/* A window that nobody behind the bridge used: take the rounding back. */
static void windows_undo(struct pci_host *host, struct marks before, struct marks base)
{
    if (host->io_window.used == base.io)
        host->io_window.used = before.io;
    if (host->mem_window.used == base.mem)
        host->mem_window.used = before.mem;
    if (host->mem64_window.used == base.mem64)
        host->mem64_window.used = before.mem64;
}

static void bridge_close(const struct pci_function *bridge, struct marks base)
{
    struct pci_host *host = bridge->host;
    struct marks end;

    windows_align(host);
    end = marks_of(host);
    bridge_set_io(bridge, host->io_window.pci_base + base.io, host->io_window.pci_base + end.io);
    bridge_set_memory(bridge, host->mem_window.pci_base + base.mem,
                      host->mem_window.pci_base + end.mem);
    bridge_set_prefetch(bridge, host->mem64_window.pci_base + base.mem64,
                        host->mem64_window.pci_base + end.mem64);
    pci_config_write(bridge, PCI_COMMAND, 2,
                     PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
}

static void assign_bridge(const struct pci_function *bridge, unsigned limit, struct path path,
                          struct pci_notes *notes)
{
    struct pci_host *host = bridge->host;
    struct marks before, base;
    unsigned secondary = host->next_bus;

    if (!bridge_open(bridge, limit, path.depth, notes))
        return;
    host->next_bus++;
    before = marks_of(host);
    windows_align(host);
    base = marks_of(host);
    assign_bus(host, secondary, limit, path_below(bridge, path), notes);
    bridge_set_buses(bridge, secondary, host->next_bus - 1);
    bridge_close(bridge, base);
    windows_undo(host, before, base);
}

/* --- buses ------------------------------------------------------------------------- */

static void assign_function(struct pci_host *host, unsigned bdf, unsigned limit, struct path path,
                            struct pci_notes *notes)
{
    struct pci_function fn;

    if (pci_read_function(host, bdf, &fn) != OK)
        return;
    assign_bars(&fn, path, notes);
    if (pci_is_bridge(&fn))
        assign_bridge(&fn, limit, path, notes);
}

static void assign_bus(struct pci_host *host, unsigned bus, unsigned limit, struct path path,
                       struct pci_notes *notes)
{
    for (unsigned dev = 0; dev < PCI_DEVICES_PER_BUS; dev++) {
        unsigned count = pci_count_functions(host, bus, dev);
        for (unsigned fn = 0; fn < count; fn++)
            assign_function(host, PCI_BDF(bus, dev, fn), limit, path, notes);
    }
}

/* No bridge has a number yet, so whoever answers beyond this bus is on another root bus. */
static unsigned next_root(struct pci_host *host, unsigned bus)
{
    do
        bus++;
    while (bus <= host->last_bus && !pci_is_there(host, PCI_BDF(bus, 0, 0)));
    return bus;
}

void pci_assign(struct pci_host *host)
{
    struct path path = { .has_io = true, .has_mem64 = true, .is_root = true };
    struct pci_notes notes = { 0 };

    window_trim(&host->io_window, PCI_BRIDGE_IO_STEP, IO_TOP);
    window_trim(&host->mem_window, PCI_BRIDGE_MEMORY_STEP, MEM_TOP);
    window_trim(&host->mem64_window, PCI_BRIDGE_MEMORY_STEP, MEM64_TOP);
    for (unsigned bus = host->first_bus; bus <= host->last_bus;) {
        unsigned next = next_root(host, bus);
        host->next_bus = bus + 1;
        assign_bus(host, bus, next - 1, path, &notes);
        bus = next;
    }
    host->needs_assignment = false;
}
