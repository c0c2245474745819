/*
 * What QEMU says of itself, checked.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/explain_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/strbuf.h"

/* Properties that tell where a device is and who stands behind it. */
static const char *const wanted[] = {
    "parent_bus",     "chardev",      "chardev1",
    "chardev2",       "chardev3",     "chardev4",
    "addr",           "iobase",       "irq",
    "index",          "nr",           "name",
    "port",           "devno",        "disable-legacy",
    "disable-modern", "force-legacy",
};

/* Objects that are no devices, or have thousands of properties. */
static const char *const dull[] = { "memory-region", "irq", "clock", "qemu:iommu-memory-region" };

/* More than any device has ports. */
#define PROPERTIES_MAX 600

/* A bus numbers its devices in the order in which they were made. */
static bool is_place(const struct view_node *node, const char *name)
{
    return strcmp(node->type, "virtio-serial-bus") == 0 && strncmp(name, "child[", 6) == 0;
}

static bool is_wanted(const struct view_node *node, const char *name)
{
    if (is_place(node, name))
        return true;
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
        if (strcmp(wanted[i], name) == 0)
            return true;
    return false;
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);

    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static bool is_dull(const char *type)
{
    for (size_t i = 0; i < sizeof(dull) / sizeof(dull[0]); i++)
        if (strcmp(dull[i], type) == 0)
            return true;
    return ends_with(type, "-cpu");
}

/* A string of sane length in an object, or NULL. */
static const char *text_in(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text && strlen(text) <= VIEW_TEXT_MAX ? text : NULL;
}

/* --- Nodes ----------------------------------------------------------------------------------- */

static size_t add_node(struct view *view, char *path, char *type)
{
    view->nodes = must_realloc(view->nodes, (view->node_count + 1) * sizeof(*view->nodes));
    view->nodes[view->node_count] = (struct view_node){ .path = path, .type = type };
    return view->node_count++;
}

size_t view_start(struct view *view, const char *path)
{
    return add_node(view, must_strdup(path), must_strdup(""));
}

void view_take_machine(struct view *view, const json_t *body)
{
    const char *type = json_string_value(body), *end = "-machine";

    if (!type || strlen(type) > VIEW_TEXT_MAX)
        return;
    free(view->machine);
    view->machine = must_strndup(type, strlen(type) - (ends_with(type, end) ? strlen(end) : 0));
}

static unsigned depth_of(const char *path)
{
    unsigned depth = 0;

    for (; *path; path++)
        depth += *path == '/';
    return depth;
}

static char *child_path(const char *folder, const char *name)
{
    struct strbuf path = { 0 };

    strbuf_printf(&path, "%s/%s", folder, name);
    return path.text;
}

/* QEMU: docs/devel/qom, a child's property has the type "child<TYPE>".  Owned, or NULL. */
static char *child_type(const char *type)
{
    size_t len = strlen(type);
    bool is_child = strncmp(type, "child<", 6) == 0 && len > 7 && type[len - 1] == '>';

    return is_child ? must_strndup(type + 6, len - 7) : NULL;
}

static void note_region(struct view_node *node, const char *name)
{
    if (!node->region)
        node->region = child_path(node->path, name);
}

/* Takes the type over. */
static void take_child(struct view *view, size_t index, const char *name, char *type)
{
    const char *folder = view->nodes[index].path;

    if (strcmp(type, "memory-region") == 0)
        note_region(&view->nodes[index], name);
    if (is_dull(type) || depth_of(folder) >= VIEW_DEPTH_MAX || strchr(name, '/')) {
        free(type);
    } else if (view->node_count >= VIEW_NODES_MAX) {
        view->is_cut = true;
        free(type);
    } else {
        add_node(view, child_path(folder, name), type);
    }
}

static void note_property(struct view_node *node, const char *name)
{
    size_t size = (node->property_count + 1) * sizeof(*node->properties);

    node->properties = must_realloc(node->properties, size);
    node->properties[node->property_count++] = (struct view_property){ must_strdup(name), NULL };
    node->is_port |= strncmp(name, "chardev", 7) == 0;
}

static void take_property(struct view *view, size_t index, const char *name, const char *type)
{
    char *child = child_type(type);
    struct view_node *node = &view->nodes[index];

    if (child)
        take_child(view, index, name, child);
    else if (is_wanted(node, name) && node->property_count < PROPERTIES_MAX)
        note_property(node, name);
}

void view_take_list(struct view *view, size_t index, const json_t *body)
{
    size_t i, first_child = view->node_count;
    json_t *entry;

    json_array_foreach(body, i, entry)
    {
        const char *name = text_in(entry, "name"), *type = text_in(entry, "type");
        if (name && type)
            take_property(view, index, name, type);
    }
    /* What a frontend is made of inside has the same chardev once more. */
    while (view->nodes[index].is_port && view->node_count > first_child) {
        struct view_node *inner = &view->nodes[--view->node_count];
        free(inner->path);
        free(inner->type);
    }
}

void view_take_value(struct view_property *property, const json_t *body)
{
    char number[32];
    const char *text = json_string_value(body);

    if (json_is_integer(body)) {
        snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT, json_integer_value(body));
        text = number;
    }
    if (json_is_boolean(body))
        text = json_is_true(body) ? "on" : "off";
    if (!text || strlen(text) > VIEW_TEXT_MAX)
        return;
    free(property->value);
    property->value = must_strdup(text);
}

void view_take_region(struct view_node *node, const json_t *body)
{
    note_property(node, "mmio");
    view_take_value(&node->properties[node->property_count - 1], body);
}

/* --- Chardevs -------------------------------------------------------------------------------- */

static int by_label(const void *a, const void *b)
{
    const struct view_chardev *left = a, *right = b;

    return strcmp(left->label, right->label);
}

void view_take_chardevs(struct view *view, const json_t *body)
{
    size_t i;
    json_t *entry;

    json_array_foreach(body, i, entry)
    {
        const char *label = text_in(entry, "label"), *filename = text_in(entry, "filename");
        if (!label || view->chardev_count >= VIEW_NODES_MAX)
            continue;
        size_t size = (view->chardev_count + 1) * sizeof(*view->chardevs);
        view->chardevs = must_realloc(view->chardevs, size);
        view->chardevs[view->chardev_count++] = (struct view_chardev){
            .label = must_strdup(label),
            .driver = must_strdup(""),
            .filename = must_strdup(filename ? filename : ""),
            .is_open = json_is_true(json_object_get(entry, "frontend-open")),
        };
    }
    if (view->chardev_count)
        qsort(view->chardevs, view->chardev_count, sizeof(*view->chardevs), by_label);
}

static struct view_chardev *find_chardev(const struct view *view, const char *label)
{
    for (size_t i = 0; i < view->chardev_count; i++)
        if (strcmp(view->chardevs[i].label, label) == 0)
            return &view->chardevs[i];
    return NULL;
}

/* Their types are "child<chardev-DRIVER>". */
void view_take_drivers(struct view *view, const json_t *body)
{
    size_t i;
    json_t *entry;

    json_array_foreach(body, i, entry)
    {
        const char *name = text_in(entry, "name"), *type = text_in(entry, "type");
        struct view_chardev *chardev = name ? find_chardev(view, name) : NULL;
        char *driver = chardev && type ? child_type(type) : NULL;
        if (driver && strncmp(driver, "chardev-", 8) == 0) {
            free(chardev->driver);
            chardev->driver = must_strdup(driver + 8);
        }
        free(driver);
    }
}

const struct view_chardev *view_chardev(const struct view *view, const char *label)
{
    return find_chardev(view, label);
}

/* --- Questions ------------------------------------------------------------------------------- */

const char *view_value(const struct view_node *node, const char *name)
{
    for (size_t i = 0; i < node->property_count; i++)
        if (strcmp(node->properties[i].name, name) == 0)
            return node->properties[i].value;
    return NULL;
}

long long view_number(const struct view_node *node, const char *name)
{
    const char *text = view_value(node, name);
    char *end;
    long long number = text ? strtoll(text, &end, 10) : -1;

    return text && *text && *end == '\0' ? number : -1;
}

const struct view_node *view_find(const struct view *view, const char *path)
{
    for (size_t i = 0; i < view->node_count; i++)
        if (strcmp(view->nodes[i].path, path) == 0)
            return &view->nodes[i];
    return NULL;
}

const struct view_node *view_bus_owner(const struct view *view, const char *bus)
{
    const char *slash = strrchr(bus, '/');
    char *path = must_strndup(bus, slash ? (size_t)(slash - bus) : 0);
    const struct view_node *owner = view_find(view, path);

    free(path);
    return owner;
}

const char *view_last(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static void free_node(struct view_node *node)
{
    for (size_t i = 0; i < node->property_count; i++) {
        free(node->properties[i].name);
        free(node->properties[i].value);
    }
    free(node->properties);
    free(node->path);
    free(node->type);
    free(node->region);
}

void view_free(struct view *view)
{
    for (size_t i = 0; i < view->node_count; i++)
        free_node(&view->nodes[i]);
    for (size_t i = 0; i < view->chardev_count; i++) {
        free(view->chardevs[i].label);
        free(view->chardevs[i].driver);
        free(view->chardevs[i].filename);
    }
    free(view->machine);
    free(view->nodes);
    free(view->chardevs);
    *view = (struct view){ 0 };
}
