/*
 * A pseudo terminal, which only QEMU can name: QMP query-chardev tells.
 *
 * QEMU flags: -chardev pty,id=C
 *             -chardev pty,id=C,path=LINK    path=: QEMU 10 makes a link to it
 *
 * QEMU looks once a second whether somebody has opened the other side, and throws away
 * what is written before it knows.  So: open, wait more than a second, then `cont`.
 *
 * What it may lose: everything while nobody has it open; a virtconsole's bytes beyond the
 * kernel's 4 KiB; and what is unread when QEMU exits: it is drained before `quit`.
 *
 * Next on the tour: backend_serial.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host-tools/backends.h"
#include "host-tools/raw_tty.h"

/* QEMU's own interval is 1000 ms (chardev/char-pty.c); the rest is for a busy host. */
#define PTY_SETTLE_MS 1200

static const char *user_path(const struct tap *tap, size_t *len)
{
    *len = 0;
    return option_value(tap->props, "path", len);
}

static bool pty_needs_folder(const struct tap *tap)
{
    size_t len;

    return user_path(tap, &len) && len == 0;
}

/* The link that QEMU shall make, if any. */
static int pty_prepare(struct tap *tap, const char *folder, struct problem *problem)
{
    struct strbuf path = { 0 };
    size_t len;
    const char *given = user_path(tap, &len);

    (void)problem;
    if (given && len)
        strbuf_printf(&path, "%.*s", (int)len, given);
    else if (given)
        strbuf_printf(&path, "%s/%s", folder, tap->name);
    tap->path = path.text;
    return 0;
}

static void pty_compose(const struct tap *tap, enum compose_for who, struct argv *argv)
{
    struct strbuf options = tap_options(tap, who), words = { 0 };
    struct strbuf paste = tap_paste_path(tap, "");
    size_t len;
    const char *given = user_path(tap, &len);

    strbuf_printf(&words, "%s", given ? ",path=" : "");
    if (given && who == FOR_RUN && tap->path)
        qemu_value(&words, tap->path);
    else if (given)
        strbuf_add(&words, len ? given : paste.text, len ? len : paste.len);
    argv_option(argv, "-chardev", "pty,id=%s%s%s", tap->name, words.text, options.text);
    strbuf_free(&options);
    strbuf_free(&words);
    strbuf_free(&paste);
}

static void pty_open(struct tap *tap)
{
    if (!tap->is_named)
        return;
    tap->fd = open(tap->path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (tap->fd >= 0)
        raw_tty(tap->fd);
}

/* "pty:/dev/pts/7" is how QEMU shows it; a link leads there if QEMU knows path=. */
static int pty_name(struct tap *tap, const char *shown, struct problem *problem)
{
    static const char prefix[] = "pty:";
    bool is_pty = strncmp(shown, prefix, strlen(prefix)) == 0;

    if (!is_pty)
        return problem_set(problem, EXIT_IMPOSSIBLE, "%s: QEMU says its pty is \"%s\"", tap->name,
                           shown);
    if (tap->path && access(tap->path, F_OK) < 0)
        return problem_set(problem, EXIT_SKIPPED,
                           "%s: this QEMU's pty makes no link for path=; QEMU 10's does",
                           tap->name);
    if (!tap->path)
        tap->path = must_strdup(shown + strlen(prefix));
    tap->is_named = true;
    return 0;
}

static int pty_attach(struct tap *tap, struct qmp *qmp, struct problem *problem)
{
    char *shown = tap_ask_filename(tap, qmp, problem);

    if (!shown)
        return -1;
    int result = pty_name(tap, shown, problem);
    free(shown);
    if (result < 0 || !reader_is_early(&tap->reader))
        return result;
    pty_open(tap);
    if (tap->fd < 0)
        return problem_set(problem, EXIT_IMPOSSIBLE, "%s: %s: %s", tap->name, tap->path,
                           strerror(errno));
    return 0;
}

const struct backend backend_pty = {
    .name = "pty",
    .driver = "pty",
    .what = "a pseudo terminal that QEMU makes; drained before QEMU quits",
    .is_read = true,
    .settle_ms = PTY_SETTLE_MS,
    .needs_folder = pty_needs_folder,
    .prepare = pty_prepare,
    .compose = pty_compose,
    .attach = pty_attach,
    .open = pty_open,
    .collect = tap_collect_stream,
    .close = tap_close_stream,
};
