/*
 * Is a capture several whole copies of the log, mixed?
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/interleave.h"

#include <stdlib.h>
#include <string.h>

#include "host-tools/strbuf.h"

/* One way to deal out the bytes so far: how far each copy is, the longest first.  Copies
 * are alike, so their order says nothing. */
struct way {
    size_t ends[INTERLEAVE_MOST];
};

/* A run of n like bytes at two places can be dealt out in n ways; a log's lines are short. */
#define WAYS_MOST 4096

struct ways {
    struct way *list;
    size_t count;
};

static int compare_ways(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct way));
}

static void drop_doubles(struct ways *ways)
{
    size_t kept = 0;

    qsort(ways->list, ways->count, sizeof(*ways->list), compare_ways);
    for (size_t i = 0; i < ways->count; i++)
        if (kept == 0 || compare_ways(&ways->list[kept - 1], &ways->list[i]) != 0)
            ways->list[kept++] = ways->list[i];
    ways->count = kept;
}

/* The copy goes one byte on, and before those that it has overtaken. */
static struct way advance(struct way way, size_t copy)
{
    size_t end = way.ends[copy] + 1;

    for (; copy > 0 && way.ends[copy - 1] < end; copy--)
        way.ends[copy] = way.ends[copy - 1];
    way.ends[copy] = end;
    return way;
}

/* All ways to give the next byte to some copy. */
static void deal(const struct ways *from, unsigned char byte, const unsigned char *log,
                 size_t log_len, size_t count, struct ways *to)
{
    to->count = 0;
    for (size_t i = 0; i < from->count; i++) {
        const struct way *way = &from->list[i];
        for (size_t copy = 0; copy < count; copy++) {
            bool is_like_last = copy > 0 && way->ends[copy] == way->ends[copy - 1];
            if (!is_like_last && way->ends[copy] < log_len && log[way->ends[copy]] == byte)
                to->list[to->count++] = advance(*way, copy);
        }
    }
    if (to->count > 1)
        drop_doubles(to);
}

static bool is_whole(const struct way *way, size_t log_len, size_t count)
{
    for (size_t copy = 0; copy < count; copy++)
        if (way->ends[copy] != log_len)
            return false;
    return true;
}

/* With one copy left to write, or all in step, most bytes have one way only. */
void interleave_check(const unsigned char *log, size_t log_len, const unsigned char *mix,
                      size_t mix_len, size_t count, struct interleaving *out)
{
    size_t size = WAYS_MOST * INTERLEAVE_MOST * sizeof(struct way);
    struct ways now = { must_alloc(size), 1 }, next = { must_alloc(size), 0 };

    *out = (struct interleaving){ 0 };
    while (out->at < mix_len && !out->is_undecided) {
        deal(&now, mix[out->at], log, log_len, count, &next);
        if (next.count == 0)
            break;
        struct ways swap = now;
        now = next;
        next = swap;
        out->is_undecided = now.count > WAYS_MOST;
        out->at++;
    }
    memcpy(out->ends, now.list[0].ends, sizeof(out->ends));
    out->is_whole = !out->is_undecided && out->at == mix_len &&
                    is_whole(&now.list[0], log_len, count);
    free(now.list);
    free(next.list);
}
