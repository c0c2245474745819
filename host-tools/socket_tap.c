/*
 * What the socket backends share.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/socket_tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host-tools/qmp.h"

/* A loopback connection takes microseconds, QEMU's main loop milliseconds; a busy host gets
 * all the rest. */
#define CONNECT_MS 10000

/* In a command to be pasted a port must be somebody's choice. */
#define PASTE_PORT 5000

/* --- What the user wants --------------------------------------------------------------- */

static bool has_value(const char *props, const char *key, const char *wanted)
{
    size_t len;
    const char *value = option_value(props, key, &len);

    return value && strlen(wanted) == len && memcmp(value, wanted, len) == 0;
}

enum socket_role socket_role(const char *props)
{
    size_t len;

    if (has_value(props, "server", "on"))
        return SOCKET_QEMU_SERVES;
    if (option_value(props, "server", &len) || option_value(props, "reconnect", &len) ||
        option_value(props, "reconnect-ms", &len))
        return SOCKET_QEMU_CONNECTS;
    return SOCKET_DEFAULT;
}

bool socket_waits(const char *props)
{
    return has_value(props, "wait", "on");
}

int socket_check_wait(const struct tap *tap, struct problem *problem)
{
    if (!socket_waits(tap->props) || reader_is_early(&tap->reader))
        return 0;
    return problem_set(problem, EXIT_USAGE,
                       "%s: with wait=on QEMU starts only when its reader is there: not with "
                       "reader=late or reader=none",
                       tap->name);
}

/* --- On the loopback network -------------------------------------------------------------- */

int socket_inet_check(const char *props, struct problem *problem)
{
    size_t len;

    if (option_value(props, "host", &len))
        return problem_set(problem, EXIT_USAGE,
                           "-c: host=: a log stays on this host; it is 127.0.0.1");
    if (socket_waits(props))
        return problem_set(problem, EXIT_USAGE,
                           "-c: wait=on: QEMU would wait before anybody can ask it for the port; "
                           "a unix socket can wait: unix,server=on,wait=on");
    return 0;
}

static struct sockaddr_in loopback(unsigned port)
{
    return (struct sockaddr_in){ .sin_family = AF_INET,
                                 .sin_port = htons((uint16_t)port),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static int listen_inet(struct tap *tap)
{
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof(address);

    tap->listener_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (tap->listener_fd < 0)
        return -1;
    if (tap_is_tested(tap))
        socket_make_small(tap->listener_fd);
    if (bind(tap->listener_fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        listen(tap->listener_fd, 1) < 0 ||
        getsockname(tap->listener_fd, (struct sockaddr *)&address, &size) < 0)
        return -1;
    tap->port = ntohs(address.sin_port);
    return 0;
}

int socket_inet_prepare(struct tap *tap, const char *folder, struct problem *problem)
{
    (void)folder;
    if (socket_role(tap->props) != SOCKET_QEMU_CONNECTS || listen_inet(tap) == 0)
        return 0;
    return problem_set(problem, EXIT_IMPOSSIBLE, "%s: no loopback socket: %s", tap->name,
                       strerror(errno));
}

/* What the user's PROPS leave open.  Port 0: the system chooses one that is free. */
static void add_inet_defaults(const struct tap *tap, enum compose_for who, struct strbuf *words)
{
    enum socket_role role = socket_role(tap->props);
    unsigned port = role != SOCKET_QEMU_CONNECTS ? 0
                    : who == FOR_RUN             ? tap->port
                                                 : PASTE_PORT + (unsigned)tap->child_fd;
    size_t len;

    if (!option_value(tap->props, "port", &len))
        strbuf_printf(words, ",port=%u", port);
    if (role == SOCKET_DEFAULT)
        strbuf_printf(words, ",server=on");
    if (role != SOCKET_QEMU_CONNECTS && !option_value(tap->props, "wait", &len))
        strbuf_printf(words, ",wait=off");
}

void socket_inet_compose(const struct tap *tap, const char *more, enum compose_for who,
                         struct argv *argv)
{
    struct strbuf options = tap_options(tap, who), words = { 0 };

    strbuf_printf(&words, "%s", "");
    add_inet_defaults(tap, who, &words);
    argv_option(argv, "-chardev", "socket,id=%s,host=127.0.0.1%s%s%s", tap->name, words.text, more,
                options.text);
    strbuf_free(&options);
    strbuf_free(&words);
}

void socket_inet_open(struct tap *tap)
{
    struct sockaddr_in address = loopback(tap->port);

    if (tap->listener_fd >= 0) {
        socket_accept(tap);
        return;
    }
    if (tap->port == 0)
        return; /* QEMU has not told yet */
    tap->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (tap->fd < 0)
        return;
    if (tap_is_tested(tap))
        socket_make_small(tap->fd);
    if (connect(tap->fd, (struct sockaddr *)&address, sizeof(address)) < 0 && errno != EINPROGRESS)
        socket_retry(tap);
}

/* --- All of them ------------------------------------------------------------------------------ */

void socket_retry(struct tap *tap)
{
    close(tap->fd);
    tap->fd = -1;
}

void socket_accept(struct tap *tap)
{
    tap->fd = accept4(tap->listener_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

void socket_make_small(int fd)
{
    int bytes = 4096, packet = 536; /* RFC 9293 §3.7.1: what every host must take */

    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
    setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &packet, sizeof(packet));
}

/* "disconnected:tcp:127.0.0.1:40123,server=on": the port, or 0. */
static unsigned port_of(const char *filename)
{
    const char *comma = strchr(filename, ',');
    size_t len = comma ? (size_t)(comma - filename) : strlen(filename);
    const char *colon = memrchr(filename, ':', len);

    return colon ? (unsigned)strtoul(colon + 1, NULL, 10) : 0;
}

static bool is_disconnected(const char *filename)
{
    return strncmp(filename, "disconnected:", strlen("disconnected:")) == 0;
}

/* The ticks of the run connect; QEMU's main loop takes it in. */
static int wait_connected(struct tap *tap, struct qmp *qmp, struct problem *problem)
{
    uint64_t start = uv_now(qmp->pipe.loop);

    while (uv_now(qmp->pipe.loop) - start < CONNECT_MS) {
        char *filename = tap_ask_filename(tap, qmp, problem);
        if (!filename)
            return -1;
        bool is_there = !is_disconnected(filename);
        free(filename);
        if (is_there)
            return 0;
        uv_run(qmp->pipe.loop, UV_RUN_ONCE);
    }
    return problem_set(problem, EXIT_IMPOSSIBLE, "%s: QEMU does not see its socket connected",
                       tap->name);
}

int socket_attach(struct tap *tap, struct qmp *qmp, struct problem *problem)
{
    char *filename = tap_ask_filename(tap, qmp, problem);

    if (!filename)
        return -1;
    if (!tap->path && tap->listener_fd < 0)
        tap->port = port_of(filename);
    free(filename);
    return reader_is_early(&tap->reader) ? wait_connected(tap, qmp, problem) : 0;
}
