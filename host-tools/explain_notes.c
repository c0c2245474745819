/*
 * What is worth a sentence: who is not connected, what a name means, what will surprise.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/explain_model.h"

static void note_unused(const struct model *model, struct argv *notes)
{
    for (size_t i = 0; i < model->chardev_count; i++) {
        const struct model_chardev *chardev = &model->chardevs[i];
        const char *label = chardev->chardev->label;
        bool is_port = strncmp(label, "serial", 6) == 0 || strncmp(label, "parallel", 8) == 0;
        if (chardev->users.count == 0)
            argv_printf(notes, "chardev %s (%s): nobody uses it%s", label, chardev->backend,
                        is_port ? ": this machine has no port for it" : "");
    }
}

/* A port that a guest takes for a console, or a line, and whose bytes go nowhere. */
static void note_unread_one(const struct model *model, const struct model_frontend *frontend,
                            struct argv *notes)
{
    const struct model_chardev *chardev = model_chardev(model, frontend->chardev);
    struct strbuf name = { 0 };

    model_frontend_name(frontend, &name);
    if (!*frontend->chardev)
        argv_printf(notes, "nobody reads %s: it has no chardev", name.text);
    else if (chardev && !chardev->is_read)
        argv_printf(notes, "nobody reads %s: %s (%s): bytes are %s", name.text,
                    chardev->chardev->label, chardev->backend, chardev->reader);
    strbuf_free(&name);
}

static void note_unread(const struct model *model, struct argv *notes)
{
    for (size_t i = 0; i < model->frontend_count; i++)
        if (linux_driver(model->frontends[i].node->type))
            note_unread_one(model, &model->frontends[i], notes);
}

static const struct model_frontend *first_of(const struct model *model, const char *type)
{
    for (size_t i = 0; i < model->frontend_count; i++)
        if (strcmp(model->frontends[i].node->type, type) == 0)
            return &model->frontends[i];
    return NULL;
}

/* VIRTIO 1.2 §5.3.6.2: VIRTIO_CONSOLE_CONSOLE_PORT. */
static void note_virtio(const struct model *model, struct argv *notes)
{
    const struct model_frontend *console = first_of(model, "virtconsole");
    const struct model_frontend *port = first_of(model, "virtserialport");

    if (console)
        argv_printf(notes,
                    "%s can be a console= : QEMU tells the guest that a virtconsole port is a "
                    "console, so Linux puts a terminal (hvc) on it",
                    console->linux_port.name);
    if (port)
        argv_printf(notes,
                    "%s can't be a console= : a virtserialport is a plain stream of bytes without "
                    "a terminal; programs open /dev/%s, or /dev/virtio-ports/NAME if it has a name",
                    port->linux_port.name, port->linux_port.name);
}

static void note_ttys(const struct model *model, struct argv *notes)
{
    for (size_t i = 0; i < model->frontend_count; i++) {
        const struct linux_port *port = &model->frontends[i].linux_port;
        if (*port->other)
            argv_printf(notes,
                        "%s is %s with 8250.nr_uarts=4, as in Debian's kernels: there PCI ports "
                        "take the numbers of absent COM ports",
                        port->name, port->other);
    }
}

static void note_mux(const struct model *model, struct argv *notes)
{
    for (size_t i = 0; i < model->chardev_count; i++) {
        const struct model_chardev *chardev = &model->chardevs[i];
        if (strcmp(chardev->chardev->driver, "mux") == 0)
            argv_printf(notes,
                        "mux %s: its %zu users share one line; Ctrl-a c takes the keyboard to the "
                        "next of them, Ctrl-a x ends QEMU; at most 4 users",
                        chardev->chardev->label, chardev->users.count);
    }
}

/* QEMU: hw/usb/dev-serial.c: attached while the chardev is open, unless always-plugged=on. */
static void note_usb(const struct model *model, struct argv *notes)
{
    for (size_t i = 0; i < model->frontend_count; i++) {
        const struct model_frontend *frontend = &model->frontends[i];
        const struct model_chardev *chardev = model_chardev(model, frontend->chardev);
        if (strcmp(frontend->node->type, "usb-serial") == 0 && chardev && !chardev->is_read)
            argv_printf(notes,
                        "%s is unplugged as long as nobody is at %s; always-plugged=on plugs it in",
                        frontend->linux_port.name, frontend->chardev);
    }
}

static void note_bare_virtio(const struct model *model, struct argv *notes)
{
    for (size_t i = 0; i < model->view->node_count; i++) {
        const struct view_node *node = &model->view->nodes[i];
        const char *bus = view_value(node, "parent_bus");
        if (strcmp(node->type, "virtio-serial-device") == 0 && bus &&
            strncmp(view_last(bus), "virtio-mmio-bus.", 16) == 0) {
            argv_add(notes, "virtio-serial-device is the virtio device itself, here in one of the "
                            "board's virtio-mmio slots; virtio-serial-pci is the same device "
                            "behind a PCI function");
            return;
        }
    }
}

/* VIRTIO 1.2 §4.1.2.1: the device id tells. */
static void note_flavour(const struct model *model, struct argv *notes)
{
    bool has_transitional = false, has_modern = false;

    for (size_t i = 0; i < model->view->node_count; i++) {
        const struct view_node *node = &model->view->nodes[i];
        const char *flavour = place_flavour(node);
        if (strncmp(node->type, "virtio-serial-pci", 17) != 0)
            continue;
        flavour = flavour ? flavour : node->type + 17; /* -transitional, -non-transitional */
        has_transitional |= strcmp(flavour + (*flavour == '-'), "transitional") == 0;
        has_modern |= strcmp(flavour, "modern only") == 0 ||
                      strcmp(flavour, "-non-transitional") == 0;
    }
    if (has_transitional)
        argv_add(notes, "a transitional virtio-serial-pci is PCI 1af4:1003 and takes drivers of "
                        "virtio 0.9 and of 1.x; virtio-serial-pci is one on a root bus");
    if (has_modern)
        argv_add(notes,
                 "a virtio-serial-pci that is modern only is PCI 1af4:1043 and takes drivers "
                 "of virtio 1.x; virtio-serial-pci is one behind a PCI Express port");
}

struct argv model_notes(const struct model *model)
{
    struct argv notes = { 0 };

    note_unread(model, &notes);
    note_unused(model, &notes);
    note_usb(model, &notes);
    note_virtio(model, &notes);
    note_bare_virtio(model, &notes);
    note_flavour(model, &notes);
    note_ttys(model, &notes);
    note_mux(model, &notes);
    caution_chardevs(model->expansion, &notes);
    if (model->view->is_cut)
        argv_add(&notes, "QEMU has more objects than are looked at: the tree is not complete");
    return notes;
}

/* --- From the command line alone ------------------------------------------------------------- */

static void caution_one(const char *words, struct argv *notes)
{
    size_t len;
    const char *signal = qemu_list_value(words, "signal", &len);
    const char *id = qemu_list_value(words, "id", &len);
    char *label = must_strndup(id ? id : "", id ? len : 0);

    if (strncmp(words, "stdio,", 6) == 0 && !(signal && strncmp(signal, "off", 3) == 0))
        argv_printf(notes,
                    "Ctrl-C on %s ends QEMU; signal=off (or mon:stdio) gives it to the guest",
                    label);
    if (strncmp(words, "pty,", 4) == 0)
        argv_printf(notes,
                    "%s gets its /dev/pts/N when QEMU starts: its first lines and QMP's "
                    "query-chardev tell which; what comes before somebody opens it is lost",
                    label);
    if (strncmp(words, "socket,", 7) == 0 && qemu_list_is_on(words, "server") &&
        !qemu_list_value(words, "wait", &len))
        argv_printf(notes, "QEMU waits for a client on %s before it starts; wait=off does not",
                    label);
    free(label);
}

void caution_chardevs(const struct expansion *expansion, struct argv *notes)
{
    for (size_t i = 0; i < expansion->chardevs.count; i++)
        caution_one(expansion->chardevs.words[i], notes);
}
