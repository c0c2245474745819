/*
 * A tty of this host, as a real serial port would be: one end of a pseudo terminal that we
 * make.
 *
 * QEMU flags: -chardev serial,id=C,path=/dev/pts/N
 *
 * Here QEMU opens the terminal's side and makes it raw itself, and we hold the other.  The
 * name is the kernel's, so nothing collides.
 *
 * What it may lose: a virtconsole's bytes that the terminal does not take at once, some
 * 4 KiB; with a fast guest even while we read.
 *
 * Next on the tour: backend_unix.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/backends.h"

static int serial_prepare(struct tap *tap, const char *folder, struct problem *problem)
{
    char name[64];

    (void)folder;
    tap->fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (tap->fd < 0 || grantpt(tap->fd) < 0 || unlockpt(tap->fd) < 0 ||
        ptsname_r(tap->fd, name, sizeof(name)) != 0)
        return problem_set(problem, EXIT_IMPOSSIBLE, "%s: no pseudo terminal: %s", tap->name,
                           strerror(errno));
    fcntl(tap->fd, F_SETFL, O_NONBLOCK);
    tap->path = must_strdup(name);
    return 0;
}

static void serial_compose(const struct tap *tap, enum compose_for who, struct argv *argv)
{
    struct strbuf options = tap_options(tap, who);

    argv_option(argv, "-chardev", "serial,id=%s,path=%s%s", tap->name,
                who == FOR_RUN && tap->path ? tap->path : "/dev/ttyS0", options.text);
    strbuf_free(&options);
}

/* Before QEMU has opened its side a read says EIO, which means nothing yet. */
static void serial_collect(struct tap *tap)
{
    tap_collect_stream(tap);
    if (tap->len == 0)
        tap->has_closed = false;
}

const struct backend backend_serial = {
    .name = "serial",
    .driver = "serial",
    .what = "a tty of this host: one end of a pseudo terminal that tutti makes",
    .is_read = true,
    .check = tap_refuse_path,
    .prepare = serial_prepare,
    .compose = serial_compose,
    .collect = serial_collect,
    .close = tap_close_stream,
};

const struct backend backend_tty = {
    .name = "tty",
    .driver = "serial",
    .what = "another word for serial; QEMU 10 has only that one",
    .is_read = true,
    .check = tap_refuse_path,
    .prepare = serial_prepare,
    .compose = serial_compose,
    .collect = serial_collect,
    .close = tap_close_stream,
};
