/*
 * What a Linux guest makes of a device: the driver that binds it, and the name under /dev.
 *
 * The numbers follow the order in which Linux probes, with its drivers built in or loaded in
 * the usual order.  A guest that probes otherwise numbers otherwise; the kinds stay.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_EXPLAIN_LINUX_H
#define HOST_TOOLS_EXPLAIN_LINUX_H

#include "host-tools/explain_view.h"

struct linux_driver {
    const char *type;   /* QEMU's: "isa-serial"                                  */
    const char *driver; /* "8250"; NULL: Linux has none                          */
    const char *prefix; /* "ttyS"; "hvc" and "vport" are numbered their own way  */
    bool is_console;    /* can be named by console=                              */
};

/* The driver for a device of this type, or NULL: not known to us. */
const struct linux_driver *linux_driver(const char *type);

/* One frontend to be named. */
struct linux_port {
    const struct view_node *node;
    unsigned port;  /* of a card with several, from 1; 0: it has one */
    char name[32];  /* filled in: "ttyS0", or ""                     */
    char other[32]; /* filled in: name with Debian's 8250.nr_uarts=4, if it differs, or "" */
};

/*
 * Give every port its name.
 *
 * is_descending  virtio-mmio slots are probed from the highest address down
 */
void linux_name(const struct view *view, struct linux_port *ports, size_t count,
                bool is_descending);

#endif
