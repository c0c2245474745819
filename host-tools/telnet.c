/*
 * QEMU's telnet, undone.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/telnet.h"

#include <string.h>

/* RFC 854: IAC is 0xff, WILL 0xfb, DO 0xfd; ECHO 1, SUPPRESS GO AHEAD 3, BINARY 0. */
const unsigned char telnet_greeting[TELNET_GREETING] = {
    0xff, 0xfb, 1, 0xff, 0xfb, 3, 0xff, 0xfb, 0, 0xff, 0xfd, 0,
};

/* Up to the end of the greeting, or to the first byte that is not of it. */
static size_t skip_greeting(struct telnet *telnet, const unsigned char *in, size_t len)
{
    size_t at = 0;

    while (at < len && telnet->matched < TELNET_GREETING &&
           in[at] == telnet_greeting[telnet->matched]) {
        telnet->matched++;
        at++;
    }
    telnet->is_past = at < len || telnet->matched == TELNET_GREETING;
    return at;
}

size_t telnet_feed(struct telnet *telnet, const unsigned char *in, size_t len, unsigned char *out)
{
    size_t skipped = 0, put = 0;

    if (!telnet->is_past) {
        skipped = skip_greeting(telnet, in, len);
        if (telnet->is_past && telnet->matched < TELNET_GREETING) {
            put = telnet->matched; /* it was data after all */
            memcpy(out, telnet_greeting, put);
        }
    }
    memcpy(out + put, in + skipped, len - skipped);
    return put + len - skipped;
}
