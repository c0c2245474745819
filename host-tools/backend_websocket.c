/*
 * A websocket: RFC 6455, with libwebsockets.
 *
 * QEMU flags: -chardev socket,id=C,host=127.0.0.1,port=0,server=on,wait=off,websocket=on
 *
 * QEMU is always the server, and wants the subprotocol "binary".  It makes a frame of each
 * write, so a UART's byte travels with two bytes of header.  The handshake, the frames and
 * the control frames are the library's; it runs in our tick and never waits.
 *
 * Loses what tcp loses.
 *
 * QEMU: io/channel-websock.c.
 * Next on the tour: backend_udp.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <libwebsockets.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/socket_tap.h"

/* Bytes of the wire at once: what one look at the socket may bring. */
#define WIRE_BYTES 65536

struct websocket {
    struct lws_context *context;
    struct lws *connection;
    bool has_failed; /* try again, with everything new */
};

static void take(struct tap *tap, const void *bytes, size_t len)
{
    tap_add(tap, bytes, len);
    tap->allowance -= len < tap->allowance ? len : tap->allowance;
}

static int on_event(struct lws *connection, enum lws_callback_reasons reason, void *user,
                    void *bytes, size_t len)
{
    struct tap *tap = lws_context_user(lws_get_context(connection));
    struct websocket *websocket = tap->state;

    (void)user;
    switch (reason) {
    case LWS_CALLBACK_CLIENT_RECEIVE:
        take(tap, bytes, len);
        break;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        websocket->has_failed = true;
        break;
    case LWS_CALLBACK_CLIENT_CLOSED:
        tap->has_closed = true;
        break;
    default:
        break;
    }
    return 0;
}

static const struct lws_protocols protocols[] = {
    { .name = "binary", .callback = on_event, .rx_buffer_size = WIRE_BYTES },
    { 0 },
};

static void drop(struct tap *tap)
{
    struct websocket *websocket = tap->state;

    if (websocket && websocket->context)
        lws_context_destroy(websocket->context);
    free(websocket);
    tap->state = NULL;
}

static bool connect_to(struct tap *tap, struct websocket *websocket)
{
    struct lws_client_connect_info info = {
        .context = websocket->context,
        .address = "127.0.0.1",
        .port = (int)tap->port,
        .path = "/",
        .host = "127.0.0.1",
        .protocol = protocols[0].name,
        .local_protocol_name = protocols[0].name,
        .pwsi = &websocket->connection,
    };

    return lws_client_connect_via_info(&info) != NULL;
}

static void websocket_open(struct tap *tap)
{
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .protocols = protocols,
        .user = tap,
        .pt_serv_buf_size = WIRE_BYTES,
    };

    if (tap->state || tap->port == 0)
        return;
    lws_set_log_level(0, NULL);
    struct websocket *websocket = must_alloc(sizeof(*websocket));
    tap->state = websocket;
    websocket->context = lws_create_context(&info);
    if (!websocket->context || !connect_to(tap, websocket))
        drop(tap);
}

/* One look at the socket each time, until a look brings nothing. */
static void websocket_collect(struct tap *tap)
{
    struct websocket *websocket = tap->state;
    size_t before;

    if (!websocket)
        return;
    do {
        before = tap->len;
        lws_service(websocket->context, -1); /* below 0: it does not wait */
    } while (tap->len > before && tap->allowance > 0);
    if (websocket->has_failed)
        drop(tap);
}

static int websocket_check(const char *props, struct problem *problem)
{
    if (socket_role(props) == SOCKET_QEMU_CONNECTS)
        return problem_set(problem, EXIT_USAGE,
                           "-c: websocket: QEMU can only be the server of one");
    return socket_inet_check(props, problem);
}

static void websocket_compose(const struct tap *tap, enum compose_for who, struct argv *argv)
{
    socket_inet_compose(tap, ",websocket=on", who, argv);
}

static void websocket_close(struct tap *tap)
{
    drop(tap);
    tap_close_stream(tap);
}

const struct backend backend_websocket = {
    .name = "websocket",
    .driver = "socket",
    .what = "TCP with websocket frames, which are undone; QEMU serves",
    .is_read = true,
    .check = websocket_check,
    .prepare = socket_inet_prepare,
    .compose = websocket_compose,
    .attach = socket_attach,
    .open = websocket_open,
    .collect = websocket_collect,
    .leave = drop,
    .close = websocket_close,
};
