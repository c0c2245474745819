/*
 * A capture as a stream: the banner before it, its format, its end record.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/stream.h"

#include <string.h>
#include <zlib.h>

#include "firmware/wire.h"

#define FIRST_WORDS WIRE_TAG_FIRST ": version="
#define END_WORDS   WIRE_TAG_END ": bytes="

/* zlib takes its lengths as 32 bits. */
static uint32_t crc32_of(struct span bytes)
{
    enum { PIECE = 1 << 30 };
    uLong crc = crc32(0, NULL, 0);
    for (size_t at = 0; at < bytes.len;) {
        size_t len = bytes.len - at < PIECE ? bytes.len - at : PIECE;
        crc = crc32(crc, bytes.bytes + at, (uInt)len);
        at += len;
    }
    return (uint32_t)crc;
}

/* --- the end record ---------------------------------------------------------- */

/* In a record the end's own number is its count of records; a plain line has none. */
static bool parse_end_line(struct span text, struct wire_end *end)
{
    struct wire_record record;
    size_t bad;
    if (wire_parse_record(text, &record, &bad) == WIRE_RECORD)
        return wire_tag_is(&record, WIRE_TAG_END) && wire_parse_end(record.text, end) &&
               end->records == record.seq;
    return span_starts(text, END_WORDS) &&
           wire_parse_end(span_of(text, strlen(WIRE_TAG_END) + 2, text.len), end);
}

bool stream_find_end(struct span bytes, size_t from, struct wire_line *line, struct wire_end *end)
{
    enum { LONGEST = 192 }; /* longer than any end record, so other lines cost little */
    for (; wire_line_at(bytes, from, line); from = line->next)
        if (line->end != LINE_CUT && line->text_end - from <= LONGEST &&
            parse_end_line(span_of(bytes, from, line->text_end), end))
            return true;
    return false;
}

bool verify_has_end(const unsigned char *bytes, size_t len)
{
    enum { TAIL = 512 }; /* the record, and a few stray bytes behind it */
    struct wire_line line;
    struct wire_end end;
    size_t from = len > TAIL ? len - TAIL : 0;
    return len > 0 && stream_find_end((struct span){ bytes + from, len - from }, 0, &line, &end);
}

/* --- the beginning ------------------------------------------------------------- */

static bool is_first_line(struct span text)
{
    uint64_t seq;
    return wire_parse_seq(text, &seq) || span_starts(text, FIRST_WORDS);
}

static size_t banner_len(struct span bytes)
{
    struct wire_line line;
    if (!span_starts(bytes, "\nOpenSBI v") && !span_starts(bytes, "\r\nOpenSBI v"))
        return 0;
    for (size_t at = 0; at < BANNER_MAX && wire_line_at(bytes, at, &line); at = line.next)
        if (is_first_line(span_of(bytes, at, line.text_end)))
            return at;
    return bytes.len <= BANNER_MAX ? bytes.len : 0;
}

/* Plain, if the first line that can tell says so; the end record where none can. */
static bool looks_plain(const struct stream *stream)
{
    enum { ENOUGH = 65536 };
    struct wire_line line;
    for (size_t at = 0; at < ENOUGH && wire_line_at(stream->bytes, at, &line); at = line.next) {
        struct span text = span_of(stream->bytes, at, line.text_end);
        if (is_first_line(text))
            return span_starts(text, FIRST_WORDS);
    }
    return stream->has_end &&
           span_starts(span_of(stream->bytes, stream->end_line.start, stream->bytes.len),
                       END_WORDS);
}

void stream_open(struct stream *stream, const struct capture *capture)
{
    struct span all = { capture->len ? capture->bytes : (const unsigned char *)"", capture->len };
    *stream = (struct stream){ .banner = banner_len(all) };
    stream->bytes = span_of(all, stream->banner, all.len);
    stream->has_end = stream_find_end(stream->bytes, 0, &stream->end_line, &stream->end);
    stream->is_plain = looks_plain(stream);
    if (!stream->has_end)
        return;
    stream->crc32 = crc32_of(span_of(stream->bytes, 0, stream->end_line.start));
    stream->is_counted = stream->end.bytes == stream->end_line.start &&
                         stream->end.crc32 == stream->crc32 && stream->end_line.end == LINE_CRLF;
}

int64_t stream_slack(const struct stream *stream)
{
    uint64_t is = stream->end_line.start, should = stream->end.bytes;
    if (!stream->has_end)
        return 0;
    if (is >= should)
        return (int64_t)(is - should);
    return should - is > INT64_MAX ? INT64_MIN : -(int64_t)(should - is);
}

/* --- records and bytes ------------------------------------------------------------ */

uint64_t lines_before(struct span bytes, size_t at)
{
    uint64_t lines = 0;
    struct wire_line line;
    for (size_t from = 0; from < at && wire_line_at(bytes, from, &line) && line.next <= at;
         from = line.next)
        lines++;
    return lines;
}

uint64_t stream_record_at(const struct stream *stream, size_t at)
{
    uint64_t seq;
    size_t start = wire_line_start(stream->bytes, at);
    struct span rest = span_of(stream->bytes, start, stream->bytes.len);
    if (!stream->is_plain && wire_parse_seq(rest, &seq))
        return seq;
    return lines_before(stream->bytes, at);
}

uint64_t sum_of_gaps(struct span bytes, size_t from)
{
    uint64_t sum = 0, gap;
    struct wire_line line;
    for (; wire_line_at(bytes, from, &line); from = line.next)
        if (wire_parse_gap(span_of(bytes, from, line.text_end), &gap) &&
            __builtin_add_overflow(sum, gap, &sum))
            return UINT64_MAX;
    return sum;
}
