/*
 * Many boots at once: each a child `tutti run --json` of this same program.
 *
 * A child in its own process tells apart what this one could not: a tool that crashes, or
 * hangs, fails its own row and no other.  The children die with us (exec_stub.c), and
 * QEMU with them.
 *
 * Next on the tour: host-tools/expect.h
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_RUNNER_H
#define HOST_TOOLS_RUNNER_H

#include "host-tools/matrix.h"

enum boot_verdict { BOOT_PASSED, BOOT_FAILED, BOOT_SKIPPED };

struct boot_result {
    enum boot_verdict verdict;
    double seconds;
    struct strbuf reasons; /* lines: why it failed, or was skipped */
};

struct runner_options {
    unsigned jobs;      /* boots at a time, 1..                                     */
    unsigned grace_ms;  /* beyond its timeout a boot that hangs is killed            */
    const char *folder; /* keep each boot's captures in a folder there, or NULL      */
    void (*on_result)(void *ctx, const struct boot *boot, const struct boot_result *result);
    void *ctx;
};

/* A child ends by itself at its own timeout; this much later it hangs.  On a busy host the
 * start and the end of QEMU take seconds of it. */
#define RUNNER_GRACE_MS 30000u

/*
 * Run them all, in order as far as there is room.
 *
 * boots     pointers into the matrix, count of them
 * returns   0 | the signal that told us to stop | -1 and the problem
 */
int runner_run(const struct boot *const *boots, size_t count, const struct runner_options *options,
               struct problem *problem);

#endif
