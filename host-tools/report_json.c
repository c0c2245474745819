/*
 * The verdicts for programs: one JSON object on one line.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "host-tools/report.h"

/* JSON wants UTF-8; what is not is made visible. */
static json_t *text(const char *string)
{
    if (!string)
        return json_null();
    json_t *value = json_string(string);
    if (value)
        return value;
    char visible[4096];
    report_visible(visible, sizeof(visible), string, strlen(string));
    return json_string(visible);
}

static json_t *count(uint64_t number)
{
    return json_integer(number > INT64_MAX ? INT64_MAX : (json_int_t)number);
}

/* A record's number, or null where there is none. */
static json_t *record(const struct verdict *verdict, uint64_t number)
{
    bool is_none = verdict->first_record > verdict->last_record || number == UINT64_MAX;
    return is_none ? json_null() : count(number);
}

static json_t *console(const struct report *report, size_t i)
{
    const struct verdict *v = &report->verification->verdicts[i];
    const struct report_row *row = &report->rows[i];
    return json_pack(
        "{so so so so so so so so so so so so so so so so sb so si}", "console", text(row->console),
        "backend", text(row->backend), "path", text(row->path), "verdict",
        text(verdict_name(v->kind)), "text", text(v->text), "bytes", count(report->captures[i].len),
        "banner", count(v->banner), "at", count(v->at), "first_record", record(v, v->first_record),
        "last_record", record(v, v->last_record), "missing", count(v->missing), "extra",
        count(v->extra), "gaps", count(v->gaps), "differs_at", count(v->differs_at), "blame",
        text(layer_name(v->blame)), "blame_why", text(v->blame_why), "identical", v->is_identical,
        "counted", json_boolean(v->is_counted), "status", v->status);
}

static json_t *entry(const struct manifest_entry *e)
{
    return json_pack("{so so so so so sb sb sb so so so so so so so so}", "name", text(e->name),
                     "kind", text(e->kind), "found", text(e->found), "label", text(e->label), "why",
                     text(e->why), "driven", e->is_driven, "primary", e->is_primary, "removed",
                     e->is_removed, "handed", count(e->handed), "returned", count(e->returned),
                     "inflight", count(e->inflight), "accesses", count(e->accesses), "kicks",
                     count(e->kicks), "stalls", count(e->stalls), "givenup", count(e->given_up),
                     "lost", count(e->lost));
}

static json_t *consoles(const struct report *report)
{
    json_t *list = json_array();
    for (size_t i = 0; report->verification && i < report->count; i++)
        json_array_append_new(list, console(report, i));
    return list;
}

static json_t *manifest(const struct report *report)
{
    json_t *list = json_array();
    if (!report->verification)
        return list;
    for (size_t i = 0; i < report->verification->manifest.count; i++)
        json_array_append_new(list, entry(&report->verification->manifest.entries[i]));
    return list;
}

static json_t *stream(const struct report *report)
{
    char crc32[16];
    const struct verification *v = report->verification;
    if (!v)
        return json_null();
    snprintf(crc32, sizeof(crc32), "%08" PRIx32, v->stream_crc32);
    return json_pack("{so so ss so si}", "bytes", count(v->stream_bytes), "records",
                     count(v->stream_records), "crc32", crc32, "reference", count(v->reference),
                     "status", v->status);
}

int report_print_json(FILE *out, const struct report *report)
{
    char conclusion[1600];
    report_conclusion(report, conclusion, sizeof(conclusion));
    json_t *root = json_pack(
        "{ss si so so so so si so sb so so so so}", "status", outcome_name(report_outcome(report)),
        "exit", report_exit_status(report), "conclusion", text(conclusion), "title",
        text(report->title), "command", text(report->command), "end", text(report->end_text),
        "signal", report->end_signal, "seconds",
        report->seconds < 0 ? json_null() : json_real(report->seconds), "frozen",
        report->has_frozen, "notes", text(report->notes), "stream", stream(report), "consoles",
        consoles(report), "manifest", manifest(report));
    if (!root)
        return -1;
    int result = json_dumpf(root, out, JSON_COMPACT);
    fputc('\n', out);
    json_decref(root);
    return result;
}
