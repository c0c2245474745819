/*
 * What is to be built: buses, and the controllers that give them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "host-tools/plan_internal.h"

static bool is_same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* --- Buses ----------------------------------------------------------------------- */

static const char *missing_bus_name(unsigned missing)
{
    static const struct {
        unsigned bus;
        const char *name;
    } names[] = {
        { BUS_MACHINE, "UART of its own" },
        { BUS_ISA, "ISA bus" },
        { BUS_PCIE, "PCI Express bus" },
        { BUS_PCI, "PCI bus" },
        { BUS_PCI_IO, "window for PCI's I/O BARs" },
        { BUS_VIRTIO_MMIO, "virtio-mmio slots" },
        { BUS_VIRTIO_SERIAL, "virtio-serial bus" },
        { BUS_USB, "USB" },
        { BUS_SEMIHOSTING, "semihosting" },
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (missing & names[i].bus)
            return names[i].name;
    return "place for it";
}

/* What can be plugged in below a controller.  A bridge hands on the machine's windows. */
static unsigned buses_below(const struct plan *plan, int controller)
{
    const struct machine *machine = plan->options->machine;

    if (controller == ON_THE_MACHINE)
        return machine->buses;
    unsigned buses = plan->controllers[controller].kind->bus;
    return buses & BUS_PCI ? buses | (machine->buses & BUS_PCI_IO) : buses;
}

int plan_check_bus(struct plan *plan, const char *what, unsigned needs, int controller,
                   struct problem *problem)
{
    unsigned missing = needs & ~buses_below(plan, controller);
    const char *machine = plan->options->machine->name;

    plan->needs_pci |= (needs & (BUS_PCI | BUS_PCIE)) != 0;
    if (!missing)
        return 0;
    if (controller == ON_THE_MACHINE)
        return problem_set(problem, EXIT_USAGE,
                           "-c %s: %s has no %s; `tutti list consoles -M %s` has what it can have",
                           what, machine, missing_bus_name(missing), machine);
    return problem_set(problem, EXIT_USAGE, "-c %s: a %s has no %s", what,
                       plan->controllers[controller].kind->name, missing_bus_name(missing));
}

/* --- Controllers ------------------------------------------------------------------ */

/*
 * Is there room for one more device?  On virtio-serial port 0 is for a virtconsole alone,
 * which takes it first.
 */
static bool has_room(const struct placed_controller *controller, const struct console_kind *kind)
{
    if (!(controller->kind->bus & BUS_VIRTIO_SERIAL))
        return controller->used < controller->room;
    if (kind && strcmp(kind->name, "virtconsole") == 0 && !controller->has_port_0)
        return controller->room > 0;
    return controller->used - controller->has_port_0 + 1 < controller->room;
}

/* Written alike, all the way up? */
static bool is_same_path(const struct plan *plan, int controller,
                         const struct controller_spec *path, size_t depth)
{
    if (controller == ON_THE_MACHINE || depth == 0)
        return controller == ON_THE_MACHINE && depth == 0;
    const struct placed_controller *placed = &plan->controllers[controller];
    return placed->kind == path[depth - 1].kind &&
           is_same_text(placed->props, path[depth - 1].props) &&
           is_same_path(plan, placed->parent, path, depth - 1);
}

static unsigned count_kind(const struct plan *plan, const struct controller_kind *kind)
{
    unsigned count = 0;

    for (size_t i = 0; i < plan->controller_count; i++)
        count += plan->controllers[i].kind == kind;
    return count;
}

static char *controller_id(const struct controller_spec *spec, unsigned number)
{
    struct strbuf id = { 0 };
    size_t len;
    const char *given = option_value(spec->props, "id", &len);

    if (given)
        strbuf_add(&id, given, len);
    else
        strbuf_printf(&id, "%s%u", spec->kind->name, number);
    return id.text;
}

static unsigned controller_room(const struct controller_spec *spec)
{
    size_t len;
    const char *ports = option_value(spec->props, "max_ports", &len);

    return ports ? (unsigned)strtoul(ports, NULL, 0) : spec->kind->room;
}

/* Hubs take the first ports of the bus that they sit on, in order. */
static char *hub_port(const struct plan *plan, const struct controller_kind *kind, int parent)
{
    struct strbuf port = { 0 };

    if (!kind->is_hub || parent == ON_THE_MACHINE)
        return NULL;
    const struct placed_controller *above = &plan->controllers[parent];
    if (above->port)
        strbuf_printf(&port, "%s.%u", above->port, above->used + 1);
    else
        strbuf_printf(&port, "%u", above->hubs + 1);
    return port.text;
}

static int check_mmio_slots(const struct plan *plan, struct problem *problem)
{
    const struct machine *machine = plan->options->machine;
    unsigned count = 0;

    for (size_t i = 0; i < plan->controller_count; i++)
        count += (plan->controllers[i].kind->parent & BUS_VIRTIO_MMIO) != 0;
    if (count <= machine->mmio_slots)
        return 0;
    return problem_set(problem, EXIT_USAGE, "-c: %u controllers, but %s has %u virtio-mmio slots",
                       count, machine->name, machine->mmio_slots);
}

static int add_controller(struct plan *plan, const struct controller_spec *spec, int parent,
                          const char *what, struct problem *problem)
{
    size_t size = (plan->controller_count + 1) * sizeof(*plan->controllers);
    unsigned number = count_kind(plan, spec->kind);

    if (plan_check_bus(plan, what, spec->kind->parent, parent, problem) < 0)
        return -1;
    plan->controllers = must_realloc(plan->controllers, size);
    plan->controllers[plan->controller_count++] = (struct placed_controller){
        .kind = spec->kind,
        .props = spec->props,
        .id = controller_id(spec, number),
        .parent = parent,
        .number = number,
        .place = parent == ON_THE_MACHINE ? 0 : plan->controllers[parent].used + 1,
        .room = controller_room(spec),
        .port = hub_port(plan, spec->kind, parent),
    };
    if (parent != ON_THE_MACHINE) {
        plan->controllers[parent].used++;
        plan->controllers[parent].hubs += spec->kind->is_hub;
    }
    return check_mmio_slots(plan, problem);
}

int plan_find_controller(struct plan *plan, const struct controller_spec *path, size_t depth,
                         const struct console_kind *kind, const char *what, int *found,
                         struct problem *problem)
{
    int parent;

    *found = ON_THE_MACHINE;
    if (depth == 0)
        return 0;
    for (size_t i = 0; i < plan->controller_count; i++)
        if (is_same_path(plan, (int)i, path, depth) && has_room(&plan->controllers[i], kind)) {
            *found = (int)i;
            return 0;
        }
    if (plan_find_controller(plan, path, depth - 1, NULL, what, &parent, problem) < 0 ||
        add_controller(plan, &path[depth - 1], parent, what, problem) < 0)
        return -1;
    *found = (int)plan->controller_count - 1;
    if (!has_room(&plan->controllers[*found], kind))
        return problem_set(problem, EXIT_USAGE, "-c %s: a %s with these properties has no room",
                           what, path[depth - 1].kind->name);
    return 0;
}
