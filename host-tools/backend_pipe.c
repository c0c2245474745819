/*
 * Two named pipes, P.in and P.out, in a folder that only this run knows.
 *
 * QEMU flags: -chardev pipe,id=C,path=P
 *
 * Both must exist: with one pipe called P, QEMU opens it for reading and writing and
 * eats its own output.  We open our end first, so that nothing is written unread; the
 * folder goes as soon as QEMU has its end.
 *
 * What it may lose: a virtconsole's bytes that find the pipe full.  QEMU has the pipe open
 * for reading too, so it never learns that the reader is gone: then the pipe fills, and
 * every other device waits for ever.
 *
 * Next on the tour: backend_stdio.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "host-tools/pipe_end.h"

static bool pipe_needs_folder(const struct tap *tap)
{
    (void)tap;
    return true;
}

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

/* For reading without waiting it opens at once, writer or not. */
static void pipe_open(struct tap *tap)
{
    struct strbuf path = { 0 };

    strbuf_printf(&path, "%s.out", tap->path);
    tap->fd = open(path.text, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    strbuf_free(&path);
}

static int pipe_prepare(struct tap *tap, const char *folder, struct problem *problem)
{
    struct strbuf path = { 0 };

    strbuf_printf(&path, "%s/%s", folder, tap->name);
    tap->path = path.text;
    if (make_pipe(tap->path, "in", problem) < 0 || make_pipe(tap->path, "out", problem) < 0)
        return -1;
    pipe_open(tap);
    if (tap->fd < 0)
        return problem_set(problem, EXIT_IMPOSSIBLE, "%s: %s", tap->path, strerror(errno));
    pipe_end_enlarge(tap);
    return 0;
}

static void pipe_compose(const struct tap *tap, enum compose_for who, struct argv *argv)
{
    struct strbuf options = tap_options(tap, who), path = { 0 };

    if (who == FOR_RUN)
        qemu_value(&path, tap->path ? tap->path : tap->name);
    else
        path = tap_paste_path(tap, "");
    argv_option(argv, "-chardev", "pipe,id=%s,path=%s%s", tap->name, path.text, options.text);
    strbuf_free(&path);
    strbuf_free(&options);
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
    .is_read = true,
    .needs_folder = pipe_needs_folder,
    .check = tap_refuse_path,
    .prepare = pipe_prepare,
    .compose = pipe_compose,
    .open = pipe_open,
    .collect = pipe_collect,
    .close = tap_close_stream,
};
