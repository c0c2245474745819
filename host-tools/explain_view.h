/*
 * What QEMU says of itself, checked: its chardevs, and its tree of objects.
 *
 * Pure: answers of QMP go in one by one.  What is not of the expected shape is left out;
 * a QEMU that tells of objects without end is cut off.
 *
 * QEMU: qapi/char.json (query-chardev), qapi/qom.json (qom-list, qom-get); docs/devel/qom.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_EXPLAIN_VIEW_H
#define HOST_TOOLS_EXPLAIN_VIEW_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Far beyond any machine (a q35 has some 150 objects, six levels deep). */
#define VIEW_NODES_MAX 8192
#define VIEW_DEPTH_MAX 24
#define VIEW_TEXT_MAX  4096

struct view_property {
    char *name;
    char *value; /* as text: "serial0", "1016", "on"; NULL: not told */
};

struct view_node {
    char *path;                       /* "/machine/peripheral/vs"            */
    char *type;                       /* "virtio-serial-pci"                 */
    struct view_property *properties; /* those that somebody wants to know   */
    size_t property_count;
    char *region; /* path of its first memory region, or NULL */
    bool is_port; /* has a chardev property: a frontend       */
};

struct view_chardev {
    char *label;
    char *driver;   /* "stdio", "mux"; "" if QEMU did not say       */
    char *filename; /* as query-chardev shows it                    */
    bool is_open;   /* a frontend is attached                       */
};

struct view {
    char version[32];
    char *machine;           /* its type: "pc-q35-7.2", NULL: not told */
    struct view_node *nodes; /* a folder comes before what is in it */
    size_t node_count;
    struct view_chardev *chardevs; /* sorted by label                */
    size_t chardev_count;
    bool is_cut; /* there was more than VIEW_NODES_MAX */
};

void view_free(struct view *view);

/* The first node; returns its index. */
size_t view_start(struct view *view, const char *path);

/* qom-get of /machine's type. */
void view_take_machine(struct view *view, const json_t *body);

/* qom-list of the node at this index: notes its properties, adds its children. */
void view_take_list(struct view *view, size_t index, const json_t *body);

/* qom-get of one of its properties. */
void view_take_value(struct view_property *property, const json_t *body);

/* qom-get of its memory region's `addr`: becomes the property "mmio". */
void view_take_region(struct view_node *node, const json_t *body);

/* query-chardev; and qom-list of /chardevs, which knows the drivers. */
void view_take_chardevs(struct view *view, const json_t *body);
void view_take_drivers(struct view *view, const json_t *body);

/* The property's value, or NULL. */
const char *view_value(const struct view_node *node, const char *name);

/* ... as a number, -1 if it is none. */
long long view_number(const struct view_node *node, const char *name);

const struct view_node *view_find(const struct view *view, const char *path);
const struct view_chardev *view_chardev(const struct view *view, const char *label);

/* The device that has this bus: "/machine/peripheral/vs/vs.0" -> ".../vs".  NULL: none. */
const struct view_node *view_bus_owner(const struct view *view, const char *bus);

/* "/a/b/c" -> "c" */
const char *view_last(const char *path);

#endif
