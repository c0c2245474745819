/*
 * The short way to name a chardev, written out.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/chardev_short.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/argv.h"
#include "host-tools/qemu_cmdline.h"

static const char *behind(const char *text, const char *prefix)
{
    size_t len = strlen(prefix);

    return strncmp(text, prefix, len) == 0 ? text + len : NULL;
}

const char *chardev_short_reference(const char *text)
{
    return behind(text, "chardev:");
}

/* Switches without a value: "server" is server=on, "nowait" is wait=off. */
static void add_switch(struct strbuf *words, const char *word, size_t len)
{
    bool is_off = len > 2 && strncmp(word, "no", 2) == 0;

    strbuf_printf(words, ",%.*s=%s", (int)(len - 2 * is_off), word + 2 * is_off,
                  is_off ? "off" : "on");
}

/* What the user wrote behind the address. */
static void add_options(struct strbuf *words, const char *options)
{
    while (*options) {
        size_t len = strcspn(options, ",");
        if (memchr(options, '=', len))
            strbuf_printf(words, ",%.*s", (int)len, options);
        else if (len)
            add_switch(words, options, len);
        options += len + (options[len] == ',');
    }
}

/* --- One function for each form -------------------------------------------------------------- */

struct form {
    const char *prefix;
    const char *driver; /* of -chardev                                    */
    int (*expand)(const struct form *form, const char *rest, struct strbuf *words);
    const char *extra; /* more words for -chardev, or NULL                */
};

static int expand_word(const struct form *form, const char *rest, struct strbuf *words)
{
    (void)form;
    (void)words;
    return *rest ? -1 : 0;
}

static void add_path(struct strbuf *words, const char *path)
{
    strbuf_printf(words, ",path=");
    qemu_value(words, path);
}

static int expand_path(const struct form *form, const char *rest, struct strbuf *words)
{
    (void)form;
    if (*rest)
        add_path(words, rest);
    return *rest ? 0 : -1;
}

/* The name of the device is all of it: /dev/ttyS0. */
static int expand_device(const struct form *form, const char *rest, struct strbuf *words)
{
    add_path(words, rest - strlen(form->prefix));
    return 0;
}

/* "" | ":800x600" | ":80Cx24C" */
static int expand_vc(const struct form *form, const char *rest, struct strbuf *words)
{
    char width[8], height[8];

    (void)form;
    if (!*rest)
        return 0;
    if (sscanf(rest, ":%7[0-9]x%7[0-9]", width, height) == 2 && rest[strlen(rest) - 1] != 'C')
        strbuf_printf(words, ",width=%s,height=%s", width, height);
    else if (sscanf(rest, ":%7[0-9]Cx%7[0-9]C", width, height) == 2)
        strbuf_printf(words, ",cols=%s,rows=%s", width, height);
    else
        return -1;
    return 0;
}

/* "HOST:PORT" or ":PORT"; returns what stands behind it, NULL if it is neither. */
static const char *add_host_port(struct strbuf *words, const char *at, const char *host_key,
                                 const char *port_key)
{
    size_t host = strcspn(at, ":,@");

    if (at[host] != ':')
        return NULL;
    size_t port = strcspn(at + host + 1, ",@");
    if (port == 0)
        return NULL;
    /* An empty host is written, too: a -chardev must name one. */
    strbuf_printf(words, ",%s=%.*s,%s=%.*s", host_key, (int)host, at, port_key, (int)port,
                  at + host + 1);
    return at + host + 1 + port;
}

static int expand_tcp(const struct form *form, const char *rest, struct strbuf *words)
{
    const char *options = add_host_port(words, rest, "host", "port");

    (void)form;
    if (!options || (*options && *options != ','))
        return -1;
    add_options(words, options);
    return 0;
}

static int expand_unix(const struct form *form, const char *rest, struct strbuf *words)
{
    const char *path = behind(rest, "path=") ? rest + 5 : rest;
    size_t len = qemu_word_len(path);

    (void)form;
    strbuf_printf(words, ",path=%.*s", (int)len, path);
    add_options(words, path + len);
    return len ? 0 : -1;
}

/* HOST:PORT[@LOCALHOST:LOCALPORT] */
static int expand_udp(const struct form *form, const char *rest, struct strbuf *words)
{
    const char *at = add_host_port(words, rest, "host", "port");

    (void)form;
    if (at && *at == '@')
        at = add_host_port(words, at + 1, "localaddr", "localport");
    return at && !*at ? 0 : -1;
}

static const struct form forms[] = {
    { "null", "null", expand_word, NULL },
    { "pty:", "pty", expand_path, NULL },
    { "pty", "pty", expand_word, NULL },
    { "stdio", "stdio", expand_word, NULL },
    { "msmouse", "msmouse", expand_word, NULL },
    { "wctablet", "wctablet", expand_word, NULL },
    { "braille", "braille", expand_word, NULL },
    { "testdev", "testdev", expand_word, NULL },
    { "vc", "vc", expand_vc, NULL },
    { "file:", "file", expand_path, NULL },
    { "pipe:", "pipe", expand_path, NULL },
    { "tcp:", "socket", expand_tcp, NULL },
    { "telnet:", "socket", expand_tcp, ",telnet=on" },
    { "tn3270:", "socket", expand_tcp, ",tn3270=on" },
    { "websocket:", "socket", expand_tcp, ",websocket=on" },
    { "udp:", "udp", expand_udp, NULL },
    { "unix:", "socket", expand_unix, NULL },
    { "/dev/parport", "parallel", expand_device, NULL },
    { "/dev/ppi", "parallel", expand_device, NULL },
    { "/dev/", "serial", expand_device, NULL },
};

static const struct form *find_form(const char *text, const char **rest)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
        if ((*rest = behind(text, forms[i].prefix)))
            return &forms[i];
    return NULL;
}

static int expand_form(const struct form *form, const char *rest, const char *label,
                       struct strbuf *words)
{
    strbuf_printf(words, "%s,id=%s", form->driver, label);
    if (form->expand(form, rest, words) < 0)
        return -1;
    if (form->extra)
        strbuf_printf(words, "%s", form->extra);
    return 0;
}

int chardev_short_expand(const char *text, const char *label, struct strbuf *words,
                         bool *is_monitored, struct problem *problem)
{
    const char *plain = behind(text, "mon:"), *rest;

    *is_monitored = plain != NULL;
    const struct form *form = find_form(plain ? plain : text, &rest);
    if (!form || expand_form(form, rest, label, words) < 0)
        return problem_set(problem, EXIT_USAGE, "%s: QEMU knows no such chardev", text);
    if (plain)
        strbuf_printf(words, ",mux=on%s", strcmp(plain, "stdio") == 0 ? ",signal=off" : "");
    return 0;
}
