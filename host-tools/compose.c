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

static void compose_kernel(const struct plan *plan, const struct compose_input *input,
                           enum compose_for who, struct argv *argv)
{
    const char *user = plan->options->words ? plan->options->words : "";
    struct strbuf words = { 0 };
    size_t len;

    strbuf_printf(&words, "%s", user);
    if (who == FOR_RUN && input->is_our_image && !strstr(user, "linger="))
        strbuf_printf(&words, "%slinger=%d", *user ? " " : "", LINGER_MS);
    len = words.len;
    argv_option(argv, "-kernel", "%s", input->image);
    if (len)
        argv_option(argv, "-append", "%s", words.text);
    strbuf_free(&words);
}

/* ",bus=ID.0": where a device sits; a machine's own buses are found by QEMU. */
static void add_bus(const struct plan *plan, int controller, struct strbuf *words)
{
    if (controller == ON_THE_MACHINE)
        return;
    const struct placed_controller *placed = &plan->controllers[controller];
    strbuf_printf(words, ",bus=");
    for (const char *at = placed->kind->child; *at; at++) {
        if (at[0] == '%' && at[1] == 's')
            strbuf_printf(words, "%s", placed->id), at++;
        else
            strbuf_add(words, at, 1);
    }
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
    add_bus(plan, controller->parent, &words);
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
        const char *name = plan->taps[device->first_tap + port].name;
        if (ports == 1)
            strbuf_printf(words, ",chardev=%s", name);
        else
            strbuf_printf(words, ",chardev%u=%s", port + 1, name);
    }
}

static void compose_device(const struct plan *plan, const struct placed_device *device,
                           struct argv *argv)
{
    const struct console_kind *kind = device->spec->kind;
    struct strbuf words = { 0 };

    if (kind->bus == BUS_MACHINE) {
        argv_option(argv, "-serial", "chardev:%s", plan->taps[device->first_tap].name);
        return;
    }
    strbuf_printf(&words, "%s", kind->device);
    add_bus(plan, device->controller, &words);
    if (kind->bus == BUS_ISA && !option_value(device->spec->props, "index", &(size_t){ 0 }))
        strbuf_printf(&words, ",index=%u", device->address);
    if (kind->fixed)
        strbuf_printf(&words, ",%s", kind->fixed);
    add_chardevs(plan, device, &words);
    add_props(device->spec->props, &words);
    argv_option(argv, "-device", "%s", words.text);
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
