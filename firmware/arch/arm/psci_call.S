/*
 * arm: the two instructions that call the firmware underneath.
 *
 * Source: SMC Calling Convention, DEN 0028E, 2.6: the function in r0, results in r0 to r3.
 *
 * SPDX-License-Identifier: MIT
 */
    .syntax unified
    .arch_extension virt
    .arch_extension sec
    .arm
    .text
    .globl psci_by_hvc, psci_by_smc
    .type psci_by_hvc, %function
    .type psci_by_smc, %function
psci_by_hvc:
    hvc #0
    bx lr

psci_by_smc:
    smc #0
    bx lr
