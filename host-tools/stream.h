/*
 * A capture as a stream: the banner before it, its format, its end record.
 *
 * Inside the verifier only; verify.h is the interface.
 * Next on the tour: host-tools/judge.h
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_STREAM_H
#define HOST_TOOLS_STREAM_H

#include "host-tools/verify.h"
#include "host-tools/wire_parse.h"

struct stream {
    struct span bytes; /* without the banner                                      */
    size_t banner;     /* its length                                              */
    bool is_plain;     /* format=plain: no SEQ to go by                           */
    bool has_end;      /* an end record is there; of several, the first           */
    struct wire_line end_line;
    struct wire_end end;
    uint32_t crc32;  /* of the bytes before the end record                        */
    bool is_counted; /* bytes and crc32 are as the end record says                */
};

/* OpenSBI writes its banner on the first UART before our first byte: 1801 bytes in version
 * 1.1, 2782 in 1.5, and a little more with many harts.  Never longer than this. */
#define BANNER_MAX 16384

void stream_open(struct stream *stream, const struct capture *capture);

/* How many bytes too many (or, below zero, too few) stand before the end record. */
int64_t stream_slack(const struct stream *stream);

/* The number of the record that the byte at `at` lies in; of a plain stream, of the line. */
uint64_t stream_record_at(const struct stream *stream, size_t at);

/* The next end record at or behind `from`, which must be the start of a line. */
bool stream_find_end(struct span bytes, size_t from, struct wire_line *line, struct wire_end *end);

/* How many lines end at or before `at`. */
uint64_t lines_before(struct span bytes, size_t at);

/* Gap lines from `from` on.  returns  the bytes that they name */
uint64_t sum_of_gaps(struct span bytes, size_t from);

#endif
