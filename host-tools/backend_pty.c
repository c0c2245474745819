/*
 * A pseudo terminal, which only QEMU can name: QMP query-chardev tells.
 *
 * QEMU flags: -chardev pty,id=C
 *
 * QEMU looks once a second whether somebody has opened the other side, and throws away
 * what is written before it knows.  So: open, wait more than a second, then `cont`.
 * And when QEMU exits, what is unread is gone: drain before `quit`.
 *
 * Next on the tour: backend_unix.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "host-tools/backends.h"
#include "host-tools/qmp.h"

/* QEMU's own interval is 1000 ms (chardev/char-pty.c); the rest is for a busy host. */
#define PTY_SETTLE_MS 1200

static int pty_prepare(struct tap *tap, const char *folder, struct problem *problem)
{
    (void)tap;
    (void)folder;
    (void)problem;
    return 0;
}

static void pty_compose(const struct tap *tap, enum compose_for who, struct argv *argv)
{
    struct strbuf props = tap_props(tap);

    (void)who;
    argv_option(argv, "-chardev", "pty,id=%s%s", tap->name, props.text);
    strbuf_free(&props);
}

/* The bytes as they are: no echo, no CR for LF, no signals. */
static void make_raw(int fd)
{
    struct termios mode;

    if (tcgetattr(fd, &mode) < 0)
        return;
    cfmakeraw(&mode);
    tcsetattr(fd, TCSANOW, &mode);
}

/* "pty:/dev/pts/7" is how QEMU shows it. */
static int pty_attach(struct tap *tap, struct qmp *qmp, struct problem *problem)
{
    static const char prefix[] = "pty:";
    char *shown = qmp_chardev_filename(qmp, tap->name, problem);

    if (!shown)
        return -1;
    const char *path = strncmp(shown, prefix, strlen(prefix)) == 0 ? shown + strlen(prefix) : NULL;
    if (path)
        tap->fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (tap->fd < 0)
        problem_set(problem, EXIT_IMPOSSIBLE, "%s: QEMU says its pty is \"%s\": %s", tap->name,
                    shown, path ? strerror(errno) : "not a pty");
    else
        make_raw(tap->fd);
    free(shown);
    return tap->fd < 0 ? -1 : 0;
}

const struct backend backend_pty = {
    .name = "pty",
    .driver = "pty",
    .what = "a pseudo terminal that QEMU makes; drained before QEMU quits",
    .settle_ms = PTY_SETTLE_MS,
    .prepare = pty_prepare,
    .compose = pty_compose,
    .attach = pty_attach,
    .collect = tap_collect_stream,
    .close = tap_close_stream,
};
