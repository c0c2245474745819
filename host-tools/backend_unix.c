/*
 * Unix sockets, in every way that QEMU can have one.
 *
 * QEMU flags: -chardev socket,id=C,fd=N                          a connected pair
 *             -chardev socket,id=C,path=P,server=on,wait=off     server=on
 *             -chardev socket,id=C,path=P,server=off             server=off, or reconnect=S
 *
 * The pair has no name, no race, and no limit of 107 bytes, so it is the default.  QEMU's
 * end of it gets a large send buffer: the kernel charges every unread write for its
 * bookkeeping too, so the default holds only 278 of a UART's one-byte writes.  With a path
 * nobody but QEMU could enlarge it.
 *
 * What it may lose: everything while nobody is connected; and a virtconsole's bytes that
 * find the buffer full.  What the kernel holds can still be read when QEMU is gone.
 *
 * Next on the tour: backend_tcp.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "host-tools/socket_tap.h"

#define SEND_BUFFER (16 << 20)

/* Beyond net.core.wmem_max only for root; else as much as is allowed. */
static void enlarge(int fd)
{
    int size = SEND_BUFFER;

    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) < 0)
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static bool has_name(const struct tap *tap)
{
    return socket_role(tap->props) != SOCKET_DEFAULT;
}

static bool unix_needs_folder(const struct tap *tap)
{
    size_t len;

    return has_name(tap) && !(option_value(tap->props, "path", &len) && len);
}

static int unix_check(const char *props, struct problem *problem)
{
    size_t len;

    if (!option_value(props, "path", &len) || socket_role(props) != SOCKET_DEFAULT)
        return 0;
    return problem_set(problem, EXIT_USAGE,
                       "-c: unix,path=: say who serves, too: server=on for QEMU, server=off for "
                       "tutti");
}

/* --- The connected pair ------------------------------------------------------------------ */

static int make_pair(struct tap *tap, struct problem *problem)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return problem_set(problem, EXIT_IMPOSSIBLE, "%s: no socket pair: %s", tap->name,
                           strerror(errno));
    tap->fd = ends[0];
    tap->qemu_fd = ends[1];
    fcntl(tap->fd, F_SETFL, O_NONBLOCK);
    if (!tap_is_tested(tap))
        enlarge(tap->qemu_fd);
    return 0;
}

/* --- With a name ----------------------------------------------------------------------------- */

static int make_address(const struct tap *tap, struct sockaddr_un *address, struct problem *problem)
{
    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    if (strlen(tap->path) >= sizeof(address->sun_path))
        return problem_set(problem, EXIT_USAGE, "%s: %s: a socket's path has at most %zu bytes",
                           tap->name, tap->path, sizeof(address->sun_path) - 1);
    strcpy(address->sun_path, tap->path);
    return 0;
}

static int serve(struct tap *tap, const struct sockaddr_un *address, struct problem *problem)
{
    tap->listener_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (tap->listener_fd >= 0 &&
        bind(tap->listener_fd, (const struct sockaddr *)address, sizeof(*address)) == 0 &&
        listen(tap->listener_fd, 1) == 0)
        return 0;
    return problem_set(problem, EXIT_IMPOSSIBLE, "%s: %s: %s", tap->name, tap->path,
                       strerror(errno));
}

static int unix_prepare(struct tap *tap, const char *folder, struct problem *problem)
{
    struct sockaddr_un address;
    struct strbuf path = { 0 };
    size_t len = 0;
    const char *given = option_value(tap->props, "path", &len);

    if (!has_name(tap))
        return make_pair(tap, problem);
    if (len)
        strbuf_printf(&path, "%.*s", (int)len, given);
    else
        strbuf_printf(&path, "%s/%s.sock", folder, tap->name);
    tap->path = path.text;
    if (make_address(tap, &address, problem) < 0 || socket_check_wait(tap, problem) < 0)
        return -1;
    return socket_role(tap->props) == SOCKET_QEMU_CONNECTS ? serve(tap, &address, problem) : 0;
}

/* Before QEMU listens there is nothing to connect to: it is tried again. */
static void unix_open(struct tap *tap)
{
    struct problem ignored = { 0 };
    struct sockaddr_un address;

    if (tap->listener_fd >= 0) {
        socket_accept(tap);
        return;
    }
    if (!tap->path || make_address(tap, &address, &ignored) < 0)
        return;
    tap->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (tap->fd >= 0 && connect(tap->fd, (struct sockaddr *)&address, sizeof(address)) < 0)
        socket_retry(tap);
}

/* --- For QEMU --------------------------------------------------------------------------------- */

static void add_path(const struct tap *tap, enum compose_for who, struct strbuf *words)
{
    struct strbuf paste = tap_paste_path(tap, ".sock");
    size_t len = 0;
    const char *given = option_value(tap->props, "path", &len);

    strbuf_printf(words, ",path=");
    if (who == FOR_RUN && tap->path)
        qemu_value(words, tap->path);
    else if (len)
        strbuf_printf(words, "%.*s", (int)len, given);
    else
        strbuf_printf(words, "%s", paste.text);
    strbuf_free(&paste);
}

static void unix_compose(const struct tap *tap, enum compose_for who, struct argv *argv)
{
    struct strbuf options = tap_options(tap, who), words = { 0 };
    enum socket_role role = socket_role(tap->props);
    size_t len;

    if (role == SOCKET_DEFAULT && who == FOR_RUN)
        strbuf_printf(&words, ",fd=%d", tap->child_fd);
    else
        add_path(tap, who, &words);
    if (role == SOCKET_DEFAULT && who == FOR_PASTE)
        strbuf_printf(&words, ",server=on,wait=off");
    if (role == SOCKET_QEMU_SERVES && !option_value(tap->props, "wait", &len))
        strbuf_printf(&words, ",wait=off");
    argv_option(argv, "-chardev", "socket,id=%s%s%s", tap->name, words.text, options.text);
    strbuf_free(&words);
    strbuf_free(&options);
}

static int unix_attach(struct tap *tap, struct qmp *qmp, struct problem *problem)
{
    return has_name(tap) ? socket_attach(tap, qmp, problem) : 0;
}

const struct backend backend_unix = {
    .name = "unix",
    .driver = "socket",
    .what = "a connected pair of unix sockets; server=on, server=off, reconnect=: by name",
    .is_read = true,
    .needs_folder = unix_needs_folder,
    .check = unix_check,
    .prepare = unix_prepare,
    .compose = unix_compose,
    .attach = unix_attach,
    .open = unix_open,
    .collect = tap_collect_stream,
    .close = tap_close_stream,
};
