/*
 * What the short options stand for: the whole line.
 *
 * Next on the tour: explain_expand_option.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "host-tools/explain_expander.h"

/* --- The whole line -------------------------------------------------------------------------- */

static int expand_short(struct expander *e, const struct expander_option *kind,
                        const struct qemu_option *option)
{
    struct strbuf given = { 0 };

    strbuf_printf(&given, "-%s ", option->name);
    shell_quote(&given, option->value);
    int result = kind->expand(e, option->value);
    if (result == 0)
        expander_end(e, given.text, false);
    strbuf_free(&given);
    return result;
}

/* Long already: keep it, and remember what it says of chardevs and monitors. */
static void keep(struct expander *e, const struct qemu_option *option)
{
    const char *name = option->name ? option->name : "";

    if (strcmp(name, "nographic") == 0) {
        e->is_nographic = true; /* it counts at the end, wherever it stands */
        return;
    }
    if (strcmp(name, "chardev") == 0)
        argv_add(&e->out->chardevs, option->value);
    if (strcmp(name, "mon") == 0) {
        expander_monitor(e->out, option->value);
        e->has_chosen_monitor = true;
    }
    if (strcmp(name, "device") != 0)
        qemu_option_add(&e->out->argv, option);
}

static int expand_options(struct expander *e)
{
    for (size_t i = 0; i < e->line->count; i++) {
        const struct qemu_option *option = &e->line->options[i];
        const struct expander_option *kind = expander_find(option->name);
        if (!kind)
            keep(e, option);
        else if (expand_short(e, kind, option) < 0)
            return -1;
    }
    return 0;
}

/* QEMU's defaults go when somebody names such a device himself. */
static bool names_device(const struct qemu_cmdline *line, const char *driver)
{
    for (size_t i = 0; i < line->count; i++) {
        const struct qemu_option *option = &line->options[i];
        if (!option->name || strcmp(option->name, "device") != 0)
            continue;
        char *named = qemu_device_driver(option->value);
        bool is_same = strcmp(named, driver) == 0;
        free(named);
        if (is_same)
            return true;
    }
    return false;
}

struct defaults {
    bool serial, parallel, monitor;
};

static struct defaults defaults_left(const struct expander *e)
{
    const struct qemu_cmdline *line = e->line;
    bool has_any = qemu_cmdline_count(line, "nodefaults") == 0;

    return (struct defaults){
        .serial = has_any && e->facts->has_serial && qemu_cmdline_count(line, "serial") == 0 &&
                  !names_device(line, "isa-serial"),
        .parallel = has_any && e->facts->has_parallel &&
                    qemu_cmdline_count(line, "parallel") == 0 &&
                    !names_device(line, "isa-parallel"),
        .monitor = has_any && e->facts->has_monitor && !e->has_chosen_monitor &&
                   qemu_cmdline_count(line, "monitor") == 0,
    };
}

/* The terminal goes to the serial port, with a monitor on it unless that is elsewhere. */
static int expand_nographic(struct expander *e, struct defaults left)
{
    int result = 0;

    expander_piece(e, "display", "none");
    expander_piece(e, "machine", "graphics=off");
    if (left.serial)
        result = expander_serial(e, left.monitor ? "mon:stdio" : "stdio");
    else if (left.monitor)
        result = expander_any_monitor(e, "stdio", "readline");
    if (left.parallel)
        expander_parallel(e, "null"); /* a chardev, whether the machine has a port for it or not */
    expander_end(e, "-nographic", false);
    return result;
}

/* What QEMU adds by itself is shown, and left to it. */
static void tell_default(struct expander *e, const char *given,
                         int (*tell)(struct expander *e, const char *value))
{
    struct argv long_form = e->out->argv, early = e->early;

    e->out->argv = e->early = (struct argv){ 0 };
    tell(e, "vc:80Cx24C");
    expander_end(e, given, true);
    argv_free(&e->out->argv);
    argv_free(&e->early);
    e->out->argv = long_form;
    e->early = early;
}

static void tell_defaults(struct expander *e, struct defaults left)
{
    bool is_pc = e->facts->is_pc;

    if (left.serial)
        tell_default(e, "(no -serial)", expander_serial);
    if (left.parallel && is_pc)
        tell_default(e, "(no -parallel)", expander_parallel);
    if (left.monitor)
        tell_default(e, "(no -monitor)", expander_hmp);
}

/* "none" alone must stay, or QEMU would add its default. */
static void keep_refusals(struct expander *e)
{
    const struct qemu_cmdline *line = e->line;

    if (e->facts->is_pc && !e->has_chosen_serial && qemu_cmdline_count(line, "serial"))
        argv_option(&e->out->argv, "-serial", "none");
    if (!e->has_chosen_parallel && qemu_cmdline_count(line, "parallel"))
        argv_option(&e->out->argv, "-parallel", "none");
}

static void append(struct argv *argv, struct argv *more)
{
    for (size_t i = 0; i < more->count; i++)
        argv_add(argv, more->words[i]);
    argv_free(more);
}

/* QEMU makes the machine's own ports, then what -device says, then -debugcon. */
static void add_devices(struct expander *e)
{
    append(&e->out->argv, &e->early);
    for (size_t i = 0; i < e->line->count; i++) {
        const struct qemu_option *option = &e->line->options[i];
        if (option->name && strcmp(option->name, "device") == 0)
            qemu_option_add(&e->out->argv, option);
    }
    append(&e->out->argv, &e->late);
}

int expand(const struct qemu_cmdline *line, const char *program, const struct expand_facts *facts,
           struct expansion *expansion, struct problem *problem)
{
    struct expander e = { .line = line, .facts = facts, .out = expansion, .problem = problem };

    *expansion = (struct expansion){ 0 };
    argv_add(&expansion->argv, program);
    int result = expand_options(&e);
    struct defaults left = defaults_left(&e);
    if (result == 0 && e.is_nographic)
        result = expand_nographic(&e, left);
    else if (result == 0)
        tell_defaults(&e, left);
    keep_refusals(&e);
    add_devices(&e);
    strbuf_free(&e.meaning);
    return result;
}

static bool begins(const char *text, size_t len, const char *prefix)
{
    return len >= strlen(prefix) && strncmp(text, prefix, strlen(prefix)) == 0;
}

struct expand_facts expand_guess(const struct qemu_cmdline *line)
{
    size_t len;
    const char *type = qemu_cmdline_machine(line, &len);
    const char *program = line->program ? line->program : "qemu-system-x86_64";
    bool is_x86 = strstr(program, "x86_64") || strstr(program, "i386") || strstr(program, "amd64");
    bool is_pc = is_x86 && (len == 0 || begins(type, len, "pc") || begins(type, len, "q35") ||
                            begins(type, len, "isapc"));

    return (struct expand_facts){
        .is_pc = is_pc, .has_serial = true, .has_parallel = is_pc, .has_monitor = true
    };
}

const char *expansion_chardev(const struct expansion *expansion, const char *label)
{
    for (size_t i = 0; i < expansion->chardevs.count; i++) {
        size_t len;
        const char *id = qemu_list_value(expansion->chardevs.words[i], "id", &len);
        if (id && len == strlen(label) && strncmp(id, label, len) == 0)
            return expansion->chardevs.words[i];
    }
    return NULL;
}

void expansion_free(struct expansion *expansion)
{
    for (size_t i = 0; i < expansion->option_count; i++) {
        free(expansion->options[i].given);
        free(expansion->options[i].meaning);
    }
    for (size_t i = 0; i < expansion->monitor_count; i++)
        free(expansion->monitors[i].chardev);
    free(expansion->options);
    free(expansion->monitors);
    argv_free(&expansion->argv);
    argv_free(&expansion->chardevs);
    *expansion = (struct expansion){ 0 };
}
