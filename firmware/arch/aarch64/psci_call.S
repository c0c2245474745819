/*
 * aarch64: the two instructions that call the firmware underneath.
 *
 * Source: SMC Calling Convention, DEN 0028E, 2.6: the function in w0, results in x0 to x3.
 *
 * SPDX-License-Identifier: MIT
 */
    .text
    .globl psci_by_hvc, psci_by_smc
psci_by_hvc:
    hvc #0
    ret

psci_by_smc:
    smc #0
    ret
