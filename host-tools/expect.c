/*
 * Is a run what its row expects?
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/expect.h"

#include <string.h>

#include "host-tools/mapped_file.h"
#include "host-tools/pattern.h"

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static json_int_t number_of(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

bool expectation_needs_log(const struct expectation *expect)
{
    return expect && (expect->log_count > 0 || expect->absent_count > 0);
}

static const char *wanted_status(const struct expectation *expect)
{
    return outcome_name(expect && expect->status ? *expect->status : OUTCOME_PROVED);
}

/* --- each thing to look at: true, or a reason ------------------------------------------- */

static bool check_status(const struct expectation *expect, const struct outcome *outcome,
                         struct strbuf *reasons)
{
    const char *is = text_of(outcome->json, "status"), *wanted = wanted_status(expect);
    bool is_consistent = outcome->status == number_of(outcome->json, "exit");
    if (strcmp(is, wanted) != 0)
        strbuf_printf(reasons, "%s, expected %s: %s\n", is, wanted,
                      text_of(outcome->json, "conclusion"));
    if (!is_consistent)
        strbuf_printf(reasons, "exit status %d, but its JSON says %d\n", outcome->status,
                      (int)number_of(outcome->json, "exit"));
    return strcmp(is, wanted) == 0 && is_consistent;
}

static bool check_number(const int *wanted, json_int_t is, const char *what, struct strbuf *reasons)
{
    if (!wanted || *wanted == is)
        return true;
    strbuf_printf(reasons, "%s is %d, expected %d\n", what, (int)is, *wanted);
    return false;
}

static json_int_t count_driven(const json_t *manifest)
{
    json_int_t driven = 0;
    size_t i;
    json_t *entry;
    json_array_foreach(manifest, i, entry) driven += json_is_true(json_object_get(entry, "driven"));
    return driven;
}

static bool check_numbers(const struct expectation *expect, const struct outcome *outcome,
                          struct strbuf *reasons)
{
    const json_t *manifest = json_object_get(outcome->json, "manifest");
    const json_t *stream = json_object_get(outcome->json, "stream");
    json_int_t guest = json_is_object(stream) ? number_of(stream, "status") : -1;
    bool is_right = check_number(expect->guest, guest, "the guest's status", reasons);
    is_right &= check_number(expect->found, (json_int_t)json_array_size(manifest),
                             "number of consoles found", reasons);
    is_right &= check_number(expect->driven, count_driven(manifest), "number of consoles driven",
                             reasons);
    return is_right;
}

static bool check_seconds(const struct expectation *expect, const struct outcome *outcome,
                          struct strbuf *reasons)
{
    if (!expect->seconds || outcome->seconds <= *expect->seconds)
        return true;
    strbuf_printf(reasons, "took %.2f s, at most %d expected\n", outcome->seconds,
                  *expect->seconds);
    return false;
}

static bool check_text(const char *pattern, const struct outcome *outcome, const char *key,
                       struct strbuf *reasons)
{
    const char *text = text_of(outcome->json, key);
    if (!pattern || pattern_matches(pattern, text, strlen(text)))
        return true;
    strbuf_printf(reasons, "the %s is not like /%s/: %s\n", key, pattern, text);
    return false;
}

static bool check_frozen(const struct expectation *expect, const struct outcome *outcome,
                         struct strbuf *reasons)
{
    bool has_frozen = json_is_true(json_object_get(outcome->json, "frozen"));
    if (!expect->frozen || *expect->frozen == has_frozen)
        return true;
    strbuf_printf(reasons, "QEMU %s while the reader stood still\n",
                  has_frozen ? "stood still" : "went on");
    return false;
}

/* --- consoles ------------------------------------------------------------------------------ */

static bool check_word(const char *wanted, const json_t *console, const char *key,
                       struct strbuf *reasons)
{
    const char *is = text_of(console, key);
    if (strcmp(is, wanted) == 0)
        return true;
    strbuf_printf(reasons, "%s: %s is %s, expected %s: %s\n", text_of(console, "console"), key, is,
                  wanted, text_of(console, "text"));
    return false;
}

/* The name is part of "CONSOLE:BACKEND". */
static bool is_meant(const struct expected_console *expected, const json_t *console)
{
    struct strbuf label = { 0 };
    strbuf_printf(&label, "%s:%s", text_of(console, "console"), text_of(console, "backend"));
    bool is_part = !expected->name || strstr(label.text, expected->name);
    strbuf_free(&label);
    return is_part;
}

/* A name that no console has expects something of nobody: that is a slip, and no success. */
static bool check_console(const struct expected_console *expected, const json_t *consoles,
                          struct strbuf *reasons)
{
    size_t i, meant = 0;
    bool is_right = true;
    json_t *console;
    json_array_foreach(consoles, i, console)
    {
        if (!is_meant(expected, console))
            continue;
        meant++;
        if (expected->verdict)
            is_right &= check_word(verdict_name(*expected->verdict), console, "verdict", reasons);
        if (expected->blame)
            is_right &= check_word(layer_name(*expected->blame), console, "blame", reasons);
    }
    if (meant == 0)
        strbuf_printf(reasons, "there is no console %s\n", expected->name ? expected->name : "");
    return is_right && meant > 0;
}

static bool check_consoles(const struct expectation *expect, const struct outcome *outcome,
                           struct strbuf *reasons)
{
    const json_t *consoles = json_object_get(outcome->json, "consoles");
    bool is_right = true;
    for (unsigned i = 0; i < expect->consoles_count; i++)
        is_right &= check_console(&expect->consoles[i], consoles, reasons);
    return is_right;
}

/* --- the log ---------------------------------------------------------------------------------- */

static bool check_patterns(char **patterns, unsigned count, bool is_wanted,
                           const struct mapped_file *log, struct strbuf *reasons)
{
    bool is_right = true;
    for (unsigned i = 0; i < count; i++) {
        if (pattern_matches(patterns[i], log->bytes, log->len) == is_wanted)
            continue;
        strbuf_printf(reasons, "/%s/ is %s the log\n", patterns[i], is_wanted ? "not in" : "in");
        is_right = false;
    }
    return is_right;
}

static const char *log_path(const json_t *json)
{
    size_t reference = (size_t)number_of(json_object_get(json, "stream"), "reference");
    return text_of(json_array_get(json_object_get(json, "consoles"), reference), "path");
}

static bool check_log(const struct expectation *expect, const struct outcome *outcome,
                      struct strbuf *reasons)
{
    struct mapped_file log;
    struct problem problem = { 0 };
    if (!expectation_needs_log(expect))
        return true;
    if (mapped_file_open(&log, log_path(outcome->json), &problem) < 0) {
        strbuf_printf(reasons, "no log to look into: %s\n", problem.text);
        return false;
    }
    bool is_right = check_patterns(expect->log, expect->log_count, true, &log, reasons);
    is_right &= check_patterns(expect->absent, expect->absent_count, false, &log, reasons);
    mapped_file_close(&log);
    return is_right;
}

/* --- all of it ---------------------------------------------------------------------------------- */

bool expectation_is_skipped(const struct expectation *expect, const struct outcome *outcome)
{
    return outcome->status == EXIT_SKIPPED && strcmp(wanted_status(expect), "skipped") != 0;
}

static bool check_ran(const struct outcome *outcome, struct strbuf *reasons)
{
    if (json_is_object(outcome->json))
        return true;
    size_t line = strcspn(outcome->messages, "\n");
    if (outcome->signal)
        strbuf_printf(reasons, "ended by signal %d, with no result: %.*s\n", outcome->signal,
                      (int)line, outcome->messages);
    else
        strbuf_printf(reasons, "exit status %d, with no result: %.*s\n", outcome->status, (int)line,
                      outcome->messages);
    return false;
}

bool expectation_holds(const struct expectation *expect, const struct outcome *outcome,
                       struct strbuf *reasons)
{
    if (!check_ran(outcome, reasons))
        return false;
    bool is_right = check_status(expect, outcome, reasons);
    if (!expect)
        return is_right;
    is_right &= check_numbers(expect, outcome, reasons);
    is_right &= check_seconds(expect, outcome, reasons);
    is_right &= check_text(expect->conclusion, outcome, "conclusion", reasons);
    is_right &= check_text(expect->notes, outcome, "notes", reasons);
    is_right &= check_frozen(expect, outcome, reasons);
    is_right &= check_consoles(expect, outcome, reasons);
    is_right &= check_log(expect, outcome, reasons);
    return is_right;
}
