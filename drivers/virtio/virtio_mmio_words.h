/*
 * virtio-mmio devices that are named on a kernel's command line:
 *
 *   virtio_mmio.device=<size>[KMG]@<base>:<irq>[:<id>]
 *
 * Source: Linux, Documentation/admin-guide/kernel-parameters.txt, virtio_mmio.device.
 * QEMU: -M microvm,acpi=off adds one such word for each slot that has a device.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_VIRTIO_VIRTIO_MMIO_WORDS_H
#define DRIVERS_VIRTIO_VIRTIO_MMIO_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VIRTIO_MMIO_WORD "virtio_mmio.device="

struct virtio_mmio_word {
    const char *text; /* within the command line, not NUL-terminated */
    size_t len;       /* the whole word                              */
    bool is_right;    /* size and base could be read                 */
    uint64_t size, base;
};

/*
 * The next such word of a command line.
 * rest     where to go on, moved behind the word
 * returns  false: no more
 */
bool virtio_mmio_word_next(const char **rest, struct virtio_mmio_word *word);

#endif
