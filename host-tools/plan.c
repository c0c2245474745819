/*
 * What is to be built: every console gets its place, and its tap.
 *
 * Next on the tour: plan_controllers.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/plan.h"

#include <stdlib.h>
#include <string.h>

#include "host-tools/plan_internal.h"

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

/* Where the device's port is when its properties don't say. */
#define DEBUGCON_PORT 0xe9

static unsigned long debugcon_port(const struct console_spec *spec)
{
    size_t len;
    const char *given = option_value(spec->props, spec->kind->word_prop, &len);

    return given ? strtoul(given, NULL, 0) : DEBUGCON_PORT;
}

/* QEMU takes two of them at one port, and the last one hides the others. */
static int check_debugcons(const struct plan *plan, const struct console_spec *spec,
                           struct problem *problem)
{
    for (size_t i = 0; i < plan->device_count; i++) {
        const struct console_spec *other = plan->devices[i].spec;
        if (other->kind == spec->kind && debugcon_port(other) == debugcon_port(spec))
            return problem_set(problem, EXIT_USAGE,
                               "-c %s: one is at port 0x%lx already; iobase=PORT gives this one "
                               "a port of its own",
                               spec->kind->name, debugcon_port(spec));
    }
    return 0;
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

static int add_device(struct plan *plan, const struct console_spec *spec, int controller,
                      struct problem *problem)
{
    size_t size = (plan->device_count + 1) * sizeof(*plan->devices);
    struct placed_device device = {
        .spec = spec,
        .controller = controller,
        .place = controller == ON_THE_MACHINE ? 0 : plan->controllers[controller].used,
        .address = count_wanted_uarts(plan->options) + count_console(plan, spec->kind),
    };
    int result = 0;

    for (unsigned port = 0; port < spec->kind->ports && result == 0; port++)
        result = plan_add_taps(plan, &device, port, problem);
    plan->devices = must_realloc(plan->devices, size);
    plan->devices[plan->device_count++] = device;
    return result;
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

    if (plan_find_controller(plan, path, depth, spec->kind, spec->text, &controller, problem) < 0 ||
        plan_check_bus(plan, spec->text, spec->kind->bus, controller, problem) < 0 ||
        check_ports(plan, spec->kind, problem) < 0 ||
        (spec->kind->word_prop && check_debugcons(plan, spec, problem) < 0))
        return -1;
    if (controller != ON_THE_MACHINE) {
        struct placed_controller *placed = &plan->controllers[controller];
        placed->used++;
        placed->has_port_0 |= strcmp(spec->kind->name, "virtconsole") == 0;
    }
    return add_device(plan, spec, controller, problem);
}

unsigned plan_ports(const struct plan *plan)
{
    unsigned count = 0;

    for (size_t i = 0; i < plan->device_count; i++)
        count += plan->devices[i].spec->kind->ports;
    return count;
}

/* What belongs to a tap is called by its name, a dot, and more: hub members, logfiles. */
bool plan_leads_to(const struct plan *plan, const struct placed_device *device, size_t tap)
{
    const char *name = plan->taps[tap].name;

    for (unsigned port = 0; port < device->spec->kind->ports; port++) {
        const char *own = plan->taps[device->taps[port]].name;
        size_t len = strlen(own);
        if (strncmp(name, own, len) == 0 && (name[len] == '\0' || name[len] == '.'))
            return true;
    }
    return false;
}

bool plan_is_judged(const struct tap *tap)
{
    return tap_is_captured(tap) && !tap->is_partial && tap->frontends == 1;
}

static int check_judged(const struct plan *plan, struct problem *problem)
{
    for (size_t i = 0; i < plan->tap_count; i++)
        if (plan_is_judged(&plan->taps[i]))
            return 0;
    return problem_set(problem, EXIT_USAGE,
                       "-c: no console has a capture of its own, so nothing can be proved; one "
                       "more, such as -c virtconsole:file, can stand for the log");
}

int plan_build(const struct run_options *options, struct plan *plan, struct problem *problem)
{
    *plan = (struct plan){ .options = options };
    for (size_t i = 0; i < options->spec_count; i++)
        for (unsigned n = 0; n < options->specs[i].count; n++)
            if (place(plan, &options->specs[i], problem) < 0)
                return -1;
    return check_judged(plan, problem);
}

void plan_free(struct plan *plan)
{
    for (size_t i = 0; i < plan->controller_count; i++) {
        free(plan->controllers[i].id);
        free(plan->controllers[i].port);
    }
    for (size_t i = 0; i < plan->device_count; i++)
        free(plan->devices[i].name);
    for (size_t i = 0; i < plan->tap_count; i++) {
        plan_free_tap(&plan->taps[i]);
        free(plan->labels[i]);
    }
    free(plan->controllers);
    free(plan->devices);
    free(plan->taps);
    free(plan->labels);
    *plan = (struct plan){ 0 };
}
