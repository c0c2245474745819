/*
 * QEMU's telnet, undone.
 *
 * QEMU greets with twelve fixed bytes and then sends the data as it is: unlike RFC 854 it
 * does not write 0xff twice, so a correct telnet client would damage a stream that has one.
 * Hence: the greeting goes, if it is that greeting, and nothing else does.
 *
 * QEMU: chardev/char-socket.c, tcp_chr_telnet_init().
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_TELNET_H
#define HOST_TOOLS_TELNET_H

#include <stdbool.h>
#include <stddef.h>

#define TELNET_GREETING 12 /* bytes */

struct telnet { /* all zero: nothing has come */
    size_t matched;
    bool is_past; /* the greeting, or where it should have been */
};

extern const unsigned char telnet_greeting[TELNET_GREETING];

/*
 * Take what has come, in any cut.
 *
 * out      gets the data: len + TELNET_GREETING bytes of room
 * returns  how many bytes of it
 */
size_t telnet_feed(struct telnet *telnet, const unsigned char *in, size_t len, unsigned char *out);

#endif
