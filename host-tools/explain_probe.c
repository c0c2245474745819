/*
 * A command line that may be started only to be looked at: every option.
 *
 * Next on the tour: explain_probe_chardev.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "host-tools/explain_probe_maker.h"

/* Descriptors beyond this are no slip of ours: QEMU will say what it thinks of them. */
#define FD_MOST 1023

void probe_note(struct probe_maker *maker, const char *option, const char *value,
                const char *instead)
{
    struct strbuf text = { 0 };

    strbuf_printf(&text, "-%s%s", option, value ? " " : "");
    if (value)
        shell_quote(&text, value);
    strbuf_printf(&text, ": %s", instead);
    argv_add(&maker->probe->notes, text.text);
    strbuf_free(&text);
}

void probe_need(struct probe_maker *maker, enum probe_thing thing, int fd, char *path)
{
    struct probe *probe = maker->probe;
    size_t size = (probe->need_count + 1) * sizeof(*probe->needs);

    probe->needs = must_realloc(probe->needs, size);
    probe->needs[probe->need_count++] = (struct probe_need){ thing, fd, path };
    if (fd > probe->highest_fd)
        probe->highest_fd = fd;
}

int probe_fd(const char *list, const char *key)
{
    size_t len;
    const char *value = qemu_list_value(list, key, &len);
    char *end;
    long fd = value ? strtol(value, &end, 10) : -1;

    return value && end == value + len && len > 0 && fd > 2 && fd <= FD_MOST ? (int)fd : -1;
}

/* --- One function for each kind of option ---------------------------------------------------- */

static void leave_out(struct probe_maker *maker, const struct qemu_option *option)
{
    probe_note(maker, option->name, option->value, "left out");
}

/* There is none in a look, anyway. */
static void leave_out_display(struct probe_maker *maker, const struct qemu_option *option)
{
    if (strcmp(option->value, "none") != 0)
        leave_out(maker, option);
}

static void make_add_fd(struct probe_maker *maker, const struct qemu_option *option)
{
    int fd = probe_fd(option->value, "fd");

    if (fd >= 0) {
        probe_need(maker, PROBE_NULL_FD, fd, NULL);
        probe_note(maker, option->name, option->value, "/dev/null as that descriptor");
    }
    qemu_option_add(&maker->probe->argv, option);
}

static const char *const drive_keys[] = { "if", "index", "id", "media", "bus", "unit", NULL };

/* An empty disk at the same place.  Flash holds the firmware: that one is read. */
static void make_drive(struct probe_maker *maker, const struct qemu_option *option)
{
    struct strbuf words = { 0 };
    size_t len;
    const char *kind = qemu_list_value(option->value, "if", &len);

    if (kind && len == 6 && strncmp(kind, "pflash", 6) == 0) {
        strbuf_printf(&words, "%s,snapshot=on", option->value);
        probe_note(maker, option->name, option->value, "as a snapshot");
    } else {
        strbuf_printf(&words, "file=null-co://,format=raw");
        for (const char *const *key = drive_keys; *key; key++) {
            const char *value = qemu_list_value(option->value, *key, &len);
            if (value)
                strbuf_printf(&words, ",%s=%.*s", *key, (int)len, value);
        }
        probe_note(maker, option->name, option->value, "an empty disk in its place");
    }
    argv_option(&maker->probe->argv, "-drive", "%s", words.text);
    strbuf_free(&words);
}

static void make_disk(struct probe_maker *maker, const struct qemu_option *option,
                      const char *place)
{
    probe_note(maker, option->name ? option->name : "hda", option->value,
               "an empty disk in its place");
    argv_option(&maker->probe->argv, "-drive", "file=null-co://,format=raw,%s", place);
}

static void make_disk_0(struct probe_maker *maker, const struct qemu_option *option)
{
    make_disk(maker, option, "index=0,media=disk");
}

static void make_disk_1(struct probe_maker *maker, const struct qemu_option *option)
{
    make_disk(maker, option, "index=1,media=disk");
}

static void make_disk_2(struct probe_maker *maker, const struct qemu_option *option)
{
    make_disk(maker, option, "index=2,media=disk");
}

static void make_disk_3(struct probe_maker *maker, const struct qemu_option *option)
{
    make_disk(maker, option, "index=3,media=disk");
}

static void make_cdrom(struct probe_maker *maker, const struct qemu_option *option)
{
    make_disk(maker, option, "index=2,media=cdrom");
}

static void make_sd(struct probe_maker *maker, const struct qemu_option *option)
{
    make_disk(maker, option, "if=sd,index=0");
}

static void make_flash(struct probe_maker *maker, const struct qemu_option *option)
{
    struct strbuf path = { 0 };

    qemu_value(&path, option->value);
    probe_note(maker, option->name, option->value, "as a snapshot");
    argv_option(&maker->probe->argv, "-drive", "if=pflash,format=raw,snapshot=on,file=%s",
                path.text);
    strbuf_free(&path);
}

/* QEMU's own user network with nothing forwarded from the host: harmless as it is. */
static bool is_harmless_network(const char *list)
{
    size_t len, first = strcspn(list, ",");
    bool is_known = (first == 4 && strncmp(list, "none", first) == 0) ||
                    (first == 3 && strncmp(list, "nic", first) == 0) ||
                    (first == 4 && strncmp(list, "user", first) == 0);

    return is_known && !qemu_list_value(list, "hostfwd", &len) &&
           !qemu_list_value(list, "guestfwd", &len) && !qemu_list_value(list, "smb", &len);
}

static void make_netdev(struct probe_maker *maker, const struct qemu_option *option)
{
    size_t len;
    const char *id = qemu_list_value(option->value, "id", &len);

    if (!id || is_harmless_network(option->value)) {
        qemu_option_add(&maker->probe->argv, option);
        return;
    }
    argv_option(&maker->probe->argv, "-netdev", "hubport,hubid=%u,id=%.*s", 1000 + maker->hubs++,
                (int)len, id);
    probe_note(maker, option->name, option->value, "a network that leads nowhere");
}

/* The card stays; behind it is QEMU's own user network, with no port forwarded to it. */
static void make_nic(struct probe_maker *maker, const struct qemu_option *option)
{
    static const char *const keys[] = { "model", "mac", "macaddr", "addr", NULL };
    struct strbuf words = { 0 };
    size_t len;

    if (is_harmless_network(option->value)) {
        qemu_option_add(&maker->probe->argv, option);
        return;
    }
    strbuf_printf(&words, "user");
    for (const char *const *key = keys; *key; key++) {
        const char *value = qemu_list_value(option->value, *key, &len);
        if (value)
            strbuf_printf(&words, ",%s=%.*s", *key, (int)len, value);
    }
    probe_note(maker, option->name, option->value, "a network that leads nowhere");
    argv_printf(&maker->probe->argv, "-%s", option->name);
    argv_add(&maker->probe->argv, words.text);
    strbuf_free(&words);
}

static const struct rule {
    const char *name;
    void (*make)(struct probe_maker *maker, const struct qemu_option *option);
} rules[] = {
    { "chardev", probe_chardev },
    { "serial", probe_short_chardev },
    { "parallel", probe_short_chardev },
    { "monitor", probe_short_chardev },
    { "qmp", probe_short_chardev },
    { "qmp-pretty", probe_short_chardev },
    { "debugcon", probe_short_chardev },
    { "add-fd", make_add_fd },
    { "drive", make_drive },
    { "hda", make_disk_0 },
    { "hdb", make_disk_1 },
    { "hdc", make_disk_2 },
    { "hdd", make_disk_3 },
    { "cdrom", make_cdrom },
    { "sd", make_sd },
    { "pflash", make_flash },
    { "netdev", make_netdev },
    { "nic", make_nic },
    { "net", make_nic },
    { "fda", leave_out },
    { "fdb", leave_out },
    { "mtdblock", leave_out },
    { "pidfile", leave_out },
    { "D", leave_out },
    { "d", leave_out },
    { "trace", leave_out },
    { "gdb", leave_out },
    { "incoming", leave_out },
    { "loadvm", leave_out },
    { "runas", leave_out },
    { "chroot", leave_out },
    { "run-with", leave_out },
    { "display", leave_out_display },
    { "vnc", leave_out },
    { "spice", leave_out },
    { "plugin", leave_out },
    { "dump-vmstate", leave_out },
    { "daemonize", leave_out },
    { "preconfig", leave_out },
    { "s", leave_out },
    { "curses", leave_out },
    { "sdl", leave_out },
    { "gtk", leave_out },
    { "full-screen", leave_out },
    { "async-teardown", leave_out },
};

static const struct rule *find_rule(const char *name)
{
    for (size_t i = 0; name && i < sizeof(rules) / sizeof(rules[0]); i++)
        if (strcmp(rules[i].name, name) == 0)
            return &rules[i];
    return NULL;
}

static void make_option(struct probe_maker *maker, const struct qemu_option *option)
{
    const struct rule *rule = find_rule(option->name);

    if (rule)
        rule->make(maker, option);
    else if (!option->name)
        make_disk_0(maker, option);
    else
        qemu_option_add(&maker->probe->argv, option);
}

void probe_make(const struct qemu_cmdline *line, const char *program, const char *folder,
                struct probe *probe)
{
    struct probe_maker maker = { .probe = probe, .folder = folder };

    *probe = (struct probe){ .highest_fd = 2 };
    argv_add(&probe->argv, program);
    for (size_t i = 0; i < line->count; i++)
        make_option(&maker, &line->options[i]);
    argv_option(&probe->argv, "-display", "none");
}

void probe_free(struct probe *probe)
{
    for (size_t i = 0; i < probe->need_count; i++)
        free(probe->needs[i].path);
    free(probe->needs);
    argv_free(&probe->argv);
    argv_free(&probe->notes);
    argv_free(&probe->labels);
    *probe = (struct probe){ 0 };
}
