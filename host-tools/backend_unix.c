/*
 * A connected pair of unix sockets: no name, no race, no limit of 108 bytes.
 *
 * QEMU flags: -chardev socket,id=C,fd=N
 *
 * QEMU's end gets a large send buffer: the kernel charges every unread write for its
 * bookkeeping too, so the default holds only 278 of a UART's one-byte writes.
 *
 * Next on the tour: run.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host-tools/backends.h"

#define SEND_BUFFER (16 << 20)

/* Beyond net.core.wmem_max only for root; else as much as is allowed. */
static void enlarge(int fd)
{
    int size = SEND_BUFFER;

    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) < 0)
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static int unix_prepare(struct tap *tap, const char *folder, struct problem *problem)
{
    int ends[2];

    (void)folder;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return problem_set(problem, EXIT_IMPOSSIBLE, "%s: no socket pair: %s", tap->name,
                           strerror(errno));
    tap->fd = ends[0];
    tap->qemu_fd = ends[1];
    fcntl(tap->fd, F_SETFL, O_NONBLOCK);
    enlarge(tap->qemu_fd);
    return 0;
}

static void unix_compose(const struct tap *tap, enum compose_for who, struct argv *argv)
{
    struct strbuf props = tap_props(tap), where = { 0 };

    if (who == FOR_RUN) {
        strbuf_printf(&where, "fd=%d", tap->child_fd);
    } else {
        strbuf_printf(&where, "path=");
        qemu_value(&where, tap->folder ? tap->folder : ".");
        strbuf_printf(&where, "/%s.sock,server=on,wait=off", tap->name);
    }
    argv_option(argv, "-chardev", "socket,id=%s,%s%s", tap->name, where.text, props.text);
    strbuf_free(&where);
    strbuf_free(&props);
}

const struct backend backend_unix = {
    .name = "unix",
    .driver = "socket",
    .what = "a connected pair of unix sockets",
    .prepare = unix_prepare,
    .compose = unix_compose,
    .collect = tap_collect_stream,
    .close = tap_close_stream,
};
