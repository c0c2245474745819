/*
 * The log while it comes.
 *
 * The consoles' copies are the same bytes, so the longest one stands for all; the
 * verifier will say whether that is true.  What a firmware below wrote before the
 * stream (OpenSBI's banner) is not of the stream.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/live.h"

#include <stdlib.h>
#include <string.h>

#include "host-tools/strbuf.h"

/* More marks than this are no picture any more: a number says it then. */
#define MARKS_MOST 35

static const char marks[] = "123456789abcdefghijklmnopqrstuvwxyz";

_Static_assert(sizeof(marks) - 1 == MARKS_MOST, "a mark for each");

void live_begin(struct live *live, FILE *out, const struct tap *taps, char *const *labels,
                size_t count)
{
    *live = (struct live){ .out = out, .taps = taps, .labels = labels, .count = count };
    if (!out)
        return;
    live->starts = must_alloc(count * sizeof(*live->starts));
    if (count)
        fputs("Each line as it comes, and which consoles have it by then:\n", out);
    for (size_t i = 0; i < count && count <= MARKS_MOST; i++)
        fprintf(out, "[%c] %s:%s\n", marks[i], labels[i], taps[i].shown);
    fflush(out);
}

/* --- The stream in each tap ------------------------------------------------------------ */

/* The stream begins with its first record, or, without records, with the first byte. */
static size_t find_start(const struct tap *tap)
{
    static const char first[] = "000000 ";

    const unsigned char *found = tap->len ? memmem(tap->bytes, tap->len, first, 7) : NULL;
    return found ? (size_t)(found - tap->bytes) : 0;
}

/* While all that came may be somebody's banner, a later look finds the true start.  What
 * many consoles wrote into one mux is no stream. */
static size_t stream_len(struct live *live, size_t i)
{
    if (live->taps[i].frontends > 1)
        return 0;
    if (live->starts[i] == 0)
        live->starts[i] = find_start(&live->taps[i]);
    return live->taps[i].len - live->starts[i];
}

static bool has_banner_only(const struct live *live, size_t i)
{
    const struct tap *tap = &live->taps[i];
    return live->starts[i] == 0 && tap->len > 0 && (*tap->bytes == '\r' || *tap->bytes == '\n');
}

static size_t find_longest(struct live *live)
{
    size_t longest = 0, most = 0;
    for (size_t i = 0; i < live->count; i++) {
        size_t len = stream_len(live, i);
        if (len > most && !has_banner_only(live, i)) {
            most = len;
            longest = i;
        }
    }
    return longest;
}

/* --- Lines ----------------------------------------------------------------------------- */

static void show_marks(struct live *live, size_t position)
{
    size_t having = 0;

    putc('[', live->out);
    for (size_t i = 0; i < live->count; i++) {
        bool has_it = stream_len(live, i) >= position && !has_banner_only(live, i);
        having += has_it;
        if (live->count <= MARKS_MOST)
            putc(has_it ? marks[i] : '.', live->out);
    }
    if (live->count > MARKS_MOST)
        fprintf(live->out, "%3zu/%zu", having, live->count);
    fputs("] ", live->out);
}

static void show_byte(FILE *out, unsigned char byte)
{
    if (byte == '\t' || (byte >= ' ' && byte < 0x7f))
        putc(byte, out);
    else
        fprintf(out, "\\x%02x", byte);
}

/* The guest's lines end in CR LF, the terminal's in LF. */
static void show_line(struct live *live, const unsigned char *line, size_t len)
{
    show_marks(live, live->shown + len);
    live->shown += len;
    if (len && line[len - 1] == '\n')
        len--;
    if (len && line[len - 1] == '\r')
        len--;
    for (size_t i = 0; i < len; i++)
        show_byte(live->out, line[i]);
    putc('\n', live->out);
}

static void show_lines(struct live *live, bool is_last_look)
{
    size_t longest = find_longest(live), len = stream_len(live, longest);
    const unsigned char *stream = live->taps[longest].bytes + live->starts[longest];

    if (has_banner_only(live, longest) && !is_last_look)
        return;
    while (live->shown < len) {
        const unsigned char *line = stream + live->shown;
        const unsigned char *end = memchr(line, '\n', len - live->shown);
        if (!end && !is_last_look)
            break;
        show_line(live, line, end ? (size_t)(end - line) + 1 : len - live->shown);
    }
    fflush(live->out);
}

void live_show(struct live *live)
{
    if (live->out && live->count)
        show_lines(live, false);
}

void live_end(struct live *live)
{
    if (live->out && live->count)
        show_lines(live, true);
    free(live->starts);
    *live = (struct live){ 0 };
}
