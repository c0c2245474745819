/*
 * Base address registers: how long, where, and a window on them.
 *
 * A BAR is sized by writing ones and reading back which bits stuck.  In between the
 * function would answer at the top of the address space, so its decoding is off.
 *
 * PCI 3.0 §6.2.5.1.  Next on the tour: drivers/pci/pci_assign.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_internal.h"
#include "drivers/pci/pci_regs.h"

unsigned pci_count_bars(const struct pci_function *fn)
{
    if (fn->header_type == 0)
        return PCI_BAR_COUNT;
    return pci_is_bridge(fn) ? 2 : 0;
}

static unsigned bar_offset(unsigned bar)
{
    return PCI_BAR0 + 4 * bar;
}

/* Write ones, see what sticks, put the old value back. */
static uint32_t bar_probe(const struct pci_function *fn, unsigned bar, uint32_t *value)
{
    uint32_t sticky;

    *value = pci_config_read(fn, bar_offset(bar), 4);
    pci_config_write(fn, bar_offset(bar), 4, UINT32_MAX);
    sticky = pci_config_read(fn, bar_offset(bar), 4);
    pci_config_write(fn, bar_offset(bar), 4, *value);
    return sticky;
}

/* The lowest address bit that sticks is the length, whatever the bits above do. */
static uint64_t bar_len(uint64_t address_bits)
{
    return address_bits & (~address_bits + 1);
}

static const struct pci_window *window_of(const struct pci_host *host, enum io_space space,
                                          uint64_t address)
{
    const struct pci_window *windows[] = { &host->mem_window, &host->mem64_window };

    if (space == IO_SPACE_PORTS)
        windows[0] = windows[1] = &host->io_window;
    for (unsigned i = 0; i < 2; i++)
        if (address >= windows[i]->pci_base && address - windows[i]->pci_base < windows[i]->len)
            return windows[i];
    return NULL;
}

/* From the bus's address to the CPU's; the same one where no window says otherwise. */
static void bar_place(const struct pci_function *fn, struct pci_bar *bar, uint64_t pci_address)
{
    const struct pci_window *window = window_of(fn->host, bar->space, pci_address);

    bar->is_assigned = pci_address != 0 && bar->len != 0;
    bar->address = window ? pci_address - window->pci_base + window->cpu_base : pci_address;
}

static void read_io_bar(const struct pci_function *fn, struct pci_bar *bar, uint32_t value,
                        uint32_t sticky)
{
    bar->space = IO_SPACE_PORTS;
    bar->len = bar_len(sticky & ~PCI_BAR_IO_FLAGS);
    bar_place(fn, bar, value & ~PCI_BAR_IO_FLAGS);
}

static void read_memory_bar(const struct pci_function *fn, struct pci_bar *bar, uint64_t value,
                            uint64_t sticky)
{
    uint64_t flags = PCI_BAR_MEMORY_FLAGS;

    bar->space = IO_SPACE_MEMORY;
    bar->is_prefetchable = (value & PCI_BAR_MEMORY_PREFETCH) != 0;
    bar->len = bar_len(sticky & ~flags);
    bar_place(fn, bar, value & ~flags);
}

/* Returns how many registers this BAR took: 1 or 2. */
static unsigned read_bar(struct pci_function *fn, unsigned i)
{
    uint32_t low, high = 0, low_sticky = bar_probe(fn, i, &low), high_sticky = 0;
    uint32_t type = low_sticky & PCI_BAR_MEMORY_TYPE;

    if (low_sticky & PCI_BAR_IO) {
        read_io_bar(fn, &fn->bars[i], low, low_sticky);
        return 1;
    }
    if (type == PCI_BAR_MEMORY_TYPE_64 && i + 1 < pci_count_bars(fn)) {
        high_sticky = bar_probe(fn, i + 1, &high);
        fn->bars[i].is_64bit = true;
    } else if (type != PCI_BAR_MEMORY_TYPE_32) {
        return 1; /* reserved, or a 64-bit BAR with no upper half: not usable */
    }
    read_memory_bar(fn, &fn->bars[i], (uint64_t)high << 32 | low,
                    (uint64_t)high_sticky << 32 | low_sticky);
    return fn->bars[i].is_64bit ? 2 : 1;
}

void pci_read_bars(struct pci_function *fn)
{
    uint32_t command = pci_config_read(fn, PCI_COMMAND, 2);
    unsigned count = pci_count_bars(fn);

    /* The host bridge's decoding is the way to memory for everybody else. */
    if (fn->class_code >> 8 == PCI_CLASS_HOST_BRIDGE)
        return;
    pci_config_write(fn, PCI_COMMAND, 2, command & ~(PCI_COMMAND_IO | PCI_COMMAND_MEMORY));
    for (unsigned i = 0; i < count;)
        i += read_bar(fn, i);
    pci_config_write(fn, PCI_COMMAND, 2, command);
}

void pci_write_bar(const struct pci_function *fn, unsigned bar, uint64_t pci_address)
{
    pci_config_write(fn, bar_offset(bar), 4, (uint32_t)pci_address);
    if (fn->bars[bar].is_64bit)
        pci_config_write(fn, bar_offset(bar + 1), 4, (uint32_t)(pci_address >> 32));
}

bool pci_has_place(const struct pci_function *fn, enum io_space space)
{
    unsigned count = 0;

    for (unsigned i = 0; i < PCI_BAR_COUNT; i++) {
        const struct pci_bar *bar = &fn->bars[i];
        if (bar->len == 0 || bar->space != space)
            continue;
        if (!bar->is_assigned)
            return false;
        count++;
    }
    return count > 0;
}

int pci_map_bar(const struct pci_function *fn, unsigned bar, uint64_t offset, uint64_t len,
                struct io *io, struct why *why)
{
    const struct pci_bar *b = &fn->bars[bar < PCI_BAR_COUNT ? bar : 0];
    enum io_space space = b->space == IO_SPACE_PORTS ? fn->host->io_space : IO_SPACE_MEMORY;

    if (bar >= PCI_BAR_COUNT || b->len == 0)
        return why_set(why, ERR_ABSENT, "no such BAR, number", bar, PCI_BAR_COUNT);
    if (offset > b->len || len > b->len - offset)
        return why_set(why, ERR_BROKEN, "range ends outside its BAR", offset + len, b->len);
    if (!b->is_assigned || !pci_has_place(fn, b->space))
        return why_set(why, ERR_FULL, "address space for the BAR, bytes", 0, b->len);
    return kernel_map(io, space, b->address + offset, len);
}
