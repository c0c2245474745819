/*
 * Copies of a log, mixed, and taken apart again.
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

#include <cmocka.h>

#include "host-tools/interleave.h"

struct text {
    unsigned char bytes[40000];
    size_t len;
};

static void make_log(struct text *log, int lines)
{
    log->len = 0;
    for (int i = 0; i < lines; i++)
        log->len += (size_t)sprintf((char *)log->bytes + log->len,
                                    "%06d 0.%06d flood: abcdefghijklmnop 0000000000\r\n", i, i * 7);
}

/* Pieces of at most `most` bytes, by turns and by chance. */
static void make_mix(const struct text *log, size_t copies, size_t most, struct text *mix)
{
    size_t ends[INTERLEAVE_MOST] = { 0 }, left = copies * log->len;

    mix->len = 0;
    while (left) {
        size_t copy = (size_t)rand() % copies, piece = 1 + (size_t)rand() % most;
        if (piece > log->len - ends[copy])
            piece = log->len - ends[copy];
        memcpy(mix->bytes + mix->len, log->bytes + ends[copy], piece);
        ends[copy] += piece;
        mix->len += piece;
        left -= piece;
    }
}

static struct interleaving check(const struct text *log, const struct text *mix, size_t copies)
{
    struct interleaving result;

    interleave_check(log->bytes, log->len, mix->bytes, mix->len, copies, &result);
    return result;
}

static void mixed_copies_are_whole(void **state)
{
    static const size_t pieces[] = { 1, 2, 16, 50, 400, 8000 };
    static struct text log, mix;

    (void)state;
    srand(3);
    make_log(&log, 100);
    for (size_t copies = 1; copies <= INTERLEAVE_MOST; copies++)
        for (size_t i = 0; i < 6; i++) {
            make_mix(&log, copies, pieces[i], &mix);
            struct interleaving result = check(&log, &mix, copies);
            assert_true(result.is_whole);
            assert_int_equal(result.at, mix.len);
        }
}

static void a_byte_less_more_or_other_shows(void **state)
{
    static struct text log, mix, bad;

    (void)state;
    srand(4);
    make_log(&log, 50);
    make_mix(&log, 2, 30, &mix);
    for (int round = 0; round < 200; round++) {
        size_t at = (size_t)rand() % mix.len;
        bad = mix;
        bad.bytes[at] = '!';
        assert_false(check(&log, &bad, 2).is_whole);
        assert_true(check(&log, &bad, 2).at <= at);
        bad = mix;
        memmove(bad.bytes + at, bad.bytes + at + 1, --bad.len - at);
        assert_false(check(&log, &bad, 2).is_whole);
        bad = mix;
        memmove(bad.bytes + at + 1, bad.bytes + at, bad.len++ - at);
        assert_false(check(&log, &bad, 2).is_whole);
    }
    assert_false(check(&log, &mix, 1).is_whole);
    assert_false(check(&log, &mix, 3).is_whole);
}

static void the_end_of_each_copy_is_told(void **state)
{
    static struct text log, mix;

    (void)state;
    make_log(&log, 10);
    memcpy(mix.bytes, log.bytes, log.len);
    memcpy(mix.bytes + log.len, log.bytes, 100);
    mix.len = log.len + 100;
    struct interleaving result = check(&log, &mix, 2);
    assert_false(result.is_whole);
    assert_int_equal(result.ends[0], log.len);
    assert_int_equal(result.ends[1], 100);
    assert_int_equal(result.at, mix.len);
}

/* Nothing to tell one place from another: too many ways, and it says so. */
static void a_log_of_one_letter_is_undecided(void **state)
{
    static struct text log, mix;

    (void)state;
    memset(log.bytes, 'a', log.len = 9000);
    memset(mix.bytes, 'a', mix.len = 36000);
    assert_true(check(&log, &mix, 4).is_undecided);
    assert_false(check(&log, &mix, 4).is_whole);
}

static void nothing_is_whole_where_nothing_should_be(void **state)
{
    struct interleaving result;

    (void)state;
    interleave_check(NULL, 0, NULL, 0, 2, &result);
    assert_true(result.is_whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mixed_copies_are_whole),
        cmocka_unit_test(a_byte_less_more_or_other_shows),
        cmocka_unit_test(the_end_of_each_copy_is_told),
        cmocka_unit_test(a_log_of_one_letter_is_undecided),
        cmocka_unit_test(nothing_is_whole_where_nothing_should_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
