/*
 * One capture alone: the first fault, and what explains it.
 *
 *   judge.c          walks the lines, each expected to be the record after the last one
 *   judge_explain.c  a line was not: what would make it so?  A table, the most telling first
 *   judge_plain.c    format=plain, where no line has a number: counts and checksum only
 *
 * Inside the verifier only; verify.h is the interface.
 * Next on the tour: host-tools/compare.h
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_JUDGE_H
#define HOST_TOOLS_JUDGE_H

#include "host-tools/stream.h"

/* Where the walk through a stream stands. */
struct walk {
    const struct stream *stream;
    uint64_t want;         /* number of the record that should come now */
    uint64_t time_us;      /* of the last one                           */
    struct wire_line line; /* the line looked at                        */
    struct wire_record record;
    enum wire_fit fit;
    size_t bad; /* first byte of the stream that can't be so    */
};

/* The first fault of one capture.  Blame only where the fault itself tells. */
void judge_alone(const struct stream *stream, struct verdict *verdict);
void judge_plain(const struct stream *stream, struct verdict *verdict);

/* The walk met a line that is not the record it wants: say what happened. */
void explain_fault(const struct walk *walk, struct verdict *verdict);

/* Bytes behind the end record.  returns  false if there are none */
bool judge_trailing(const struct stream *stream, struct verdict *verdict);

/* Counts and checksum do not fit, and no line shows why. */
void judge_miscount(const struct stream *stream, struct verdict *verdict);

/* Kind, place (without the banner) and the line for people at once. */
void verdict_set(struct verdict *verdict, const struct stream *stream, enum verdict_kind kind,
                 size_t at, const char *format, ...) __attribute__((format(printf, 5, 6)));
void verdict_records(struct verdict *verdict, uint64_t first, uint64_t last);
void verdict_blame(struct verdict *verdict, enum layer layer, const char *why);

#endif
