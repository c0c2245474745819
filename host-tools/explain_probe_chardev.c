/*
 * A command line that may be started only to be looked at: its chardevs.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "host-tools/chardev_short.h"
#include "host-tools/explain_probe_maker.h"

static char *new_name(struct probe_maker *maker)
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

/* --- Chardevs in their long form ------------------------------------------------------------- */

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
typedef const char *alter_driver(struct probe_maker *maker, const char *list, struct strbuf *words);

static const char *alter_file(struct probe_maker *maker, const char *list, struct strbuf *words)
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

static const char *alter_pipe(struct probe_maker *maker, const char *list, struct strbuf *words)
{
    static const char *const keys[] = { "path", NULL };
    char *name = new_name(maker);

    add_without(words, list, keys);
    strbuf_printf(words, ",path=%s", name);
    probe_need(maker, PROBE_PIPES, -1, name);
    return "named pipes of its own";
}

/* A descriptor that somebody else opened: supply one like it. */
static const char *alter_socket_fd(struct probe_maker *maker, const char *list, int fd,
                                   struct strbuf *words)
{
    strbuf_printf(words, "%s%s", list, is_server(list) ? ",wait=off" : "");
    probe_need(maker, is_server(list) ? PROBE_LISTENING_FD : PROBE_CONNECTED_FD, fd, NULL);
    return "a descriptor of its own";
}

static const char *use_private_socket(struct probe_maker *maker, const char *list,
                                      struct strbuf *words)
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

static const char *alter_socket(struct probe_maker *maker, const char *list, struct strbuf *words)
{
    size_t len;
    const char *path = qemu_list_value(list, "path", &len);
    int fd = probe_fd(list, "fd");

    if (fd >= 0)
        return alter_socket_fd(maker, list, fd, words);
    if (path && is_path_too_long(len))
        return NULL;
    if (path || !is_server(list))
        return use_private_socket(maker, list, words);
    strbuf_printf(words, "%s,wait=off", list); /* a port: is it free?  QEMU tells */
    return "wait=off";
}

static const char *alter_real_device(struct probe_maker *maker, const char *list,
                                     struct strbuf *words)
{
    static const char *const keys[] = { "path", "serial", "tty", "parallel", "parport", NULL };

    (void)maker;
    strbuf_printf(words, "null");
    add_without(words, list, keys);
    return "null in its place";
}

static const char *alter_spice(struct probe_maker *maker, const char *list, struct strbuf *words)
{
    static const char *const keys[] = { "spicevmc", "spiceport", "name", "debug", NULL };

    (void)maker;
    strbuf_printf(words, "null");
    add_without(words, list, keys);
    return "null in its place, for there is no SPICE";
}

static const char *alter_pty(struct probe_maker *maker, const char *list, struct strbuf *words)
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

static const char *alter_by_driver(struct probe_maker *maker, const char *list,
                                   struct strbuf *words)
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
static const char *alter_list(struct probe_maker *maker, const char *list, struct strbuf *words)
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

static void add_label(struct probe_maker *maker, const char *list)
{
    size_t len;
    const char *id = qemu_list_value(list, "id", &len);

    if (id) {
        char *label = must_strndup(id, len);
        argv_add(&maker->probe->labels, label);
        free(label);
    }
}

void probe_chardev(struct probe_maker *maker, const struct qemu_option *option)
{
    struct strbuf words = { 0 };
    const char *done = alter_list(maker, option->value, &words);

    if (done) {
        probe_note(maker, option->name, option->value, done);
        add_label(maker, option->value);
    }
    argv_option(&maker->probe->argv, "-chardev", "%s", words.text);
    strbuf_free(&words);
}

/* --- Chardevs in their short form ------------------------------------------------------------ */

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

static void alter_short(struct probe_maker *maker, const struct qemu_option *option,
                        const char *list, bool is_monitored, struct strbuf *out)
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
        probe_note(maker, option->name, option->value, done);
    strbuf_free(&words);
}

/* What QEMU does not understand it gets as it is, and says so. */
void probe_short_chardev(struct probe_maker *maker, const struct qemu_option *option)
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
