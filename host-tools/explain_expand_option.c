/*
 * What one short option stands for.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/chardev_short.h"
#include "host-tools/explain_expander.h"

/* QEMU: hw/isa, MAX_ISA_SERIAL_PORTS: a fifth -serial has a chardev and no device. */
#define ISA_SERIAL_PORTS 4

/* --- Pieces ---------------------------------------------------------------------------------- */

static void note_piece(struct expander *e, const char *option, const char *value)
{
    strbuf_printf(&e->meaning, "%s-%s ", e->meaning.len ? " " : "", option);
    shell_quote(&e->meaning, value);
}

void expander_piece(struct expander *e, const char *option, const char *value)
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
void expander_monitor(struct expansion *out, const char *words)
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
    expander_piece(e, "mon", words.text);
    expander_monitor(e->out, words.text);
    strbuf_free(&words);
}

/* "file:X" as a -chardev of this label, with its monitor if it has one. */
static int expander_chardev(struct expander *e, const char *text, const char *label)
{
    struct strbuf words = { 0 };
    bool is_monitored;

    if (chardev_short_expand(text, label, &words, &is_monitored, e->problem) < 0) {
        strbuf_free(&words);
        return -1;
    }
    expander_piece(e, "chardev", words.text);
    argv_add(&e->out->chardevs, words.text);
    if (is_monitored)
        add_monitor(e, label, "readline");
    /* QEMU knows only of these two that they bring a monitor with them. */
    e->has_chosen_monitor |= is_monitored && strcmp(label, "debugcon") != 0;
    strbuf_free(&words);
    return 0;
}

/* The row for people. */
void expander_end(struct expander *e, const char *given, bool is_default)
{
    struct expansion *out = e->out;
    size_t size = (out->option_count + 1) * sizeof(*out->options);

    strbuf_reserve(&e->meaning, 0);
    out->options = must_realloc(out->options, size);
    out->options[out->option_count++] =
        (struct expanded_option){ must_strdup(given), must_strdup(e->meaning.text), is_default };
    strbuf_free(&e->meaning);
}

/* --- One function for each short option ------------------------------------------------------ */

/* The frontend of the n-th -serial.  Only a PC's can be said with -device. */
static void add_serial_device(struct expander *e, const char *label, unsigned index)
{
    struct strbuf words = { 0 };

    if (!e->facts->is_pc) {
        strbuf_printf(&words, "chardev:%s", label);
        expander_piece(e, "serial", words.text);
    } else if (index < ISA_SERIAL_PORTS) {
        strbuf_printf(&words, "isa-serial,index=%u,chardev=%s", index, label);
        add_device(e, &e->early, words.text);
    }
    strbuf_free(&words);
}

int expander_serial(struct expander *e, const char *value)
{
    const char *reference = chardev_short_reference(value);
    unsigned index = e->serials++;
    char label[32];

    snprintf(label, sizeof(label), "serial%u", index);
    if (strcmp(value, "none") == 0) {
        if (!e->facts->is_pc)
            expander_piece(e, "serial", value);
        return 0;
    }
    e->has_chosen_serial = true;
    if (!reference && expander_chardev(e, value, label) < 0)
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
        expander_piece(e, "parallel", words.text);
    }
    strbuf_free(&words);
}

int expander_parallel(struct expander *e, const char *value)
{
    const char *reference = chardev_short_reference(value);
    char label[32];

    if (strcmp(value, "none") == 0)
        return 0; /* counts for nothing, unlike -serial none */
    e->has_chosen_parallel = true;
    snprintf(label, sizeof(label), "parallel%u", e->parallels);
    if (!reference && expander_chardev(e, value, label) < 0)
        return -1;
    add_parallel_device(e, reference ? reference : label, e->parallels++);
    return 0;
}

int expander_any_monitor(struct expander *e, const char *value, const char *mode)
{
    const char *reference = chardev_short_reference(value);
    unsigned index = e->monitors++;
    char label[32];

    e->has_chosen_monitor = true;
    snprintf(label, sizeof(label), "compat_monitor%u", index);
    if (!reference && expander_chardev(e, value, label) < 0)
        return -1;
    add_monitor(e, reference ? reference : label, mode);
    return 0;
}

/* With "none" it is only a word against the default. */
int expander_hmp(struct expander *e, const char *value)
{
    if (strncmp(value, "none", 4) == 0) {
        expander_piece(e, "monitor", "none");
        return 0;
    }
    return expander_any_monitor(e, value, "readline");
}

static int expand_qmp(struct expander *e, const char *value)
{
    return expander_any_monitor(e, value, "control");
}

static int expand_qmp_pretty(struct expander *e, const char *value)
{
    return expander_any_monitor(e, value, "control,pretty=on");
}

static int expand_debugcon(struct expander *e, const char *value)
{
    struct strbuf words = { 0 };
    const char *reference = chardev_short_reference(value);

    if (!reference && expander_chardev(e, value, "debugcon") < 0)
        return -1;
    strbuf_printf(&words, "isa-debugcon,chardev=%s", reference ? reference : "debugcon");
    add_device(e, &e->late, words.text);
    strbuf_free(&words);
    return 0;
}

static const struct expander_option short_options[] = {
    { "serial", expander_serial },   { "parallel", expander_parallel },
    { "monitor", expander_hmp },     { "qmp", expand_qmp },
    { "debugcon", expand_debugcon }, { "qmp-pretty", expand_qmp_pretty },
};

const struct expander_option *expander_find(const char *name)
{
    for (size_t i = 0; name && i < sizeof(short_options) / sizeof(short_options[0]); i++)
        if (strcmp(short_options[i].name, name) == 0)
            return &short_options[i];
    return NULL;
}
