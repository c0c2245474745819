/*
 * A plan as QEMU's arguments.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/compose.h"

#include <string.h>

/*
 * How long our firmware stays after its end record.  The tool quits QEMU as soon as it has
 * everything, so this is only met when a console never ends.
 */
#define LINGER_MS 10000

static void compose_machine(const struct plan *plan, struct argv *argv)
{
    const struct run_options *options = plan->options;
    const struct machine *machine = options->machine;
    struct strbuf type = { 0 };

    strbuf_printf(&type, "%s", machine->type);
    if (plan->needs_pci && machine->pci_option)
        strbuf_printf(&type, ",%s", machine->pci_option);
    if (options->machine_props)
        strbuf_printf(&type, ",%s", options->machine_props);
    argv_option(argv, "-M", "%s", type.text);
    strbuf_free(&type);
    if (machine->bios)
        argv_option(argv, "-bios", "%s", machine->bios);
}

/* A machine's CPU is one that TCG knows; KVM can only give the host's. */
static void compose_cpu(const struct run_options *options, bool has_kvm, struct argv *argv)
{
    const char *cpu = options->machine->cpu;

    if (cpu && has_kvm)
        cpu = "host";
    if (options->cpu)
        cpu = options->cpu;
    argv_option(argv, "-accel", "%s", has_kvm ? "kvm" : "tcg");
    if (cpu)
        argv_option(argv, "-cpu", "%s", cpu);
    argv_option(argv, "-m", "%s", options->memory ? options->memory : options->machine->memory);
    if (options->smp)
        argv_option(argv, "-smp", "%u", options->smp);
}

/*
 * -display none, and not -nographic: that would have the PC's firmware print on COM1.
 * -nodefaults: no device but those that are asked for.
 */
static void compose_frame(enum compose_for who, struct argv *argv)
{
    argv_add(argv, "-display");
    argv_add(argv, "none");
    argv_add(argv, "-nodefaults");
    argv_add(argv, "-no-user-config");
    argv_add(argv, "-no-reboot");
    if (who == FOR_PASTE)
        return;
    argv_add(argv, "-no-shutdown");
    argv_add(argv, "-S");
    argv_option(argv, "-chardev", "socket,id=tutti-qmp,fd=%d", QEMU_FD_QMP);
    argv_option(argv, "-mon", "chardev=tutti-qmp,mode=control");
}

/* A pattern of the tables: "%s" stands for the value. */
static void fill(struct strbuf *out, const char *pattern, const char *value, size_t len)
{
    const char *hole = strstr(pattern, "%s");

    if (!hole) {
        strbuf_printf(out, "%s", pattern);
        return;
    }
    strbuf_add(out, pattern, (size_t)(hole - pattern));
    strbuf_add(out, value, len);
    strbuf_printf(out, "%s", hole + 2);
}

/* What our firmware must be told to find a console. */
static void add_console_word(const struct console_spec *spec, struct strbuf *words)
{
    const struct console_kind *kind = spec->kind;
    size_t len = 0;
    const char *value = kind->word_prop ? option_value(spec->props, kind->word_prop, &len) : "";

    if (!kind->word || !value)
        return;
    strbuf_printf(words, "%s", words->len ? " " : "");
    fill(words, kind->word, value, len);
}

static void compose_kernel(const struct plan *plan, const struct compose_input *input,
                           enum compose_for who, struct argv *argv)
{
    const char *user = plan->options->words ? plan->options->words : "";
    struct strbuf words = { 0 };

    strbuf_printf(&words, "%s", user);
    for (size_t i = 0; i < plan->device_count && input->is_our_image; i++)
        add_console_word(plan->devices[i].spec, &words);
    if (who == FOR_RUN && input->is_our_image && !strstr(user, "linger="))
        strbuf_printf(&words, "%slinger=%d", words.len ? " " : "", LINGER_MS);
    argv_option(argv, "-kernel", "%s", input->image);
    if (words.len)
        argv_option(argv, "-append", "%s", words.text);
    strbuf_free(&words);
}

/* ",bus=ID.0": where a device sits; a machine's own buses are found by QEMU.  A hub's
 * ports are ports of the bus that the hub is on: ",port=HUB.PLACE".  QEMU would put the first
 * device behind a bridge into slot 0, which belongs to the bridge's hot-plug controller. */
static void add_bus(const struct plan *plan, int controller, unsigned place, const char *props,
                    struct strbuf *words)
{
    const struct placed_controller *hub = NULL, *placed;

    if (controller == ON_THE_MACHINE)
        return;
    for (placed = &plan->controllers[controller]; placed->port;) {
        hub = hub ? hub : placed;
        placed = &plan->controllers[placed->parent];
    }
    strbuf_printf(words, ",bus=");
    fill(words, placed->kind->child, placed->id, strlen(placed->id));
    if (hub)
        strbuf_printf(words, ",port=%s.%u", hub->port, place);
    if (placed->kind->has_slots && !option_value(props, "addr", &(size_t){ 0 }))
        strbuf_printf(words, ",addr=%u", place);
}

/* A hub sits on the bus of the controller above all hubs, at its own port. */
static void add_hub_bus(const struct plan *plan, const struct placed_controller *hub,
                        struct strbuf *words)
{
    const struct placed_controller *above = &plan->controllers[hub->parent];

    while (above->port)
        above = &plan->controllers[above->parent];
    strbuf_printf(words, ",bus=");
    fill(words, above->kind->child, above->id, strlen(above->id));
    strbuf_printf(words, ",port=%s", hub->port);
}

/* ",a=1,b=2", without the id that the user may have given. */
static void add_props(const char *props, struct strbuf *words)
{
    while (props && *props) {
        size_t len = strcspn(props, ",");
        if (strncmp(props, "id=", 3) != 0)
            strbuf_printf(words, ",%.*s", (int)len, props);
        props += len + (props[len] == ',');
    }
}

static void compose_controller(const struct plan *plan, const struct placed_controller *controller,
                               struct argv *argv)
{
    struct strbuf words = { 0 };

    strbuf_printf(&words, "%s,id=%s", controller->kind->name, controller->id);
    if (controller->port)
        add_hub_bus(plan, controller, &words);
    else
        add_bus(plan, controller->parent, controller->place, controller->props, &words);
    if (controller->kind->number)
        strbuf_printf(&words, ",%s=%u", controller->kind->number, controller->number + 1);
    add_props(controller->props, &words);
    argv_option(argv, "-device", "%s", words.text);
    strbuf_free(&words);
}

/* chardev=, or chardev1=.. where a device has several ports. */
static void add_chardevs(const struct plan *plan, const struct placed_device *device,
                         struct strbuf *words)
{
    unsigned ports = device->spec->kind->ports;

    for (unsigned port = 0; port < ports; port++) {
        const struct tap *tap = &plan->taps[device->taps[port]];
        const char *name = tap->name;
        if (tap->backend == &backend_none)
            continue;
        if (ports == 1)
            strbuf_printf(words, ",chardev=%s", name);
        else
            strbuf_printf(words, ",chardev%u=%s", port + 1, name);
    }
}

void compose_device_words(const struct plan *plan, const struct placed_device *device,
                          struct strbuf *words)
{
    const struct console_spec *spec = device->spec;
    const struct console_kind *kind = spec->kind;

    strbuf_printf(words, "%s", kind->device);
    if (spec->when != CONSOLE_ALWAYS)
        strbuf_printf(words, ",id=%s", device->name);
    add_bus(plan, device->controller, device->place, spec->props, words);
    if (kind == isa_serial && !option_value(spec->props, "index", &(size_t){ 0 }))
        strbuf_printf(words, ",index=%u", device->address);
    if (kind->fixed)
        strbuf_printf(words, ",%s", kind->fixed);
    add_chardevs(plan, device, words);
    add_props(spec->props, words);
}

static void compose_device(const struct plan *plan, const struct placed_device *device,
                           struct argv *argv)
{
    const struct console_kind *kind = device->spec->kind;
    const struct tap *tap = &plan->taps[device->taps[0]];
    struct strbuf words = { 0 };

    if (device->spec->when == CONSOLE_PLUGGED)
        return;
    if (kind->device)
        compose_device_words(plan, device, &words);
    else if (tap->backend == &backend_none)
        strbuf_printf(&words, "none");
    else
        fill(&words, kind->value, tap->name, strlen(tap->name));
    argv_option(argv, kind->device ? "-device" : kind->option, "%s", words.text);
    strbuf_free(&words);
}

void compose(const struct plan *plan, const struct compose_input *input, enum compose_for who,
             struct argv *argv)
{
    argv_add(argv, input->qemu);
    for (const char *const *data = input->qemu_data; data && *data; data++)
        argv_option(argv, "-L", "%s", *data);
    compose_machine(plan, argv);
    compose_cpu(plan->options, input->has_kvm, argv);
    compose_frame(who, argv);
    compose_kernel(plan, input, who, argv);
    for (size_t i = 0; i < plan->tap_count; i++)
        plan->taps[i].backend->compose(&plan->taps[i], who, argv);
    for (size_t i = 0; i < plan->controller_count; i++)
        compose_controller(plan, &plan->controllers[i], argv);
    for (size_t i = 0; i < plan->device_count; i++)
        compose_device(plan, &plan->devices[i], argv);
    for (char **word = plan->options->qemu_args; word && *word; word++)
        argv_add(argv, *word);
}
