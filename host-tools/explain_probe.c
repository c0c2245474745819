/*
 * A command line that may be started only to be looked at.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/explain_probe.h"

#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "host-tools/chardev_short.h"

/* Descriptors beyond this are no slip of ours: QEMU will say what it thinks of them. */
#define FD_MOST 1023

struct maker {
    struct probe *probe;
    const char *folder;
    unsigned names; /* given out in the folder        */
    unsigned hubs;  /* networks                       */
};

static void note(struct maker *maker, const char *option, const char *value, const char *instead)
{
    struct strbuf text = { 0 };

    strbuf_printf(&text, "-%s%s", option, value ? " " : "");
    if (value)
        shell_quote(&text, value);
    strbuf_printf(&text, ": %s", instead);
    argv_add(&maker->probe->notes, text.text);
    strbuf_free(&text);
}

static void need(struct maker *maker, enum probe_thing thing, int fd, char *path)
{
    struct probe *probe = maker->probe;
    size_t size = (probe->need_count + 1) * sizeof(*probe->needs);

    probe->needs = must_realloc(probe->needs, size);
    probe->needs[probe->need_count++] = (struct probe_need){ thing, fd, path };
    if (fd > probe->highest_fd)
        probe->highest_fd = fd;
}

/* The number of a descriptor in a comma list, -1 if it is none that we could supply. */
static int fd_of(const char *list, const char *key)
{
    size_t len;
    const char *value = qemu_list_value(list, key, &len);
    char *end;
    long fd = value ? strtol(value, &end, 10) : -1;

    return value && end == value + len && len > 0 && fd > 2 && fd <= FD_MOST ? (int)fd : -1;
}

static char *new_name(struct maker *maker)
{
    struct strbuf name = { 0 };

    strbuf_printf(&name, "%s/%u", maker->folder, maker->names++);
    return name.text;
}

/* The list without these keys (NULL-ended); what they held is forgotten. */
static void add_without(struct strbuf *out, const char *list, const char *const *keys)
{
    for (const char *at = list; *at;) {
        size_t len = qemu_word_len(at);
        bool is_unwanted = false;
        for (const char *const *key = keys; *key; key++)
            is_unwanted |= strncmp(at, *key, strlen(*key)) == 0 &&
                           (at[strlen(*key)] == '=' || len == strlen(*key));
        if (!is_unwanted)
            strbuf_printf(out, "%s%.*s", out->len ? "," : "", (int)len, at);
        at += len + (at[len] == ',');
    }
}

/* --- Chardevs in their long form -------------------------------------------------------- */

static bool is_server(const char *list)
{
    return qemu_list_is_on(list, "server");
}

/* QEMU says so itself, and opens nothing: then it may keep its path. */
static bool is_path_too_long(size_t len)
{
    return len >= sizeof(((struct sockaddr_un *)0)->sun_path);
}

/* Returns what was done, NULL if nothing.  words: in and out. */
typedef const char *alter_driver(struct maker *maker, const char *list, struct strbuf *words);

static const char *alter_file(struct maker *maker, const char *list, struct strbuf *words)
{
    static const char *const keys[] = { "path", "input-path", NULL };
    size_t len;
    const char *path = qemu_list_value(list, "path", &len);

    (void)maker;
    if (path && strncmp(path, "/dev/fdset/", 11) == 0)
        return NULL;
    add_without(words, list, keys);
    if (path)
        strbuf_printf(words, ",path=/dev/null");
    return "/dev/null in its place";
}

static const char *alter_pipe(struct maker *maker, const char *list, struct strbuf *words)
{
    static const char *const keys[] = { "path", NULL };
    char *name = new_name(maker);

    add_without(words, list, keys);
    strbuf_printf(words, ",path=%s", name);
    need(maker, PROBE_PIPES, -1, name);
    return "named pipes of its own";
}

/* A descriptor that somebody else opened: supply one like it. */
static const char *alter_socket_fd(struct maker *maker, const char *list, int fd,
                                   struct strbuf *words)
{
    strbuf_printf(words, "%s%s", list, is_server(list) ? ",wait=off" : "");
    need(maker, is_server(list) ? PROBE_LISTENING_FD : PROBE_CONNECTED_FD, fd, NULL);
    return "a descriptor of its own";
}

static const char *use_private_socket(struct maker *maker, const char *list, struct strbuf *words)
{
    static const char *const keys[] = { "path",     "host",      "port",      "to",
                                        "server",   "wait",      "reconnect", "reconnect-ms",
                                        "ipv4",     "ipv6",      "nodelay",   "delay",
                                        "abstract", "tight",     "tls-creds", "tls-authz",
                                        "fd",       "websocket", "nowait",    NULL };
    char *name = new_name(maker);

    add_without(words, list, keys);
    strbuf_printf(words, ",path=%s,server=on,wait=off", name);
    free(name);
    return "a socket of its own that nobody connects to";
}

static const char *alter_socket(struct maker *maker, const char *list, struct strbuf *words)
{
    size_t len;
    const char *path = qemu_list_value(list, "path", &len);
    int fd = fd_of(list, "fd");

    if (fd >= 0)
        return alter_socket_fd(maker, list, fd, words);
    if (path && is_path_too_long(len))
        return NULL;
    if (path || !is_server(list))
        return use_private_socket(maker, list, words);
    strbuf_printf(words, "%s,wait=off", list); /* a port: is it free?  QEMU tells */
    return "wait=off";
}

static const char *alter_real_device(struct maker *maker, const char *list, struct strbuf *words)
{
    static const char *const keys[] = { "path", "serial", "tty", "parallel", "parport", NULL };

    (void)maker;
    strbuf_printf(words, "null");
    add_without(words, list, keys);
    return "null in its place";
}

static const char *alter_spice(struct maker *maker, const char *list, struct strbuf *words)
{
    static const char *const keys[] = { "spicevmc", "spiceport", "name", "debug", NULL };

    (void)maker;
    strbuf_printf(words, "null");
    add_without(words, list, keys);
    return "null in its place, for there is no SPICE";
}

static const char *alter_pty(struct maker *maker, const char *list, struct strbuf *words)
{
    static const char *const keys[] = { "path", NULL };
    size_t len;

    (void)maker;
    if (!qemu_list_value(list, "path", &len))
        return NULL;
    add_without(words, list, keys);
    return "without the link";
}

static const struct {
    const char *driver;
    alter_driver *alter;
} drivers[] = {
    { "file", alter_file },           { "pipe", alter_pipe },
    { "socket", alter_socket },       { "serial", alter_real_device },
    { "tty", alter_real_device },     { "parallel", alter_real_device },
    { "parport", alter_real_device }, { "spicevmc", alter_spice },
    { "spiceport", alter_spice },     { "pty", alter_pty },
};

static const char *alter_by_driver(struct maker *maker, const char *list, struct strbuf *words)
{
    size_t key_len, first = strcspn(list, ",");
    const char *key = qemu_list_value(list, "backend", &key_len);
    const char *name = key ? key : list;
    size_t len = key ? key_len : first;

    for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++)
        if (strlen(drivers[i].driver) == len && strncmp(name, drivers[i].driver, len) == 0)
            return drivers[i].alter(maker, list, words);
    return NULL;
}

/* The list that is safe.  Returns what was done, NULL if nothing. */
static const char *alter_list(struct maker *maker, const char *list, struct strbuf *words)
{
    static const char *const log_keys[] = { "logfile", "logappend", NULL };
    struct strbuf plain = { 0 };
    size_t len;
    bool has_log = qemu_list_value(list, "logfile", &len) != NULL;

    add_without(&plain, list, log_keys);
    strbuf_reserve(&plain, 0);
    const char *done = alter_by_driver(maker, plain.text, words);
    if (!done)
        strbuf_printf(words, "%s", plain.text);
    strbuf_free(&plain);
    return done ? done : has_log ? "without its logfile" : NULL;
}

static void add_label(struct maker *maker, const char *list)
{
    size_t len;
    const char *id = qemu_list_value(list, "id", &len);

    if (id) {
        char *label = must_strndup(id, len);
        argv_add(&maker->probe->labels, label);
        free(label);
    }
}

static void make_chardev(struct maker *maker, const struct qemu_option *option)
{
    struct strbuf words = { 0 };
    const char *done = alter_list(maker, option->value, &words);

    if (done) {
        note(maker, option->name, option->value, done);
        add_label(maker, option->value);
    }
    argv_option(&maker->probe->argv, "-chardev", "%s", words.text);
    strbuf_free(&words);
}

/* --- Chardevs in their short form --------------------------------------------------------- */

/* What the altered list is in the short form: only these drivers are ever altered. */
static void add_short(struct strbuf *out, const char *list)
{
    size_t len;
    const char *path = qemu_list_value(list, "path", &len);

    if (strncmp(list, "file", 4) == 0)
        strbuf_printf(out, "file:%.*s", (int)len, path);
    else if (strncmp(list, "pipe", 4) == 0)
        strbuf_printf(out, "pipe:%.*s", (int)len, path);
    else if (strncmp(list, "socket", 6) == 0)
        strbuf_printf(out, "unix:%.*s,server=on,wait=off", (int)len, path);
    else
        strbuf_printf(out, "%.*s", (int)strcspn(list, ","), list);
}

static bool is_port_server(const char *list)
{
    size_t len;

    return strncmp(list, "socket", 6) == 0 && qemu_list_value(list, "port", &len) &&
           is_server(list);
}

static void alter_short(struct maker *maker, const struct qemu_option *option, const char *list,
                        bool is_monitored, struct strbuf *out)
{
    struct strbuf words = { 0 };
    const char *done = alter_list(maker, list, &words);

    if (!done) {
        strbuf_printf(out, "%s", option->value);
    } else if (is_port_server(list)) {
        strbuf_printf(out, "%s,wait=off", option->value);
    } else {
        strbuf_printf(out, "%s", is_monitored ? "mon:" : "");
        add_short(out, words.text);
    }
    if (done)
        note(maker, option->name, option->value, done);
    strbuf_free(&words);
}

/* What QEMU does not understand it gets as it is, and says so. */
static void make_short(struct maker *maker, const struct qemu_option *option)
{
    struct strbuf list = { 0 }, out = { 0 };
    struct problem unknown = { 0 };
    bool is_monitored;

    if (chardev_short_expand(option->value, "x", &list, &is_monitored, &unknown) < 0)
        strbuf_printf(&out, "%s", option->value);
    else
        alter_short(maker, option, list.text, is_monitored, &out);
    argv_printf(&maker->probe->argv, "-%s", option->name);
    argv_add(&maker->probe->argv, out.text);
    strbuf_free(&list);
    strbuf_free(&out);
}

/* --- Everything else ------------------------------------------------------------------------- */

static void leave_out(struct maker *maker, const struct qemu_option *option)
{
    note(maker, option->name, option->value, "left out");
}

/* There is none in a look, anyway. */
static void leave_out_display(struct maker *maker, const struct qemu_option *option)
{
    if (strcmp(option->value, "none") != 0)
        leave_out(maker, option);
}

static void make_add_fd(struct maker *maker, const struct qemu_option *option)
{
    int fd = fd_of(option->value, "fd");

    if (fd >= 0) {
        need(maker, PROBE_NULL_FD, fd, NULL);
        note(maker, option->name, option->value, "/dev/null as that descriptor");
    }
    qemu_option_add(&maker->probe->argv, option);
}

static const char *const drive_keys[] = { "if", "index", "id", "media", "bus", "unit", NULL };

/* An empty disk at the same place.  Flash holds the firmware: that one is read. */
static void make_drive(struct maker *maker, const struct qemu_option *option)
{
    struct strbuf words = { 0 };
    size_t len;
    const char *kind = qemu_list_value(option->value, "if", &len);

    if (kind && len == 6 && strncmp(kind, "pflash", 6) == 0) {
        strbuf_printf(&words, "%s,snapshot=on", option->value);
        note(maker, option->name, option->value, "as a snapshot");
    } else {
        strbuf_printf(&words, "file=null-co://,format=raw");
        for (const char *const *key = drive_keys; *key; key++) {
            const char *value = qemu_list_value(option->value, *key, &len);
            if (value)
                strbuf_printf(&words, ",%s=%.*s", *key, (int)len, value);
        }
        note(maker, option->name, option->value, "an empty disk in its place");
    }
    argv_option(&maker->probe->argv, "-drive", "%s", words.text);
    strbuf_free(&words);
}

static void make_disk(struct maker *maker, const struct qemu_option *option, const char *place)
{
    note(maker, option->name ? option->name : "hda", option->value, "an empty disk in its place");
    argv_option(&maker->probe->argv, "-drive", "file=null-co://,format=raw,%s", place);
}

static void make_disk_0(struct maker *maker, const struct qemu_option *option)
{
    make_disk(maker, option, "index=0,media=disk");
}

static void make_disk_1(struct maker *maker, const struct qemu_option *option)
{
    make_disk(maker, option, "index=1,media=disk");
}

static void make_disk_2(struct maker *maker, const struct qemu_option *option)
{
    make_disk(maker, option, "index=2,media=disk");
}

static void make_disk_3(struct maker *maker, const struct qemu_option *option)
{
    make_disk(maker, option, "index=3,media=disk");
}

static void make_cdrom(struct maker *maker, const struct qemu_option *option)
{
    make_disk(maker, option, "index=2,media=cdrom");
}

static void make_sd(struct maker *maker, const struct qemu_option *option)
{
    make_disk(maker, option, "if=sd,index=0");
}

static void make_flash(struct maker *maker, const struct qemu_option *option)
{
    struct strbuf path = { 0 };

    qemu_value(&path, option->value);
    note(maker, option->name, option->value, "as a snapshot");
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

static void make_netdev(struct maker *maker, const struct qemu_option *option)
{
    size_t len;
    const char *id = qemu_list_value(option->value, "id", &len);

    if (!id || is_harmless_network(option->value)) {
        qemu_option_add(&maker->probe->argv, option);
        return;
    }
    argv_option(&maker->probe->argv, "-netdev", "hubport,hubid=%u,id=%.*s", 1000 + maker->hubs++,
                (int)len, id);
    note(maker, option->name, option->value, "a network that leads nowhere");
}

/* The card stays; behind it is QEMU's own user network, with no port forwarded to it. */
static void make_nic(struct maker *maker, const struct qemu_option *option)
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
    note(maker, option->name, option->value, "a network that leads nowhere");
    argv_printf(&maker->probe->argv, "-%s", option->name);
    argv_add(&maker->probe->argv, words.text);
    strbuf_free(&words);
}

static const struct rule {
    const char *name;
    void (*make)(struct maker *maker, const struct qemu_option *option);
} rules[] = {
    { "chardev", make_chardev },
    { "serial", make_short },
    { "parallel", make_short },
    { "monitor", make_short },
    { "qmp", make_short },
    { "qmp-pretty", make_short },
    { "debugcon", make_short },
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

static void make_option(struct maker *maker, const struct qemu_option *option)
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
    struct maker maker = { .probe = probe, .folder = folder };

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
