/*
 * How the boots of a matrix went: a line for each, TAP, or JUnit's XML.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/test_report.h"

#include <stdlib.h>
#include <string.h>

#define RED    "\033[31m"
#define GREEN  "\033[32m"
#define YELLOW "\033[33m"
#define PLAIN  "\033[0m"

/* --- the command --------------------------------------------------------------------- */

/* What the child has from our environment, and a pasted command should have too. */
static void add_environment(struct strbuf *command, const char *name)
{
    const char *value = getenv(name);
    if (!value)
        return;
    strbuf_printf(command, "%s=", name);
    shell_quote(command, value);
    strbuf_add(command, " ", 1);
}

void test_report_command(const struct boot *boot, struct strbuf *command)
{
    add_environment(command, "TUTTI_BUILD_DIR");
    add_environment(command, "QEMU_DIR");
    strbuf_printf(command, "tutti");
    for (size_t i = 0; i < boot->argv.count; i++) {
        strbuf_add(command, " ", 1);
        shell_quote(command, boot->argv.words[i]);
    }
}

/* --- lines ------------------------------------------------------------------------------ */

/* Each line of the reasons behind `indent`, control characters visible. */
static void print_reasons(const char *indent, const struct strbuf *reasons)
{
    char visible[2000];
    const char *line = reasons->text ? reasons->text : "";
    for (size_t len; *line; line += len + (line[len] == '\n')) {
        len = strcspn(line, "\n");
        report_visible(visible, sizeof(visible), line, len);
        printf("%s%s\n", indent, visible);
    }
}

static void print_repeat(const char *indent, const struct boot *boot)
{
    struct strbuf command = { 0 };
    test_report_command(boot, &command);
    printf("%s%s\n", indent, command.text);
    strbuf_free(&command);
}

static void print_line(const struct test_report *report, const struct boot *boot,
                       const struct boot_result *result)
{
    static const char *const words[] = { "ok", "FAILED", "skip" };
    static const char *const colours[] = { GREEN, RED, YELLOW };
    printf("%s%s%s %u %s  %.2f s\n", report->is_coloured ? colours[result->verdict] : "",
           words[result->verdict], report->is_coloured ? PLAIN : "", boot->number, boot->title,
           result->seconds);
    if (result->verdict != BOOT_PASSED)
        print_reasons("    ", &result->reasons);
    if (result->verdict == BOOT_FAILED)
        print_repeat("    again: ", boot);
}

/* Test Anything Protocol, version 13. */
static void print_tap(const struct boot *boot, const struct boot_result *result)
{
    char reason[300];
    const char *text = result->reasons.text ? result->reasons.text : "";
    report_visible(reason, sizeof(reason), text, strcspn(text, "\n"));
    printf("%sok %u - %s%s%s\n", result->verdict == BOOT_FAILED ? "not " : "", boot->number,
           boot->title, result->verdict == BOOT_SKIPPED ? " # SKIP " : "",
           result->verdict == BOOT_SKIPPED ? reason : "");
    if (result->verdict != BOOT_FAILED)
        return;
    print_reasons("# ", &result->reasons);
    print_repeat("# again: ", boot);
}

/* --- JUnit --------------------------------------------------------------------------------- */

static void write_attribute(xmlTextWriterPtr junit, const char *name, const char *text)
{
    char visible[2000];
    report_visible(visible, sizeof(visible), text, strlen(text));
    xmlTextWriterWriteAttribute(junit, BAD_CAST name, BAD_CAST visible);
}

/* XML has no way to write most control characters, so they are made visible, line by line. */
static void write_reasons(xmlTextWriterPtr junit, const struct strbuf *reasons)
{
    char visible[2000];
    const char *line = reasons->text ? reasons->text : "";
    for (size_t len; *line; line += len + (line[len] == '\n')) {
        len = strcspn(line, "\n");
        report_visible(visible, sizeof(visible), line, len);
        xmlTextWriterWriteString(junit, BAD_CAST visible);
        xmlTextWriterWriteString(junit, BAD_CAST "\n");
    }
}

static void write_outcome(xmlTextWriterPtr junit, const char *element, const struct boot *boot,
                          const struct boot_result *result)
{
    struct strbuf command = { 0 };
    char first[400];
    const char *text = result->reasons.text ? result->reasons.text : "";
    snprintf(first, sizeof(first), "%.*s", (int)strcspn(text, "\n"), text);
    test_report_command(boot, &command);
    xmlTextWriterStartElement(junit, BAD_CAST element);
    write_attribute(junit, "message", first);
    write_reasons(junit, &result->reasons);
    strbuf_add(&command, "\n", 1);
    write_reasons(junit, &command);
    xmlTextWriterEndElement(junit);
    strbuf_free(&command);
}

static void write_case(xmlTextWriterPtr junit, const struct boot *boot,
                       const struct boot_result *result)
{
    char machine[64];
    snprintf(machine, sizeof(machine), "%.*s", (int)strcspn(boot->title, ":"), boot->title);
    xmlTextWriterStartElement(junit, BAD_CAST "testcase");
    write_attribute(junit, "name", boot->title);
    write_attribute(junit, "classname", machine);
    xmlTextWriterWriteFormatAttribute(junit, BAD_CAST "time", "%.3f", result->seconds);
    if (result->verdict == BOOT_FAILED)
        write_outcome(junit, "failure", boot, result);
    if (result->verdict == BOOT_SKIPPED)
        write_outcome(junit, "skipped", boot, result);
    xmlTextWriterEndElement(junit);
}

static int begin_junit(struct test_report *report, const char *path, struct problem *problem)
{
    report->junit = xmlNewTextWriterFilename(path, 0);
    if (!report->junit)
        return problem_set(problem, EXIT_IMPOSSIBLE, "%s: can't be written", path);
    xmlTextWriterSetIndent(report->junit, 1);
    xmlTextWriterStartDocument(report->junit, NULL, "UTF-8", NULL);
    xmlTextWriterStartElement(report->junit, BAD_CAST "testsuite");
    write_attribute(report->junit, "name", "tutti");
    xmlTextWriterWriteFormatAttribute(report->junit, BAD_CAST "tests", "%zu", report->total);
    return 0;
}

/* --- from the first to the last ---------------------------------------------------------------- */

int test_report_begin(struct test_report *report, size_t total, const char *junit,
                      struct problem *problem)
{
    report->total = total;
    if (report->is_tap)
        printf("TAP version 13\n1..%zu\n", total);
    return junit ? begin_junit(report, junit, problem) : 0;
}

void test_report_add(struct test_report *report, const struct boot *boot,
                     const struct boot_result *result)
{
    report->passed += result->verdict == BOOT_PASSED;
    report->failed += result->verdict == BOOT_FAILED;
    report->skipped += result->verdict == BOOT_SKIPPED;
    if (report->is_tap)
        print_tap(boot, result);
    else
        print_line(report, boot, result);
    if (report->junit)
        write_case(report->junit, boot, result);
    fflush(stdout);
}

void test_report_end(struct test_report *report, double seconds)
{
    printf("%s%zu passed, %zu failed, %zu skipped (%.1f s)\n", report->is_tap ? "# " : "",
           report->passed, report->failed, report->skipped, seconds);
    if (!report->junit)
        return;
    xmlTextWriterEndDocument(report->junit);
    xmlFreeTextWriter(report->junit);
    report->junit = NULL;
}
