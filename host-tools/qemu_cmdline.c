/*
 * A QEMU command line, split into its options.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/qemu_cmdline.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* QEMU: qemu-options.hx, those without HAS_ARG, of 7.2 and 10.0. */
static const char *const switches[] = {
    "h",
    "help",
    "version",
    "S",
    "s",
    "snapshot",
    "nographic",
    "portrait",
    "full-screen",
    "usb",
    "no-acpi",
    "no-hpet",
    "no-fd-bootchk",
    "win2k-hack",
    "enable-kvm",
    "daemonize",
    "no-reboot",
    "no-shutdown",
    "nodefaults",
    "no-user-config",
    "mem-prealloc",
    "singlestep",
    "one-insn-per-tb",
    "old-param",
    "semihosting",
    "only-migratable",
    "preconfig",
    "async-teardown",
    "audio-help",
    "enable-sync-profile",
    "perfmap",
    "jitdump",
    "xen-attach",
    "xen-domid-restrict",
    "curses",
    "sdl",
    "gtk",
};

static bool is_switch(const char *name)
{
    for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++)
        if (strcmp(switches[i], name) == 0)
            return true;
    return false;
}

static void take(struct qemu_cmdline *line, const char *name, const char *value)
{
    line->options = must_realloc(line->options, (line->count + 1) * sizeof(*line->options));
    line->options[line->count++] = (struct qemu_option){ name, value };
}

int qemu_cmdline_read(char **words, struct qemu_cmdline *line, struct problem *problem)
{
    *line = (struct qemu_cmdline){ 0 };
    if (*words && **words != '-' && strstr(*words, "qemu"))
        line->program = *words++;
    for (; *words; words++) {
        const char *name = *words + 1 + (strncmp(*words, "--", 2) == 0);
        if (**words != '-') {
            take(line, NULL, *words);
        } else if (is_switch(name)) {
            take(line, name, NULL);
        } else if (words[1]) {
            take(line, name, *++words);
        } else {
            return problem_set(problem, EXIT_USAGE, "%s needs a value, and is the last word",
                               *words);
        }
    }
    return 0;
}

void qemu_cmdline_free(struct qemu_cmdline *line)
{
    free(line->options);
    *line = (struct qemu_cmdline){ 0 };
}

static bool is_named(const struct qemu_option *option, const char *name)
{
    return option->name && strcmp(option->name, name) == 0;
}

size_t qemu_cmdline_count(const struct qemu_cmdline *line, const char *name)
{
    size_t count = 0;

    for (size_t i = 0; i < line->count; i++)
        count += is_named(&line->options[i], name);
    return count;
}

const char *qemu_cmdline_value(const struct qemu_cmdline *line, const char *name)
{
    for (size_t i = line->count; i-- > 0;)
        if (is_named(&line->options[i], name))
            return line->options[i].value;
    return NULL;
}

bool qemu_option_is_machine(const struct qemu_option *option)
{
    return is_named(option, "M") || is_named(option, "machine");
}

/* "q35,smm=off", "type=q35", "smm=off": the type, or NULL. */
static const char *machine_type(const char *value, size_t *len)
{
    const char *type = qemu_list_value(value, "type", len);

    *len = type ? *len : strcspn(value, ",");
    if (!type && memchr(value, '=', *len))
        return NULL;
    return type ? type : value;
}

const char *qemu_cmdline_machine(const struct qemu_cmdline *line, size_t *len)
{
    for (size_t i = line->count; i-- > 0;) {
        bool is_machine = qemu_option_is_machine(&line->options[i]);
        const char *type = is_machine ? machine_type(line->options[i].value, len) : NULL;
        if (type)
            return type;
    }
    *len = 0;
    return "";
}

void qemu_option_add(struct argv *argv, const struct qemu_option *option)
{
    if (option->name)
        argv_printf(argv, "-%s", option->name);
    if (option->value)
        argv_add(argv, option->value);
}

/* --- Comma lists ----------------------------------------------------------------------------- */

size_t qemu_word_len(const char *list)
{
    size_t len = 0;

    while (list[len] && (list[len] != ',' || list[len + 1] == ','))
        len += list[len] == ',' ? 2 : 1;
    return len;
}

const char *qemu_list_value(const char *list, const char *key, size_t *len)
{
    const char *found = NULL;
    size_t key_len = strlen(key);

    for (const char *at = list; *at;) {
        size_t this_len = qemu_word_len(at);
        if (this_len > key_len && strncmp(at, key, key_len) == 0 && at[key_len] == '=') {
            found = at + key_len + 1;
            *len = this_len - key_len - 1;
        }
        at += this_len + (at[this_len] == ',');
    }
    return found;
}

static bool has_word(const char *list, const char *word)
{
    for (const char *at = list; *at;) {
        size_t len = qemu_word_len(at);
        if (len == strlen(word) && strncmp(at, word, len) == 0)
            return true;
        at += len + (at[len] == ',');
    }
    return false;
}

bool qemu_list_is_on(const char *list, const char *key)
{
    size_t len;
    const char *value = qemu_list_value(list, key, &len);

    if (!value)
        return has_word(list, key);
    return (len == 2 && strncmp(value, "on", 2) == 0) ||
           (len == 3 && strncmp(value, "yes", 3) == 0);
}

char *qemu_device_driver(const char *value)
{
    size_t len;
    json_t *json = *value == '{' ? json_loads(value, 0, NULL) : NULL;
    const char *driver = json_string_value(json_object_get(json, "driver"));
    const char *key = qemu_list_value(value, "driver", &len);
    char *copy = driver          ? must_strdup(driver)
                 : *value == '{' ? must_strdup("")
                 : key           ? must_strndup(key, len)
                                 : must_strndup(value, strcspn(value, ","));

    json_decref(json);
    return copy;
}
