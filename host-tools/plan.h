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

/* Consoles on one device: pci-serial-4x. */
#define PORTS_MOST 4

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
    int controller;          /* index, or ON_THE_MACHINE                        */
    unsigned address;        /* isa-serial: index=                              */
    unsigned place;          /* on its controller, from 1                       */
    char *name;              /* "virtconsole0", unique; owned                   */
    size_t taps[PORTS_MOST]; /* of its kind->ports: what each one writes to      */
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

/* Consoles, as the guest sees them. */
unsigned plan_ports(const struct plan *plan);

/* Do this device's bytes come to this tap, straight or through a hub? */
bool plan_leads_to(const struct plan *plan, const struct placed_device *device, size_t tap);

/* Must its capture be one complete copy of the log?  Not so a console that leaves, or a mux
 * with many. */
bool plan_is_judged(const struct tap *tap);

#endif
