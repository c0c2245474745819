/*
 * What the socket backends share: unix, tcp, telnet, websocket.
 *
 * QEMU is the server (server=on) or the client (server=off, or reconnect=).  As a server it
 * stands still with no client; we ask it for its address by QMP, connect, and ask until it
 * says that it is connected: only then may the guest run, or its first bytes are thrown
 * away.  As a client it finds us listening before it starts.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_SOCKET_TAP_H
#define HOST_TOOLS_SOCKET_TAP_H

#include "host-tools/backends.h"

enum socket_role { SOCKET_DEFAULT, SOCKET_QEMU_SERVES, SOCKET_QEMU_CONNECTS };

/* What the user's PROPS (or NULL) ask for. */
enum socket_role socket_role(const char *props);

/* wait=on: QEMU goes nowhere before its client is there. */
bool socket_waits(const char *props);

/* ... so the client must come at once.  returns  0 | -1 and the problem */
int socket_check_wait(const struct tap *tap, struct problem *problem);

/* --- On the loopback network: tcp, telnet, websocket ------------------------------------ */

int socket_inet_check(const char *props, struct problem *problem);
int socket_inet_prepare(struct tap *tap, const char *folder, struct problem *problem);

/* more: ",telnet=on", or "" */
void socket_inet_compose(const struct tap *tap, const char *more, enum compose_for who,
                         struct argv *argv);
void socket_inet_open(struct tap *tap);

/* --- All of them ------------------------------------------------------------------------- */

/* Attach: learn the port if there is one, and wait until QEMU says that it is connected. */
int socket_attach(struct tap *tap, struct qmp *qmp, struct problem *problem);

/* Our end, taken from the listener, if QEMU has come. */
void socket_accept(struct tap *tap);

/* Close it and come back on the next tick: what was tried did not work. */
void socket_retry(struct tap *tap);

/* Before connect(): hold as little as can be, as if the reader's own program was slow.
 * Loopback packets are as large as 64 KiB, and QEMU's buffer is counted in packets. */
void socket_make_small(int fd);

#endif
