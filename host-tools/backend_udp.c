/*
 * Datagrams on this host's loopback: one for each write of the device.
 *
 * QEMU flags: -chardev udp,id=C,host=127.0.0.1,port=N
 *
 * We bind first, to a port that the system chooses.  Nobody waits for anybody: what finds
 * the receiver's buffer full is gone, and the kernel charges a UART's one-byte datagram some
 * 768 bytes, so the buffer is made large.  udp never says that it is open: a virtserialport
 * throws away what it would send.
 *
 * Next on the tour: backend_ringbuf.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "host-tools/backends.h"

#define RECEIVE_BUFFER (64 << 20)

/* In a command to be pasted a port must be somebody's choice. */
#define PASTE_PORT 5000

/* Beyond net.core.rmem_max only for root; else as much as is allowed. */
static void enlarge(int fd)
{
    int size = RECEIVE_BUFFER;

    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

static int udp_prepare(struct tap *tap, const char *folder, struct problem *problem)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof(address);

    (void)folder;
    tap->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (tap->fd < 0 || bind(tap->fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        getsockname(tap->fd, (struct sockaddr *)&address, &size) < 0)
        return problem_set(problem, EXIT_IMPOSSIBLE, "%s: no loopback socket: %s", tap->name,
                           strerror(errno));
    if (!tap_is_tested(tap))
        enlarge(tap->fd);
    tap->port = ntohs(address.sin_port);
    return 0;
}

static void udp_compose(const struct tap *tap, enum compose_for who, struct argv *argv)
{
    struct strbuf options = tap_options(tap, who);
    unsigned port = who == FOR_RUN ? tap->port : PASTE_PORT + (unsigned)tap->child_fd;

    argv_option(argv, "-chardev", "udp,id=%s,host=127.0.0.1,port=%u%s", tap->name, port,
                options.text);
    strbuf_free(&options);
}

/* A datagram comes whole or not at all; an empty one is no end. */
static void udp_collect(struct tap *tap)
{
    enum { LARGEST = 65536 };

    while (tap->fd >= 0 && tap->allowance > 0) {
        ssize_t len = recv(tap->fd, tap_reserve(tap, LARGEST), LARGEST, 0);
        if (len < 0)
            return;
        tap->len += (size_t)len;
        tap->allowance -= (size_t)len < tap->allowance ? (size_t)len : tap->allowance;
    }
}

static int udp_check(const char *props, struct problem *problem)
{
    size_t len;

    if (!option_value(props, "host", &len) && !option_value(props, "port", &len))
        return 0;
    return problem_set(problem, EXIT_USAGE, "-c: udp: it is 127.0.0.1, and a port that is free");
}

const struct backend backend_udp = {
    .name = "udp",
    .driver = "udp",
    .what = "datagrams on the loopback; may lose; never open for a virtserialport",
    .is_read = true,
    .check = udp_check,
    .prepare = udp_prepare,
    .compose = udp_compose,
    .collect = udp_collect,
    .close = tap_close_stream,
};
