/*
 * What a Linux guest makes of a device.
 *
 * Checked against Linux 6.1: its drivers/tty/serial/8250 (numbers of ttyS), drivers/char/
 * virtio_console.c (hvc, vport), drivers/virtio/virtio.c (the index in vportNpM).
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/explain_linux.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/explain_place.h"
#include "host-tools/strbuf.h"

static const struct linux_driver drivers[] = {
    { "isa-serial", "8250", "ttyS", true },
    { "pci-serial", "8250_pci", "ttyS", true },
    { "pci-serial-2x", "8250_pci", "ttyS", true },
    { "pci-serial-4x", "8250_pci", "ttyS", true },
    { "serial-mm", "8250 (of_serial)", "ttyS", true },
    { "pl011", "amba-pl011", "ttyAMA", true },
    { "pl011_luminary", "amba-pl011", "ttyAMA", true },
    { "virtconsole", "virtio_console", "hvc", true },
    { "virtserialport", "virtio_console", "vport", false },
    { "usb-serial", "ftdi_sio", "ttyUSB", true },
    { "isa-parallel", "parport_pc", "lp", false },
    { "isa-debugcon", NULL, "", false },
    { "sclpconsole", "sclp_vt220", "ttysclp", true },
    { "sclplmconsole", "sclp_tty", "sclp_line", true },
    { "spapr-vty", "hvc_vio", "hvc", true },
    { "goldfish_tty", "goldfish_tty", "ttyGF", true },
    { "cadence_uart", "xuartps", "ttyPS", true },
    { "xlnx.xps-uartlite", "uartlite", "ttyUL", true },
    { "imx.serial", "imx-uart", "ttymxc", true },
    { "exynos4210.uart", "samsung_tty", "ttySAC", true },
    { "cmsdk-apb-uart", "mps2-uart", "ttyMPS", true },
    { "riscv.sifive.uart", "sifive-serial", "ttySIF", true },
    { "sh-serial", "sh-sci", "ttySC", true },
    { "escc", "pmac_zilog", "ttyPZ", true },
};

const struct linux_driver *linux_driver(const char *type)
{
    for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++)
        if (strcmp(drivers[i].type, type) == 0)
            return &drivers[i];
    return NULL;
}

/* --- Order ----------------------------------------------------------------------------------- */

struct naming {
    const struct view *view;
    struct linux_port *ports;
    size_t count;
    bool is_descending;
};

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* A virtio device proper: it sits on the bus that its transport gives. */
static bool is_virtio(const struct view_node *node)
{
    const char *bus = view_value(node, "parent_bus");
    const char *name = bus ? view_last(bus) : "";

    return strcmp(name, "virtio-bus") == 0 || begins(name, "virtio-mmio-bus.");
}

/* Address of the virtio-mmio slot, -1 for other transports. */
static long long mmio_slot(const struct view *view, const struct view_node *node)
{
    const struct view_node *slot = view_bus_owner(view, view_value(node, "parent_bus"));

    return slot && strcmp(slot->type, "virtio-mmio") == 0 ? view_number(slot, "mmio") : -1;
}

/* Is a probed before b?  The slots of the board come first, then PCI. */
static bool is_before(const struct naming *naming, const struct view_node *a,
                      const struct view_node *b)
{
    long long left = mmio_slot(naming->view, a), right = mmio_slot(naming->view, b);

    if (left >= 0 && right >= 0)
        return naming->is_descending ? left > right : left < right;
    if (left >= 0 || right >= 0)
        return left >= 0;
    return place_compare_pci(naming->view, a, b) < 0;
}

/* The number of a virtio device among all of them: disks and network cards count, too. */
static unsigned virtio_index(const struct naming *naming, const struct view_node *device)
{
    unsigned index = 0;

    for (size_t i = 0; i < naming->view->node_count; i++) {
        const struct view_node *other = &naming->view->nodes[i];
        index += other != device && is_virtio(other) && is_before(naming, other, device);
    }
    return index;
}

/* --- virtio: hvcN and vportNpM --------------------------------------------------------------- */

static const struct view_node *controller(const struct naming *naming, const struct view_node *port)
{
    const char *bus = view_value(port, "parent_bus");
    const struct view_node *owner = bus ? view_bus_owner(naming->view, bus) : NULL;

    return owner && is_virtio(owner) ? owner : NULL;
}

/* Place on its bus in the order of making: the bus has it as child[N]. */
static long creation(const struct naming *naming, const struct view_node *port)
{
    const char *path = view_value(port, "parent_bus");
    const struct view_node *bus = path ? view_find(naming->view, path) : NULL;

    for (size_t i = 0; bus && i < bus->property_count; i++) {
        const struct view_property *property = &bus->properties[i];
        if (begins(property->name, "child[") && property->value &&
            strcmp(property->value, port->path) == 0)
            return strtol(property->name + strlen("child["), NULL, 10);
    }
    return -1;
}

/* Linux numbers hvc in the order in which devices, and the ports of each, report. */
static unsigned hvc_index(const struct naming *naming, const struct view_node *port)
{
    const struct view_node *mine = controller(naming, port);
    unsigned index = 0;

    for (size_t i = 0; i < naming->count; i++) {
        const struct view_node *other = naming->ports[i].node;
        const struct view_node *its = controller(naming, other);
        if (other == port || strcmp(other->type, "virtconsole") != 0 || !its)
            continue;
        index += its == mine ? creation(naming, other) < creation(naming, port)
                             : is_before(naming, its, mine);
    }
    return index;
}

static void name_virtio(const struct naming *naming, struct linux_port *port)
{
    const struct view_node *device = controller(naming, port->node);

    if (!device)
        return;
    if (strcmp(port->node->type, "virtconsole") == 0)
        snprintf(port->name, sizeof(port->name), "hvc%u", hvc_index(naming, port->node));
    else
        snprintf(port->name, sizeof(port->name), "vport%up%lld", virtio_index(naming, device),
                 view_number(port->node, "nr"));
}

/* --- 8250: ttySN ----------------------------------------------------------------------------- */

/* The fixed ports of a PC, which have their numbers whether they are there or not.
 * Linux: arch/x86/include/asm/serial.h */
static int com_number(const struct view_node *node)
{
    static const long long bases[] = { 0x3f8, 0x2f8, 0x3e8, 0x2e8 };
    long long base = view_number(node, "iobase");

    for (int i = 0; i < 4; i++)
        if (base == bases[i] && strcmp(node->type, "isa-serial") == 0)
            return i;
    return -1;
}

static bool is_8250(const struct linux_port *port)
{
    const struct linux_driver *driver = linux_driver(port->node->type);

    return driver && strcmp(driver->prefix, "ttyS") == 0;
}

static bool has_isa(const struct naming *naming)
{
    for (size_t i = 0; i < naming->view->node_count; i++)
        if (strcmp(naming->view->nodes[i].type, "ISA") == 0)
            return true;
    return false;
}

static bool comes_before(const struct naming *naming, const struct linux_port *a,
                         const struct linux_port *b)
{
    int order = place_compare_pci(naming->view, a->node, b->node);

    return order ? order < 0 : a->port < b->port;
}

/* Its number among the 8250s without a fixed one. */
static unsigned free_rank(const struct naming *naming, const struct linux_port *port)
{
    unsigned rank = 0;

    for (size_t i = 0; i < naming->count; i++) {
        const struct linux_port *other = &naming->ports[i];
        rank += other != port && is_8250(other) && com_number(other->node) < 0 &&
                comes_before(naming, other, port);
    }
    return rank;
}

/* With room for four only, those whose COM port is absent are handed out. */
static int free_com(const struct naming *naming, unsigned rank)
{
    bool taken[4] = { false };

    for (size_t i = 0; i < naming->count; i++) {
        int com = com_number(naming->ports[i].node);
        if (com >= 0)
            taken[com] = true;
    }
    for (int i = 0; i < 4; i++)
        if (!taken[i] && rank-- == 0)
            return i;
    return -1;
}

static void name_8250(const struct naming *naming, struct linux_port *port)
{
    int com = com_number(port->node);

    if (com >= 0) {
        snprintf(port->name, sizeof(port->name), "ttyS%d", com);
        return;
    }
    unsigned rank = free_rank(naming, port);
    bool is_pc = has_isa(naming);
    snprintf(port->name, sizeof(port->name), "ttyS%u", rank + (is_pc ? 4 : 0));
    int other = is_pc ? free_com(naming, rank) : -1;
    if (other >= 0)
        snprintf(port->other, sizeof(port->other), "ttyS%d", other);
}

/* --- Everything else: numbered in order of their place --------------------------------------- */

static void name_plain(const struct naming *naming, struct linux_port *port, const char *prefix)
{
    unsigned rank = 0;

    for (size_t i = 0; i < naming->count && &naming->ports[i] != port; i++) {
        const struct linux_driver *driver = linux_driver(naming->ports[i].node->type);
        rank += driver && strcmp(driver->prefix, prefix) == 0;
    }
    snprintf(port->name, sizeof(port->name), "%s%u", prefix, rank);
}

static void name_one(const struct naming *naming, struct linux_port *port)
{
    const struct linux_driver *driver = linux_driver(port->node->type);

    port->name[0] = port->other[0] = '\0';
    if (!driver || !*driver->prefix)
        return;
    if (begins(port->node->type, "virt"))
        name_virtio(naming, port);
    else if (is_8250(port))
        name_8250(naming, port);
    else
        name_plain(naming, port, driver->prefix);
}

void linux_name(const struct view *view, struct linux_port *ports, size_t count, bool is_descending)
{
    struct naming naming = { view, ports, count, is_descending };

    for (size_t i = 0; i < count; i++)
        name_one(&naming, &ports[i]);
}
