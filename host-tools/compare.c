/*
 * A capture held against a complete copy of the same stream: the same, to the byte.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/compare.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "host-tools/judge.h"

/* At `at` the copy stops being like the reference: `extra` bytes stand there in the place
 * of `missing` bytes.  goes_back: what follows was in the reference before, from `again` on. */
struct edit {
    size_t at, extra, missing;
    bool goes_back;
    size_t again;
};

/* --- common beginnings and endings ------------------------------------------------ */

size_t common_start(struct span a, struct span b)
{
    enum { BLOCK = 4096 };
    size_t len = a.len < b.len ? a.len : b.len, at = 0;
    while (len - at >= BLOCK && memcmp(a.bytes + at, b.bytes + at, BLOCK) == 0)
        at += BLOCK;
    while (at < len && a.bytes[at] == b.bytes[at])
        at++;
    return at;
}

/* ... at their ends, at most `max` bytes of it. */
static size_t common_end(struct span a, struct span b, size_t max)
{
    size_t len = 0;
    while (len < max && a.bytes[a.len - 1 - len] == b.bytes[b.len - 1 - len])
        len++;
    return len;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

void compare_identity(const struct stream *reference, const struct stream *copy,
                      struct verdict *verdict)
{
    size_t same = common_start(reference->bytes, copy->bytes);
    verdict->differs_at = same;
    verdict->is_identical = same == reference->bytes.len && same == copy->bytes.len;
}

/* --- which edit is it? -------------------------------------------------------------- */

/* The whole difference as one edit: beginning and ending in common. */
static struct edit whole_edit(struct span reference, struct span copy)
{
    struct edit edit = { .at = common_start(reference, copy) };
    size_t max = smaller(reference.len, copy.len) - edit.at;
    size_t tail = common_end(reference, copy, max);
    edit.extra = copy.len - edit.at - tail;
    edit.missing = reference.len - edit.at - tail;
    return edit;
}

/* The line of the reference with number `seq`, reached line by line from one that is known.
 * A complete stream has a line for each number.  returns  false if there is no such line */
static bool seek_line(struct span reference, size_t *at, uint64_t *have, uint64_t seq)
{
    struct wire_line line;
    while (*have < seq) {
        if (!wire_line_at(reference, *at, &line) || line.next == reference.len)
            return false;
        *at = line.next;
        ++*have;
    }
    while (*have > seq) {
        if (*at == 0)
            return false;
        *at = wire_line_start(reference, *at - 1);
        --*have;
    }
    return true;
}

static bool same_line(struct span a, size_t at_a, struct span b, size_t at_b)
{
    struct wire_line line_a, line_b;
    return wire_line_at(a, at_a, &line_a) && wire_line_at(b, at_b, &line_b) &&
           span_equal(span_of(a, at_a, line_a.next), span_of(b, at_b, line_b.next));
}

/*
 * The first line of the copy, from the one that holds byte `at`, that stands in the
 * reference under the same number.  A line that claims a number and is not the same costs
 * a search through the reference: after TRIES of them we give up, so all stays linear.
 */
static bool find_step(struct span reference, struct span copy, size_t at, size_t *in_copy,
                      size_t *in_reference)
{
    enum { TRIES = 16 };
    struct wire_line line;
    uint64_t have, seq;
    *in_reference = wire_line_start(reference, at);
    if (!wire_parse_seq(span_of(reference, *in_reference, reference.len), &have))
        return false;
    int tries = 0;
    for (*in_copy = wire_line_start(copy, at); tries < TRIES && wire_line_at(copy, *in_copy, &line);
         *in_copy = line.next) {
        if (!wire_parse_seq(span_of(copy, *in_copy, line.text_end), &seq))
            continue;
        tries++;
        if (seek_line(reference, in_reference, &have, seq) &&
            same_line(reference, *in_reference, copy, *in_copy))
            return true;
    }
    return false;
}

/* The first edit of several, up to where the copy is in step again. */
static bool first_edit(struct span reference, struct span copy, struct edit *edit)
{
    size_t in_copy, in_reference;
    size_t at = common_start(reference, copy);
    if (!find_step(reference, copy, at, &in_copy, &in_reference))
        return false;
    *edit = (struct edit){ .at = smaller(at, in_copy) };
    edit->goes_back = in_reference < edit->at;
    struct span before_copy = span_of(copy, edit->at, in_copy);
    if (edit->goes_back) {
        struct span before = span_of(reference, 0, in_reference);
        size_t tail = common_end(before_copy, before, smaller(before_copy.len, before.len));
        edit->again = in_reference - tail;
        edit->extra = edit->at - edit->again;
        return true;
    }
    struct span before = span_of(reference, edit->at, in_reference);
    size_t tail = common_end(before_copy, before, smaller(before_copy.len, before.len));
    edit->extra = before_copy.len - tail;
    edit->missing = before.len - tail;
    return true;
}

/*
 * Records begin alike ("0000"), so a cut at the start of a line shows a few bytes later.
 * Where the same edit can be told from the start of the line on, tell it from there.
 */
static void slide_to_line(struct span text, struct edit *edit)
{
    size_t len = edit->extra + edit->missing;
    size_t start = wire_line_start(text, edit->at);
    size_t back = edit->at - start;
    if (span_equal(span_of(text, start, edit->at), span_of(text, start + len, start + len + back)))
        edit->at = start;
}

/* --- saying it ------------------------------------------------------------------------ */

/* The first hole; and how much is missing in all, when there are more. */
static void say_hole(const struct stream *reference, const struct stream *copy,
                     const struct edit *edit, struct verdict *verdict)
{
    size_t last = edit->at + edit->missing - 1;
    bool is_less = reference->bytes.len > copy->bytes.len;
    size_t total = is_less ? reference->bytes.len - copy->bytes.len : 0;
    char more[64] = "";
    if (total > edit->missing)
        snprintf(more, sizeof(more), "; %zu in all", total);
    verdict->missing = total > edit->missing ? total : edit->missing;
    verdict_records(verdict, stream_record_at(reference, edit->at),
                    stream_record_at(reference, last));
    verdict_set(verdict, copy, VERDICT_HOLE, edit->at,
                "%zu bytes are missing, stream bytes %zu to %zu, of records %06" PRIu64
                " to %06" PRIu64 "%s",
                edit->missing, edit->at, last, verdict->first_record, verdict->last_record, more);
}

static void say_repeat(const struct stream *reference, const struct stream *copy,
                       const struct edit *edit, size_t from, struct verdict *verdict)
{
    verdict->extra = edit->extra;
    verdict_records(verdict, stream_record_at(reference, from),
                    stream_record_at(reference, from + edit->extra - 1));
    verdict_set(
        verdict, copy, VERDICT_REPEAT, edit->at,
        "%zu bytes stand twice, stream bytes %zu to %zu, of records %06" PRIu64 " to %06" PRIu64,
        edit->extra, from, from + edit->extra - 1, verdict->first_record, verdict->last_record);
}

static void say_changed(const struct stream *reference, const struct stream *copy,
                        const struct edit *edit, struct verdict *verdict)
{
    uint64_t changed = 0;
    for (size_t i = edit->at; i < edit->at + edit->extra; i++)
        changed += copy->bytes.bytes[i] != reference->bytes.bytes[i];
    verdict_records(verdict, stream_record_at(reference, edit->at),
                    stream_record_at(reference, edit->at + edit->extra - 1));
    verdict_set(verdict, copy, VERDICT_TORN, edit->at,
                "%" PRIu64 " bytes changed, the first in record %06" PRIu64
                ": 0x%02x, should be 0x%02x",
                changed, verdict->first_record, copy->bytes.bytes[edit->at],
                reference->bytes.bytes[edit->at]);
}

/* The same bytes stand right before the inserted piece, or right behind it. */
static bool is_doubled(struct span copy, const struct edit *edit, size_t *from)
{
    size_t at = edit->at, len = edit->extra, behind = at + len;
    struct span piece = span_of(copy, at, behind);
    *from = at < len ? 0 : at - len;
    if (at >= len && span_equal(piece, span_of(copy, at - len, at)))
        return true;
    *from = at;
    return copy.len - behind >= len && span_equal(piece, span_of(copy, behind, behind + len));
}

/* Is the inserted piece one of the stream?  From where? */
static bool is_earlier_piece(const struct stream *reference, const struct stream *copy,
                             const struct edit *edit, size_t *from)
{
    enum { LONG_ENOUGH = 16 }; /* a shorter piece may be found anywhere by chance */
    if (is_doubled(copy->bytes, edit, from))
        return true;
    if (edit->extra < LONG_ENOUGH)
        return false;
    const unsigned char *hit = memmem(reference->bytes.bytes, reference->bytes.len,
                                      copy->bytes.bytes + edit->at, edit->extra);
    *from = hit ? (size_t)(hit - reference->bytes.bytes) : 0;
    return hit;
}

/* ... but not so far that a doubled piece no longer looks like one. */
static void slide_inserted(const struct stream *reference, const struct stream *copy,
                           struct edit *edit)
{
    struct edit slid = *edit;
    size_t from;
    slide_to_line(copy->bytes, &slid);
    if (is_earlier_piece(reference, copy, &slid, &from) ||
        !is_earlier_piece(reference, copy, edit, &from))
        *edit = slid;
}

static bool is_only(struct span span, char c)
{
    size_t i = 0;
    while (i < span.len && span.bytes[i] == (unsigned char)c)
        i++;
    return i == span.len;
}

static void say_inserted(const struct stream *reference, const struct stream *copy,
                         const struct edit *edit, struct verdict *verdict)
{
    size_t from;
    if (is_only(span_of(copy->bytes, edit->at, edit->at + edit->extra), '\r')) {
        verdict_set(verdict, copy, VERDICT_TORN, edit->at, "CR LF damage: CR stands twice here");
        verdict_blame(verdict, LAYER_BACKEND,
                      "a terminal's output processing adds a CR before each LF");
    } else if (is_earlier_piece(reference, copy, edit, &from)) {
        say_repeat(reference, copy, edit, from, verdict);
    } else {
        verdict->extra = edit->extra;
        verdict_set(verdict, copy, VERDICT_FOREIGN, edit->at,
                    "%zu bytes here that the guest never wrote", edit->extra);
    }
}

static bool say_cut_out(const struct stream *reference, const struct stream *copy,
                        const struct edit *edit, struct verdict *verdict)
{
    struct span gone = span_of(reference->bytes, edit->at, edit->at + edit->missing);
    if (!is_only(gone, '\r') && !is_only(gone, '\n')) {
        say_hole(reference, copy, edit, verdict);
        return true;
    }
    verdict_set(verdict, copy, VERDICT_TORN, edit->at, "CR LF damage: %s is gone here",
                gone.bytes[0] == '\r' ? "CR" : "LF");
    verdict_blame(verdict, LAYER_READER, "who reads took the bytes for text");
    return true;
}

/* What stands here is a fragment of what is missing: a hole, the fragment, another hole.
 * The first hole is told. */
static bool say_fragment(const struct stream *reference, const struct stream *copy,
                         struct edit *edit, struct verdict *verdict)
{
    enum { LONG_ENOUGH = 8 }; /* a shorter piece may be found anywhere by chance */
    const unsigned char *from = reference->bytes.bytes + edit->at;
    const unsigned char *hit = NULL;
    if (edit->extra >= LONG_ENOUGH && edit->extra < edit->missing)
        hit = memmem(from, edit->missing, copy->bytes.bytes + edit->at, edit->extra);
    if (!hit)
        return false;
    edit->missing = (size_t)(hit - from);
    edit->extra = 0;
    slide_to_line(reference->bytes, edit);
    say_hole(reference, copy, edit, verdict);
    return true;
}

/* returns  false where this edit is none of the simple ones */
static bool say_edit(const struct stream *reference, const struct stream *copy, struct edit *edit,
                     struct verdict *verdict)
{
    verdict->missing = verdict->extra = 0;
    verdict_records(verdict, 1, 0);
    if (edit->goes_back) {
        say_repeat(reference, copy, edit, edit->again, verdict);
    } else if (edit->extra == 0 && edit->missing > 0) {
        slide_to_line(reference->bytes, edit);
        say_cut_out(reference, copy, edit, verdict);
    } else if (edit->missing == 0 && edit->extra > 0) {
        slide_inserted(reference, copy, edit);
        say_inserted(reference, copy, edit, verdict);
    } else if (edit->missing == edit->extra && edit->extra > 0) {
        say_changed(reference, copy, edit, verdict);
    } else {
        return say_fragment(reference, copy, edit, verdict);
    }
    return true;
}

static bool say_short(const struct stream *reference, const struct stream *copy,
                      struct verdict *verdict)
{
    size_t len = copy->bytes.len;
    if (verdict->differs_at != len || len >= reference->bytes.len)
        return false;
    uint64_t record = stream_record_at(reference, len);
    verdict->missing = reference->bytes.len - len;
    verdict_records(verdict, record, UINT64_MAX);
    verdict_set(verdict, copy, VERDICT_SHORT, len, "stops at byte %zu of %zu, in record %06" PRIu64,
                len, reference->bytes.len, record);
    return true;
}

/* The firmware says that it skipped bytes: the reference only tells better where. */
static void refine_gap(const struct stream *reference, const struct stream *copy,
                       struct verdict *verdict)
{
    verdict->at = copy->banner + verdict->differs_at;
    verdict->first_record = stream_record_at(reference, verdict->differs_at);
}

void compare_explain(const struct stream *reference, const struct stream *copy,
                     struct verdict *verdict)
{
    struct verdict alone = *verdict;
    if (verdict->differs_at == reference->bytes.len) /* only more, behind the end */
        return;
    if (verdict->gaps > 0) {
        refine_gap(reference, copy, verdict);
        return;
    }
    if (say_short(reference, copy, verdict))
        return;
    verdict->blame_why = NULL;
    struct edit edit = whole_edit(reference->bytes, copy->bytes);
    bool is_single = edit.extra == 0 || edit.missing == 0 || edit.extra == edit.missing;
    if (is_single && say_edit(reference, copy, &edit, verdict))
        return;
    if (!alone.blame_why && !reference->is_plain &&
        first_edit(reference->bytes, copy->bytes, &edit) &&
        say_edit(reference, copy, &edit, verdict))
        return;
    *verdict = alone;
    if (verdict->at > copy->banner + verdict->differs_at)
        verdict->at = copy->banner + verdict->differs_at;
}
