/*
 * What the virt machines ask of an architecture beyond arch.h, and what the
 * files of this folder share.
 *
 *   virt.c        the device tree: which node is which device
 *   virt_pci.c    the PCI host bridge's windows
 *   virt_power.c  switching the machine off
 *
 * Next on the tour: drivers/fdt/fdt.h
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_PLATFORM_VIRT_VIRT_H
#define FIRMWARE_PLATFORM_VIRT_VIRT_H

#include <stdbool.h>
#include <stdint.h>

#include "drivers/fdt/fdt.h"

/* --- each firmware/arch/ that runs on a virt machine has these two -------- */

/*
 * Ask the firmware underneath, if there is one, to switch the machine off: PSCI
 * SYSTEM_OFF on Arm, SBI System Reset (shutdown) on RISC-V in S-mode.
 *
 * conduit  the tree's /psci method, "hvc" or "smc"; NULL if the tree has none
 *          (RISC-V does not look at it)
 * returns  only if there is no such firmware, or it did not switch off
 */
void arch_firmware_off(const char *conduit);

/* Do we run in the secure state, where the tree's secure-status counts?
 * false on an architecture that has no such thing. */
bool arch_is_secure(void);

/* --- within this folder ---------------------------------------------------- */

/* Attach what sits behind a node "pci-host-ecam-generic". */
void virt_pci_attach(const struct fdt_node *node);

/* Switch off by what the tree says; returns only if nothing worked. */
void virt_power_off(const struct fdt *fdt, unsigned status);

/* May we use this node: enabled, in the state (secure or not) that we run in? */
bool virt_node_is_usable(const struct fdt_node *node);

#endif
