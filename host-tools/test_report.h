/*
 * How the boots of a matrix went: a line for each, TAP, or JUnit's XML.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_TEST_REPORT_H
#define HOST_TOOLS_TEST_REPORT_H

#include <libxml/xmlwriter.h>
#include <stdio.h>

#include "host-tools/runner.h"

struct test_report {
    bool is_tap, is_coloured;
    xmlTextWriterPtr junit; /* or NULL */
    size_t total, passed, failed, skipped;
};

/* total   boots that will be run.  junit   a file to write, or NULL.
 * returns 0 | -1 and the problem */
int test_report_begin(struct test_report *report, size_t total, const char *junit,
                      struct problem *problem);
void test_report_add(struct test_report *report, const struct boot *boot,
                     const struct boot_result *result);
void test_report_end(struct test_report *report, double seconds);

/* The command that repeats a boot, to be pasted. */
void test_report_command(const struct boot *boot, struct strbuf *command);

#endif
