/*
 * TCP on this host's loopback.
 *
 * QEMU flags: -chardev socket,id=C,host=127.0.0.1,port=0,server=on,wait=off
 *             -chardev socket,id=C,host=127.0.0.1,port=N,server=off      server=off
 *
 * Port 0 lets the system choose one that is free, and QMP query-chardev tells which: no
 * fixed port, no race.  As a client QEMU finds us listening on such a port.
 *
 * What it may lose: everything while nobody is connected; and a virtconsole's bytes that
 * find the buffers full, which takes some 4 MB on Linux.
 *
 * Next on the tour: backend_telnet.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/socket_tap.h"

static void tcp_compose(const struct tap *tap, enum compose_for who, struct argv *argv)
{
    socket_inet_compose(tap, "", who, argv);
}

const struct backend backend_tcp = {
    .name = "tcp",
    .driver = "socket",
    .what = "TCP on the loopback, QEMU serves; server=off, reconnect=: QEMU connects",
    .is_read = true,
    .check = socket_inet_check,
    .prepare = socket_inet_prepare,
    .compose = tcp_compose,
    .attach = socket_attach,
    .open = socket_inet_open,
    .collect = tap_collect_stream,
    .close = tap_close_stream,
};
