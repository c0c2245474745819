/*
 * The first line of a capture that is not the record it should be: what happened?
 *
 * Beside the line itself, the next good record tells: its number says where the stream
 * goes on.  Each explanation looks for its own signs and is silent otherwise; the first
 * in the table that speaks is taken.  The last one always does.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "firmware/wire.h"
#include "host-tools/judge.h"

struct fault {
    const struct walk *walk;
    const struct stream *stream;
    struct verdict *verdict;
    uint64_t want;
    size_t start;     /* of the line                                        */
    bool is_record;   /* the line is a good record, only not the wanted one */
    bool has_head;    /* the line begins with the wanted number             */
    bool has_resume;  /* a good record follows:                             */
    size_t resume_at; /* ... here                                           */
    uint64_t resume;  /* ... with this number                               */
    struct wire_record resume_record;
};

/* --- looking around ------------------------------------------------------------ */

/* The first good record whose line starts at or behind `at`. */
static bool find_record(struct span bytes, size_t at, size_t *start, struct wire_record *record)
{
    struct wire_line line;
    size_t bad;
    for (; wire_line_at(bytes, at, &line); at = line.next) {
        *start = at;
        if (line.end == LINE_CRLF &&
            wire_parse_record(span_of(bytes, at, line.text_end), record, &bad) == WIRE_RECORD)
            return true;
    }
    return false;
}

/* Where record `seq` comes again, behind `at`; the end of the bytes if it does not. */
static size_t find_seq(struct span bytes, size_t at, uint64_t seq)
{
    struct wire_record record;
    struct wire_line line;
    for (size_t start; find_record(bytes, at, &start, &record); at = line.next) {
        if (record.seq == seq)
            return start;
        wire_line_at(bytes, start, &line);
    }
    return bytes.len;
}

static void look_around(struct fault *fault, const struct walk *walk, struct verdict *verdict)
{
    struct span bytes = walk->stream->bytes;
    uint64_t seq;
    *fault = (struct fault){ .walk = walk,
                             .stream = walk->stream,
                             .verdict = verdict,
                             .want = walk->want,
                             .start = walk->line.start };
    bool has_seq = wire_parse_seq(span_of(bytes, fault->start, walk->line.text_end), &seq);
    fault->has_head = has_seq && seq == walk->want;
    fault->is_record = walk->fit == WIRE_RECORD && walk->line.end == LINE_CRLF && !fault->has_head;
    fault->has_resume = find_record(bytes, fault->is_record ? fault->start : walk->line.next,
                                    &fault->resume_at, &fault->resume_record);
    fault->resume = fault->resume_record.seq;
}

/* --- the explanations ------------------------------------------------------------- */

static bool is_gap_line(struct span bytes, size_t at, size_t *next)
{
    struct wire_line line;
    uint64_t gap;
    bool has_line = wire_line_at(bytes, at, &line);
    *next = has_line ? line.next : at;
    return has_line && wire_parse_gap(span_of(bytes, at, line.text_end), &gap);
}

/* The firmware's own gap line, at once or after the line that it broke off. */
static bool explain_gap(struct fault *fault)
{
    struct span bytes = fault->stream->bytes;
    size_t second, after;
    bool is_first = is_gap_line(bytes, fault->start, &second);
    if (!is_first && !is_gap_line(bytes, second, &after))
        return false;
    struct verdict *verdict = fault->verdict;
    verdict->gaps = verdict->missing = sum_of_gaps(bytes, fault->start);
    verdict_records(verdict, fault->want, fault->has_resume ? fault->resume - 1 : UINT64_MAX);
    verdict_set(verdict, fault->stream, VERDICT_HOLE, is_first ? fault->start : second,
                "the firmware left out bytes here, and says so: %" PRIu64
                " in all, from record %06" PRIu64 " on",
                verdict->gaps, fault->want);
    return true;
}

static uint64_t count_ends(struct span bytes, size_t at, enum line_end end)
{
    uint64_t count = 0;
    struct wire_line line;
    for (; wire_line_at(bytes, at, &line); at = line.next)
        count += line.end == end;
    return count;
}

/* The record is right but for its line end. */
static bool explain_line_end(struct fault *fault)
{
    const struct walk *walk = fault->walk;
    enum line_end end = walk->line.end;
    if (walk->fit != WIRE_RECORD || !fault->has_head || (end != LINE_LF && end != LINE_CRCRLF))
        return false;
    bool is_lf = end == LINE_LF;
    verdict_records(fault->verdict, fault->want, fault->want);
    verdict_set(fault->verdict, fault->stream, VERDICT_TORN, walk->line.text_end + !is_lf,
                "CR LF damage: %s, at %" PRIu64 " line ends from record %06" PRIu64 " on",
                is_lf ? "CR is gone" : "CR stands more than once",
                count_ends(fault->stream->bytes, fault->start, end), fault->want);
    verdict_blame(fault->verdict, is_lf ? LAYER_READER : LAYER_BACKEND,
                  is_lf ? "who reads took the bytes for text and dropped CR"
                        : "a terminal's output processing adds a CR before each LF");
    return true;
}

/* "...\r000013 ...": the LF between two records is gone. */
static bool explain_lost_lf(struct fault *fault)
{
    struct span bytes = fault->stream->bytes;
    size_t bad = fault->walk->bad;
    uint64_t seq;
    if (!fault->has_head || bad >= bytes.len || bytes.bytes[bad] != '\r' ||
        !wire_parse_seq(span_of(bytes, bad + 1, bytes.len), &seq) || seq != fault->want + 1)
        return false;
    verdict_records(fault->verdict, fault->want, fault->want);
    verdict_set(fault->verdict, fault->stream, VERDICT_TORN, bad + 1,
                "CR LF damage: LF is gone after record %06" PRIu64, fault->want);
    verdict_blame(fault->verdict, LAYER_READER, "who reads took the bytes for text and dropped LF");
    return true;
}

static bool is_like_the_first(const struct fault *fault)
{
    struct span bytes = fault->stream->bytes;
    struct wire_line first, again;
    return wire_line_at(bytes, 0, &first) && wire_line_at(bytes, fault->resume_at, &again) &&
           span_equal(span_of(bytes, 0, first.next), span_of(bytes, again.start, again.next));
}

/* A second stream begins. */
static bool explain_reboot(struct fault *fault)
{
    if (!fault->has_resume || fault->resume != 0 || fault->want == 0 ||
        !wire_tag_is(&fault->resume_record, WIRE_TAG_FIRST) || is_like_the_first(fault))
        return false;
    fault->verdict->extra = fault->stream->bytes.len - fault->start;
    verdict_set(fault->verdict, fault->stream, VERDICT_FOREIGN, fault->start,
                "a second stream begins at byte %zu, before record %06" PRIu64
                ": the guest booted again",
                fault->resume_at, fault->want);
    verdict_blame(fault->verdict, LAYER_FIRMWARE, "the guest was reset before its end record");
    return true;
}

/* A good record with a wrong number, and the next one has the number after the right one. */
static bool explain_changed_number(struct fault *fault)
{
    struct wire_record next;
    size_t at;
    if (!fault->is_record ||
        !find_record(fault->stream->bytes, fault->walk->line.next, &at, &next) ||
        at != fault->walk->line.next || next.seq != fault->want + 1)
        return false;
    verdict_records(fault->verdict, fault->want, fault->want);
    verdict_set(fault->verdict, fault->stream, VERDICT_TORN, fault->start,
                "record %06" PRIu64 " carries the number %06" PRIu64, fault->want, fault->resume);
    return true;
}

/* The stream goes back to a record that was there already. */
static bool explain_repeat(struct fault *fault)
{
    if (!fault->has_resume || fault->resume >= fault->want)
        return false;
    size_t again = find_seq(fault->stream->bytes, fault->resume_at, fault->want);
    fault->verdict->extra = again - fault->start;
    verdict_records(fault->verdict, fault->resume, fault->want - 1);
    verdict_set(fault->verdict, fault->stream, VERDICT_REPEAT, fault->start,
                "goes back to record %06" PRIu64 " where %06" PRIu64 " should be: %" PRIu64
                " bytes stand twice",
                fault->resume, fault->want, fault->verdict->extra);
    return true;
}

/* Bytes stand before the wanted record.  The same bytes once more, or others? */
static bool say_inserted(struct fault *fault, size_t len)
{
    struct span bytes = fault->stream->bytes;
    size_t start = fault->start;
    fault->verdict->extra = len;
    if (len <= start &&
        span_equal(span_of(bytes, start - len, start), span_of(bytes, start, start + len))) {
        verdict_records(fault->verdict, stream_record_at(fault->stream, start - len),
                        fault->want - 1);
        verdict_set(fault->verdict, fault->stream, VERDICT_REPEAT, start,
                    "%zu bytes before record %06" PRIu64 " stand twice", len, fault->want);
    } else {
        verdict_set(fault->verdict, fault->stream, VERDICT_FOREIGN, start,
                    "%zu foreign bytes before record %06" PRIu64, len, fault->want);
    }
    return true;
}

/* Whole lines, or what looks like lines. */
static bool explain_inserted_lines(struct fault *fault)
{
    if (!fault->has_resume || fault->resume != fault->want)
        return false;
    return say_inserted(fault, fault->resume_at - fault->start);
}

/* Bytes without a line end, so that the wanted record stands in the middle of a line. */
static bool explain_inserted_bytes(struct fault *fault)
{
    char head[32];
    struct wire_record record;
    size_t bad;
    struct span line = span_of(fault->stream->bytes, fault->start, fault->walk->line.text_end);
    size_t len = (size_t)snprintf(head, sizeof(head), "%06" PRIu64 " ", fault->want);
    const unsigned char *hit = memmem(line.bytes, line.len, head, len);
    if (!hit || hit == line.bytes || fault->walk->line.end != LINE_CRLF)
        return false;
    size_t at = (size_t)(hit - line.bytes);
    if (wire_parse_record(span_of(line, at, line.len), &record, &bad) != WIRE_RECORD)
        return false;
    return say_inserted(fault, at);
}

/* How many bytes too many or too few the line has: flood lines have a known length, and
 * otherwise the end record's count must do. */
static int64_t surplus_of_line(const struct fault *fault)
{
    const struct walk *walk = fault->walk;
    if (walk->fit == WIRE_RECORD && wire_tag_is(&walk->record, WIRE_TAG_FLOOD))
        return (int64_t)walk->record.text.len - WIRE_FLOOD_TEXT;
    return stream_slack(fault->stream);
}

static bool say_damaged(struct fault *fault, int64_t surplus)
{
    struct verdict *verdict = fault->verdict;
    size_t at = fault->walk->bad > fault->start ? fault->walk->bad : fault->start;
    verdict_records(verdict, fault->want, fault->want);
    if (surplus < 0) {
        verdict->missing = -(uint64_t)surplus;
        verdict_set(verdict, fault->stream, VERDICT_HOLE, at,
                    "%" PRIu64 " bytes are missing in record %06" PRIu64, verdict->missing,
                    fault->want);
    } else if (surplus > 0) {
        verdict->extra = (uint64_t)surplus;
        verdict_set(verdict, fault->stream, VERDICT_FOREIGN, at,
                    "%" PRIu64 " foreign bytes in record %06" PRIu64, verdict->extra, fault->want);
    } else {
        verdict_set(verdict, fault->stream, VERDICT_TORN, at,
                    "bytes of record %06" PRIu64 " are changed", fault->want);
    }
    return true;
}

/* The line begins as it should, and the stream goes on right after it. */
static bool explain_inside(struct fault *fault)
{
    bool goes_on = fault->has_resume ? fault->resume == fault->want + 1 : true;
    return fault->has_head && goes_on && say_damaged(fault, surplus_of_line(fault));
}

/* One line, of about the right look, stands where one record should: its number is damaged. */
static bool explain_changed_head(struct fault *fault)
{
    enum { HEAD = WIRE_SEQ_DIGITS + 1, ENOUGH = HEAD - 3 };
    char head[32];
    struct span line = span_of(fault->stream->bytes, fault->start, fault->walk->line.text_end);
    snprintf(head, sizeof(head), "%06" PRIu64 " ", fault->want);
    int same = 0;
    for (size_t i = 0; i < HEAD && i < line.len; i++)
        same += line.bytes[i] == (unsigned char)head[i];
    if (!fault->has_resume || fault->is_record || fault->resume != fault->want + 1 ||
        fault->resume_at != fault->walk->line.next || same < ENOUGH)
        return false;
    return say_damaged(fault, stream_slack(fault->stream));
}

/* The stream goes on with a later record. */
static bool explain_hole(struct fault *fault)
{
    int64_t slack = stream_slack(fault->stream);
    if (!fault->has_resume || fault->resume <= fault->want)
        return false;
    fault->verdict->missing = slack < 0 ? -(uint64_t)slack : 0;
    verdict_records(fault->verdict, fault->want, fault->resume - 1);
    verdict_set(fault->verdict, fault->stream, VERDICT_HOLE, fault->start,
                "records %06" PRIu64 " to %06" PRIu64 " are missing%s", fault->want,
                fault->resume - 1, fault->has_head || !fault->is_record ? ", or broken" : "");
    return true;
}

/* No record follows any more. */
static bool explain_rubbish(struct fault *fault)
{
    fault->verdict->extra = fault->stream->bytes.len - fault->start;
    verdict_set(fault->verdict, fault->stream, VERDICT_FOREIGN, fault->start,
                fault->want == 0 ? "no record in it at all: %" PRIu64 " foreign bytes"
                                 : "no record from here on: %" PRIu64 " foreign bytes",
                fault->verdict->extra);
    return true;
}

void explain_fault(const struct walk *walk, struct verdict *verdict)
{
    static bool (*const explanations[])(struct fault *) = {
        explain_gap,
        explain_line_end,
        explain_lost_lf,
        explain_reboot,
        explain_changed_number,
        explain_repeat,
        explain_inserted_lines,
        explain_inserted_bytes,
        explain_inside,
        explain_changed_head,
        explain_hole,
        explain_rubbish,
    };
    struct fault fault;
    look_around(&fault, walk, verdict);
    for (size_t i = 0; !explanations[i](&fault); i++)
        ;
}
