/*
 * The proof: judge every capture alone, then hold it against the reference copy, then ask
 * which layer did it.
 *
 * Next on the tour: tests/unit/test_verify.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/blame.h"
#include "host-tools/compare.h"
#include "host-tools/judge.h"
#include "host-tools/manifest.h"

const char *verdict_name(enum verdict_kind kind)
{
    static const char *const names[] = {
        [VERDICT_COMPLETE] = "complete", [VERDICT_SHORT] = "short",
        [VERDICT_HOLE] = "hole",         [VERDICT_REPEAT] = "repeat",
        [VERDICT_TORN] = "torn",         [VERDICT_SILENT] = "silent",
        [VERDICT_FOREIGN] = "foreign",   [VERDICT_UNPROVED] = "unproved",
    };
    return names[kind];
}

const char *layer_name(enum layer layer)
{
    static const char *const names[] = {
        [LAYER_NONE] = "none",       [LAYER_FIRMWARE] = "firmware", [LAYER_DEVICE] = "device",
        [LAYER_BACKEND] = "backend", [LAYER_READER] = "reader",
    };
    return names[layer];
}

/* --- the reference ---------------------------------------------------------------- */

/* Good as a reference: a complete one above all, then the longest true beginning. */
static bool is_better(const struct verdict *a, const struct verdict *b)
{
    if (b->kind == VERDICT_COMPLETE || a->kind == VERDICT_COMPLETE)
        return b->kind != VERDICT_COMPLETE;
    if (a->kind == VERDICT_SILENT || b->kind == VERDICT_SILENT)
        return b->kind == VERDICT_SILENT && a->kind != VERDICT_SILENT;
    return a->at - a->banner > b->at - b->banner;
}

static size_t choose_reference(const struct verification *v)
{
    size_t best = 0;
    for (size_t i = 1; i < v->count; i++)
        if (is_better(&v->verdicts[i], &v->verdicts[best]))
            best = i;
    return best;
}

static void compare_all(const struct stream *streams, struct verification *v)
{
    const struct stream *reference = &streams[v->reference];
    bool is_truth = v->verdicts[v->reference].kind == VERDICT_COMPLETE;
    for (size_t i = 0; i < v->count; i++) {
        struct verdict *verdict = &v->verdicts[i];
        compare_identity(reference, &streams[i], verdict);
        if (is_truth && verdict->kind != VERDICT_COMPLETE && verdict->kind != VERDICT_SILENT)
            compare_explain(reference, &streams[i], verdict);
    }
}

/* --- what follows for all together ---------------------------------------------------- */

static void say_other_stream(struct verification *v)
{
    for (size_t i = 0; i < v->count; i++) {
        struct verdict *verdict = &v->verdicts[i];
        if (verdict->kind != VERDICT_COMPLETE || verdict->is_identical)
            continue;
        verdict->blame = LAYER_FIRMWARE;
        verdict->blame_why = "each copy is complete, and they are two different streams";
        snprintf(verdict->text, sizeof(verdict->text),
                 "complete, but another stream: differs at byte %" PRIu64, verdict->differs_at);
    }
}

static void conclude(const struct stream *streams, struct verification *v)
{
    const struct stream *reference = &streams[v->reference];
    v->is_same = v->is_proved = v->count > 0;
    for (size_t i = 0; i < v->count; i++) {
        const struct verdict *verdict = &v->verdicts[i];
        v->is_same &= verdict->is_identical && verdict->kind != VERDICT_SILENT;
        v->is_proved &= verdict->is_identical && verdict->kind == VERDICT_COMPLETE;
    }
    v->status = reference->has_end ? reference->end.status : -1;
    v->stream_bytes = reference->has_end ? reference->end.bytes : reference->bytes.len;
    v->stream_records = reference->has_end ? reference->end.records : 0;
    v->stream_crc32 = reference->has_end ? reference->end.crc32 : 0;
}

static int start(size_t count, struct verification *out, struct stream **streams)
{
    *out = (struct verification){ .count = count, .status = -1 };
    out->verdicts = calloc(count + 1, sizeof(*out->verdicts));
    *streams = calloc(count + 1, sizeof(**streams));
    if (out->verdicts && *streams)
        return 0;
    free(*streams);
    verification_free(out);
    return -1;
}

static bool is_same_capture(const struct capture *a, const struct capture *b)
{
    return a->len == b->len && a->len > 0 && memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* The same bytes deserve the same verdict: one proof serves all copies of it. */
static void judge_all(const struct capture *captures, struct stream *streams,
                      struct verification *v)
{
    const size_t none = v->count;
    size_t proved = none;
    for (size_t i = 0; i < v->count; i++) {
        if (proved != none && is_same_capture(&captures[proved], &captures[i])) {
            streams[i] = streams[proved];
            v->verdicts[i] = v->verdicts[proved];
            continue;
        }
        stream_open(&streams[i], &captures[i]);
        judge_alone(&streams[i], &v->verdicts[i]);
        if (proved == none && v->verdicts[i].kind == VERDICT_COMPLETE)
            proved = i;
    }
}

static void note_readers(const struct capture *captures, struct verification *v)
{
    for (size_t i = 0; i < v->count; i++) {
        v->verdicts[i].is_unread = captures[i].is_unread;
        v->verdicts[i].drops = captures[i].drops;
    }
}

int verify(const struct capture *captures, size_t count, struct verification *out)
{
    struct stream *streams;
    if (start(count, out, &streams) != 0)
        return -1;
    judge_all(captures, streams, out);
    int result = 0;
    if (count > 0) {
        out->reference = choose_reference(out);
        result = manifest_read(&streams[out->reference], &out->manifest);
        compare_all(streams, out);
        say_other_stream(out);
        note_readers(captures, out);
        blame_all(out);
        conclude(streams, out);
    }
    free(streams);
    if (result != 0)
        verification_free(out);
    return result;
}

/* --- any other guest -------------------------------------------------------------------- */

static void judge_copy(const struct stream *reference, const struct stream *copy,
                       struct verdict *verdict)
{
    *verdict = (struct verdict){ .status = -1, .first_record = 1 };
    compare_identity(reference, copy, verdict);
    size_t same = verdict->differs_at;
    if (copy->bytes.len == 0)
        verdict_set(verdict, copy, VERDICT_SILENT, 0, "nothing came");
    else if (verdict->is_identical)
        verdict_set(verdict, copy, VERDICT_UNPROVED, same, "%zu bytes; nothing proves them all",
                    same);
    else {
        verdict_set(verdict, copy, VERDICT_TORN, same,
                    "differs from the longest copy from here on");
        compare_explain(reference, copy, verdict);
    }
}

static size_t longest(const struct capture *captures, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (captures[i].len > captures[best].len)
            best = i;
    return best;
}

static void open_copies(const struct capture *captures, size_t count, struct stream *streams)
{
    static const unsigned char nothing[1];
    for (size_t i = 0; i < count; i++) {
        size_t len = captures[i].len;
        streams[i].bytes = (struct span){ len ? captures[i].bytes : nothing, len };
        streams[i].is_plain = true;
    }
}

int verify_copies(const struct capture *captures, size_t count, struct verification *out)
{
    struct stream *streams;
    if (start(count, out, &streams) != 0)
        return -1;
    if (count > 0) {
        out->reference = longest(captures, count);
        open_copies(captures, count, streams);
        for (size_t i = 0; i < count; i++)
            judge_copy(&streams[out->reference], &streams[i], &out->verdicts[i]);
        note_readers(captures, out);
        blame_all(out);
        conclude(streams, out);
        out->is_proved = false;
    }
    free(streams);
    return 0;
}

void verification_free(struct verification *verification)
{
    free(verification->verdicts);
    free(verification->manifest.entries);
    *verification = (struct verification){ 0 };
}
