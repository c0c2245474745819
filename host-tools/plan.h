/*
 * What is to be built: which controllers, which devices on them, which taps.
 *
 * Pure: nothing is opened or started.  compose.h turns it into QEMU's arguments.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_PLAN_H
#define HOST_TOOLS_PLAN_H

#include "host-tools/backends.h"
#include "host-tools/run_options.h"

#define ON_THE_MACHINE (-1) /* in place of a controller's index */

/* Descriptors in QEMU: 0..2 as everywhere, then QMP, then one for each tap. */
#define QEMU_FD_QMP 3
#define QEMU_FD_TAP 4

struct placed_controller {
    const struct controller_kind *kind;
    const char *props; /* the user's, or NULL                            */
    char *id;          /* owned                                          */
    int parent;        /* index, or ON_THE_MACHINE                       */
    unsigned number;   /* of its kind, from 0                            */
    unsigned place;    /* on its parent, from 1                          */
    unsigned used;     /* devices on it                                  */
    unsigned room;     /* most that fit                                  */
    bool has_port_0;   /* virtio-serial: only a virtconsole may be there */
    unsigned hubs;     /* of the devices on it                           */
    char *port;        /* of a USB hub, on its bus: "1", "1.2"; owned     */
};

struct placed_device {
    const struct console_spec *spec;
    int controller;   /* index, or ON_THE_MACHINE                        */
    unsigned address; /* isa-serial: index=                              */
    unsigned place;   /* on its controller, from 1                       */
    size_t first_tap; /* and the spec's kind->ports - 1 behind it        */
};

struct plan {
    const struct run_options *options;
    struct placed_controller *controllers;
    size_t controller_count;
    struct placed_device *devices;
    size_t device_count;
    struct tap *taps;
    char **labels; /* of the taps, for people: "virtio-serial-pci/virtconsole #2"; owned */
    size_t tap_count;
    bool needs_pci; /* something sits on PCI               */
};

/*
 * Place every console.  The options must outlive the plan.
 * returns  0 | -1 and the problem.  Free in both cases; taps must be closed before.
 */
int plan_build(const struct run_options *options, struct plan *plan, struct problem *problem);
void plan_free(struct plan *plan);

/* Value of key= in a comma list: its start and length, or NULL. */
const char *option_value(const char *options, const char *key, size_t *len);

#endif
