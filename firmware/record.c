/*
 * Lines into records.
 *
 *   record("virtio-mmio", "console at 0x%x", a)     the firmware speaks
 *   record_output("hello\n", 6)                     a program speaks, through printf()
 *        |
 *   write_text()   cut at '\n' and at WIRE_LINE_MAX
 *        |
 *   struct line    "000012 0.004512 TAG: " + text, made printable + CR LF
 *        |
 *   log_write()    once for each line
 *
 * Next on the tour: firmware/log.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/record.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "drivers/kernel.h"
#include "drivers/text.h"
#include "firmware/log.h"
#include "firmware/noinit.h"
#include "firmware/pump.h"
#include "firmware/wire.h"

#define TAG_STDOUT "stdout"
#define EOL_LEN    (sizeof(WIRE_EOL) - 1)
#define ESCAPE_LEN 4 /* \xHH */
#define KEPT_SIZE  8192

static struct {
    uint64_t count;
    bool is_plain, is_sealed;
    bool is_writing_kept;
} records;

void record_set_plain(bool is_plain)
{
    records.is_plain = is_plain;
}

uint64_t record_count(void)
{
    return records.count;
}

void record_seal(void)
{
    records.is_sealed = true;
}

void record_unseal(void)
{
    records.is_sealed = false;
}

/* --- One line -------------------------------------------------------------------------- */

static struct line {
    char bytes[WIRE_LINE_MAX];
    size_t len;
    size_t written; /* of these, to the log already */
} line;

static void add_bytes(const char *bytes, size_t len)
{
    memcpy(line.bytes + line.len, bytes, len);
    line.len += len;
}

/* Decimal, at least so many digits. */
static void add_number(uint64_t value, unsigned digits)
{
    char number[24];
    size_t at = sizeof(number);
    for (; value > 0 || digits > 0; value /= 10, digits -= digits > 0)
        number[--at] = (char)('0' + value % 10);
    add_bytes(number + at, sizeof(number) - at);
}

/* "000012 " */
static void add_count(void)
{
    add_number(records.count, WIRE_SEQ_DIGITS);
    add_bytes(" ", 1);
}

/* "000012 0.004512 " */
static void add_prefix(void)
{
    uint64_t now = kernel_now_us();
    if (line.written == 0)
        add_count();
    add_number(now / 1000000, 1);
    add_bytes(".", 1);
    add_number(now % 1000000, 6);
    add_bytes(" ", 1);
}

static void begin_line(const char *tag)
{
    line.len = line.written;
    if (!records.is_plain)
        add_prefix();
    if (records.is_plain && text_equal(tag, TAG_STDOUT))
        return;
    size_t len = strlen(tag);
    add_bytes(tag, len < WIRE_TAG_MAX ? len : WIRE_TAG_MAX);
    add_bytes(": ", 2);
}

/* The log may write lines of its own before it is back: nothing is left to do here. */
static void end_line(void)
{
    size_t written = line.written;
    add_bytes(WIRE_EOL, EOL_LEN);
    records.count++;
    line.written = 0;
    log_write(line.bytes + written, line.len - written);
}

void record_begin(void)
{
    if (records.is_plain || line.written > 0)
        return;
    line.len = 0;
    add_count();
    line.written = line.len;
    log_write(line.bytes, line.len);
}

static bool is_printable(char c)
{
    return (c >= ' ' && c <= '~') || c == '\t';
}

static void add_escaped(char c)
{
    static const char hex[] = "0123456789abcdef";
    const char escape[ESCAPE_LEN] = { '\\', 'x', hex[(unsigned char)c >> 4], hex[c & 15] };
    add_bytes(escape, sizeof(escape));
}

/* As much of the text as the line has room for; returns how much. */
static size_t add_text(const char *text, size_t len)
{
    const size_t most = WIRE_LINE_MAX - EOL_LEN - ESCAPE_LEN;
    size_t i = 0;
    for (; i < len && line.len <= most; i++) {
        if (is_printable(text[i]))
            line.bytes[line.len++] = text[i];
        else
            add_escaped(text[i]);
    }
    return i;
}

/* One line of text; a long one becomes several records. */
static void write_line(const char *tag, const char *text, size_t len)
{
    do {
        begin_line(tag);
        size_t taken = add_text(text, len);
        end_line();
        text += taken;
        len -= taken;
    } while (len > 0);
}

static void write_text(const char *tag, const char *text, size_t len)
{
    const char *newline;
    while ((newline = memchr(text, '\n', len)) != NULL) {
        size_t piece = (size_t)(newline - text);
        write_line(tag, text, piece);
        text += piece + 1;
        len -= piece + 1;
        if (len == 0)
            return;
    }
    write_line(tag, text, len);
}

/* --- What was said during a pass --------------------------------------------------------- */

static char kept_bytes[KEPT_SIZE] NOINIT; /* TAG NUL TEXT NUL, again and again */
static struct {
    size_t len;
    unsigned too_many;
} kept;

static void keep(const char *tag, const char *text, size_t len)
{
    size_t tag_size = strlen(tag) + 1;
    if (tag_size + len + 1 > sizeof(kept_bytes) - kept.len) {
        kept.too_many++;
        return;
    }
    memcpy(kept_bytes + kept.len, tag, tag_size);
    kept.len += tag_size;
    memcpy(kept_bytes + kept.len, text, len);
    kept.len += len;
    kept_bytes[kept.len++] = '\0';
}

/* Each line written may let others be kept, behind those that are there. */
static void write_each_kept(void)
{
    size_t at = 0;
    while (at < kept.len) {
        const char *tag = kept_bytes + at;
        const char *text = tag + strlen(tag) + 1;
        size_t len = strlen(text);
        at = (size_t)(text - kept_bytes) + len + 1;
        write_text(tag, text, len);
    }
    kept.len = 0;
}

static void confess(unsigned too_many)
{
    char text[64];
    struct text t = text_begin(text, sizeof(text));
    text_add_decimal(&t, too_many);
    text_add(&t, " records were too many at once, and are lost");
    write_line("log", text, t.len);
}

void record_write_kept(void)
{
    if (records.is_writing_kept || kept.len == 0 || line.written > 0)
        return;
    records.is_writing_kept = true;
    record_finish_line();
    write_each_kept();
    unsigned too_many = kept.too_many;
    kept.too_many = 0;
    records.is_writing_kept = false;
    if (too_many)
        confess(too_many);
}

/* --- The firmware speaks ------------------------------------------------------------------ */

void record_text(const char *tag, const char *text, size_t len)
{
    if (records.is_sealed)
        return;
    if (pump_is_busy()) {
        keep(tag, text, len);
        return;
    }
    record_finish_line();
    write_text(tag, text, len);
}

void record(const char *tag, const char *format, ...)
{
    char text[RECORD_TEXT_SIZE];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (len < 0)
        return;
    record_text(tag, text, (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1);
}

/* --- A program speaks --------------------------------------------------------------------- */

/* A line of output that has no end yet. */
static struct {
    char bytes[WIRE_LINE_MAX];
    size_t len;
    char tag[WIRE_TAG_MAX + 1]; /* of its first part, where that is written, or "" */
} open;

/* The length of "TAG" if the text begins with "TAG: ", else 0. */
static size_t tag_len(const char *text, size_t len)
{
    size_t n = 0;
    while (n < len && n <= WIRE_TAG_MAX && text[n] && strchr(WIRE_TAG_CHARS, text[n]))
        n++;
    bool is_tag = n > 0 && n <= WIRE_TAG_MAX && len >= n + 2 && text[n] == ':' &&
                  text[n + 1] == ' ';
    return is_tag ? n : 0;
}

static void write_open(void)
{
    size_t tag = open.tag[0] ? 0 : tag_len(open.bytes, open.len);
    if (tag) {
        memcpy(open.tag, open.bytes, tag);
        open.tag[tag] = '\0';
    } else if (!open.tag[0]) {
        memcpy(open.tag, TAG_STDOUT, sizeof(TAG_STDOUT));
    }
    size_t skip = tag ? tag + 2 : 0, len = open.len - skip;
    open.len = 0;
    if (!records.is_sealed)
        write_line(open.tag, open.bytes + skip, len);
}

static void end_open(void)
{
    write_open();
    open.tag[0] = '\0';
}

void record_output(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\n') {
            end_open();
            continue;
        }
        if (open.len == sizeof(open.bytes))
            write_open();
        open.bytes[open.len++] = text[i];
    }
}

void record_init(void)
{
    memset(&records, 0, sizeof(records));
    line.written = 0;
    kept.len = kept.too_many = 0;
    open.len = 0;
    open.tag[0] = '\0';
}

void record_finish_line(void)
{
    if (open.len > 0)
        end_open();
    record_write_kept();
}
