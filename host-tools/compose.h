/*
 * A plan as QEMU's arguments.  Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_COMPOSE_H
#define HOST_TOOLS_COMPOSE_H

#include "host-tools/argv.h"
#include "host-tools/plan.h"

/* What is not in the plan. */
struct compose_input {
    const char *qemu;             /* the program                             */
    const char *const *qemu_data; /* folders for -L, NULL-ended, or NULL     */
    const char *image;            /* for -kernel                             */
    bool is_our_image;            /* takes words of the firmware             */
    bool has_kvm;                 /* -accel kvm; else tcg                    */
};

/*
 * The whole command line.
 *
 * FOR_RUN    QMP and captures by descriptor; stands still until `cont`; stays when the guest
 *            powers off; our firmware lingers at its end, so that what is on its way arrives
 * FOR_PASTE  files and names instead; runs at once, and ends with the guest
 */
void compose(const struct plan *plan, const struct compose_input *input, enum compose_for who,
             struct argv *argv);

/* What stands behind -device: "virtconsole,bus=...,chardev=...".  For a console that comes
 * or goes while the guest runs its name is the device's id, too. */
void compose_device_words(const struct plan *plan, const struct placed_device *device,
                          struct strbuf *words);

#endif
