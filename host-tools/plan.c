/*
 * What is to be built: every console gets its place.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/plan.h"

#include <stdlib.h>
#include <string.h>

const char *option_value(const char *options, const char *key, size_t *len)
{
    size_t key_len = strlen(key);

    for (const char *at = options; at && *at; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, key, key_len) == 0 && at[key_len] == '=') {
            *len = strcspn(at + key_len + 1, ",");
            return at + key_len + 1;
        }
    }
    return NULL;
}

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

static int check_bus(struct plan *plan, const char *what, unsigned needs, int controller,
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

    if (check_bus(plan, what, spec->kind->parent, parent, problem) < 0)
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

/*
 * The controller at the end of a path that has room for one more device, made if need be,
 * with everything above it.
 *
 * kind     of the console, NULL for a controller below a controller
 * *found   its index, or ON_THE_MACHINE
 */
static int find_controller(struct plan *plan, const struct controller_spec *path, size_t depth,
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
    if (find_controller(plan, path, depth - 1, NULL, what, &parent, problem) < 0 ||
        add_controller(plan, &path[depth - 1], parent, what, problem) < 0)
        return -1;
    *found = (int)plan->controller_count - 1;
    if (!has_room(&plan->controllers[*found], kind))
        return problem_set(problem, EXIT_USAGE, "-c %s: a %s with these properties has no room",
                           what, path[depth - 1].kind->name);
    return 0;
}

/* --- Devices and taps ---------------------------------------------------------------- */

static unsigned count_console(const struct plan *plan, const struct console_kind *kind)
{
    unsigned count = 0;

    for (size_t i = 0; i < plan->device_count; i++)
        count += plan->devices[i].spec->kind == kind;
    return count;
}

/* COM1.. belong to the machine's UARTs first, whatever the order of the -c. */
static unsigned count_wanted_uarts(const struct run_options *options)
{
    unsigned count = 0;

    for (size_t i = 0; i < options->spec_count; i++)
        if (options->specs[i].kind->bus == BUS_MACHINE)
            count += options->specs[i].count;
    return count;
}

static int check_ports(const struct plan *plan, const struct console_kind *kind,
                       struct problem *problem)
{
    const struct run_options *options = plan->options;
    const struct machine *machine = options->machine;
    unsigned uarts = machine_uarts(machine, options->machine_props, 0);
    unsigned wanted = count_wanted_uarts(options);

    if (kind->bus == BUS_MACHINE && wanted > uarts)
        return problem_set(problem, EXIT_USAGE, "-c uart: %u of them, but %s has %u of its own",
                           wanted, machine->name, uarts);
    if (kind->most && count_console(plan, kind) >= kind->most)
        return problem_set(problem, EXIT_USAGE, "-c %s: a machine has %u of them, and no more",
                           kind->name, kind->most);
    if (kind == isa_serial && wanted + count_console(plan, kind) >= machine->isa_ports)
        return problem_set(problem, EXIT_USAGE,
                           "-c %s: %s has places for %u ISA UARTs, and no more", kind->name,
                           machine->name, machine->isa_ports);
    return 0;
}

static unsigned count_label(const struct plan *plan, const char *text)
{
    size_t len = strlen(text);
    unsigned count = 0;

    for (size_t i = 0; i < plan->tap_count; i++) {
        const char *label = plan->labels[i];
        count += strncmp(label, text, len) == 0 && (label[len] == '\0' || label[len] == ' ');
    }
    return count;
}

static char *tap_label(const struct plan *plan, const struct console_spec *spec)
{
    struct strbuf label = { 0 };
    unsigned before = count_label(plan, spec->text);

    strbuf_printf(&label, "%s", spec->text);
    if (before)
        strbuf_printf(&label, " #%u", before + 1);
    return label.text;
}

static unsigned count_name(const struct plan *plan, const char *kind)
{
    size_t len = strlen(kind);
    unsigned count = 0;

    for (size_t i = 0; i < plan->tap_count; i++) {
        const char *name = plan->taps[i].name;
        count += strncmp(name, kind, len) == 0 &&
                 strspn(name + len, "0123456789") == strlen(name + len);
    }
    return count;
}

static void add_tap(struct plan *plan, const struct console_spec *spec)
{
    size_t count = plan->tap_count + 1;
    struct strbuf name = { 0 };

    plan->taps = must_realloc(plan->taps, count * sizeof(*plan->taps));
    plan->labels = must_realloc(plan->labels, count * sizeof(*plan->labels));
    strbuf_printf(&name, "%s%u", spec->kind->name, count_name(plan, spec->kind->name));
    plan->labels[plan->tap_count] = tap_label(plan, spec);
    plan->taps[plan->tap_count] = (struct tap){
        .name = name.text,
        .props = spec->backend_props,
        .child_fd = QEMU_FD_TAP + (int)plan->tap_count,
        .folder = plan->options->folder,
        .backend = spec->backend,
        .is_partial = spec->when == CONSOLE_UNPLUGGED,
        .fd = -1,
        .qemu_fd = -1,
    };
    plan->tap_count = count;
}

static void add_device(struct plan *plan, const struct console_spec *spec, int controller)
{
    size_t size = (plan->device_count + 1) * sizeof(*plan->devices);
    struct placed_device device = {
        .spec = spec,
        .controller = controller,
        .place = controller == ON_THE_MACHINE ? 0 : plan->controllers[controller].used,
        .address = count_wanted_uarts(plan->options) + count_console(plan, spec->kind),
        .first_tap = plan->tap_count,
    };

    plan->devices = must_realloc(plan->devices, size);
    plan->devices[plan->device_count++] = device;
    for (unsigned port = 0; port < spec->kind->ports; port++)
        add_tap(plan, spec);
}

/* The controller that a console gets when none is written: below a bridge a PCI one. */
static const struct controller_kind *default_controller(const struct plan *plan,
                                                        const struct console_spec *spec)
{
    const char *name = spec->kind->controller;

    if (!name)
        name = spec->depth > 0 ? "virtio-serial-pci" : plan->options->machine->console;
    return controller_kind_find(name, strlen(name));
}

/* A USB hub that is written alone gets the default USB controller above it. */
static size_t start_path(const struct plan *plan, const struct console_spec *spec,
                         struct controller_spec *path)
{
    static const char usb[] = "qemu-xhci";
    unsigned machine_buses = plan->options->machine->buses;
    size_t above = spec->depth > 0 && spec->path[0].kind->parent == BUS_USB &&
                   !(machine_buses & BUS_USB) && spec->depth < SPEC_DEPTH;

    if (above)
        path[0] = (struct controller_spec){ controller_kind_find(usb, strlen(usb)), NULL };
    memcpy(path + above, spec->path, spec->depth * sizeof(*path));
    return spec->depth + above;
}

/* The path as written, with the default controller at its end where one is needed. */
static size_t full_path(const struct plan *plan, const struct console_spec *spec,
                        struct controller_spec *path)
{
    const struct controller_kind *kind = default_controller(plan, spec);
    size_t depth = start_path(plan, spec, path);
    unsigned given = depth ? path[depth - 1].kind->bus : plan->options->machine->buses;

    if ((given & spec->kind->bus) || !(kind->bus & spec->kind->bus))
        return depth;
    path[depth] = (struct controller_spec){ kind, NULL };
    return depth + 1;
}

static int place(struct plan *plan, const struct console_spec *spec, struct problem *problem)
{
    struct controller_spec path[SPEC_DEPTH + 1];
    size_t depth = full_path(plan, spec, path);
    int controller;

    if (find_controller(plan, path, depth, spec->kind, spec->text, &controller, problem) < 0 ||
        check_bus(plan, spec->text, spec->kind->bus, controller, problem) < 0 ||
        check_ports(plan, spec->kind, problem) < 0)
        return -1;
    if (controller != ON_THE_MACHINE) {
        struct placed_controller *placed = &plan->controllers[controller];
        placed->used++;
        placed->has_port_0 |= strcmp(spec->kind->name, "virtconsole") == 0;
    }
    add_device(plan, spec, controller);
    return 0;
}

int plan_build(const struct run_options *options, struct plan *plan, struct problem *problem)
{
    *plan = (struct plan){ .options = options };
    for (size_t i = 0; i < options->spec_count; i++)
        for (unsigned n = 0; n < options->specs[i].count; n++)
            if (place(plan, &options->specs[i], problem) < 0)
                return -1;
    return 0;
}

void plan_free(struct plan *plan)
{
    for (size_t i = 0; i < plan->controller_count; i++) {
        free(plan->controllers[i].id);
        free(plan->controllers[i].port);
    }
    for (size_t i = 0; i < plan->tap_count; i++) {
        free(plan->taps[i].name);
        free(plan->labels[i]);
    }
    free(plan->controllers);
    free(plan->devices);
    free(plan->taps);
    free(plan->labels);
    *plan = (struct plan){ 0 };
}
