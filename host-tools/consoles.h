/*
 * What the guest sees: one row for each kind of console, and one for each kind of
 * controller or bridge that a console can sit on.  The names are QEMU's own.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_CONSOLES_H
#define HOST_TOOLS_CONSOLES_H

#include <stdbool.h>
#include <stddef.h>

#include "host-tools/machines.h"

/* What its device model does when the backend takes no more. */
enum flow {
    FLOW_HONEST, /* keeps the byte, and the guest sees it: its transmitter is not empty   */
    FLOW_BLOCKS, /* waits within the write, and all of QEMU with it                       */
    FLOW_DROPS,  /* drops the rest, and gives the buffer back                             */
    FLOW_KEEPS,  /* keeps the buffer until all of it is written                           */
    FLOW_KINDS,
};

struct console_kind {
    const char *name;       /* "isa-serial"                                           */
    const char *device;     /* -device; NULL: not a device, see option                */
    const char *option;     /* -serial, ...: the option that makes it                 */
    const char *value;      /* ... and its value, "%s" is the chardev                 */
    unsigned bus;           /* enum bus: all of these, given by machine or controller */
    unsigned ports;         /* consoles on one device: chardev1=, chardev2=, ...      */
    unsigned most;          /* in one machine, 0: no limit of its own                 */
    const char *fixed;      /* properties that it always gets, or NULL                */
    const char *controller; /* it gets when none is given; NULL: the machine's        */
    enum flow flow;         /* (uart: see risk_flow())                                */
    const char *guest_kind; /* of the guest's console: record, NULL: machine's UART   */
    const char *word;       /* for our firmware's command line, or NULL; "%s" is ...  */
    const char *word_prop;  /* ... the value of this property; without it no word     */
    const char *what;       /* one line for people                                    */
};

/* A device with a bus of its own. */
struct controller_kind {
    const char *name;   /* "virtio-serial-pci": also the -device              */
    unsigned parent;    /* enum bus that it sits on                           */
    unsigned bus;       /* enum bus that it gives; a bridge passes PCI on     */
    unsigned room;      /* devices that fit, unless max_ports= says otherwise */
    const char *child;  /* its bus in QEMU's words, "%s" is its id            */
    const char *number; /* property that must differ in each of them, or NULL */
    bool has_slots;     /* a bridge: its places are numbered from 1 (addr=)   */
    bool is_hub;        /* no bus of its own: its ports are of the one above  */
    const char *what;
};

extern const struct console_kind console_kinds[];
extern const size_t console_kind_count;
extern const struct controller_kind controller_kinds[];
extern const size_t controller_kind_count;

/* COM1.. are shared by the machine's UARTs and this kind. */
extern const struct console_kind *const isa_serial;

/* By name, len bytes of it; NULL if there is none. */
const struct console_kind *console_kind_find(const char *name, size_t len);
const struct controller_kind *controller_kind_find(const char *name, size_t len);

/* Can this machine have it at all, with a controller where one is needed? */
bool machine_can_have(const struct machine *machine, const struct console_kind *kind);
bool machine_can_control(const struct machine *machine, const struct controller_kind *kind);

#endif
