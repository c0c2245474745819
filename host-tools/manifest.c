/*
 * The consoles that a stream lists: its `console:`, `removed:` and `ledger:` records.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/manifest.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/wire.h"

static struct manifest_entry *find_entry(struct manifest *manifest, struct span text)
{
    char name[sizeof(manifest->entries->name)];
    if (!wire_word(text, "name", name, sizeof(name)))
        return NULL;
    for (size_t i = 0; i < manifest->count; i++)
        if (strcmp(manifest->entries[i].name, name) == 0)
            return &manifest->entries[i];
    return NULL;
}

static bool is_yes(struct span text, const char *key)
{
    char value[8];
    return wire_word(text, key, value, sizeof(value)) && strcmp(value, "yes") == 0;
}

static void add_console(struct manifest *manifest, struct span text)
{
    if (manifest->count == MANIFEST_MAX)
        return;
    struct manifest_entry *entry = &manifest->entries[manifest->count++];
    wire_word(text, "name", entry->name, sizeof(entry->name));
    wire_word(text, "kind", entry->kind, sizeof(entry->kind));
    wire_word(text, "found", entry->found, sizeof(entry->found));
    wire_word(text, "label", entry->label, sizeof(entry->label));
    wire_word(text, "why", entry->why, sizeof(entry->why));
    entry->is_driven = is_yes(text, "driven");
    entry->is_primary = is_yes(text, "primary");
}

static void set_removed(struct manifest *manifest, struct span text)
{
    struct manifest_entry *entry = find_entry(manifest, text);
    if (entry)
        entry->is_removed = true;
}

static uint64_t number(struct span text, const char *key)
{
    char digits[24];
    uint64_t value = 0;
    if (!wire_word(text, key, digits, sizeof(digits)))
        return 0;
    wire_number((struct span){ (const unsigned char *)digits, strlen(digits) }, &value);
    return value;
}

static void set_ledger(struct manifest *manifest, struct span text)
{
    struct manifest_entry *entry = find_entry(manifest, text);
    if (!entry)
        return;
    entry->has_ledger = true;
    entry->handed = number(text, "handed");
    entry->returned = number(text, "returned");
    entry->inflight = number(text, "inflight");
    entry->accesses = number(text, "accesses");
    entry->kicks = number(text, "kicks");
    entry->stalls = number(text, "stalls");
    entry->given_up = number(text, "givenup");
    entry->lost = number(text, "lost");
}

struct kind_of_line {
    const char *start; /* tag with its colon */
    void (*take)(struct manifest *manifest, struct span text);
};

/* returns  true if the line was one of ours */
static bool take_line(struct manifest *manifest, struct span line)
{
    static const struct kind_of_line kinds[] = {
        { WIRE_TAG_CONSOLE ": ", add_console },
        { WIRE_TAG_REMOVED ": ", set_removed },
        { WIRE_TAG_LEDGER ": ", set_ledger },
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (!span_starts(line, kinds[i].start))
            continue;
        kinds[i].take(manifest, span_of(line, strlen(kinds[i].start), line.len));
        return true;
    }
    return false;
}

/* A line from its tag on. */
static struct span from_tag(const struct stream *stream, const struct wire_line *line)
{
    struct wire_record record;
    size_t bad;
    struct span text = span_of(stream->bytes, line->start, line->text_end);
    if (stream->is_plain)
        return text;
    if (wire_parse_record(text, &record, &bad) != WIRE_RECORD)
        return span_of(text, 0, 0);
    return span_of(text, (size_t)(record.tag.bytes - text.bytes), text.len);
}

int manifest_read(const struct stream *stream, struct manifest *manifest)
{
    enum { LINES_EACH = 4 }; /* a console's own lines, so that hostile ones cost no square */
    struct wire_line line;
    size_t taken = 0;
    manifest->count = 0;
    manifest->entries = calloc(MANIFEST_MAX, sizeof(*manifest->entries));
    if (!manifest->entries)
        return -1;
    for (size_t at = 0; taken < LINES_EACH * MANIFEST_MAX && wire_line_at(stream->bytes, at, &line);
         at = line.next)
        taken += take_line(manifest, from_tag(stream, &line));
    return 0;
}
