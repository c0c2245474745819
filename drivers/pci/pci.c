/*
 * One PCI function: its configuration space, its identity, its name, its switch.
 *
 * PCI 3.0 §6.1, §6.2.  Next on the tour: drivers/pci/pci_bar.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_internal.h"
#include "drivers/pci/pci_regs.h"
#include "drivers/text.h"

#define CONFIG_SPACE 4096u /* PCIe 4.0 §7.2.2 */

/* Offsets may come from a capability, so they are checked here, once. */
static bool config_may_access(const struct pci_function *fn, unsigned offset, unsigned bytes)
{
    unsigned bus = fn->bdf >> 8;

    return offset <= CONFIG_SPACE - bytes && offset % bytes == 0 && bus >= fn->host->first_bus &&
           bus <= fn->host->last_bus;
}

uint32_t pci_config_read(const struct pci_function *fn, unsigned offset, unsigned bytes)
{
    if (!config_may_access(fn, offset, bytes))
        return UINT32_MAX >> (32 - 8 * bytes); /* as if nobody answered: PCI 3.0 §6.1 */
    return fn->host->config->read(fn->host, fn->bdf, offset, bytes);
}

void pci_config_write(const struct pci_function *fn, unsigned offset, unsigned bytes,
                      uint32_t value)
{
    if (config_may_access(fn, offset, bytes))
        fn->host->config->write(fn->host, fn->bdf, offset, bytes, value);
}

bool pci_is_there(struct pci_host *host, unsigned bdf)
{
    struct pci_function fn = { .host = host, .bdf = bdf };
    uint32_t vendor = pci_config_read(&fn, PCI_VENDOR, 2);

    /* 0 was never given to a vendor: some bus that reads as zeroes. */
    return vendor != PCI_VENDOR_NONE && vendor != 0;
}

unsigned pci_count_functions(struct pci_host *host, unsigned bus, unsigned dev)
{
    struct pci_function fn = { .host = host, .bdf = PCI_BDF(bus, dev, 0) };

    if (!pci_is_there(host, fn.bdf)) /* function 0 must be there: PCI 3.0 §3.2.2.3.4 */
        return 0;
    return pci_config_read(&fn, PCI_HEADER_TYPE, 1) & PCI_HEADER_TYPE_MULTI
               ? PCI_FUNCTIONS_PER_DEVICE
               : 1;
}

int pci_read_function(struct pci_host *host, unsigned bdf, struct pci_function *fn)
{
    uint32_t class_and_revision;

    *fn = (struct pci_function){ .host = host, .bdf = bdf };
    if (!pci_is_there(host, bdf))
        return ERR_ABSENT;
    fn->vendor = (uint16_t)pci_config_read(fn, PCI_VENDOR, 2);
    fn->device = (uint16_t)pci_config_read(fn, PCI_DEVICE, 2);
    class_and_revision = pci_config_read(fn, PCI_REVISION, 4);
    fn->class_code = class_and_revision >> 8;
    fn->revision = (uint8_t)class_and_revision;
    fn->header_type = (uint8_t)(pci_config_read(fn, PCI_HEADER_TYPE, 1) & PCI_HEADER_TYPE_LAYOUT);
    pci_read_bars(fn);
    return OK;
}

void pci_enable(const struct pci_function *fn)
{
    uint32_t command = pci_config_read(fn, PCI_COMMAND, 2) | PCI_COMMAND_MASTER;

    if (pci_has_place(fn, IO_SPACE_PORTS))
        command |= PCI_COMMAND_IO;
    if (pci_has_place(fn, IO_SPACE_MEMORY))
        command |= PCI_COMMAND_MEMORY;
    pci_config_write(fn, PCI_COMMAND, 2, command);
}

size_t pci_name(const struct pci_function *fn, char *buf, size_t size)
{
    struct text name = text_begin(buf, size);

    text_add(&name, "pci:");
    text_add_hex(&name, fn->bdf >> 8, 2);
    text_add_char(&name, ':');
    text_add_hex(&name, fn->bdf >> 3 & 31, 2);
    text_add_char(&name, '.');
    text_add_hex(&name, fn->bdf & 7, 1);
    return name.len;
}

void pci_note(struct pci_notes *notes, const struct pci_function *fn, const char *text,
              const struct why *why)
{
    char buf[128];
    struct text note = text_begin(buf, sizeof buf);

    if (notes->said > PCI_NOTES_MAX)
        return;
    if (notes->said++ == PCI_NOTES_MAX) {
        kernel_note("pci", "more complaints are left out", NULL);
        return;
    }
    note.len = pci_name(fn, buf, sizeof buf);
    text_add(&note, ": ");
    text_add(&note, text);
    kernel_note("pci", buf, why);
}
