/*
 * One line of a stream: a record, a gap line, the end record, or none of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/wire_parse.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "firmware/wire.h"

struct span span_of(struct span whole, size_t from, size_t to)
{
    return (struct span){ whole.bytes + from, to - from };
}

bool span_equal(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.bytes, b.bytes, a.len) == 0);
}

bool span_starts(struct span span, const char *start)
{
    size_t len = strlen(start);
    return span.len >= len && memcmp(span.bytes, start, len) == 0;
}

/* --- lines ----------------------------------------------------------------- */

static size_t without_crs(struct span stream, size_t start, size_t end)
{
    while (end > start && stream.bytes[end - 1] == '\r')
        end--;
    return end;
}

bool wire_line_at(struct span stream, size_t at, struct wire_line *line)
{
    if (at >= stream.len)
        return false;
    line->start = at;
    const unsigned char *lf = memchr(stream.bytes + at, '\n', stream.len - at);
    if (!lf) {
        line->text_end = line->next = stream.len;
        line->end = LINE_CUT;
        return true;
    }
    size_t end = (size_t)(lf - stream.bytes);
    line->next = end + 1;
    line->text_end = without_crs(stream, at, end);
    size_t crs = end - line->text_end;
    line->end = crs == 0 ? LINE_LF : crs == 1 ? LINE_CRLF : LINE_CRCRLF;
    return true;
}

size_t wire_line_start(struct span stream, size_t at)
{
    const unsigned char *lf = at ? memrchr(stream.bytes, '\n', at) : NULL;
    return lf ? (size_t)(lf - stream.bytes) + 1 : 0;
}

/* --- numbers ---------------------------------------------------------------- */

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits_at(struct span text, size_t at)
{
    size_t end = at;
    while (end < text.len && is_digit(text.bytes[end]))
        end++;
    return end - at;
}

bool wire_number(struct span digits, uint64_t *value)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < digits.len; i++) {
        uint64_t digit = (uint64_t)digits.bytes[i] - '0';
        if (!is_digit(digits.bytes[i]) || __builtin_mul_overflow(sum, 10, &sum) ||
            __builtin_add_overflow(sum, digit, &sum))
            return false;
    }
    *value = sum;
    return digits.len > 0;
}

static bool hex_digit(unsigned char c, uint32_t *digit)
{
    bool is_letter = c >= 'a' && c <= 'f';
    *digit = is_letter ? (uint32_t)(c - 'a' + 10) : (uint32_t)(c - '0');
    return is_letter || is_digit(c);
}

static bool parse_crc32(struct span text, uint32_t *value)
{
    uint32_t digit;
    *value = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (!hex_digit(text.bytes[i], &digit))
            return false;
        *value = *value << 4 | digit;
    }
    return text.len == 8;
}

/* --- records ------------------------------------------------------------------ */

/* At least six digits, and no zero before more than six. */
static size_t seq_digits(struct span text)
{
    size_t len = digits_at(text, 0);
    bool is_padded = len > WIRE_SEQ_DIGITS && text.bytes[0] == '0';
    return len >= WIRE_SEQ_DIGITS && !is_padded ? len : 0;
}

bool wire_parse_seq(struct span text, uint64_t *seq)
{
    size_t len = seq_digits(text);
    return len > 0 && len < text.len && text.bytes[len] == ' ' &&
           wire_number(span_of(text, 0, len), seq);
}

/* "0.004512", from `at`.  returns  its length, 0 if it is no time */
static size_t parse_time(struct span text, size_t at, uint64_t *time_us)
{
    enum { DECIMALS = 6 };
    uint64_t seconds, micro;
    size_t whole = digits_at(text, at), dot = at + whole;
    if (whole > 1 && text.bytes[at] == '0')
        return 0;
    if (dot >= text.len || text.bytes[dot] != '.' || digits_at(text, dot + 1) != DECIMALS)
        return 0;
    if (!wire_number(span_of(text, at, dot), &seconds) ||
        !wire_number(span_of(text, dot + 1, dot + 1 + DECIMALS), &micro) ||
        __builtin_mul_overflow(seconds, 1000000, time_us) ||
        __builtin_add_overflow(*time_us, micro, time_us))
        return 0;
    return whole + 1 + DECIMALS;
}

static size_t tag_chars(struct span text, size_t at)
{
    size_t end = at;
    while (end < text.len && end - at <= WIRE_TAG_MAX && text.bytes[end] != '\0' &&
           strchr(WIRE_TAG_CHARS, text.bytes[end]))
        end++;
    return end - at;
}

/* The first byte that a record's text can't have: what is neither printable nor a tab. */
static size_t first_unprintable(struct span text)
{
    size_t i = 0;
    while (i < text.len &&
           ((text.bytes[i] >= ' ' && text.bytes[i] <= '~') || text.bytes[i] == '\t'))
        i++;
    return i;
}

enum wire_fit wire_parse_record(struct span text, struct wire_record *record, size_t *bad)
{
    if (!wire_parse_seq(text, &record->seq))
        return WIRE_OTHER;
    size_t at = seq_digits(text) + 1;
    size_t len = parse_time(text, at, &record->time_us);
    *bad = at;
    if (len == 0 || at + len >= text.len || text.bytes[at + len] != ' ')
        return WIRE_BROKEN;
    at += len + 1;
    len = tag_chars(text, at);
    *bad = at + len;
    if (len == 0 || len > WIRE_TAG_MAX || !span_starts(span_of(text, at + len, text.len), ": "))
        return WIRE_BROKEN;
    record->tag = span_of(text, at, at + len);
    record->text = span_of(text, at + len + 2, text.len);
    *bad = at + len + 2 + first_unprintable(record->text);
    if (*bad == text.len && text.len > WIRE_LINE_MAX - 2)
        *bad = WIRE_LINE_MAX - 2;
    return *bad == text.len ? WIRE_RECORD : WIRE_BROKEN;
}

bool wire_tag_is(const struct wire_record *record, const char *tag)
{
    return record->tag.len == strlen(tag) && span_starts(record->tag, tag);
}

bool wire_flood_is_wrong(struct span text, size_t *bad)
{
    char right[WIRE_FLOOD_TEXT];
    uint64_t number;
    *bad = digits_at(text, 0);
    if (*bad < WIRE_FLOOD_DIGITS || !wire_number(span_of(text, 0, WIRE_FLOOD_DIGITS), &number))
        return true;
    wire_flood_line(right, (uint32_t)number);
    *bad = 0;
    while (*bad < text.len && *bad < sizeof(right) &&
           text.bytes[*bad] == (unsigned char)right[*bad])
        ++*bad;
    return *bad < sizeof(right) || text.len != sizeof(right);
}

/* --- key=value words ------------------------------------------------------------- */

/* One word at `at`: its key, its value without quotes, and where the next one starts. */
static bool word_at(struct span text, size_t *at, struct span *key, struct span *value)
{
    const unsigned char *from = text.bytes + *at;
    const unsigned char *equals = memchr(from, '=', text.len - *at);
    if (!equals)
        return false;
    *key = (struct span){ from, (size_t)(equals - from) };
    size_t start = *at + key->len + 1;
    bool is_quoted = start < text.len && text.bytes[start] == '"';
    start += is_quoted;
    const unsigned char *end = start < text.len ? memchr(text.bytes + start, is_quoted ? '"' : ' ',
                                                         text.len - start)
                                                : NULL;
    size_t stop = end ? (size_t)(end - text.bytes) : text.len;
    *value = span_of(text, start, stop);
    *at = stop + (is_quoted && end ? 2u : 1u);
    if (*at > text.len)
        *at = text.len;
    return true;
}

static bool find_word(struct span text, const char *name, struct span *value)
{
    struct span key;
    for (size_t at = 0; at < text.len && word_at(text, &at, &key, value);)
        if (key.len == strlen(name) && span_starts(key, name))
            return true;
    return false;
}

bool wire_word(struct span text, const char *key, char *value, size_t size)
{
    struct span found;
    if (!find_word(text, key, &found))
        return false;
    size_t len = found.len < size ? found.len : size - 1;
    memcpy(value, found.bytes, len);
    value[len] = '\0';
    return true;
}

/* Written again, a true end record is the same text: nothing else slips through. */
static bool is_same_end(struct span text, const struct wire_end *end)
{
    char again[128];
    int len = snprintf(again, sizeof(again),
                       "bytes=%" PRIu64 " records=%" PRIu64 " crc32=%08" PRIx32 " status=%d",
                       end->bytes, end->records, end->crc32, end->status);
    return text.len == (size_t)len && memcmp(text.bytes, again, text.len) == 0;
}

bool wire_parse_end(struct span text, struct wire_end *end)
{
    struct span bytes, records, crc32, status;
    uint64_t number;
    if (!find_word(text, "bytes", &bytes) || !find_word(text, "records", &records) ||
        !find_word(text, "crc32", &crc32) || !find_word(text, "status", &status))
        return false;
    if (!wire_number(bytes, &end->bytes) || !wire_number(records, &end->records) ||
        !parse_crc32(crc32, &end->crc32) || !wire_number(status, &number) || number > 255)
        return false;
    end->status = (int)number;
    return is_same_end(text, end);
}

bool wire_parse_gap(struct span text, uint64_t *bytes)
{
    return span_starts(text, WIRE_GAP) &&
           wire_number(span_of(text, strlen(WIRE_GAP), text.len), bytes);
}
