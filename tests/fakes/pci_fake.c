/*
 * A PCI bus.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tests/fakes/pci_fake.h"

#include <string.h>

#include "drivers/pci/pci_regs.h"

static void broke(struct pci_fake *fake, const char *rule)
{
    if (!fake->fault)
        fake->fault = rule;
}

/* --- the bytes of a function ---------------------------------------------------- */

static uint32_t get(const uint8_t *bytes, unsigned offset, unsigned count)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < count; i++)
        value |= (uint32_t)bytes[offset + i] << 8 * i;
    return value;
}

static void put(uint8_t *bytes, unsigned offset, unsigned count, uint32_t value)
{
    for (unsigned i = 0; i < count; i++)
        bytes[offset + i] = (uint8_t)(value >> 8 * i);
}

uint32_t pci_fake_config(const struct pci_fake *fake, int function, unsigned offset, unsigned bytes)
{
    return get(fake->functions[function].config, offset, bytes);
}

void pci_fake_set_config(struct pci_fake *fake, int function, unsigned offset, unsigned bytes,
                         uint32_t value)
{
    put(fake->functions[function].config, offset, bytes, value);
}

static bool is_bridge(const struct pci_fake_function *f)
{
    return (f->config[PCI_HEADER_TYPE] & PCI_HEADER_TYPE_LAYOUT) == 1;
}

/* --- building ----------------------------------------------------------------------- */

int pci_fake_add(struct pci_fake *fake, int parent, unsigned dev, unsigned fn, uint32_t id)
{
    struct pci_fake_function *f = &fake->functions[fake->count];

    *f = (struct pci_fake_function){ .parent = parent, .dev = dev, .fn = fn };
    put(f->config, PCI_VENDOR, 4, id >> 16 | id << 16);
    put(f->writable, PCI_COMMAND, 2, 0x7);
    return fake->count++;
}

int pci_fake_add_bridge(struct pci_fake *fake, int parent, unsigned dev)
{
    int index = pci_fake_add(fake, parent, dev, 0, 0x1b36000c);
    struct pci_fake_function *f = &fake->functions[index];

    put(f->config, PCI_REVISION, 4, 0x06040000);
    f->config[PCI_HEADER_TYPE] = 1;
    f->config[PCI_BRIDGE_IO_BASE] = f->config[PCI_BRIDGE_IO_LIMIT] = 1;
    f->config[PCI_BRIDGE_PREFETCH_BASE] = f->config[PCI_BRIDGE_PREFETCH_LIMIT] = 1;
    put(f->writable, PCI_BRIDGE_PRIMARY_BUS, 3, 0xffffff);
    put(f->writable, PCI_BRIDGE_IO_BASE, 2, 0xf0f0);
    put(f->writable, PCI_BRIDGE_MEMORY_BASE, 4, 0xfff0fff0);
    put(f->writable, PCI_BRIDGE_PREFETCH_BASE, 4, 0xfff0fff0);
    put(f->writable, PCI_BRIDGE_PREFETCH_BASE_UPPER, 4, 0xffffffff);
    put(f->writable, PCI_BRIDGE_PREFETCH_LIMIT_UPPER, 4, 0xffffffff);
    put(f->writable, PCI_BRIDGE_IO_BASE_UPPER, 4, 0xffffffff);
    return index;
}

void pci_fake_set_bar(struct pci_fake *fake, int function, unsigned bar, uint32_t flags,
                      uint64_t len)
{
    struct pci_fake_function *f = &fake->functions[function];
    uint64_t mask = ~(len - 1);

    f->bars[bar] = (struct pci_fake_bar){ len, flags };
    put(f->config, PCI_BAR0 + 4 * bar, 4, flags);
    put(f->writable, PCI_BAR0 + 4 * bar, 4, (uint32_t)mask & ~0xfu);
    if (flags & PCI_BAR_IO)
        put(f->writable, PCI_BAR0 + 4 * bar, 4, (uint32_t)mask & ~0x3u);
    else if ((flags & PCI_BAR_MEMORY_TYPE) == PCI_BAR_MEMORY_TYPE_64)
        put(f->writable, PCI_BAR0 + 4 * bar + 4, 4, (uint32_t)(mask >> 32));
}

void pci_fake_set_capability(struct pci_fake *fake, int function, unsigned at, uint8_t id,
                             uint8_t next)
{
    struct pci_fake_function *f = &fake->functions[function];

    f->config[PCI_STATUS] |= PCI_STATUS_CAPABILITIES;
    if (f->config[PCI_CAPABILITIES] == 0)
        f->config[PCI_CAPABILITIES] = (uint8_t)at;
    f->config[at] = id;
    f->config[at + 1] = next;
}

/* --- routing: a configuration cycle on its way down ------------------------------------ */

static bool reaches(const struct pci_fake *fake, int bridge, unsigned bus)
{
    const struct pci_fake_function *f = &fake->functions[bridge];

    if (bus < f->config[PCI_BRIDGE_SECONDARY_BUS] || bus > f->config[PCI_BRIDGE_SUBORDINATE])
        return false;
    return f->parent == PCI_FAKE_ROOT || reaches(fake, f->parent, bus);
}

static bool is_on_bus(const struct pci_fake *fake, const struct pci_fake_function *f, unsigned bus)
{
    if (f->parent == PCI_FAKE_ROOT)
        return bus == f->root_bus;
    return bus != 0 && fake->functions[f->parent].config[PCI_BRIDGE_SECONDARY_BUS] == bus &&
           reaches(fake, f->parent, bus);
}

static struct pci_fake_function *find(struct pci_fake *fake, unsigned bdf)
{
    if (fake->answers_everywhere)
        return &fake->functions[0];
    for (int i = 0; i < fake->count; i++) {
        struct pci_fake_function *f = &fake->functions[i];
        if (f->dev == (bdf >> 3 & 31) && f->fn == (bdf & 7) && is_on_bus(fake, f, bdf >> 8))
            return f;
    }
    return NULL;
}

/* --- accesses ---------------------------------------------------------------------------- */

/* Which of the function's BARs, or its upper half, lies at this offset; -1: none. */
static int bar_at(const struct pci_fake_function *f, unsigned offset)
{
    int bar = ((int)offset - PCI_BAR0) / 4, count = is_bridge(f) ? 2 : 6;

    if (offset < PCI_BAR0 || bar >= count)
        return -1;
    if (f->bars[bar].len == 0 && bar > 0 &&
        (f->bars[bar - 1].flags & PCI_BAR_MEMORY_TYPE) == PCI_BAR_MEMORY_TYPE_64)
        bar--;
    return f->bars[bar].len != 0 ? bar : -1;
}

static void check_bar_write(struct pci_fake *fake, const struct pci_fake_function *f,
                            unsigned offset, unsigned bytes)
{
    int bar = bar_at(f, offset);

    if (bar < 0)
        return;
    if (bytes != 4)
        broke(fake, "PCI 3.0 §6.2.5.1: a BAR is written as a whole");
    if (f->config[PCI_COMMAND] &
        (f->bars[bar].flags & PCI_BAR_IO ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY))
        broke(fake, "PCI 3.0 §6.2.5.1: BAR written while its space is decoded");
}

/* A bridge must decode for those behind it, whatever its own BARs are. */
static void check_command(struct pci_fake *fake, const struct pci_fake_function *f)
{
    int index = (int)(f - fake->functions);

    for (unsigned bar = 0; bar < PCI_BAR_COUNT; bar++) {
        unsigned bit = f->bars[bar].flags & PCI_BAR_IO ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY;
        if (f->bars[bar].len != 0 && (f->config[PCI_COMMAND] & bit) && !is_bridge(f) &&
            pci_fake_bar_address(fake, index, bar) == 0)
            broke(fake, "PCI 3.0 §6.2.2: decoding on, and a BAR has no address");
    }
}

static uint32_t config_read(struct pci_fake *fake, unsigned bdf, unsigned offset, unsigned bytes)
{
    struct pci_fake_function *f = find(fake, bdf);
    uint32_t ones = UINT32_MAX >> (32 - 8 * bytes);

    fake->reads++;
    if (offset % bytes != 0)
        broke(fake, "PCI 3.0 §3.2.2.3.2: misaligned access");
    if (!f || fake->is_gone || offset + bytes > sizeof f->config)
        return ones;
    return get(f->config, offset, bytes);
}

static void config_write(struct pci_fake *fake, unsigned bdf, unsigned offset, unsigned bytes,
                         uint32_t value)
{
    struct pci_fake_function *f = find(fake, bdf);
    uint32_t old, mask;

    if (offset % bytes != 0)
        broke(fake, "PCI 3.0 §3.2.2.3.2: misaligned access");
    if (!f || fake->is_gone || offset + bytes > sizeof f->config)
        return;
    check_bar_write(fake, f, offset, bytes);
    old = get(f->config, offset, bytes);
    mask = get(f->writable, offset, bytes);
    put(f->config, offset, bytes, (old & ~mask) | (value & mask));
    if (offset == PCI_COMMAND)
        check_command(fake, f);
}

/* --- the two ways to get there ------------------------------------------------------------ */

static uint32_t ecam_read(const struct io *io, size_t offset, unsigned bytes)
{
    return config_read(io->ctx, (unsigned)(offset >> 12), offset & 0xfff, bytes);
}

static void ecam_write(const struct io *io, size_t offset, unsigned bytes, uint32_t value)
{
    config_write(io->ctx, (unsigned)(offset >> 12), offset & 0xfff, bytes, value);
}

static const struct io_bus ecam_bus = { .read = ecam_read, .write = ecam_write };

/* Returns whether a cycle follows; the register is what 0xcf8 says, plus the byte of 0xcfc. */
static bool port_selects(struct pci_fake *fake, size_t offset, unsigned bytes, unsigned *reg)
{
    if (offset < 4 || offset + bytes > 8)
        broke(fake, "PCI 3.0 §3.2.2.3.2: access across the data port");
    if (!(fake->address & PCI_CONFIG_ADDRESS_ENABLE))
        return false;
    *reg = (fake->address & 0xfc) + (unsigned)(offset & 3);
    return true;
}

static uint32_t port_read(const struct io *io, size_t offset, unsigned bytes)
{
    struct pci_fake *fake = io->ctx;
    unsigned reg;

    if (!port_selects(fake, offset, bytes, &reg))
        return UINT32_MAX;
    return config_read(fake, fake->address >> 8 & 0xffff, reg, bytes);
}

static void port_write(const struct io *io, size_t offset, unsigned bytes, uint32_t value)
{
    struct pci_fake *fake = io->ctx;
    unsigned reg;

    if (offset == PCI_CONFIG_ADDRESS) {
        if (bytes != 4 || (value & 0x7f000003))
            broke(fake, "PCI 3.0 §3.2.2.3.2: 0xcf8 takes 32 bits, reserved ones 0");
        fake->address = value;
    } else if (port_selects(fake, offset, bytes, &reg)) {
        config_write(fake, fake->address >> 8 & 0xffff, reg, bytes, value);
    }
}

static const struct io_bus port_bus = { .read = port_read, .write = port_write };

void pci_fake_init(struct pci_fake *fake, const struct pci_config_ops *config)
{
    memset(fake, 0, sizeof *fake);
    fake->host = (struct pci_host){
        .config = config,
        .io = { .bus = config == &pci_config_ecam ? &ecam_bus : &port_bus, .ctx = fake },
        .last_bus = 255,
        .io_space = IO_SPACE_MEMORY,
        .io_window = { .pci_base = 0, .cpu_base = 0x3000000, .len = 0x10000 },
        .mem_window = { .pci_base = 0x40000000, .cpu_base = 0x40000000, .len = 0x40000000 },
        .mem64_window = { .pci_base = 0x400000000, .cpu_base = 0x400000000, .len = 0x400000000 },
        .needs_assignment = true,
    };
}

/* --- is a finished assignment right? ------------------------------------------------------- */

uint64_t pci_fake_bar_address(const struct pci_fake *fake, int function, unsigned bar)
{
    const struct pci_fake_function *f = &fake->functions[function];
    uint64_t value = get(f->config, PCI_BAR0 + 4 * bar, 4);

    if (f->bars[bar].flags & PCI_BAR_IO)
        return value & ~3ull;
    if ((f->bars[bar].flags & PCI_BAR_MEMORY_TYPE) == PCI_BAR_MEMORY_TYPE_64)
        value |= (uint64_t)get(f->config, PCI_BAR0 + 4 * bar + 4, 4) << 32;
    return value & ~0xfull;
}

struct area {
    bool is_io;
    uint64_t start, end; /* end: the last byte */
};

static bool area_of(const struct pci_fake *fake, int function, unsigned bar, struct area *area)
{
    const struct pci_fake_bar *b = &fake->functions[function].bars[bar];

    area->is_io = b->flags & PCI_BAR_IO;
    area->start = pci_fake_bar_address(fake, function, bar);
    area->end = area->start + b->len - 1;
    return b->len != 0 && area->start != 0;
}

static bool within(const struct area *area, uint64_t base, uint64_t limit)
{
    return area->start >= base && area->end <= limit;
}

/* P2P 1.2 §3.2.5.6, §3.2.5.8, §3.2.5.9: does the bridge forward this area? */
static bool bridge_forwards(const struct pci_fake_function *f, const struct area *area,
                            bool is_prefetchable)
{
    const uint8_t *c = f->config;

    if (area->is_io)
        return (c[PCI_COMMAND] & PCI_COMMAND_IO) &&
               within(area, (c[PCI_BRIDGE_IO_BASE] & 0xf0ull) << 8,
                      (c[PCI_BRIDGE_IO_LIMIT] & 0xf0ull) << 8 | 0xfff);
    if (!(c[PCI_COMMAND] & PCI_COMMAND_MEMORY))
        return false;
    if (within(area, (get(c, PCI_BRIDGE_MEMORY_BASE, 2) & 0xfff0ull) << 16,
               (get(c, PCI_BRIDGE_MEMORY_LIMIT, 2) & 0xfff0ull) << 16 | 0xfffff))
        return true;
    return is_prefetchable &&
           within(area,
                  (uint64_t)get(c, PCI_BRIDGE_PREFETCH_BASE_UPPER, 4) << 32 |
                      (get(c, PCI_BRIDGE_PREFETCH_BASE, 2) & 0xfff0ull) << 16,
                  (uint64_t)get(c, PCI_BRIDGE_PREFETCH_LIMIT_UPPER, 4) << 32 |
                      (get(c, PCI_BRIDGE_PREFETCH_LIMIT, 2) & 0xfff0ull) << 16 | 0xfffff);
}

static bool host_has(const struct pci_host *host, const struct area *area)
{
    const struct pci_window *windows[] = { &host->io_window, &host->mem_window,
                                           &host->mem64_window };

    for (unsigned i = area->is_io ? 0 : 1; i < (area->is_io ? 1 : 3); i++)
        if (windows[i]->len != 0 &&
            within(area, windows[i]->pci_base, windows[i]->pci_base + windows[i]->len - 1))
            return true;
    return false;
}

static const char *check_area(const struct pci_fake *fake, int function, unsigned bar)
{
    const struct pci_fake_function *f = &fake->functions[function];
    uint32_t flags = f->bars[bar].flags;
    struct area area;

    if (!area_of(fake, function, bar, &area))
        return NULL;
    if (area.start % f->bars[bar].len != 0)
        return "PCI 3.0 §6.2.5.1: natural alignment";
    if (!host_has(&fake->host, &area))
        return "outside the host bridge's windows";
    for (int up = f->parent; up != PCI_FAKE_ROOT; up = fake->functions[up].parent)
        if (!bridge_forwards(&fake->functions[up], &area,
                             !area.is_io && (flags & PCI_BAR_MEMORY_PREFETCH)))
            return "P2P 1.2 §3.2.5: a bridge does not forward this BAR";
    return NULL;
}

static const char *check_overlap(const struct pci_fake *fake, int function, unsigned bar)
{
    struct area a, b;

    if (!area_of(fake, function, bar, &a))
        return NULL;
    for (int other = 0; other < fake->count; other++)
        for (unsigned i = 0; i < PCI_BAR_COUNT; i++)
            if ((other != function || i != bar) && area_of(fake, other, i, &b) &&
                a.is_io == b.is_io && a.start <= b.end && b.start <= a.end)
                return "PCI 3.0 §6.2.5: two BARs overlap";
    return NULL;
}

static const char *check_buses(const struct pci_fake *fake, int function)
{
    const struct pci_fake_function *f = &fake->functions[function];
    unsigned secondary = f->config[PCI_BRIDGE_SECONDARY_BUS];

    if (!is_bridge(f) || secondary == 0)
        return NULL;
    if (f->config[PCI_BRIDGE_SUBORDINATE] < secondary)
        return "P2P 1.2 §3.2.5.4: subordinate below secondary";
    if (f->parent != PCI_FAKE_ROOT && !reaches(fake, f->parent, secondary))
        return "P2P 1.2 §3.2.5.4: the bridge above does not reach this bus";
    for (int other = 0; other < fake->count; other++)
        if (other != function && is_bridge(&fake->functions[other]) &&
            fake->functions[other].parent == f->parent &&
            fake->functions[other].config[PCI_BRIDGE_SECONDARY_BUS] >= secondary &&
            fake->functions[other].config[PCI_BRIDGE_SECONDARY_BUS] <=
                f->config[PCI_BRIDGE_SUBORDINATE])
            return "P2P 1.2 §3.2.5.3: two bridges claim a bus";
    return NULL;
}

const char *pci_fake_check(const struct pci_fake *fake)
{
    const char *fault = fake->fault;

    for (int f = 0; f < fake->count && !fault; f++) {
        fault = check_buses(fake, f);
        for (unsigned bar = 0; bar < PCI_BAR_COUNT && !fault; bar++) {
            fault = check_area(fake, f, bar);
            if (!fault)
                fault = check_overlap(fake, f, bar);
        }
    }
    return fault;
}
