/*
 * virtio-mmio: a virtio device behind a window of registers.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_VIRTIO_VIRTIO_MMIO_H
#define DRIVERS_VIRTIO_VIRTIO_MMIO_H

#include "drivers/device.h"

/*
 * Answers to "virtio,mmio".  attach() looks whether there is a virtio device at all,
 * and a console: other slots are ERR_ABSENT, quietly, since machines have dozens.
 * A console in a version that we do not speak is added as not driven.
 * VIRTIO 1.2 §4.2.2.2, §4.2.3.1.1
 */
extern const struct driver virtio_mmio_driver;

#endif
