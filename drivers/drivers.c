/*
 * The drivers, and which of them fits a device.
 *
 * A new driver is one include and one line here.
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/device.h"

#include <stddef.h>

#include "drivers/pci/pci.h"
#include "drivers/serial/debugcon.h"
#include "drivers/serial/pl011.h"
#include "drivers/serial/semihosting.h"
#include "drivers/serial/uart8250.h"
#include "drivers/status.h"
#include "drivers/text.h"
#include "drivers/usb/ohci.h"
#include "drivers/usb/uhci.h"
#include "drivers/usb/xhci.h"
#include "drivers/virtio/virtio_mmio.h"
#include "drivers/virtio/virtio_pci.h"

/* clang-format off */
static const struct driver *const drivers[] = {
    &uart8250_driver,
    &uart8250_pci_driver,
    &pl011_driver,
    &debugcon_driver,
    &semihosting_driver,
    &virtio_mmio_driver,
    &virtio_pci_driver,
#ifndef WITHOUT_USB
    &xhci_driver,
    &uhci_driver,
    &ohci_driver,
#endif
    NULL, /* the end */
};
/* clang-format on */

static bool is_end(const struct device_id *id)
{
    return !id->compatible && !id->vendor && !id->device;
}

static bool fits(const struct device *dev, const struct device_id *id)
{
    if (dev->bus != id->bus)
        return false;
    if (dev->bus == BUS_PCI)
        return dev->pci->vendor == id->vendor && dev->pci->device == id->device;
    return id->compatible && text_equal(dev->compatible, id->compatible);
}

static const struct device_id *find_id(const struct driver *driver, const struct device *dev)
{
    for (const struct device_id *id = driver->ids; !is_end(id); id++)
        if (fits(dev, id))
            return id;
    return NULL;
}

int drivers_attach(const struct device *dev)
{
    for (size_t i = 0; drivers[i]; i++) {
        const struct device_id *id = find_id(drivers[i], dev);
        if (id)
            return drivers[i]->attach(dev, id);
    }
    return ERR_UNSUPPORTED;
}
