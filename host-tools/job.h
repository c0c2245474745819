/*
 * All that one `tutti run` has in its hands: cmd_run.c boots it and tells about it,
 * job_verify.c judges it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_JOB_H
#define HOST_TOOLS_JOB_H

#include "host-tools/compose.h"
#include "host-tools/plan.h"
#include "host-tools/qemu_binary.h"
#include "host-tools/report.h"
#include "host-tools/run.h"
#include "host-tools/run_options.h"

struct job {
    struct run_options options;
    struct plan plan;
    struct qemu_binary qemu;
    struct compose_input input;
    char *image;           /* owned                                           */
    struct strbuf command; /* for people                                      */
    struct run_result result;
    struct capture *captures; /* those that are to be complete                  */
    struct report_row *rows;  /* ... the same                                   */
    char **paths;             /* ... the same                                   */
    size_t count;             /* of them                                        */
    struct verification verification;
    bool is_verified;
    struct strbuf notes; /* for the report */
    struct strbuf wrong; /* what makes the run fail, beside the verdicts */
};

/* Judge what came.  May note a problem: then nothing is verified. */
void job_verify(struct job *job, struct problem *problem);

/* All of it as a report, which borrows everything from the job.  problem: why it did not
 * run, status 0 if it did. */
struct report job_report(const struct job *job, const struct problem *problem, const char *title);

#endif
