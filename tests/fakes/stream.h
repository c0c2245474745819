/*
 * Streams for the verifier's tests, made without the firmware's own writer: what
 * firmware/wire.h says, once more, in the plainest way.  The checksum is computed bit by bit.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FAKES_STREAM_H
#define TESTS_FAKES_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that grow.  All of it is the caller's; stream_free() at the end. */
struct fake_stream {
    unsigned char *bytes;
    size_t len, room;
    uint64_t records; /* so far, and the next one's number */
    uint64_t time_us; /* of the next record                */
    bool is_plain;
};

struct fake_stream fake_stream_begin(bool is_plain);
void fake_stream_free(struct fake_stream *stream);

/* Any bytes, as they are. */
void fake_stream_raw(struct fake_stream *stream, const void *bytes, size_t len);

/* One record, or one plain line. */
void fake_stream_record(struct fake_stream *stream, const char *tag, const char *text);

/* `count` flood records, numbered from 0. */
void fake_stream_flood(struct fake_stream *stream, uint32_t count);

/* The end record. */
void fake_stream_end(struct fake_stream *stream, int status);

/* A whole one: first record, two consoles, a flood, ledgers, end.  Status 0. */
struct fake_stream fake_stream_whole(bool is_plain, uint32_t flood);

/* --- damage: each changes the bytes in place ---------------------------------------- */

void fake_stream_cut_out(struct fake_stream *stream, size_t at, size_t len);
void fake_stream_insert(struct fake_stream *stream, size_t at, const void *bytes, size_t len);
struct fake_stream fake_stream_copy(const struct fake_stream *stream);

/* Every "from" becomes "to".  returns  how many there were */
size_t fake_stream_replace(struct fake_stream *stream, const char *from, const char *to);

/* Where the line of record `seq` starts; the length if there is none. */
size_t fake_stream_line(const struct fake_stream *stream, uint64_t seq);

uint32_t fake_crc32(const unsigned char *bytes, size_t len);

#endif
