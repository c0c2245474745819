/*
 * Streams for the verifier's tests, made without the firmware's own writer.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tests/fakes/stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/wire.h"

struct fake_stream fake_stream_begin(bool is_plain)
{
    return (struct fake_stream){ .is_plain = is_plain, .time_us = 137 };
}

void fake_stream_free(struct fake_stream *stream)
{
    free(stream->bytes);
    *stream = (struct fake_stream){ 0 };
}

static void need(struct fake_stream *stream, size_t more)
{
    if (stream->len + more <= stream->room)
        return;
    stream->room = (stream->len + more) * 2;
    stream->bytes = realloc(stream->bytes, stream->room);
    if (!stream->bytes)
        abort();
}

void fake_stream_insert(struct fake_stream *stream, size_t at, const void *bytes, size_t len)
{
    if (len == 0)
        return;
    need(stream, len);
    memmove(stream->bytes + at + len, stream->bytes + at, stream->len - at);
    memcpy(stream->bytes + at, bytes, len);
    stream->len += len;
}

void fake_stream_raw(struct fake_stream *stream, const void *bytes, size_t len)
{
    fake_stream_insert(stream, stream->len, bytes, len);
}

static void text(struct fake_stream *stream, const char *string)
{
    fake_stream_raw(stream, string, strlen(string));
}

void fake_stream_record(struct fake_stream *stream, const char *tag, const char *string)
{
    char head[64];
    snprintf(head, sizeof(head), "%06" PRIu64 " %" PRIu64 ".%06" PRIu64 " ", stream->records,
             stream->time_us / 1000000, stream->time_us % 1000000);
    if (!stream->is_plain)
        text(stream, head);
    text(stream, tag);
    text(stream, ": ");
    text(stream, string);
    text(stream, "\r\n");
    stream->records++;
    stream->time_us += 211;
}

void fake_stream_flood(struct fake_stream *stream, uint32_t count)
{
    char line[WIRE_FLOOD_TEXT + 1] = { 0 };
    for (uint32_t i = 0; i < count; i++) {
        wire_flood_line(line, i);
        fake_stream_record(stream, WIRE_TAG_FLOOD, line);
    }
}

/* Reflected polynomial 0xedb88320, the definition itself. */
uint32_t fake_crc32(const unsigned char *bytes, size_t len)
{
    uint32_t crc = ~0u;
    for (size_t i = 0; i < len; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

void fake_stream_end(struct fake_stream *stream, int status)
{
    char end[128];
    snprintf(end, sizeof(end), "bytes=%zu records=%" PRIu64 " crc32=%08" PRIx32 " status=%d",
             stream->len, stream->records, fake_crc32(stream->bytes, stream->len), status);
    fake_stream_record(stream, WIRE_TAG_END, end);
}

struct fake_stream fake_stream_whole(bool is_plain, uint32_t flood)
{
    struct fake_stream stream = fake_stream_begin(is_plain);
    fake_stream_record(&stream, "tutti",
                       is_plain ? "version=1 arch=x86_64 machine=q35 mode=long "
                                  "format=plain build=0"
                                : "version=1 arch=x86_64 machine=q35 mode=long "
                                  "format=record build=0");
    fake_stream_record(&stream, "stdout", "the quick brown fox");
    fake_stream_flood(&stream, flood);
    fake_stream_record(&stream, "console",
                       "name=isa-serial0 kind=isa-serial found=isa:0x3f8 primary=yes driven=yes");
    fake_stream_record(&stream, "console",
                       "name=virtconsole0 kind=virtconsole found=pci:00:03.0/port0 "
                       "label=\"org.example port\" driven=no why=\"no answer in 100 tries\"");
    fake_stream_record(&stream, "ledger",
                       "name=isa-serial0 handed=800 returned=800 inflight=0 "
                       "accesses=900 kicks=7 stalls=1 givenup=4096 lost=2");
    fake_stream_end(&stream, 0);
    return stream;
}

void fake_stream_cut_out(struct fake_stream *stream, size_t at, size_t len)
{
    memmove(stream->bytes + at, stream->bytes + at + len, stream->len - at - len);
    stream->len -= len;
}

struct fake_stream fake_stream_copy(const struct fake_stream *stream)
{
    struct fake_stream copy = *stream;
    copy.bytes = NULL;
    copy.len = copy.room = 0;
    fake_stream_raw(&copy, stream->bytes, stream->len);
    return copy;
}

size_t fake_stream_replace(struct fake_stream *stream, const char *from, const char *to)
{
    size_t count = 0, from_len = strlen(from), to_len = strlen(to);
    for (size_t at = 0; at + from_len <= stream->len; at++) {
        if (memcmp(stream->bytes + at, from, from_len) != 0)
            continue;
        fake_stream_cut_out(stream, at, from_len);
        fake_stream_insert(stream, at, to, to_len);
        at = at + to_len - 1; /* to may be empty: at wraps, and the loop steps on */
        count++;
    }
    return count;
}

size_t fake_stream_line(const struct fake_stream *stream, uint64_t seq)
{
    char head[32];
    size_t len = (size_t)snprintf(head, sizeof(head), "%06" PRIu64 " ", seq);
    for (size_t at = 0; at + len <= stream->len; at++)
        if ((at == 0 || stream->bytes[at - 1] == '\n') && !memcmp(stream->bytes + at, head, len))
            return at;
    return stream->len;
}
