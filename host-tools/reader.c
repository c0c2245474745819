/*
 * How a tap is read.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/reader.h"

#include <stdlib.h>
#include <string.h>

#define MS_MOST 600000u /* ten minutes: more is a slip of the hand */

/* --- As it is written ---------------------------------------------------------------- */

static const struct {
    const char *name;
    enum reader_kind kind;
    bool has_ms, has_amount, may_have_ms;
} kinds[] = {
    { "stall", READER_STALL, .has_ms = true },
    { "late", READER_LATE, .has_ms = true },
    { "slow", READER_SLOW, .has_amount = true },
    { "vanish", READER_VANISH, .has_amount = true, .may_have_ms = true },
    { "none", READER_NONE, .has_ms = false },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* ":123" at *at, and on behind it.  returns  false if it isn't there */
static bool take_number(const char **at, const char *end, uint64_t most, uint64_t *number)
{
    const char *digit = *at + 1;

    *number = 0;
    if (*at == end || **at != ':' || digit == end)
        return false;
    for (; digit < end && *digit >= '0' && *digit <= '9'; digit++) {
        *number = *number * 10 + (uint64_t)(*digit - '0');
        if (*number > most)
            return false;
    }
    bool is_number = digit > *at + 1;
    *at = digit;
    return is_number && *number > 0;
}

static bool take_numbers(size_t i, const char *at, const char *end, struct reader *reader)
{
    uint64_t ms = 0;

    if (kinds[i].has_amount && !take_number(&at, end, UINT32_MAX, &reader->amount))
        return false;
    bool wants_ms = kinds[i].has_ms || (kinds[i].may_have_ms && at < end);
    if (wants_ms && !take_number(&at, end, MS_MOST, &ms))
        return false;
    reader->ms = (unsigned)ms;
    return at == end;
}

int reader_parse(const char *text, size_t len, struct reader *reader, struct problem *problem)
{
    const char *colon = memchr(text, ':', len);
    size_t name_len = colon ? (size_t)(colon - text) : len;

    *reader = (struct reader){ 0 };
    for (size_t i = 0; i < KINDS; i++) {
        if (strlen(kinds[i].name) != name_len || memcmp(kinds[i].name, text, name_len) != 0)
            continue;
        reader->kind = kinds[i].kind;
        if (take_numbers(i, text + name_len, text + len, reader))
            return 0;
    }
    return problem_set(problem, EXIT_USAGE,
                       "reader=%.*s: expected stall:MS, late:MS, slow:BYTES_PER_S, "
                       "vanish:BYTES[:MS] or none",
                       (int)len, text);
}

/* --- As it behaves --------------------------------------------------------------------- */

void reader_start(struct reader *reader, uint64_t now_ms)
{
    reader->has_started = true;
    reader->start_ms = now_ms;
}

bool reader_is_early(const struct reader *reader)
{
    return reader->kind != READER_LATE && reader->kind != READER_NONE;
}

bool reader_comes_later(const struct reader *reader)
{
    return reader->kind == READER_LATE || (reader->kind == READER_VANISH && reader->ms > 0);
}

static const struct reader_step goes_on = { .allowance = SIZE_MAX, .is_here = true };
static const struct reader_step holds_still = { .is_here = true, .is_stalling = true };
static const struct reader_step is_away = { 0 };

/* Milliseconds since this was first asked. */
static uint64_t lasts_ms(struct reader *reader, uint64_t now_ms)
{
    if (!reader->has_begun) {
        reader->has_begun = true;
        reader->since_ms = now_ms;
    }
    return now_ms - reader->since_ms;
}

static struct reader_step look_stall(struct reader *reader, uint64_t taken, uint64_t now_ms)
{
    if (taken == 0)
        return (struct reader_step){ .allowance = 1, .is_here = true };
    return lasts_ms(reader, now_ms) < reader->ms ? holds_still : goes_on;
}

/* A tenth of a second's worth at most at once, so that it is slow from the start. */
static struct reader_step look_slow(const struct reader *reader, uint64_t taken, uint64_t now_ms)
{
    uint64_t budget = (now_ms - reader->start_ms) * reader->amount / 1000;

    if (!reader->has_started)
        return goes_on; /* nothing but a greeting can come */
    if (budget <= taken)
        return (struct reader_step){ .is_here = true };
    uint64_t most = reader->amount / 10 + 1, left = budget - taken;
    return (struct reader_step){ .allowance = left < most ? left : most, .is_here = true };
}

static struct reader_step look_vanish(struct reader *reader, uint64_t taken, uint64_t now_ms)
{
    if (!reader->has_begun && taken < reader->amount)
        return (struct reader_step){ .allowance = reader->amount - taken, .is_here = true };
    bool is_back = lasts_ms(reader, now_ms) >= reader->ms && reader->ms > 0;
    return is_back ? goes_on : is_away;
}

struct reader_step reader_look(struct reader *reader, uint64_t taken, uint64_t now_ms)
{
    switch (reader->kind) {
    case READER_STALL:
        return look_stall(reader, taken, now_ms);
    case READER_LATE:
        return reader->has_started && now_ms - reader->start_ms >= reader->ms ? goes_on : is_away;
    case READER_SLOW:
        return look_slow(reader, taken, now_ms);
    case READER_VANISH:
        return look_vanish(reader, taken, now_ms);
    case READER_NONE:
        return is_away;
    case READER_STEADY:
        break;
    }
    return goes_on;
}
