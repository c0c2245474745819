/*
 * Memory that needs no zeroing: it lies behind bss, in no loaded segment, so that
 * neither the loader nor the boot code spends time on it.
 *
 * The linker scripts put what is small first, then the log's ring, then the drivers'
 * memory.  A host gives memory by 2 MiB, which it clears when they are first touched: so
 * what the first byte needs is to lie in those of the image.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_NOINIT_H
#define FIRMWARE_NOINIT_H

#define NOINIT       __attribute__((section(".noinit")))
#define NOINIT_RING  __attribute__((section(".noinit_ring")))
#define NOINIT_ARENA __attribute__((section(".noinit_arena")))

#endif
