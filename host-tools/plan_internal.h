/*
 * What plan.c, the devices, asks of plan_controllers.c, the buses, and of plan_taps.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_PLAN_INTERNAL_H
#define HOST_TOOLS_PLAN_INTERNAL_H

#include "host-tools/plan.h"

/*
 * Is everything there that a console or controller needs?
 *
 * what        the console as the user wrote it, for the message
 * needs       enum bus, or-ed
 * controller  that it sits on: an index, or ON_THE_MACHINE
 * returns     0 | -1 and the problem
 */
int plan_check_bus(struct plan *plan, const char *what, unsigned needs, int controller,
                   struct problem *problem);

/*
 * The controller at the end of a path that has room for one more device, made if need be,
 * with everything above it.
 *
 * kind     of the console, NULL for a controller below a controller
 * *found   its index, or ON_THE_MACHINE
 * returns  0 | -1 and the problem
 */
int plan_find_controller(struct plan *plan, const struct controller_spec *path, size_t depth,
                         const struct console_kind *kind, const char *what, int *found,
                         struct problem *problem);

/*
 * plan_taps.c: what stands behind one port of a device that is not in the plan yet: its
 * taps, and the device's name.
 * returns  0 | -1 and the problem
 */
int plan_add_taps(struct plan *plan, struct placed_device *device, unsigned port,
                  struct problem *problem);

/* What the plan has given it; the backend's own is freed by its close. */
void plan_free_tap(struct tap *tap);

#endif
