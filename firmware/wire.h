/*
 * The format of the stream, defined once for the firmware that writes it and
 * the host tool that verifies it.
 *
 * A stream is lines that end in CR LF.  With format=record each line is a record:
 *
 *   000012 0.004512 virtio-mmio: console at 0xa003e00, 2 ports
 *   SEQ    TIME     TAG: TEXT
 *
 *   SEQ   counts from 0, at least six digits, no gaps
 *   TIME  seconds since boot, six decimals, never going back
 *   TAG   WIRE_TAG_CHARS, 1..24 of them
 *   TEXT  printable ASCII and tabs; any other byte of the program is shown as \xHH
 *
 * With format=plain a line is only TEXT, or "TAG: TEXT" for the records below.
 *
 * Records with a fixed text are `key=value` words with one blank between them; a value
 * with blanks stands in double quotes, and has no double quote within:
 *
 *   tutti: version=V arch=A machine=M mode=M format=record|plain build=ID
 *          the first record of every stream
 *   console: name=N kind=K found=F [label="L"] [primary=yes] driven=yes|no [why="W"]
 *          one for each console found, or asked for by name, before the end; a W that begins
 *          with WIRE_WHY_ABSENT: it is not there
 *   removed: name=N
 *          its device went away
 *   ledger: name=N handed=B returned=B inflight=B accesses=N kicks=N stalls=N givenup=B lost=B
 *          one for each driven console, before the end.  handed: bytes of the stream that
 *          its device took; returned: bytes that the device gave back as sent, gap lines
 *          included (0 for a UART, which gives nothing back); givenup: bytes skipped in
 *          gap lines; lost: bytes taken that the device may never send
 *   flood: NUMBER PATTERN
 *          see wire_flood_line()
 *   end: bytes=N records=N crc32=XXXXXXXX status=N
 *          the last line.  bytes and records count what stands before this line;
 *          crc32 is that of zlib over the same bytes, eight lower-case hex digits;
 *          status 0..255 is the program's.
 *
 * A console that had to skip bytes (the ring moved on while it stood still) shows
 * this line, on that console alone, and goes on at the start of a later line:
 *
 *   gap: bytes=N
 *
 * N is how many bytes of the stream are left out there.  Where the console stood in the
 * middle of a line, or bytes on their way were lost, so that nobody knows where it stood,
 * CR LF goes before it, which is part of the gap line.  It looks like the line's own if the
 * console stood right before that: then N, counted from there, ends 2 bytes too far.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_WIRE_H
#define FIRMWARE_WIRE_H

#include <stddef.h>
#include <stdint.h>

#define WIRE_EOL        "\r\n"
#define WIRE_SEQ_DIGITS 6
#define WIRE_TAG_CHARS  "abcdefghijklmnopqrstuvwxyz0123456789-_"
#define WIRE_TAG_MAX    24
#define WIRE_LINE_MAX   1024 /* longest line with its CR LF; longer ones are broken in two */

#define WIRE_TAG_FIRST   "tutti"
#define WIRE_TAG_CONSOLE "console"
#define WIRE_TAG_REMOVED "removed"
#define WIRE_TAG_LEDGER  "ledger"
#define WIRE_TAG_FLOOD   "flood"
#define WIRE_TAG_END     "end"
#define WIRE_GAP         "gap: bytes="
#define WIRE_WHY_ABSENT  "nothing there"

/* Statuses of the firmware's own; a program's exit= is any other. */
#define WIRE_STATUS_PANIC 134 /* the firmware gave up       */
#define WIRE_STATUS_FAULT 139 /* the CPU reported a fault   */

/*
 * The text of one flood line (what follows "flood: "): its number in eight
 * decimal digits, a blank, and a pattern that only this number has in this order.
 * buf   WIRE_FLOOD_TEXT bytes, no NUL
 */
#define WIRE_FLOOD_TEXT   56
#define WIRE_FLOOD_DIGITS 8

static inline void wire_flood_line(char *buf, uint32_t number)
{
    uint32_t rest = number;
    for (int i = WIRE_FLOOD_DIGITS - 1; i >= 0; i--, rest /= 10)
        buf[i] = (char)('0' + rest % 10);
    buf[WIRE_FLOOD_DIGITS] = ' ';

    /* Printable ASCII without the blank, starting at a place that moves by 7. */
    uint32_t c = number * 7 % 94;
    for (int i = WIRE_FLOOD_DIGITS + 1; i < WIRE_FLOOD_TEXT; i++) {
        buf[i] = (char)('!' + c);
        c = c == 93 ? 0 : c + 1;
    }
}

#endif
