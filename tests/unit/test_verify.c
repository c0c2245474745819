/*
 * host-tools/verify.c and what it is made of: every kind of damage, and none.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "host-tools/verify.h"
#include "tests/fakes/stream.h"

/* --- helpers ----------------------------------------------------------------------- */

static struct capture capture_of(const struct fake_stream *stream)
{
    return (struct capture){ .name = "copy", .bytes = stream->bytes, .len = stream->len };
}

/* The verdict on one capture alone. */
static struct verdict alone(const struct fake_stream *stream)
{
    struct verification v;
    struct capture capture = capture_of(stream);
    assert_int_equal(verify(&capture, 1, &v), 0);
    struct verdict verdict = v.verdicts[0];
    assert_int_equal(v.is_proved, verdict.kind == VERDICT_COMPLETE);
    assert_true(strlen(verdict.text) > 0);
    verification_free(&v);
    return verdict;
}

/* ... beside a complete copy. */
static struct verdict beside(const struct fake_stream *whole, const struct fake_stream *stream)
{
    struct verification v;
    struct capture captures[] = { capture_of(stream), capture_of(whole) };
    assert_int_equal(verify(captures, 2, &v), 0);
    struct verdict verdict = v.verdicts[0];
    assert_int_equal(v.verdicts[1].kind, VERDICT_COMPLETE);
    assert_int_equal(v.is_proved, verdict.kind == VERDICT_COMPLETE && verdict.is_identical);
    verification_free(&v);
    return verdict;
}

/* A whole stream, and a copy of it for the test to damage. */
struct pair {
    struct fake_stream whole, copy;
};

static struct pair pair_of(bool is_plain, uint32_t flood)
{
    struct pair pair = { .whole = fake_stream_whole(is_plain, flood) };
    pair.copy = fake_stream_copy(&pair.whole);
    return pair;
}

static void pair_free(struct pair *pair)
{
    fake_stream_free(&pair->whole);
    fake_stream_free(&pair->copy);
}

static void restore(struct pair *pair)
{
    fake_stream_free(&pair->copy);
    pair->copy = fake_stream_copy(&pair->whole);
}

static void append(struct fake_stream *stream, const char *text)
{
    fake_stream_raw(stream, text, strlen(text));
}

static void insert(struct fake_stream *stream, size_t at, const char *text)
{
    fake_stream_insert(stream, at, text, strlen(text));
}

#define assert_kind(verdict, expected) \
    assert_string_equal(verdict_name((verdict).kind), verdict_name(expected))
#define assert_blame(verdict, expected) \
    assert_string_equal(layer_name((verdict).blame), layer_name(expected))

/* --- nothing wrong ------------------------------------------------------------------- */

static void test_complete(void **state)
{
    (void)state;
    for (int is_plain = 0; is_plain < 2; is_plain++) {
        struct pair pair = pair_of(is_plain, 20);
        struct verdict verdict = alone(&pair.whole);
        assert_kind(verdict, VERDICT_COMPLETE);
        assert_int_equal(verdict.status, 0);
        assert_true(verdict.is_identical);
        verdict = beside(&pair.whole, &pair.copy);
        assert_kind(verdict, VERDICT_COMPLETE);
        assert_true(verdict.is_identical);
        pair_free(&pair);
    }
}

static void test_what_the_stream_says(void **state)
{
    (void)state;
    struct fake_stream whole = fake_stream_whole(false, 20);
    struct capture capture = capture_of(&whole);
    struct verification v;
    assert_int_equal(verify(&capture, 1, &v), 0);
    size_t end = fake_stream_line(&whole, whole.records - 1);
    assert_int_equal(v.stream_bytes, end);
    assert_int_equal(v.stream_records, whole.records - 1);
    assert_int_equal(v.stream_crc32, fake_crc32(whole.bytes, end));
    assert_int_equal(v.status, 0);
    assert_int_equal(v.manifest.count, 2);
    const struct manifest_entry *first = &v.manifest.entries[0], *second = first + 1;
    assert_string_equal(first->name, "isa-serial0");
    assert_string_equal(first->found, "isa:0x3f8");
    assert_true(first->is_driven && first->is_primary && first->has_ledger);
    assert_int_equal(first->handed, 800);
    assert_int_equal(first->stalls, 1);
    assert_int_equal(first->given_up, 4096);
    assert_int_equal(first->lost, 2);
    assert_string_equal(second->label, "org.example port");
    assert_string_equal(second->why, "no answer in 100 tries");
    assert_false(second->is_driven || second->is_primary || second->has_ledger);
    verification_free(&v);
    fake_stream_free(&whole);
}

static void test_status(void **state)
{
    (void)state;
    struct fake_stream stream = fake_stream_begin(false);
    fake_stream_record(&stream, "tutti", "version=1 format=record");
    fake_stream_end(&stream, 139);
    struct verdict verdict = alone(&stream);
    assert_kind(verdict, VERDICT_COMPLETE);
    assert_int_equal(verdict.status, 139);
    fake_stream_free(&stream);
}

static void test_no_captures(void **state)
{
    (void)state;
    struct verification v;
    assert_int_equal(verify(NULL, 0, &v), 0);
    assert_false(v.is_proved);
    verification_free(&v);
    assert_int_equal(verify_copies(NULL, 0, &v), 0);
    assert_false(v.is_proved || v.is_same);
    verification_free(&v);
}

/* --- each damage, at every place it can have ------------------------------------------- */

static void test_cut_at_every_byte(void **state)
{
    (void)state;
    for (int is_plain = 0; is_plain < 2; is_plain++) {
        struct pair pair = pair_of(is_plain, 6);
        for (size_t len = 0; len < pair.whole.len; len++) {
            pair.copy.len = len;
            struct verdict one = alone(&pair.copy), two = beside(&pair.whole, &pair.copy);
            if (!is_plain)
                assert_kind(one, len ? VERDICT_SHORT : VERDICT_SILENT);
            else
                assert_int_not_equal(one.kind, VERDICT_COMPLETE);
            assert_kind(two, len ? VERDICT_SHORT : VERDICT_SILENT);
            assert_int_equal(two.at, len);
            assert_int_equal(two.differs_at, len);
            assert_int_equal(two.missing, len ? pair.whole.len - len : 0);
            assert_blame(two, len ? LAYER_BACKEND : LAYER_FIRMWARE);
        }
        pair_free(&pair);
    }
}

static void test_hole_at_every_place(void **state)
{
    (void)state;
    static const size_t lens[] = { 1, 2, 7, 16, 64, 100, 301 };
    for (int is_plain = 0; is_plain < 2; is_plain++) {
        struct pair pair = pair_of(is_plain, 8);
        for (size_t l = 0; l < sizeof(lens) / sizeof(lens[0]); l++) {
            for (size_t at = 0; at + lens[l] < pair.whole.len; at++) {
                fake_stream_cut_out(&pair.copy, at, lens[l]);
                assert_int_not_equal(alone(&pair.copy).kind, VERDICT_COMPLETE);
                struct verdict two = beside(&pair.whole, &pair.copy);
                bool is_eol = strchr("\r\n", pair.whole.bytes[at]);
                if (lens[l] > 2 || !is_eol)
                    assert_kind(two, VERDICT_HOLE);
                if (two.kind == VERDICT_HOLE) {
                    assert_int_equal(two.missing, lens[l]);
                    assert_true(two.first_record <= two.last_record);
                    assert_blame(two, LAYER_DEVICE);
                } else {
                    assert_kind(two, VERDICT_TORN);
                }
                restore(&pair);
            }
        }
        pair_free(&pair);
    }
}

/* The end record can't be in its own checksum: its time and its status prove nothing alone. */
static bool is_beyond_proof(const struct fake_stream *whole, size_t at)
{
    size_t end = fake_stream_line(whole, whole->records - 1);
    bool is_time = !whole->is_plain && at >= end + 7 && at < end + 15;
    return is_time || at >= whole->len - strlen("0\r\n");
}

static void test_flip_every_byte(void **state)
{
    (void)state;
    for (int is_plain = 0; is_plain < 2; is_plain++) {
        struct pair pair = pair_of(is_plain, 4);
        for (size_t at = 0; at < pair.whole.len; at++) {
            if (is_beyond_proof(&pair.whole, at))
                continue;
            for (int bit = 0; bit < 8; bit++) {
                pair.copy.bytes[at] ^= (unsigned char)(1 << bit);
                assert_int_not_equal(alone(&pair.copy).kind, VERDICT_COMPLETE);
                struct verdict two = beside(&pair.whole, &pair.copy);
                assert_kind(two, VERDICT_TORN);
                assert_int_equal(two.differs_at, at);
                if (two.blame == LAYER_DEVICE)
                    assert_int_equal(two.at, at);
                pair.copy.bytes[at] ^= (unsigned char)(1 << bit);
            }
        }
        pair_free(&pair);
    }
}

static void test_repeat_at_every_place(void **state)
{
    (void)state;
    static const size_t lens[] = { 1, 3, 16, 64, 100, 301 };
    for (int is_plain = 0; is_plain < 2; is_plain++) {
        struct pair pair = pair_of(is_plain, 8);
        for (size_t l = 0; l < sizeof(lens) / sizeof(lens[0]); l++) {
            for (size_t at = lens[l]; at + 1 < pair.whole.len; at++) {
                fake_stream_insert(&pair.copy, at, pair.whole.bytes + at - lens[l], lens[l]);
                struct verdict two = beside(&pair.whole, &pair.copy);
                bool is_cr = lens[l] == 1 && pair.whole.bytes[at - 1] == '\r';
                assert_kind(two, is_cr ? VERDICT_TORN : VERDICT_REPEAT);
                if (!is_cr)
                    assert_int_equal(two.extra, lens[l]);
                assert_int_not_equal(alone(&pair.copy).kind, VERDICT_COMPLETE);
                restore(&pair);
            }
        }
        pair_free(&pair);
    }
}

static void test_foreign_at_every_place(void **state)
{
    (void)state;
    static const char *const pieces[] = { "X", "(qemu) ", "\xff\xfb\x01\xff\xfb\x03", "hi\r\n" };
    for (int is_plain = 0; is_plain < 2; is_plain++) {
        struct pair pair = pair_of(is_plain, 4);
        for (size_t p = 0; p < sizeof(pieces) / sizeof(pieces[0]); p++) {
            for (size_t at = 0; at < pair.whole.len; at++) {
                insert(&pair.copy, at, pieces[p]);
                assert_int_not_equal(alone(&pair.copy).kind, VERDICT_COMPLETE);
                struct verdict two = beside(&pair.whole, &pair.copy);
                if (two.kind != VERDICT_REPEAT) /* a lone X beside another one */
                    assert_kind(two, VERDICT_FOREIGN);
                assert_int_equal(two.extra, strlen(pieces[p]));
                restore(&pair);
            }
        }
        pair_free(&pair);
    }
}

/* --- what one capture alone can tell ----------------------------------------------------- */

static void test_hole_alone(void **state)
{
    (void)state;
    struct pair pair = pair_of(false, 40);
    size_t from = fake_stream_line(&pair.whole, 12), to = fake_stream_line(&pair.whole, 20);
    fake_stream_cut_out(&pair.copy, from, to - from);
    struct verdict verdict = alone(&pair.copy);
    assert_kind(verdict, VERDICT_HOLE);
    assert_int_equal(verdict.at, from);
    assert_int_equal(verdict.first_record, 12);
    assert_int_equal(verdict.last_record, 19);
    assert_int_equal(verdict.missing, to - from);
    assert_int_equal(verdict.gaps, 0);
    assert_blame(verdict, LAYER_DEVICE);

    restore(&pair); /* from the middle of one line to the middle of another */
    fake_stream_cut_out(&pair.copy, from + 40, to - from);
    verdict = alone(&pair.copy);
    assert_kind(verdict, VERDICT_HOLE);
    assert_int_equal(verdict.missing, to - from);

    restore(&pair); /* the beginning */
    fake_stream_cut_out(&pair.copy, 0, from + 40);
    verdict = alone(&pair.copy);
    assert_kind(verdict, VERDICT_HOLE);
    assert_int_equal(verdict.at, 0);
    assert_int_equal(verdict.first_record, 0);
    assert_int_equal(verdict.last_record, 12);
    pair_free(&pair);
}

/* The flood's pattern shows a change without a second copy and without an end record. */
static void test_flood_alone(void **state)
{
    (void)state;
    struct pair pair = pair_of(false, 40);
    size_t at = fake_stream_line(&pair.whole, 20) + 50;
    pair.copy.bytes[at] ^= 1;
    pair.copy.len = fake_stream_line(&pair.whole, 30);
    struct verdict verdict = alone(&pair.copy);
    assert_kind(verdict, VERDICT_TORN);
    assert_int_equal(verdict.at, at);
    assert_int_equal(verdict.first_record, 20);

    restore(&pair);
    fake_stream_cut_out(&pair.copy, at, 5);
    verdict = alone(&pair.copy);
    assert_kind(verdict, VERDICT_HOLE);
    assert_int_equal(verdict.at, at);
    assert_int_equal(verdict.missing, 5);
    assert_int_equal(verdict.first_record, 20);
    assert_int_equal(verdict.last_record, 20);
    pair_free(&pair);
}

static void test_repeat_alone(void **state)
{
    (void)state;
    struct pair pair = pair_of(false, 40);
    size_t from = fake_stream_line(&pair.whole, 12), to = fake_stream_line(&pair.whole, 20);
    fake_stream_insert(&pair.copy, to, pair.whole.bytes + from, to - from);
    struct verdict verdict = alone(&pair.copy);
    assert_kind(verdict, VERDICT_REPEAT);
    assert_int_equal(verdict.at, to);
    assert_int_equal(verdict.first_record, 12);
    assert_int_equal(verdict.last_record, 19);
    assert_int_equal(verdict.extra, to - from);
    verdict = beside(&pair.whole, &pair.copy);
    assert_int_equal(verdict.at, to);
    assert_int_equal(verdict.first_record, 12);
    assert_int_equal(verdict.last_record, 19);
    assert_blame(verdict, LAYER_BACKEND);
    pair_free(&pair);
}

static void test_number_alone(void **state)
{
    (void)state;
    struct pair pair = pair_of(false, 40);
    size_t at = fake_stream_line(&pair.whole, 12);
    pair.copy.bytes[at + 3] = '8'; /* 000812 */
    struct verdict verdict = alone(&pair.copy);
    assert_kind(verdict, VERDICT_TORN);
    assert_int_equal(verdict.first_record, 12);
    pair.copy.bytes[at + 3] = 'x'; /* 000x12 */
    verdict = alone(&pair.copy);
    assert_kind(verdict, VERDICT_TORN);
    assert_int_equal(verdict.first_record, 12);
    pair_free(&pair);
}

static void test_time_goes_back(void **state)
{
    (void)state;
    struct fake_stream stream = fake_stream_begin(false);
    fake_stream_record(&stream, "tutti", "version=1 format=record");
    stream.time_us = 5;
    fake_stream_record(&stream, "stdout", "earlier");
    fake_stream_end(&stream, 0);
    struct verdict verdict = alone(&stream);
    assert_kind(verdict, VERDICT_TORN);
    assert_true(verdict.is_counted);
    assert_blame(verdict, LAYER_FIRMWARE); /* the checksum is right: nobody else did it */
    fake_stream_free(&stream);
}

/* --- line ends ------------------------------------------------------------------------------ */

static void test_line_ends(void **state)
{
    (void)state;
    static const struct {
        const char *to;
        enum layer blame;
    } rows[] = { { "\r\r\n", LAYER_BACKEND }, { "\n", LAYER_READER }, { "\r", LAYER_READER } };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pair pair = pair_of(false, 20);
        fake_stream_replace(&pair.copy, "\r\n", rows[i].to);
        struct verdict one = alone(&pair.copy), two = beside(&pair.whole, &pair.copy);
        assert_kind(one, VERDICT_TORN);
        assert_kind(two, VERDICT_TORN);
        assert_blame(one, rows[i].blame);
        assert_blame(two, rows[i].blame);
        assert_non_null(strstr(one.text, "CR LF damage"));
        pair_free(&pair);
    }
    struct pair plain = pair_of(true, 20);
    fake_stream_replace(&plain.copy, "\r\n", "\r\r\n");
    assert_kind(alone(&plain.copy), VERDICT_TORN);
    assert_blame(alone(&plain.copy), LAYER_BACKEND);
    restore(&plain);
    fake_stream_replace(&plain.copy, "\r\n", "\n");
    assert_kind(alone(&plain.copy), VERDICT_TORN);
    assert_blame(alone(&plain.copy), LAYER_READER);
    pair_free(&plain);
}

/* --- around the stream ------------------------------------------------------------------------ */

static void test_banner(void **state)
{
    (void)state;
    static const char *const banners[] = { "\nOpenSBI v1.1\n   ____\r\n\r\nPlatform Name\r\n",
                                           "\r\nOpenSBI v1.5\r\n 00000 \r\n\r\n" };
    for (size_t i = 0; i < 2; i++) {
        struct pair pair = pair_of(false, 20);
        insert(&pair.copy, 0, banners[i]);
        struct verdict verdict = beside(&pair.whole, &pair.copy);
        assert_kind(verdict, VERDICT_COMPLETE);
        assert_true(verdict.is_identical);
        assert_int_equal(verdict.banner, strlen(banners[i]));
        pair.copy.bytes[strlen(banners[i]) + 90] ^= 1; /* places count the banner */
        verdict = beside(&pair.whole, &pair.copy);
        assert_int_equal(verdict.at, strlen(banners[i]) + 90);
        assert_int_equal(verdict.differs_at, 90);
        pair.copy.len = strlen(banners[i]);
        assert_kind(alone(&pair.copy), VERDICT_SILENT);
        pair_free(&pair);
    }
}

static void test_long_banner_is_foreign(void **state)
{
    (void)state;
    struct pair pair = pair_of(false, 20);
    for (int i = 0; i < 2000; i++)
        insert(&pair.copy, 0, "noise noise\n");
    insert(&pair.copy, 0, "\nOpenSBI v9\n");
    assert_kind(alone(&pair.copy), VERDICT_FOREIGN);
    pair_free(&pair);
}

static void test_foreign_around(void **state)
{
    (void)state;
    struct pair pair = pair_of(false, 20);
    insert(&pair.copy, 0, "SeaBIOS (version 1.16)\r\n");
    struct verdict verdict = alone(&pair.copy);
    assert_kind(verdict, VERDICT_FOREIGN);
    assert_int_equal(verdict.at, 0);
    assert_int_equal(verdict.extra, 24);
    assert_blame(verdict, LAYER_BACKEND);

    restore(&pair); /* no line end of its own */
    insert(&pair.copy, fake_stream_line(&pair.whole, 5), "(qemu) ");
    verdict = alone(&pair.copy);
    assert_kind(verdict, VERDICT_FOREIGN);
    assert_int_equal(verdict.at, fake_stream_line(&pair.whole, 5));
    assert_int_equal(verdict.extra, 7);

    restore(&pair);
    append(&pair.copy, "junk");
    verdict = alone(&pair.copy);
    assert_kind(verdict, VERDICT_FOREIGN);
    assert_int_equal(verdict.at, pair.whole.len);
    assert_int_equal(verdict.extra, 4);
    assert_kind(beside(&pair.whole, &pair.copy), VERDICT_FOREIGN);
    pair_free(&pair);
}

static void test_two_ends(void **state)
{
    (void)state;
    for (int is_plain = 0; is_plain < 2; is_plain++) {
        struct pair pair = pair_of(is_plain, 20);
        size_t end = pair.whole.len - 2;
        while (pair.whole.bytes[end - 1] != '\n')
            end--;
        fake_stream_raw(&pair.copy, pair.whole.bytes + end, pair.whole.len - end);
        struct verdict verdict = alone(&pair.copy);
        assert_kind(verdict, VERDICT_FOREIGN);
        assert_int_equal(verdict.at, pair.whole.len);
        assert_non_null(strstr(verdict.text, "another end record"));
        pair_free(&pair);
    }
}

static void test_second_boot(void **state)
{
    (void)state;
    struct pair pair = pair_of(false, 20);
    struct fake_stream again = fake_stream_begin(false);
    again.time_us = 150;
    fake_stream_record(&again, "tutti", "version=1 format=record build=0");
    fake_stream_record(&again, "stdout", "hello again");
    fake_stream_end(&again, 0);

    pair.copy.len = fake_stream_line(&pair.whole, 9) + 17;
    append(&pair.copy, "\r\nSeaBIOS\r\n");
    fake_stream_raw(&pair.copy, again.bytes, again.len);
    struct verdict verdict = alone(&pair.copy);
    assert_kind(verdict, VERDICT_FOREIGN);
    assert_non_null(strstr(verdict.text, "booted again"));
    assert_blame(verdict, LAYER_FIRMWARE);
    assert_kind(beside(&pair.whole, &pair.copy), VERDICT_FOREIGN);

    restore(&pair);
    fake_stream_raw(&pair.copy, again.bytes, again.len);
    assert_kind(alone(&pair.copy), VERDICT_FOREIGN);
    fake_stream_free(&again);
    pair_free(&pair);
}

/* --- gap lines ------------------------------------------------------------------------------------ */

static void make_gap(struct fake_stream *stream, size_t from, size_t to)
{
    char gap[64];
    bool is_mid = stream->bytes[from - 1] != '\n';
    snprintf(gap, sizeof(gap), "%sgap: bytes=%zu\r\n", is_mid ? "\r\n" : "", to - from);
    fake_stream_cut_out(stream, from, to - from);
    insert(stream, from, gap);
}

static void test_gap_lines(void **state)
{
    (void)state;
    struct pair pair = pair_of(false, 40);
    size_t from = fake_stream_line(&pair.whole, 12), to = fake_stream_line(&pair.whole, 20);
    for (size_t into = 0; into < 60; into += 3) {
        restore(&pair);
        make_gap(&pair.copy, from + into, to);
        struct verdict one = alone(&pair.copy), two = beside(&pair.whole, &pair.copy);
        assert_kind(one, VERDICT_HOLE);
        assert_kind(two, VERDICT_HOLE);
        assert_int_equal(one.gaps, to - from - into);
        assert_int_equal(one.missing, to - from - into);
        assert_int_equal(one.last_record, 19);
        assert_blame(one, LAYER_FIRMWARE);
        assert_int_equal(two.at, from + into);
        assert_int_equal(two.first_record, 12);
    }
    restore(&pair); /* two of them; and the ledger tells of 4096 bytes given up in a stall */
    make_gap(&pair.copy, fake_stream_line(&pair.whole, 30), fake_stream_line(&pair.whole, 33));
    size_t second = fake_stream_line(&pair.whole, 33) - fake_stream_line(&pair.whole, 30);
    make_gap(&pair.copy, from, to);
    assert_int_equal(alone(&pair.copy).gaps, to - from + second);
    pair_free(&pair);
}

static void test_gap_of_a_stall(void **state)
{
    (void)state;
    struct pair pair = pair_of(false, 100);
    size_t from = fake_stream_line(&pair.whole, 12);
    make_gap(&pair.copy, from, from + 4096);
    struct verdict verdict = beside(&pair.whole, &pair.copy);
    assert_kind(verdict, VERDICT_HOLE);
    assert_blame(verdict, LAYER_READER);
    pair_free(&pair);
}

static void test_gap_plain(void **state)
{
    (void)state;
    struct pair pair = pair_of(true, 40);
    make_gap(&pair.copy, 300, 900);
    struct verdict verdict = alone(&pair.copy);
    assert_kind(verdict, VERDICT_HOLE);
    assert_int_equal(verdict.gaps, 600);
    pair_free(&pair);
}

/* --- blame between copies --------------------------------------------------------------------------- */

static void test_blame_everybody(void **state)
{
    (void)state;
    struct verification v;
    struct pair pair = pair_of(false, 20);
    struct capture same[] = { capture_of(&pair.whole), capture_of(&pair.copy) };
    same[0].len = same[1].len = 700;
    assert_int_equal(verify(same, 2, &v), 0);
    assert_kind(v.verdicts[0], VERDICT_SHORT);
    assert_blame(v.verdicts[0], LAYER_FIRMWARE);
    assert_true(v.is_same);
    assert_false(v.is_proved);
    verification_free(&v);

    same[1].len = 650; /* one goes on, so the other's rest was lost on its way */
    assert_int_equal(verify(same, 2, &v), 0);
    assert_int_equal(v.reference, 0);
    assert_blame(v.verdicts[0], LAYER_NONE);
    assert_blame(v.verdicts[1], LAYER_BACKEND);
    assert_int_equal(v.verdicts[1].differs_at, 650);
    verification_free(&v);
    pair_free(&pair);
}

/* What only whoever captured it can know: its reader was away, or its device drops. */
static void test_blame_what_is_known_outside(void **state)
{
    (void)state;
    struct verification v;
    struct pair pair = pair_of(false, 20);
    struct capture both[] = { capture_of(&pair.whole), capture_of(&pair.copy) };
    both[1].len = 650;
    both[1].is_unread = true;
    assert_int_equal(verify(both, 2, &v), 0);
    assert_kind(v.verdicts[1], VERDICT_SHORT);
    assert_blame(v.verdicts[1], LAYER_READER);
    verification_free(&v);

    both[1].is_unread = false;
    both[1].drops = LAYER_DEVICE;
    assert_int_equal(verify(both, 2, &v), 0);
    assert_blame(v.verdicts[1], LAYER_DEVICE);
    verification_free(&v);

    both[1].drops = LAYER_BACKEND;
    both[1].len = 0;
    assert_int_equal(verify(both, 2, &v), 0);
    assert_kind(v.verdicts[1], VERDICT_SILENT);
    assert_blame(v.verdicts[1], LAYER_BACKEND);
    verification_free(&v);

    both[1] = capture_of(&pair.copy); /* nothing is missing: nobody is blamed */
    both[1].is_unread = true;
    both[1].drops = LAYER_DEVICE;
    assert_int_equal(verify(both, 2, &v), 0);
    assert_true(v.is_proved);
    assert_blame(v.verdicts[1], LAYER_NONE);
    verification_free(&v);
    pair_free(&pair);
}

/* A hole, a fragment of a line, another hole: two holes, and no foreign bytes. */
static void test_fragment_between_holes(void **state)
{
    (void)state;
    struct pair pair = pair_of(false, 60);
    size_t start = fake_stream_line(&pair.copy, 20);
    for (size_t fragment = 8; fragment < 30; fragment++) {
        fake_stream_cut_out(&pair.copy, start + 200 + fragment, 300);
        fake_stream_cut_out(&pair.copy, start + 10, 190);
        struct verdict verdict = beside(&pair.whole, &pair.copy);
        assert_kind(verdict, VERDICT_HOLE);
        assert_int_equal(verdict.missing, 490);
        assert_blame(verdict, LAYER_DEVICE);
        restore(&pair);
    }
    pair_free(&pair);
}

static void test_blame_silent(void **state)
{
    (void)state;
    struct verification v;
    struct pair pair = pair_of(false, 20); /* lists one driven console */
    struct capture captures[] = { { .name = "a" }, capture_of(&pair.whole), { .name = "c" } };
    assert_int_equal(verify(captures, 2, &v), 0);
    assert_kind(v.verdicts[0], VERDICT_SILENT);
    assert_blame(v.verdicts[0], LAYER_FIRMWARE); /* it drives one, and two were captured */
    verification_free(&v);
    assert_int_equal(verify(captures, 1, &v), 0);
    assert_kind(v.verdicts[0], VERDICT_SILENT);
    assert_blame(v.verdicts[0], LAYER_NONE);
    verification_free(&v);
    pair_free(&pair);
}

static void test_two_streams(void **state)
{
    (void)state;
    struct verification v;
    struct fake_stream one = fake_stream_whole(false, 20), two = fake_stream_whole(false, 21);
    struct capture captures[] = { capture_of(&one), capture_of(&two) };
    assert_int_equal(verify(captures, 2, &v), 0);
    assert_kind(v.verdicts[1], VERDICT_COMPLETE);
    assert_false(v.verdicts[1].is_identical);
    assert_false(v.is_proved || v.is_same);
    verification_free(&v);
    fake_stream_free(&one);
    fake_stream_free(&two);
}

/* The checksum is right, so what is wrong was written so. */
static void test_firmware_miscounts(void **state)
{
    (void)state;
    struct fake_stream stream = fake_stream_begin(false);
    fake_stream_record(&stream, "tutti", "version=1 format=record");
    stream.records = 5;
    fake_stream_record(&stream, "stdout", "five");
    fake_stream_record(&stream, "stdout", "six");
    fake_stream_end(&stream, 0);
    struct verdict verdict = alone(&stream);
    assert_kind(verdict, VERDICT_HOLE);
    assert_blame(verdict, LAYER_FIRMWARE);
    fake_stream_free(&stream);
}

/* --- hostile bytes ------------------------------------------------------------------------------------ */

static void check_text(const char *text, size_t len, enum verdict_kind kind)
{
    struct fake_stream stream = fake_stream_begin(false);
    fake_stream_raw(&stream, text, len);
    assert_kind(alone(&stream), kind);
    verify_has_end(stream.bytes, stream.len);
    fake_stream_free(&stream);
}

static void test_hostile_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum verdict_kind kind;
    } rows[] = {
        { "000000 0.000001 end: bytes=0 records=0 crc32=00000000 status=0\r\n", VERDICT_COMPLETE },
        { "000000 0.000001 end: bytes=1 records=0 crc32=00000001 status=0\r\n", VERDICT_HOLE },
        { "000000 0.000001 end: bytes=18446744073709551615 records=0 crc32=00000001 status=0\r\n",
          VERDICT_HOLE },
        { "000000 0.000001 end: bytes=18446744073709551616 records=0 crc32=00000000 status=0\r\n",
          VERDICT_TORN },
        { "000000 0.000001 end: bytes=0 records=99999999999999999999 crc32=00000000 status=0\r\n",
          VERDICT_TORN },
        { "000000 0.000001 end: bytes=0 records=1 crc32=00000000 status=0\r\n", VERDICT_TORN },
        { "000000 0.000001 end: bytes=0 records=0 crc32=00000000 status=256\r\n", VERDICT_TORN },
        { "000000 0.000001 end: bytes=0 records=0 crc32=0000000G status=0\r\n", VERDICT_TORN },
        { "000000 0.000001 end: bytes=0 records=0 crc32=00000000 status=0 \r\n", VERDICT_TORN },
        { "000000 0.000001 end: bytes=00 records=0 crc32=00000000 status=0\r\n", VERDICT_TORN },
        { "000000 0.000001 end: of the program\r\n", VERDICT_SHORT },
        { "gap: bytes=99999999999999999999\r\n", VERDICT_FOREIGN },
        { "gap: bytes=18446744073709551615\r\ngap: bytes=9\r\n", VERDICT_HOLE },
        { "99999999999999999999999999 0.000001 tutti: x\r\n", VERDICT_FOREIGN },
        { "18446744073709551615 0.000001 tutti: x\r\n", VERDICT_HOLE },
        { "000000 99999999999999999999.000001 tutti: x\r\n", VERDICT_TORN },
        { "000000 0.000001 : x\r\n", VERDICT_TORN },
        { "000000 0.000001 abcdefghijklmnopqrstuvwxyz: x\r\n", VERDICT_TORN },
        { "000000 0.000001 tutti: \r\n", VERDICT_SHORT },
        { "000000", VERDICT_SHORT },
        { "\r", VERDICT_FOREIGN },
        { "\n", VERDICT_FOREIGN },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_text(rows[i].text, strlen(rows[i].text), rows[i].kind);
}

static void test_nuls(void **state)
{
    (void)state;
    char nuls[5000] = { 0 };
    check_text(nuls, sizeof(nuls), VERDICT_FOREIGN);
    nuls[4999] = '\n';
    check_text(nuls, sizeof(nuls), VERDICT_FOREIGN);
    struct pair pair = pair_of(false, 10);
    size_t at = fake_stream_line(&pair.whole, 5);
    fake_stream_insert(&pair.copy, at, nuls, 4096);
    struct verdict verdict = alone(&pair.copy);
    assert_kind(verdict, VERDICT_FOREIGN);
    assert_int_equal(verdict.extra, 4096);
    memset(pair.copy.bytes + at, 0, pair.copy.len - at); /* a hole in a sparse file */
    assert_kind(alone(&pair.copy), VERDICT_FOREIGN);
    pair_free(&pair);
}

/* Every cut, every splice of two cuts: nothing may crash, and nothing may pass. */
static void test_random_splices(void **state)
{
    (void)state;
    struct pair pair = pair_of(false, 30);
    uint64_t seed = 4711;
    for (int i = 0; i < 3000; i++) {
        size_t cuts[4];
        for (int c = 0; c < 4; c++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            cuts[c] = (size_t)(seed >> 33) % pair.whole.len;
        }
        pair.copy.len = cuts[0];
        fake_stream_raw(&pair.copy, pair.whole.bytes + cuts[1], pair.whole.len - cuts[1]);
        if (i % 3 == 0)
            pair.copy.bytes[cuts[2] % pair.copy.len] ^= 0x40;
        if (i % 5 == 0)
            insert(&pair.copy, cuts[3] % pair.copy.len, "gap: bytes=77\r\n");
        bool is_same = pair.copy.len == pair.whole.len &&
                       !memcmp(pair.copy.bytes, pair.whole.bytes, pair.whole.len);
        struct verdict verdict = beside(&pair.whole, &pair.copy);
        assert_true(is_same || verdict.kind != VERDICT_COMPLETE || !verdict.is_identical);
    }
    pair_free(&pair);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* 100 MB; a square somewhere would take hours, so the limit can be generous. */
enum { HUGE_LEN = 100 << 20, HUGE_SECONDS = 60 };

static void check_huge(struct fake_stream *huge, const struct fake_stream *whole)
{
    double from = seconds();
    struct verdict verdict = beside(whole, huge);
    assert_int_not_equal(verdict.kind, VERDICT_COMPLETE);
    assert_true(seconds() - from < HUGE_SECONDS);
    verify_has_end(huge->bytes, huge->len);
}

static void fill(struct fake_stream *stream, size_t size, const void *piece, size_t len)
{
    stream->len = 0;
    while (stream->len + len <= size)
        fake_stream_raw(stream, piece, len);
}

static void test_huge_rubbish(void **state)
{
    (void)state;
    struct fake_stream whole = fake_stream_whole(false, 50), huge = fake_stream_begin(false);
    unsigned char random[65536];
    uint32_t seed = 1;
    for (size_t i = 0; i < sizeof(random); i++) {
        seed = seed * 1664525 + 1013904223;
        random[i] = (unsigned char)(seed >> 24);
    }
    fill(&huge, HUGE_LEN, random, sizeof(random));
    check_huge(&huge, &whole);
    static const char *const pieces[] = {
        "end: bytes=1 records=1 crc32=00000000 status=0 ", /* one line, full of ends */
        "000001 0.000001 end: bytes=1 records=1 crc32=00000000 status=0\n",
        "000000 ", /* one line, full of numbers */
        "\r",      /* one line end */
        "\n",      /* nothing but lines */
        "000007 0.000500 flood: 00000005 ABC\r\n000003 0.000400 flood: 0000\r\n",
        "000001 0.000001 ledger: name=a\r\n000002 0.000001 console: name=a\r\n",
    };
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        char block[16384];
        size_t len = strlen(pieces[i]), fit = sizeof(block) / len * len;
        for (size_t at = 0; at < fit; at += len)
            memcpy(block + at, pieces[i], len);
        fill(&huge, HUGE_LEN / 16, block, fit);
        check_huge(&huge, &whole);
    }
    fake_stream_free(&huge);
    fake_stream_free(&whole);
}

/* A long true stream with damage near its end: both passes go through all of it. */
static void test_huge_stream(void **state)
{
    (void)state;
    struct pair pair = pair_of(false, 300000);
    size_t at = fake_stream_line(&pair.whole, 290000);
    fake_stream_cut_out(&pair.copy, at + 20, 4096);
    pair.copy.bytes[at + 9000] ^= 4;
    double from = seconds();
    struct verdict verdict = beside(&pair.whole, &pair.copy);
    assert_kind(verdict, VERDICT_HOLE);
    assert_int_equal(verdict.missing, 4096);
    assert_int_equal(verdict.first_record, 290000);
    assert_true(seconds() - from < HUGE_SECONDS);
    pair_free(&pair);
}

/* --- has the run ended? ---------------------------------------------------------------------------------- */

static void test_has_end(void **state)
{
    (void)state;
    for (int is_plain = 0; is_plain < 2; is_plain++) {
        struct pair pair = pair_of(is_plain, 20);
        for (size_t len = 0; len < pair.whole.len; len++)
            assert_false(verify_has_end(pair.whole.bytes, len));
        assert_true(verify_has_end(pair.whole.bytes, pair.whole.len));
        fake_stream_cut_out(&pair.copy, 300, 200); /* a hole does not keep a run from ending */
        assert_true(verify_has_end(pair.copy.bytes, pair.copy.len));
        append(&pair.copy, "\r\nstray");
        assert_true(verify_has_end(pair.copy.bytes, pair.copy.len));
        pair_free(&pair);
    }
    assert_false(verify_has_end(NULL, 0));
}

/* --- copies of any other guest ------------------------------------------------------------------------------ */

static void test_copies(void **state)
{
    (void)state;
    struct verification v;
    static const unsigned char text[] =
        "Linux version 6.1\r\nCommand line: console=ttyS0\r\nbye\r\n";
    size_t len = sizeof(text) - 1;
    struct capture captures[] = {
        { .name = "a", .bytes = text, .len = len },
        { .name = "b", .bytes = text, .len = len },
        { .name = "c", .bytes = text, .len = 20 },
        { .name = "d" },
    };
    assert_int_equal(verify_copies(captures, 2, &v), 0);
    assert_true(v.is_same);
    assert_false(v.is_proved);
    assert_kind(v.verdicts[0], VERDICT_UNPROVED);
    verification_free(&v);

    assert_int_equal(verify_copies(captures, 4, &v), 0);
    assert_false(v.is_same);
    assert_kind(v.verdicts[1], VERDICT_UNPROVED);
    assert_kind(v.verdicts[2], VERDICT_SHORT);
    assert_kind(v.verdicts[3], VERDICT_SILENT);
    assert_int_equal(v.verdicts[2].missing, len - 20);
    verification_free(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_complete),
        cmocka_unit_test(test_what_the_stream_says),
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_no_captures),
        cmocka_unit_test(test_cut_at_every_byte),
        cmocka_unit_test(test_hole_at_every_place),
        cmocka_unit_test(test_flip_every_byte),
        cmocka_unit_test(test_repeat_at_every_place),
        cmocka_unit_test(test_foreign_at_every_place),
        cmocka_unit_test(test_hole_alone),
        cmocka_unit_test(test_flood_alone),
        cmocka_unit_test(test_repeat_alone),
        cmocka_unit_test(test_number_alone),
        cmocka_unit_test(test_time_goes_back),
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_banner),
        cmocka_unit_test(test_long_banner_is_foreign),
        cmocka_unit_test(test_foreign_around),
        cmocka_unit_test(test_two_ends),
        cmocka_unit_test(test_second_boot),
        cmocka_unit_test(test_gap_lines),
        cmocka_unit_test(test_gap_of_a_stall),
        cmocka_unit_test(test_gap_plain),
        cmocka_unit_test(test_blame_everybody),
        cmocka_unit_test(test_blame_silent),
        cmocka_unit_test(test_blame_what_is_known_outside),
        cmocka_unit_test(test_fragment_between_holes),
        cmocka_unit_test(test_two_streams),
        cmocka_unit_test(test_firmware_miscounts),
        cmocka_unit_test(test_hostile_numbers),
        cmocka_unit_test(test_nuls),
        cmocka_unit_test(test_random_splices),
        cmocka_unit_test(test_huge_rubbish),
        cmocka_unit_test(test_huge_stream),
        cmocka_unit_test(test_has_end),
        cmocka_unit_test(test_copies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
