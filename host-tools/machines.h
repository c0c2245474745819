/*
 * The machines: one row each, and what can be plugged into them.
 *
 * A new architecture is a row here, besides its folder in firmware/arch.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_MACHINES_H
#define HOST_TOOLS_MACHINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a device can sit; a machine has a set of them. */
enum bus {
    BUS_MACHINE = 1 << 0,       /* no bus: the machine's own UARTs (-serial)    */
    BUS_ISA = 1 << 1,           /*                                              */
    BUS_PCI = 1 << 2,           /* conventional or Express                      */
    BUS_PCIE = 1 << 3,          /* Express: has root ports                      */
    BUS_PCI_IO = 1 << 4,        /* PCI with a window for I/O BARs               */
    BUS_VIRTIO_MMIO = 1 << 5,   /* slots on the board; QEMU's bus "virtio-bus"  */
    BUS_VIRTIO_SERIAL = 1 << 6, /* given by a controller, never by a machine    */
    BUS_USB = 1 << 7,           /* given by a controller                        */
    BUS_SEMIHOSTING = 1 << 8,   /* calls of the CPU itself                      */
};

#define MACHINE_ELF_KINDS 2 /* ELF machine types that a machine can boot */

struct machine {
    const char *name;                /* ours: "q35"                                      */
    const char *arch;                /* of the firmware: build/<arch>/                   */
    const char *image;               /* there: "firmware.elf"                            */
    const char *qemu;                /* program: "qemu-system-x86_64"                    */
    const char *type;                /* -M                                               */
    const char *cpu;                 /* -cpu, NULL: QEMU's default                       */
    const char *bios;                /* -bios, NULL: QEMU's default                      */
    const char *memory;              /* -m                                               */
    const char *host;                /* uname -m of a host whose KVM runs it, NULL: none */
    unsigned buses;                  /* enum bus, or-ed                                  */
    unsigned uarts;                  /* of its own                                       */
    unsigned secure_uarts;           /* with -M ...,secure=on; 0: same                   */
    unsigned newer_uarts;            /* from QEMU newer_version on; 0: same              */
    unsigned newer_version;          /* major * 100 + minor                              */
    unsigned mmio_slots;             /* for virtio-mmio                                  */
    unsigned isa_ports;              /* ISA UARTs it has addresses for                   */
    const char *pci_option;          /* -M option that adds the PCI bus, NULL: is there  */
    const char *uart_kind;           /* of the UART in the guest's console: record       */
    const char *console;             /* controller that plain virtconsole gets           */
    uint16_t elf[MACHINE_ELF_KINDS]; /* e_machine that it boots                     */
    unsigned char elf_class;         /* ELFCLASS32, ELFCLASS64; 0: both             */
    const char *const *consoles;     /* the default set, NULL-ended                     */
    const char *what;                /* one line for people                              */
};

extern const struct machine machines[];
extern const size_t machine_count;

/* By our name, len bytes of it; NULL if there is none. */
const struct machine *machine_find(const char *name, size_t len);

/* How many UARTs of its own it has with these -M options (or NULL) and in this QEMU
 * version (major * 100 + minor; 0: not known yet, the most of any). */
unsigned machine_uarts(const struct machine *machine, const char *options, unsigned version);

/* Has the comma list the word? */
bool option_list_has(const char *options, const char *word);

#endif
