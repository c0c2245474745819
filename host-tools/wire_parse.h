/*
 * One line of a stream: a record, a gap line, the end record, or none of them.
 *
 * The other direction of firmware/wire.h, for bytes that may be hostile: nothing here
 * reads beyond the length it is given, and a number that overflows is no number.
 *
 * Next on the tour: host-tools/judge.h
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_WIRE_PARSE_H
#define HOST_TOOLS_WIRE_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of somebody else. */
struct span {
    const unsigned char *bytes;
    size_t len;
};

/* How a line ends.  Only CRLF is right. */
enum line_end { LINE_CRLF, LINE_LF, LINE_CRCRLF, LINE_CUT };

/* A line of the bytes it was found in: [start, text_end) without its end, [.., next) with it. */
struct wire_line {
    size_t start, text_end, next;
    enum line_end end;
};

/* The line that starts at `at`.  returns  false at the end of the bytes */
bool wire_line_at(struct span stream, size_t at, struct wire_line *line);

/* Where the line starts that the byte at `at` lies in. */
size_t wire_line_start(struct span stream, size_t at);

struct wire_record {
    uint64_t seq, time_us;
    struct span tag, text;
};

enum wire_fit {
    WIRE_RECORD, /* all of it is as it should be                              */
    WIRE_BROKEN, /* begins like a record; `bad` is the first byte that can't be */
    WIRE_OTHER,  /* no record at all                                            */
};

/*
 * Is this text (a line without its end) a record?
 * bad   offset of the first byte that no record has there (WIRE_BROKEN)
 */
enum wire_fit wire_parse_record(struct span text, struct wire_record *record, size_t *bad);

/* Only its number: does the text begin with "SEQ "? */
bool wire_parse_seq(struct span text, uint64_t *seq);

bool wire_tag_is(const struct wire_record *record, const char *tag);

/* The text of a flood record.  returns  true, with the first wrong byte, if the pattern is
 * not the one that belongs to its number */
bool wire_flood_is_wrong(struct span text, size_t *bad);

struct wire_end {
    uint64_t bytes, records;
    uint32_t crc32;
    int status;
};

/* The text behind "end: ". */
bool wire_parse_end(struct span text, struct wire_end *end);

/* "gap: bytes=N", a whole line. */
bool wire_parse_gap(struct span text, uint64_t *bytes);

/*
 * The value of `key` among the words of a record's text, quotes taken off.
 * returns  false if there is no such word; a value that does not fit is cut
 */
bool wire_word(struct span text, const char *key, char *value, size_t size);

/* Decimal digits, all of it.  returns  false for anything else, and for overflow */
bool wire_number(struct span digits, uint64_t *value);

/* Small helpers for spans. */
struct span span_of(struct span whole, size_t from, size_t to);
bool span_starts(struct span span, const char *start);
bool span_equal(struct span a, struct span b);

#endif
