/*
 * TCP with QEMU's telnet greeting before the data.
 *
 * QEMU flags: -chardev socket,id=C,host=127.0.0.1,port=0,server=on,wait=off,telnet=on
 *
 * The greeting is all there is to undo: telnet.h.  Loses what tcp loses.
 *
 * Next on the tour: backend_websocket.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <sys/socket.h>

#include "host-tools/socket_tap.h"
#include "host-tools/telnet.h"

static void telnet_compose(const struct tap *tap, enum compose_for who, struct argv *argv)
{
    socket_inet_compose(tap, ",telnet=on", who, argv);
}

/* Every connection is greeted again. */
static void telnet_open(struct tap *tap)
{
    socket_inet_open(tap);
    if (!tap->state)
        tap->state = must_alloc(sizeof(struct telnet));
    *(struct telnet *)tap->state = (struct telnet){ 0 };
}

static bool collect_once(struct tap *tap)
{
    unsigned char raw[16384];
    size_t most = tap->allowance < sizeof(raw) ? tap->allowance : sizeof(raw);
    ssize_t len = recv(tap->fd, raw, most, 0);

    if (len == 0 || (len < 0 && errno != EAGAIN && errno != EINTR && errno != ENOTCONN))
        tap->has_closed = true;
    if (len <= 0)
        return false;
    unsigned char *to = tap_reserve(tap, (size_t)len + TELNET_GREETING);
    tap->len += telnet_feed(tap->state, raw, (size_t)len, to);
    tap->allowance -= (size_t)len;
    return true;
}

static void telnet_collect(struct tap *tap)
{
    while (tap->fd >= 0 && tap->allowance > 0 && collect_once(tap))
        continue;
}

const struct backend backend_telnet = {
    .name = "telnet",
    .driver = "socket",
    .what = "the same as tcp, with QEMU's telnet greeting, which is taken off",
    .is_read = true,
    .check = socket_inet_check,
    .prepare = socket_inet_prepare,
    .compose = telnet_compose,
    .attach = socket_attach,
    .open = telnet_open,
    .collect = telnet_collect,
    .close = tap_close_stream,
};
