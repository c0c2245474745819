/*
 * The verdicts for people: the table, the first difference, the conclusion.
 *
 * Next on the tour: host-tools/report_json.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "firmware/wire.h"
#include "host-tools/hexdiff.h"

#define RED    "\033[31m"
#define GREEN  "\033[32m"
#define YELLOW "\033[33m"
#define BOLD   "\033[1m"
#define PLAIN  "\033[0m"

bool report_wants_colour(FILE *out)
{
    const char *no = getenv("NO_COLOR"); /* https://no-color.org: set, and not empty */
    return isatty(fileno(out)) && !(no && *no);
}

void report_visible(char *buf, size_t size, const void *bytes, size_t len)
{
    const unsigned char *from = bytes;
    size_t at = 0;
    for (size_t i = 0; i < len && at + 4 < size; i++)
        if (from[i] >= ' ' && from[i] <= '~')
            buf[at++] = (char)from[i];
        else
            at += (size_t)snprintf(buf + at, size - at, "\\x%02x", from[i]);
    buf[at] = '\0';
}

/* --- what the verdicts add up to ----------------------------------------------------- */

static bool is_good(const struct report *report, size_t i)
{
    const struct verdict *verdict = &report->verification->verdicts[i];
    enum verdict_kind good = report->is_copies ? VERDICT_UNPROVED : VERDICT_COMPLETE;
    return verdict->kind == good && verdict->is_identical;
}

static size_t count_bad(const struct report *report)
{
    size_t bad = 0;
    for (size_t i = 0; i < report->count; i++)
        bad += !is_good(report, i);
    return bad;
}

static bool is_status_wrong(const struct report *report)
{
    return report->guest_status >= 0 && !report->is_copies && report->verification &&
           report->verification->status >= 0 &&
           report->verification->status != report->guest_status;
}

enum report_outcome report_outcome(const struct report *report)
{
    static const enum report_outcome ends[] = {
        [RUN_TIMED_OUT] = OUTCOME_TIMED_OUT,   [RUN_DIED] = OUTCOME_DIED,
        [RUN_MISUSED] = OUTCOME_MISUSED,       [RUN_SKIPPED] = OUTCOME_SKIPPED,
        [RUN_IMPOSSIBLE] = OUTCOME_IMPOSSIBLE,
    };
    if (report->end != RUN_ENDED)
        return ends[report->end];
    if (report->count == 0 || !report->verification || count_bad(report) > 0 || report->wrong ||
        is_status_wrong(report))
        return OUTCOME_FAILED;
    return report->is_copies ? OUTCOME_SAME : OUTCOME_PROVED;
}

const char *outcome_name(enum report_outcome outcome)
{
    static const char *const names[] = {
        [OUTCOME_PROVED] = "proved",   [OUTCOME_SAME] = "same",
        [OUTCOME_FAILED] = "failed",   [OUTCOME_TIMED_OUT] = "timed-out",
        [OUTCOME_DIED] = "died",       [OUTCOME_SKIPPED] = "skipped",
        [OUTCOME_MISUSED] = "misused", [OUTCOME_IMPOSSIBLE] = "impossible",
    };
    return names[outcome];
}

int report_exit_status(const struct report *report)
{
    switch (report_outcome(report)) {
    case OUTCOME_PROVED:
    case OUTCOME_SAME:
        return EXIT_PROVED;
    case OUTCOME_TIMED_OUT:
        return EXIT_TIMED_OUT;
    case OUTCOME_MISUSED:
        return EXIT_USAGE;
    case OUTCOME_SKIPPED:
        return EXIT_SKIPPED;
    case OUTCOME_IMPOSSIBLE:
        return EXIT_IMPOSSIBLE;
    case OUTCOME_DIED:
    case OUTCOME_FAILED:
        break;
    }
    return EXIT_FAILED;
}

/* --- the conclusion -------------------------------------------------------------------- */

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static const char *status_meaning(int status)
{
    return status == WIRE_STATUS_PANIC   ? " (the firmware gave up)"
           : status == WIRE_STATUS_FAULT ? " (a CPU fault)"
                                         : "";
}

static void conclude_good(const struct report *report, char *buf, size_t size)
{
    const struct verification *v = report->verification;
    const char *subject = report->count == 1 ? "" : " and identical";
    if (report->is_copies)
        snprintf(buf, size,
                 "SAME: %zu cop%s identical: %" PRIu64 " bytes; nothing proves them complete",
                 report->count, report->count == 1 ? "y is" : "ies are", v->stream_bytes);
    else
        snprintf(buf, size,
                 "PROVED: %zu console%s complete%s: %" PRIu64 " bytes, %" PRIu64
                 " records, crc32 %08" PRIx32,
                 report->count, plural(report->count), subject, v->stream_bytes, v->stream_records,
                 v->stream_crc32);
}

/* "isa-serial short, virtconsole torn", as many as fit. */
static void list_bad(const struct report *report, char *buf, size_t size)
{
    size_t at = 0;
    buf[0] = '\0';
    for (size_t i = 0; i < report->count && at < size; i++) {
        const struct verdict *verdict = &report->verification->verdicts[i];
        bool is_other = verdict->kind == VERDICT_COMPLETE;
        if (!is_good(report, i))
            at += (size_t)snprintf(buf + at, size - at, "%s%s %s", at ? ", " : "",
                                   report->rows[i].console,
                                   is_other ? "differs" : verdict_name(verdict->kind));
    }
}

static void conclude_bad(const struct report *report, char *buf, size_t size)
{
    char list[512];
    size_t bad = report->verification ? count_bad(report) : 0;
    if (report->count == 0 || !report->verification) {
        snprintf(buf, size, "FAILED: nothing was captured");
    } else if (bad == 0 && report->wrong) {
        snprintf(buf, size, "FAILED: all is complete, but %s", report->wrong);
    } else if (bad == 0) {
        int status = report->verification->status;
        snprintf(buf, size, "FAILED: all is complete, but the guest ended with status %d%s, not %d",
                 status, status_meaning(status), report->guest_status);
    } else {
        list_bad(report, list, sizeof(list));
        snprintf(buf, size, "FAILED: %zu of %zu console%s: %s", bad, report->count,
                 plural(report->count), list);
    }
}

static void conclude_end(const struct report *report, char *buf, size_t size)
{
    static const char *const words[] = {
        [RUN_TIMED_OUT] = "TIMED OUT",   [RUN_DIED] = "DIED",
        [RUN_MISUSED] = "MISUSED",       [RUN_SKIPPED] = "SKIPPED",
        [RUN_IMPOSSIBLE] = "IMPOSSIBLE",
    };
    const char *text = report->end_text ? report->end_text : "";
    if (report->end == RUN_DIED && report->end_signal)
        snprintf(buf, size, "DIED: QEMU was ended by signal %d (%s)%s%s", report->end_signal,
                 strsignal(report->end_signal), *text ? ": " : "", text);
    else
        snprintf(buf, size, "%s: %s", words[report->end], text);
}

void report_conclusion(const struct report *report, char *buf, size_t size)
{
    switch (report_outcome(report)) {
    case OUTCOME_PROVED:
    case OUTCOME_SAME:
        conclude_good(report, buf, size);
        break;
    case OUTCOME_FAILED:
        conclude_bad(report, buf, size);
        break;
    default:
        conclude_end(report, buf, size);
    }
}

/* --- the table ---------------------------------------------------------------------------- */

static int widest(const struct report *report, bool of_backends)
{
    size_t width = strlen("CONSOLE");
    for (size_t i = 0; i < report->count; i++) {
        const char *word = of_backends ? report->rows[i].backend : report->rows[i].console;
        size_t len = word ? strlen(word) : 0;
        if (len > width)
            width = len;
    }
    return (int)width;
}

static bool has_backends(const struct report *report)
{
    return report->count > 0 && report->rows[0].backend;
}

static void print_head(FILE *out, const struct report *report)
{
    fprintf(out, "  %-*s  ", widest(report, false), "CONSOLE");
    if (has_backends(report))
        fprintf(out, "%-*s  ", widest(report, true), "BACKEND");
    fprintf(out, "%10s  %s\n", "BYTES", "VERDICT");
}

static const char *colour_of(const struct report *report, size_t i)
{
    if (!is_good(report, i))
        return RED;
    return report->is_copies ? YELLOW : GREEN;
}

/* What the verdict's one word does not tell. */
static void print_detail(FILE *out, const struct report *report, size_t i)
{
    const struct verdict *verdict = &report->verification->verdicts[i];
    if (!is_good(report, i)) {
        fprintf(out, ": %s", verdict->text);
        if (verdict->blame_why)
            fprintf(out, " [%s: %s]",
                    verdict->blame == LAYER_NONE ? "?" : layer_name(verdict->blame),
                    verdict->blame_why);
    } else if (verdict->banner) {
        fprintf(out, ", after %" PRIu64 " bytes of OpenSBI's banner", verdict->banner);
    }
}

static void print_row(FILE *out, const struct report *report, size_t i, bool is_coloured)
{
    const struct report_row *row = &report->rows[i];
    const struct verdict *verdict = &report->verification->verdicts[i];
    bool is_other = verdict->kind == VERDICT_COMPLETE && !verdict->is_identical;
    fprintf(out, "  %-*s  ", widest(report, false), row->console);
    if (has_backends(report))
        fprintf(out, "%-*s  ", widest(report, true), row->backend);
    fprintf(out, "%10zu  %s%s%s", report->captures[i].len, is_coloured ? colour_of(report, i) : "",
            is_other ? "differs" : verdict_name(verdict->kind), is_coloured ? PLAIN : "");
    print_detail(out, report, i);
    fputc('\n', out);
}

/* --- what else there is to say -------------------------------------------------------------- */

static void print_not_driven(FILE *out, const struct manifest *manifest)
{
    for (size_t i = 0; i < manifest->count; i++) {
        const struct manifest_entry *entry = &manifest->entries[i];
        if (!entry->is_driven)
            fprintf(out, "  not driven: %s, found at %s: %s\n", entry->name, entry->found,
                    entry->why);
    }
}

/* "configured 9, driven 9, silent 0" */
static void print_manifest(FILE *out, const struct report *report)
{
    const struct verification *v = report->verification;
    size_t driven = 0, silent = 0;
    if (v->manifest.count == 0 || report->is_manifest_open || !has_backends(report))
        return;
    for (size_t i = 0; i < v->manifest.count; i++)
        driven += v->manifest.entries[i].is_driven && !v->manifest.entries[i].is_removed;
    for (size_t i = 0; i < v->count; i++)
        silent += v->verdicts[i].kind == VERDICT_SILENT;
    fprintf(out, "  configured %zu, driven %zu, silent %zu\n",
            report->configured ? report->configured : report->count, driven, silent);
    print_not_driven(out, &v->manifest);
}

static struct span stream_of(const struct report *report, size_t i)
{
    size_t banner = report->verification->verdicts[i].banner;
    struct span all = { report->captures[i].bytes, report->captures[i].len };
    return all.len ? span_of(all, banner, all.len) : all;
}

static void print_difference(FILE *out, const struct report *report, bool is_coloured)
{
    const struct verification *v = report->verification;
    for (size_t i = 0; i < v->count; i++) {
        const struct verdict *verdict = &v->verdicts[i];
        if (verdict->is_identical || verdict->kind == VERDICT_SILENT)
            continue;
        fprintf(out, "  first difference, at stream byte %" PRIu64 ": left %s, right %s\n",
                verdict->differs_at, report->captures[i].name, report->captures[v->reference].name);
        hexdiff_print(out, stream_of(report, i), stream_of(report, v->reference),
                      (size_t)verdict->differs_at, is_coloured);
        return;
    }
}

static void print_conclusion(FILE *out, const struct report *report, bool is_coloured)
{
    char text[1600];
    bool is_ok = report_exit_status(report) == EXIT_PROVED;
    report_conclusion(report, text, sizeof(text));
    fprintf(out, "%s%s%s%s", is_coloured ? BOLD : "", is_coloured ? is_ok ? GREEN : RED : "", text,
            is_coloured ? PLAIN : "");
    if (report->seconds >= 0)
        fprintf(out, " (%.2f s)", report->seconds);
    fputc('\n', out);
}

void report_print(FILE *out, const struct report *report, bool is_coloured)
{
    if (report->title)
        fprintf(out, "%s\n", report->title);
    if (report->verification && report->count > 0) {
        print_head(out, report);
        for (size_t i = 0; i < report->count; i++)
            print_row(out, report, i, is_coloured);
        print_manifest(out, report);
        print_difference(out, report, is_coloured);
        fputs(report->notes ? report->notes : "", out);
    }
    print_conclusion(out, report, is_coloured);
}
