/*
 * Two named pipes, P.in and P.out, in a folder that only this run knows.
 *
 * QEMU flags: -chardev pipe,id=C,path=P
 *
 * Both must exist: with one pipe called P, QEMU opens it for reading and writing and
 * eats its own output.  We open our end first, so that nothing is written unread; the
 * folder goes as soon as QEMU has its end.
 *
 * Next on the tour: backend_pty.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "host-tools/backends.h"

/* As large as a plain user may have it: /proc/sys/fs/pipe-max-size. */
#define PIPE_SIZE (1 << 20)

static int make_pipe(const char *path, const char *end, struct problem *problem)
{
    struct strbuf name = { 0 };

    strbuf_printf(&name, "%s.%s", path, end);
    int result = mkfifo(name.text, 0600);
    if (result < 0)
        problem_set(problem, EXIT_IMPOSSIBLE, "%s: no named pipe: %s", name.text, strerror(errno));
    strbuf_free(&name);
    return result;
}

static int pipe_prepare(struct tap *tap, const char *folder, struct problem *problem)
{
    struct strbuf path = { 0 };

    strbuf_printf(&path, "%s/%s", folder, tap->name);
    tap->path = must_strdup(path.text);
    if (make_pipe(tap->path, "in", problem) == 0 && make_pipe(tap->path, "out", problem) == 0) {
        strbuf_printf(&path, ".out");
        /* For reading without waiting it opens at once, writer or not. */
        tap->fd = open(path.text, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        if (tap->fd < 0)
            problem_set(problem, EXIT_IMPOSSIBLE, "%s: %s", path.text, strerror(errno));
    }
    strbuf_free(&path);
    if (tap->fd < 0)
        return -1;
    fcntl(tap->fd, F_SETPIPE_SZ, PIPE_SIZE); /* if not, the pipe is smaller and works too */
    return 0;
}

static void pipe_compose(const struct tap *tap, enum compose_for who, struct argv *argv)
{
    struct strbuf props = tap_props(tap), path = { 0 };

    if (who == FOR_RUN) {
        qemu_value(&path, tap->path ? tap->path : tap->name);
    } else {
        qemu_value(&path, tap->folder ? tap->folder : ".");
        strbuf_printf(&path, "/%s", tap->name);
    }
    argv_option(argv, "-chardev", "pipe,id=%s,path=%s%s", tap->name, path.text, props.text);
    strbuf_free(&path);
    strbuf_free(&props);
}

/* Before QEMU has opened its end a read says "end of file", which means nothing yet. */
static void pipe_collect(struct tap *tap)
{
    tap_collect_stream(tap);
    if (tap->len == 0)
        tap->has_closed = false;
}

const struct backend backend_pipe = {
    .name = "pipe",
    .driver = "pipe",
    .what = "a pair of named pipes, 1 MiB",
    .needs_folder = true,
    .prepare = pipe_prepare,
    .compose = pipe_compose,
    .collect = pipe_collect,
    .close = tap_close_stream,
};
