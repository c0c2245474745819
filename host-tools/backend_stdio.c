/*
 * QEMU's own input and output.
 *
 * QEMU flags: -chardev stdio,id=C
 *
 * Its output is a pipe to us; its input is a pipe that nobody writes to and that never
 * ends, for at an end of file QEMU takes the backend for closed.  There is one such pair in
 * a process, hence one such backend.
 *
 * What it may lose: what fdset may.  And what QEMU itself prints on its output comes in
 * between: "char device redirected to /dev/pts/7" for every pty.
 *
 * Next on the tour: backend_pty.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host-tools/pipe_end.h"

/* A pipe that is open for writing in the same hand never ends: pipe(7), fifo(7). */
static int open_endless(void)
{
    char path[64];
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) < 0)
        return -1;
    snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    close(ends[0]);
    close(ends[1]);
    return fd;
}

static int stdio_prepare(struct tap *tap, const char *folder, struct problem *problem)
{
    (void)folder;
    tap->qemu_input_fd = open_endless();
    if (tap->qemu_input_fd < 0)
        return problem_set(problem, EXIT_IMPOSSIBLE, "%s: no pipe: %s", tap->name, strerror(errno));
    return pipe_end_make(tap, problem);
}

static void stdio_compose(const struct tap *tap, enum compose_for who, struct argv *argv)
{
    struct strbuf options = tap_options(tap, who);

    argv_option(argv, "-chardev", "stdio,id=%s%s", tap->name, options.text);
    strbuf_free(&options);
}

const struct backend backend_stdio = {
    .name = "stdio",
    .driver = "stdio",
    .what = "QEMU's own input and output, once; its messages come in between",
    .is_read = true,
    .is_stdio = true,
    .prepare = stdio_prepare,
    .compose = stdio_compose,
    .collect = tap_collect_stream,
    .close = tap_close_stream,
};
