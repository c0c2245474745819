/*
 * What firmware/platform/virt/virt.h asks of an architecture, for unit tests.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FAKES_VIRT_ARCH_H
#define TESTS_FAKES_VIRT_ARCH_H

#include <stdbool.h>

struct fake_virt_arch {
    bool is_secure;     /* set by the test                                   */
    unsigned off_calls; /* how often the firmware was asked to switch off    */
    char conduits[64];  /* with what, one after the other: "smc;none;"       */
};
extern struct fake_virt_arch fake_virt_arch;

#endif
