/*
 * What the virt machines ask of an architecture beyond arch.h, and what the
 * files of this folder share.
 *
 *   virt.c           platform.h's functions
 *   virt_devices.c   which node of the tree is which device
 *   virt_pci.c       the PCI host bridge's windows
 *   virt_power.c     switching the machine off
 *
 * QEMU: -M virt of qemu-system-{aarch64,arm,riscv64,riscv32}
 * Next on the tour: drivers/fdt/fdt.h
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_PLATFORM_VIRT_VIRT_H
#define FIRMWARE_PLATFORM_VIRT_VIRT_H

#include <stdbool.h>
#include <stdint.h>

#include "drivers/device.h"
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

/*
 * May we use this node: is it enabled, in the state (secure or not) that we run in?
 * DT 0.4 §2.3.4; Linux bindings, arm/secure.txt (secure-status).
 */
bool virt_node_is_usable(const struct fdt_node *node);

/* The first usable node of that kind. */
bool virt_find_usable(const struct fdt *fdt, const char *compatible, struct fdt_node *node);

/* "fdt:/soc/serial@10000000" */
void virt_found(const struct fdt_node *node, char *buf, size_t size);

/*
 * Open the window that a node's first `reg` names, with its reg-shift and reg-io-width.
 * returns  OK | another status, and why; no note is written: the log may have ended
 */
int virt_map(const struct fdt_node *node, struct io *io, struct why *why);

/* Write a note that this node can't be used. */
void virt_note_unusable(const struct fdt_node *node, const struct why *why);

/* Attach the UART of stdout-path; then the others, the buses and their devices. */
void virt_attach_first(const struct fdt *fdt);
void virt_attach_rest(const struct fdt *fdt);

/* Attach what is behind a node "pci-host-ecam-generic". */
void virt_pci_attach(const struct fdt_node *node);

/* Write a note on how the machine will be switched off. */
void virt_power_announce(const struct fdt *fdt);

/* Switch off by what the tree says, or without a tree (NULL) by the firmware underneath;
 * returns only if nothing worked. */
void virt_power_off(const struct fdt *fdt, unsigned status);

#endif
