/*
 * SPDX-License-Identifier: MIT
 */
#include "tests/fakes/virt_arch.h"

#include <string.h>

#include "firmware/platform/virt/virt.h"

struct fake_virt_arch fake_virt_arch;

bool arch_is_secure(void)
{
    return fake_virt_arch.is_secure;
}

void arch_firmware_off(const char *conduit)
{
    char *said = fake_virt_arch.conduits;
    fake_virt_arch.off_calls++;
    strncat(said, conduit ? conduit : "none", sizeof(fake_virt_arch.conduits) - strlen(said) - 1);
    strncat(said, ";", sizeof(fake_virt_arch.conduits) - strlen(said) - 1);
}
