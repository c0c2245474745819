/*
 * The log while it comes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/live.h"

static void show_byte(struct live *live, unsigned char byte)
{
    if (byte == '\r')
        return; /* the guest's lines end in CR LF, the terminal's in LF */
    if (byte == '\n' || byte == '\t' || (byte >= ' ' && byte < 0x7f))
        putc(byte, live->out);
    else
        fprintf(live->out, "\\x%02x", byte);
    live->is_in_line = byte != '\n';
}

void live_show(struct live *live, const unsigned char *bytes, size_t len)
{
    if (!live->out || live->shown >= len)
        return;
    for (; live->shown < len; live->shown++)
        show_byte(live, bytes[live->shown]);
    fflush(live->out);
}

void live_end(struct live *live)
{
    if (live->out && live->is_in_line)
        putc('\n', live->out);
    live->is_in_line = false;
}
