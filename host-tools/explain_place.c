/*
 * Where a device sits.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/explain_place.h"

#include <stdio.h>
#include <string.h>

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Devices that only carry a bus that everybody knows by itself: the tree starts there. */
static bool is_root(const struct view_node *node)
{
    return strstr(node->type, "pcihost") || strcmp(node->type, "isabus-bridge") == 0 ||
           strstr(node->type, "css-bridge");
}

/* virtio-serial-pci has its virtio device inside, on a bus of its own: one thing to people. */
static const struct view_node *as_one(const struct view *view, const struct view_node *node)
{
    const char *bus = view_value(node, "parent_bus");

    if (!bus || strcmp(view_last(bus), "virtio-bus") != 0)
        return node;
    const struct view_node *outer = view_bus_owner(view, bus);
    return outer ? outer : node;
}

static void add_step(struct place *place, const char *path, const struct view_node *node)
{
    if (place->count < PLACE_STEPS_MAX)
        place->steps[place->count++] = (struct place_step){ path, node };
}

static void turn_round(struct place *place)
{
    for (size_t i = 0; i < place->count / 2; i++) {
        struct place_step step = place->steps[i];
        place->steps[i] = place->steps[place->count - 1 - i];
        place->steps[place->count - 1 - i] = step;
    }
}

void place_find(const struct view *view, const struct view_node *node, struct place *place)
{
    place->count = 0;
    while (node && place->count < PLACE_STEPS_MAX) {
        const char *bus = view_value(node, "parent_bus");
        add_step(place, node->path, node);
        if (!bus || !*bus)
            break;
        add_step(place, bus, NULL);
        const struct view_node *owner = view_bus_owner(view, bus);
        if (!owner || is_root(owner) || strcmp(view_last(bus), "sysbus") == 0)
            break;
        node = as_one(view, owner);
    }
    turn_round(place);
}

const char *place_id(const struct view_node *node)
{
    static const char folder[] = "/machine/peripheral/";

    return begins(node->path, folder) && !strchr(node->path + strlen(folder), '/')
               ? node->path + strlen(folder)
               : NULL;
}

/* disable-legacy is decided when the device is made: its "auto" means whatever the bus is. */
static const char *pci_flavour(const char *no_legacy, const char *no_modern)
{
    if (no_modern && strcmp(no_modern, "on") == 0)
        return "legacy only";
    return strcmp(no_legacy, "on") == 0 ? "modern only" : "transitional";
}

const char *place_flavour(const struct view_node *node)
{
    const char *no_legacy = view_value(node, "disable-legacy");
    const char *is_legacy = view_value(node, "force-legacy");

    if (no_legacy)
        return pci_flavour(no_legacy, view_value(node, "disable-modern"));
    if (is_legacy)
        return strcmp(is_legacy, "on") == 0 ? "version 1" : "version 2";
    return NULL;
}

const char *place_bus(const char *path)
{
    const char *name = view_last(path);

    return strcmp(name, "sysbus") == 0 ? "the board" : name;
}

void place_address(const struct view_node *node, struct strbuf *text)
{
    long long devfn = view_number(node, "addr"), io = view_number(node, "iobase");
    long long irq = view_number(node, "irq"), nr = view_number(node, "nr");
    long long mmio = view_number(node, "mmio");
    const char *port = view_value(node, "port"), *devno = view_value(node, "devno");

    if (devfn >= 0)
        strbuf_printf(text, "%02llx.%llx", devfn >> 3 & 0x1f, devfn & 7);
    else if (io >= 0 && irq >= 0)
        strbuf_printf(text, "0x%llx irq %lld", io, irq);
    else if (io >= 0)
        strbuf_printf(text, "0x%llx", io);
    else if (nr >= 0)
        strbuf_printf(text, "nr %lld", nr);
    else if (port && *port)
        strbuf_printf(text, "port %s", port);
    else if (devno && *devno)
        strbuf_printf(text, "%s", devno);
    else if (mmio >= 0)
        strbuf_printf(text, "0x%llx", mmio);
    strbuf_reserve(text, 0);
}

/* A number that sorts as the address does. */
static long long address_key(const struct view_node *node)
{
    static const char *const names[] = { "addr", "iobase", "nr", "mmio" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        long long number = view_number(node, names[i]);
        if (number >= 0)
            return number;
    }
    return -1;
}

/* "device[2]" before "device[10]". */
static int compare_paths(const char *a, const char *b)
{
    return strverscmp(a, b);
}

static int compare_ports(const struct view_node *a, const struct view_node *b)
{
    const char *left = view_value(a, "port"), *right = view_value(b, "port");

    return left && right ? strverscmp(left, right) : 0;
}

/* COM1 before COM2, though its address is the higher one. */
static int compare_numbered(const struct view_node *a, const struct view_node *b)
{
    long long difference = view_number(a, "index") - view_number(b, "index");
    int kind = strcmp(b->type, a->type); /* serial before parallel */

    return kind ? kind : difference ? (difference < 0 ? -1 : 1) : compare_paths(a->path, b->path);
}

int place_compare_steps(const struct place_step *a, const struct place_step *b)
{
    if (!a->node || !b->node) {
        int order = (a->node != NULL) - (b->node != NULL); /* a device's buses come last */
        return order ? -order : compare_paths(a->path, b->path);
    }
    if (view_number(a->node, "index") >= 0 && view_number(b->node, "index") >= 0)
        return compare_numbered(a->node, b->node);
    long long left = address_key(a->node), right = address_key(b->node);
    if (left != right)
        return left < right ? -1 : 1;
    int order = compare_ports(a->node, b->node);
    return order ? order : compare_paths(a->path, b->path);
}

/* The PCI devices on the way, outermost first. */
static size_t pci_way(const struct view *view, const struct view_node *node,
                      const struct view_node **way)
{
    struct place place;
    size_t count = 0;

    place_find(view, as_one(view, node), &place);
    for (size_t i = 0; i < place.count; i++)
        if (place.steps[i].node && view_number(place.steps[i].node, "addr") >= 0)
            way[count++] = place.steps[i].node;
    return count;
}

int place_compare_pci(const struct view *view, const struct view_node *a, const struct view_node *b)
{
    const struct view_node *left[PLACE_STEPS_MAX], *right[PLACE_STEPS_MAX];
    size_t left_count = pci_way(view, a, left), right_count = pci_way(view, b, right), i = 0;

    while (i < left_count && i < right_count && left[i] == right[i])
        i++;
    bool left_is_here = i + 1 >= left_count, right_is_here = i + 1 >= right_count;
    if (i == left_count || i == right_count || left_is_here != right_is_here)
        return (left_is_here ? 0 : 1) - (right_is_here ? 0 : 1);
    long long difference = view_number(left[i], "addr") - view_number(right[i], "addr");
    return difference < 0 ? -1 : difference > 0;
}
