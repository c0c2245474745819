/*
 * The PC as QEMU builds it: q35, pc and microvm.
 *
 *   pc.c         what the loader and ACPI say; the order of things
 *   pc_isa.c     the UARTs and the debug console, at their fixed ports
 *   pc_pci.c     host bridges
 *   pc_virtio.c  microvm's virtio-mmio slots
 *   pc_power.c   switching the machine off
 *
 * Next on the tour: drivers/pvh/pvh.h
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_PLATFORM_PC_PC_H
#define FIRMWARE_PLATFORM_PC_PC_H

#include <stdbool.h>
#include <stdint.h>

#include "drivers/acpi/acpi.h"
#include "drivers/pvh/pvh.h"

struct pc {
    struct pvh pvh;
    struct acpi acpi;          /* empty if there is none: acpi_find() finds nothing  */
    struct acpi_fadt fadt;     /* all 0 if there is none                             */
    struct acpi_table dsdt;    /* empty if there is none */
    struct acpi_register spcr; /* the UART called the console; address 0: none       */
};

/* COM1; then COM2 to COM4: ports that every PC agrees on. */
void pc_isa_attach_first(void);
void pc_isa_attach_usual(void);

/* UARTs at other ports, the debug console; and which UART the SPCR means. */
void pc_isa_attach_rest(const struct pc *pc);

/* Host bridges, by the MCFG or the ports 0xcf8 and 0xcfc, and what is behind them. */
void pc_pci_attach(const struct pc *pc);

/* "q35" or "pc" by the host bridge's identity; NULL if there are no such ports. */
const char *pc_pci_machine(void);

/* The devices of virtio_mmio.device= words, or else the slots of a microvm. */
void pc_virtio_attach(const struct pc *pc);

/* Say in a record how the machine will be switched off. */
void pc_power_announce(const struct pc *pc);

/* Switch off; returns only if nothing worked. */
void pc_power_off(const struct pc *pc);

#endif
