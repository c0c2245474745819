/*
 * Memory that needs no zeroing: it lies behind bss, in no loaded segment, so that
 * neither the loader nor the boot code spends time on it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_NOINIT_H
#define FIRMWARE_NOINIT_H

#define NOINIT __attribute__((section(".noinit")))

#endif
