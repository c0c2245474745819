/*
 * Switching off through PSCI, by the conduit that the device tree names.
 *
 * Source: Arm Power State Coordination Interface, DEN 0022E, 5.10 (SYSTEM_OFF).
 * QEMU answers the call itself: hvc, or smc with -M virt,virtualization=on; with
 * secure=on nobody answers, and the tree has no /psci.
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/text.h"
#include "firmware/arch/common_arm/common_arm.h"
#include "firmware/platform/virt/virt.h"

void arch_firmware_off(const char *conduit)
{
    if (conduit && text_equal(conduit, "smc"))
        psci_by_smc(PSCI_SYSTEM_OFF);
    else if (conduit && text_equal(conduit, "hvc"))
        psci_by_hvc(PSCI_SYSTEM_OFF);
}
