/*
 * One capture alone: walk its records to the end, or to the first fault.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/judge.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "firmware/wire.h"

void verdict_set(struct verdict *verdict, const struct stream *stream, enum verdict_kind kind,
                 size_t at, const char *format, ...)
{
    va_list args;
    verdict->kind = kind;
    verdict->at = stream->banner + at;
    va_start(args, format);
    vsnprintf(verdict->text, sizeof(verdict->text), format, args);
    va_end(args);
}

void verdict_records(struct verdict *verdict, uint64_t first, uint64_t last)
{
    verdict->first_record = first;
    verdict->last_record = last;
}

void verdict_blame(struct verdict *verdict, enum layer layer, const char *why)
{
    verdict->blame = layer;
    verdict->blame_why = why;
}

/* --- what stands at the end ------------------------------------------------------ */

bool judge_trailing(const struct stream *stream, struct verdict *verdict)
{
    size_t from = stream->end_line.next;
    struct wire_line line;
    struct wire_end end;
    verdict->extra = stream->bytes.len - from;
    if (verdict->extra == 0)
        return false;
    bool is_again = stream_find_end(stream->bytes, from, &line, &end);
    verdict_set(verdict, stream, VERDICT_FOREIGN, from, "%" PRIu64 " bytes after the end record%s",
                verdict->extra, is_again ? ", with another end record among them" : "");
    return true;
}

void judge_miscount(const struct stream *stream, struct verdict *verdict)
{
    int64_t slack = stream_slack(stream);
    size_t at = stream->end_line.start;
    if (stream->crc32 == stream->end.crc32) {
        verdict_set(verdict, stream, VERDICT_TORN, at,
                    "the end record itself is changed: %" PRIu64 " bytes, where %zu fit its crc32",
                    stream->end.bytes, at);
    } else if (slack < 0) {
        verdict->missing = -(uint64_t)slack;
        verdict_set(verdict, stream, VERDICT_HOLE, at,
                    "%" PRIu64 " of %" PRIu64 " bytes are missing somewhere before the end record",
                    verdict->missing, stream->end.bytes);
    } else {
        verdict->extra = (uint64_t)slack;
        verdict_set(verdict, stream, VERDICT_TORN, at,
                    "crc32 is %08" PRIx32 ", the end record says %08" PRIx32 "; %" PRIu64
                    " bytes too many",
                    stream->crc32, stream->end.crc32, verdict->extra);
    }
}

static void judge_complete(const struct stream *stream, struct verdict *verdict)
{
    verdict_set(verdict, stream, VERDICT_COMPLETE, stream->bytes.len,
                "%" PRIu64 " bytes, %" PRIu64 " records, status %d", stream->end.bytes,
                stream->end.records, stream->end.status);
}

static void judge_end(const struct walk *walk, struct verdict *verdict)
{
    if (!walk->stream->is_counted)
        judge_miscount(walk->stream, verdict);
    else if (!judge_trailing(walk->stream, verdict))
        judge_complete(walk->stream, verdict);
}

/* The last record is an end record that contradicts itself. */
static bool is_end_damaged(const struct walk *walk)
{
    return walk->fit == WIRE_RECORD && walk->line.end == LINE_CRLF &&
           wire_tag_is(&walk->record, WIRE_TAG_END) && span_starts(walk->record.text, "bytes=");
}

static void judge_short(const struct walk *walk, struct verdict *verdict)
{
    const struct stream *stream = walk->stream;
    bool is_cut = walk->line.end == LINE_CUT;
    if (is_end_damaged(walk)) {
        verdict_records(verdict, walk->record.seq, walk->record.seq);
        verdict_set(verdict, stream, VERDICT_TORN, walk->line.start,
                    "record %06" PRIu64 " is an end record that contradicts itself",
                    walk->record.seq);
        return;
    }
    verdict_records(verdict, walk->want, UINT64_MAX);
    verdict_set(verdict, stream, VERDICT_SHORT, stream->bytes.len,
                "stops at byte %zu, %s record %06" PRIu64 ": no end record", stream->bytes.len,
                is_cut ? "within" : "before", walk->want);
}

/* --- the walk ---------------------------------------------------------------------- */

enum step { STEP_ON, STEP_END, STEP_CUT, STEP_FAULT };

static bool has_wrong_flood(struct walk *walk, bool is_cut)
{
    size_t bad;
    struct span text = walk->record.text;
    if (walk->fit != WIRE_RECORD || !wire_tag_is(&walk->record, WIRE_TAG_FLOOD) ||
        !wire_flood_is_wrong(text, &bad) || (is_cut && bad == text.len))
        return false;
    walk->bad = (size_t)(text.bytes - walk->stream->bytes.bytes) + bad;
    return true;
}

/* A last line without its end: may a true record begin like this? */
static enum step step_cut(struct walk *walk, struct span text)
{
    char head[32];
    size_t len = (size_t)snprintf(head, sizeof(head), "%06" PRIu64 " ", walk->want);
    if (text.len > 1 && text.bytes[text.len - 1] == '\r')
        text.len--;
    walk->bad = walk->line.start;
    if (memcmp(text.bytes, head, text.len < len ? text.len : len) != 0)
        return STEP_FAULT;
    for (size_t i = 0; i < text.len; i++, walk->bad++)
        if ((text.bytes[i] < ' ' || text.bytes[i] > '~') && text.bytes[i] != '\t')
            return STEP_FAULT;
    return has_wrong_flood(walk, true) ? STEP_FAULT : STEP_CUT;
}

static bool is_wanted(struct walk *walk)
{
    if (walk->fit != WIRE_RECORD || walk->line.end != LINE_CRLF || walk->record.seq != walk->want)
        return false;
    walk->bad = walk->line.start;
    return walk->record.time_us >= walk->time_us && !has_wrong_flood(walk, false);
}

static enum step step(struct walk *walk)
{
    struct span bytes = walk->stream->bytes;
    struct span text = span_of(bytes, walk->line.start, walk->line.text_end);
    walk->bad = 0;
    walk->fit = wire_parse_record(text, &walk->record, &walk->bad);
    walk->bad += walk->line.start;
    if (walk->line.end == LINE_CUT)
        return step_cut(walk, text);
    if (!is_wanted(walk))
        return STEP_FAULT;
    if (walk->stream->has_end && walk->line.start == walk->stream->end_line.start)
        return STEP_END;
    walk->want++;
    walk->time_us = walk->record.time_us;
    return STEP_ON;
}

static enum step walk_to_fault(struct walk *walk)
{
    enum step last = STEP_ON;
    struct span bytes = walk->stream->bytes;
    while (last == STEP_ON && wire_line_at(bytes, walk->line.next, &walk->line))
        last = step(walk);
    return last;
}

static void judge_silent(const struct stream *stream, struct verdict *verdict)
{
    verdict_set(verdict, stream, VERDICT_SILENT, 0,
                stream->banner ? "nothing but OpenSBI's banner" : "nothing came");
}

void judge_alone(const struct stream *stream, struct verdict *verdict)
{
    struct walk walk = { .stream = stream };
    verdict->banner = stream->banner;
    verdict->status = stream->has_end ? stream->end.status : -1;
    verdict->is_counted = stream->is_counted;
    verdict_records(verdict, 1, 0);
    if (stream->bytes.len == 0)
        judge_silent(stream, verdict);
    else if (stream->is_plain)
        judge_plain(stream, verdict);
    else
        switch (walk_to_fault(&walk)) {
        case STEP_END:
            judge_end(&walk, verdict);
            break;
        case STEP_FAULT:
            explain_fault(&walk, verdict);
            break;
        case STEP_ON: /* the bytes end at the end of a line */
        case STEP_CUT:
            judge_short(&walk, verdict);
        }
}
