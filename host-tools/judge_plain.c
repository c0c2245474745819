/*
 * format=plain, where no line has a number: counts, checksum and line ends only.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>

#include "firmware/wire.h"
#include "host-tools/judge.h"

/* The first line with an end other than CR LF, or the gap line. */
static bool find_line(const struct stream *stream,
                      bool (*is_it)(struct span, const struct wire_line *), struct wire_line *line)
{
    for (size_t at = 0; wire_line_at(stream->bytes, at, line); at = line->next)
        if (is_it(stream->bytes, line))
            return true;
    return false;
}

static bool is_damaged(struct span bytes, const struct wire_line *line)
{
    (void)bytes;
    return line->end == LINE_LF || line->end == LINE_CRCRLF;
}

static bool is_gap(struct span bytes, const struct wire_line *line)
{
    uint64_t gap;
    return wire_parse_gap(span_of(bytes, line->start, line->text_end), &gap);
}

static bool judge_plain_lines(const struct stream *stream, struct verdict *verdict)
{
    struct wire_line line;
    if (find_line(stream, is_gap, &line)) {
        verdict->gaps = verdict->missing = sum_of_gaps(stream->bytes, line.start);
        verdict_set(verdict, stream, VERDICT_HOLE, line.start,
                    "the firmware left out %" PRIu64 " bytes here, and says so", verdict->gaps);
        return true;
    }
    if (!find_line(stream, is_damaged, &line))
        return false;
    bool is_lf = line.end == LINE_LF;
    verdict_set(verdict, stream, VERDICT_TORN, line.text_end, "%s at the end of a line",
                is_lf ? "CR is gone" : "CR stands twice");
    verdict_blame(verdict, is_lf ? LAYER_READER : LAYER_BACKEND,
                  is_lf ? "who reads took the bytes for text"
                        : "a terminal's output processing wrote the second CR");
    return true;
}

static void judge_plain_open(const struct stream *stream, struct verdict *verdict)
{
    if (span_starts(stream->bytes, WIRE_TAG_FIRST ": "))
        verdict_set(verdict, stream, VERDICT_SHORT, stream->bytes.len,
                    "stops at byte %zu: no end record", stream->bytes.len);
    else
        verdict_set(verdict, stream, VERDICT_FOREIGN, 0,
                    "neither the beginning nor the end of a stream");
}

static bool judge_line_count(const struct stream *stream, struct verdict *verdict)
{
    uint64_t lines = lines_before(stream->bytes, stream->end_line.start);
    if (lines == stream->end.records)
        return false;
    verdict_set(verdict, stream, VERDICT_TORN, stream->end_line.start,
                "the end record counts %" PRIu64 " lines, %" PRIu64 " stand here",
                stream->end.records, lines);
    return true;
}

void judge_plain(const struct stream *stream, struct verdict *verdict)
{
    if (stream->is_counted &&
        (judge_line_count(stream, verdict) || judge_trailing(stream, verdict)))
        return;
    if (stream->is_counted)
        verdict_set(verdict, stream, VERDICT_COMPLETE, stream->bytes.len,
                    "%" PRIu64 " bytes, %" PRIu64 " lines, status %d", stream->end.bytes,
                    stream->end.records, stream->end.status);
    else if (judge_plain_lines(stream, verdict))
        return;
    else if (stream->has_end)
        judge_miscount(stream, verdict);
    else
        judge_plain_open(stream, verdict);
}
