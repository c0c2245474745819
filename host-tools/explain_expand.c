/*
 * What the short options stand for.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/explain_expand.h"

#include <stdlib.h>
#include <string.h>

#include "host-tools/chardev_short.h"

/* QEMU: hw/isa, MAX_ISA_SERIAL_PORTS: a fifth -serial has a chardev and no device. */
#define ISA_SERIAL_PORTS 4

struct expander {
    const struct qemu_cmdline *line;
    const struct expand_facts *facts;
    struct expansion *out;
    struct problem *problem;
    struct argv early, late; /* devices before and behind the user's            */
    struct strbuf meaning;   /* of the option at hand                            */
    unsigned serials, parallels, monitors;
    bool has_chosen_serial, has_chosen_parallel, has_chosen_monitor, is_nographic;
};

/* --- Pieces --------------------------------------------------------------------------- */

static void note_piece(struct expander *e, const char *option, const char *value)
{
    strbuf_printf(&e->meaning, "%s-%s ", e->meaning.len ? " " : "", option);
    shell_quote(&e->meaning, value);
}

static void add_piece(struct expander *e, const char *option, const char *value)
{
    argv_printf(&e->out->argv, "-%s", option);
    argv_add(&e->out->argv, value);
    note_piece(e, option, value);
}

static void add_device(struct expander *e, struct argv *list, const char *words)
{
    argv_option(list, "-device", "%s", words);
    note_piece(e, "device", words);
}

/* Remember who talks through which chardev: "chardev=c,mode=control", "c". */
static void remember_monitor(struct expansion *out, const char *words)
{
    size_t len, mode_len;
    const char *chardev = qemu_list_value(words, "chardev", &len);
    const char *mode = qemu_list_value(words, "mode", &mode_len);
    size_t size = (out->monitor_count + 1) * sizeof(*out->monitors);

    if (!chardev) {
        chardev = words;
        len = strcspn(words, ",");
    }
    out->monitors = must_realloc(out->monitors, size);
    out->monitors[out->monitor_count++] = (struct expanded_monitor){
        must_strndup(chardev, len), mode && strncmp(mode, "control", mode_len) == 0
    };
}

static void add_monitor(struct expander *e, const char *chardev, const char *mode)
{
    struct strbuf words = { 0 };

    strbuf_printf(&words, "chardev=%s,mode=%s", chardev, mode);
    add_piece(e, "mon", words.text);
    remember_monitor(e->out, words.text);
    strbuf_free(&words);
}

/* "file:X" as a -chardev of this label, with its monitor if it has one. */
static int add_chardev(struct expander *e, const char *text, const char *label)
{
    struct strbuf words = { 0 };
    bool is_monitored;

    if (chardev_short_expand(text, label, &words, &is_monitored, e->problem) < 0) {
        strbuf_free(&words);
        return -1;
    }
    add_piece(e, "chardev", words.text);
    argv_add(&e->out->chardevs, words.text);
    if (is_monitored)
        add_monitor(e, label, "readline");
    /* QEMU knows only of these two that they bring a monitor with them. */
    e->has_chosen_monitor |= is_monitored && strcmp(label, "debugcon") != 0;
    strbuf_free(&words);
    return 0;
}

/* The row for people. */
static void end_option(struct expander *e, const char *given, bool is_default)
{
    struct expansion *out = e->out;
    size_t size = (out->option_count + 1) * sizeof(*out->options);

    strbuf_reserve(&e->meaning, 0);
    out->options = must_realloc(out->options, size);
    out->options[out->option_count++] =
        (struct expanded_option){ must_strdup(given), must_strdup(e->meaning.text), is_default };
    strbuf_free(&e->meaning);
}

/* --- One function for each short option ------------------------------------------------- */

/* The frontend of the n-th -serial.  Only a PC's can be said with -device. */
static void add_serial_device(struct expander *e, const char *label, unsigned index)
{
    struct strbuf words = { 0 };

    if (!e->facts->is_pc) {
        strbuf_printf(&words, "chardev:%s", label);
        add_piece(e, "serial", words.text);
    } else if (index < ISA_SERIAL_PORTS) {
        strbuf_printf(&words, "isa-serial,index=%u,chardev=%s", index, label);
        add_device(e, &e->early, words.text);
    }
    strbuf_free(&words);
}

static int expand_serial(struct expander *e, const char *value)
{
    const char *reference = chardev_short_reference(value);
    unsigned index = e->serials++;
    char label[32];

    snprintf(label, sizeof(label), "serial%u", index);
    if (strcmp(value, "none") == 0) {
        if (!e->facts->is_pc)
            add_piece(e, "serial", value);
        return 0;
    }
    e->has_chosen_serial = true;
    if (!reference && add_chardev(e, value, label) < 0)
        return -1;
    add_serial_device(e, reference ? reference : label, index);
    return 0;
}

static void add_parallel_device(struct expander *e, const char *label, unsigned index)
{
    struct strbuf words = { 0 };

    if (e->facts->is_pc) {
        strbuf_printf(&words, "isa-parallel,index=%u,chardev=%s", index, label);
        add_device(e, &e->early, words.text);
    } else {
        strbuf_printf(&words, "chardev:%s", label);
        add_piece(e, "parallel", words.text);
    }
    strbuf_free(&words);
}

static int expand_parallel(struct expander *e, const char *value)
{
    const char *reference = chardev_short_reference(value);
    char label[32];

    if (strcmp(value, "none") == 0)
        return 0; /* counts for nothing, unlike -serial none */
    e->has_chosen_parallel = true;
    snprintf(label, sizeof(label), "parallel%u", e->parallels);
    if (!reference && add_chardev(e, value, label) < 0)
        return -1;
    add_parallel_device(e, reference ? reference : label, e->parallels++);
    return 0;
}

static int expand_monitor(struct expander *e, const char *value, const char *mode)
{
    const char *reference = chardev_short_reference(value);
    unsigned index = e->monitors++;
    char label[32];

    e->has_chosen_monitor = true;
    snprintf(label, sizeof(label), "compat_monitor%u", index);
    if (!reference && add_chardev(e, value, label) < 0)
        return -1;
    add_monitor(e, reference ? reference : label, mode);
    return 0;
}

/* With "none" it is only a word against the default. */
static int expand_hmp(struct expander *e, const char *value)
{
    if (strncmp(value, "none", 4) == 0) {
        add_piece(e, "monitor", "none");
        return 0;
    }
    return expand_monitor(e, value, "readline");
}

static int expand_qmp(struct expander *e, const char *value)
{
    return expand_monitor(e, value, "control");
}

static int expand_qmp_pretty(struct expander *e, const char *value)
{
    return expand_monitor(e, value, "control,pretty=on");
}

static int expand_debugcon(struct expander *e, const char *value)
{
    struct strbuf words = { 0 };
    const char *reference = chardev_short_reference(value);

    if (!reference && add_chardev(e, value, "debugcon") < 0)
        return -1;
    strbuf_printf(&words, "isa-debugcon,chardev=%s", reference ? reference : "debugcon");
    add_device(e, &e->late, words.text);
    strbuf_free(&words);
    return 0;
}

static const struct short_option {
    const char *name;
    int (*expand)(struct expander *e, const char *value);
} short_options[] = {
    { "serial", expand_serial },     { "parallel", expand_parallel },
    { "monitor", expand_hmp },       { "qmp", expand_qmp },
    { "debugcon", expand_debugcon }, { "qmp-pretty", expand_qmp_pretty },
};

static const struct short_option *find_short(const char *name)
{
    for (size_t i = 0; name && i < sizeof(short_options) / sizeof(short_options[0]); i++)
        if (strcmp(short_options[i].name, name) == 0)
            return &short_options[i];
    return NULL;
}

/* --- The whole line ------------------------------------------------------------------------ */

static int expand_short(struct expander *e, const struct short_option *kind,
                        const struct qemu_option *option)
{
    struct strbuf given = { 0 };

    strbuf_printf(&given, "-%s ", option->name);
    shell_quote(&given, option->value);
    int result = kind->expand(e, option->value);
    if (result == 0)
        end_option(e, given.text, false);
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
        remember_monitor(e->out, option->value);
        e->has_chosen_monitor = true;
    }
    if (strcmp(name, "device") != 0)
        qemu_option_add(&e->out->argv, option);
}

static int expand_options(struct expander *e)
{
    for (size_t i = 0; i < e->line->count; i++) {
        const struct qemu_option *option = &e->line->options[i];
        const struct short_option *kind = find_short(option->name);
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

    add_piece(e, "display", "none");
    add_piece(e, "machine", "graphics=off");
    if (left.serial)
        result = expand_serial(e, left.monitor ? "mon:stdio" : "stdio");
    else if (left.monitor)
        result = expand_monitor(e, "stdio", "readline");
    if (left.parallel)
        expand_parallel(e, "null"); /* a chardev, whether the machine has a port for it or not */
    end_option(e, "-nographic", false);
    return result;
}

/* What QEMU adds by itself is shown, and left to it. */
static void tell_default(struct expander *e, const char *given,
                         int (*tell)(struct expander *e, const char *value))
{
    struct argv long_form = e->out->argv, early = e->early;

    e->out->argv = e->early = (struct argv){ 0 };
    tell(e, "vc:80Cx24C");
    end_option(e, given, true);
    argv_free(&e->out->argv);
    argv_free(&e->early);
    e->out->argv = long_form;
    e->early = early;
}

static void tell_defaults(struct expander *e, struct defaults left)
{
    bool is_pc = e->facts->is_pc;

    if (left.serial)
        tell_default(e, "(no -serial)", expand_serial);
    if (left.parallel && is_pc)
        tell_default(e, "(no -parallel)", expand_parallel);
    if (left.monitor)
        tell_default(e, "(no -monitor)", expand_hmp);
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
