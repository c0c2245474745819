/*
 * What the tool sees to before and after everything else.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/surroundings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "host-tools/problem.h"

/* An event loop takes five, QEMU's start a dozen, and a console two. */
#define LEAST_DESCRIPTORS 32

static void fill_standard_descriptors(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

int surroundings_prepare(void)
{
    struct problem problem = { 0 };
    struct rlimit limit;

    fill_standard_descriptors();
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return 0;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_max >= LEAST_DESCRIPTORS)
        return 0;
    problem_set(&problem, EXIT_IMPOSSIBLE,
                "only %lu open files are allowed here; `ulimit -n` must be %u or more",
                (unsigned long)limit.rlim_max, LEAST_DESCRIPTORS);
    return problem_print(&problem);
}

int surroundings_finish(int status)
{
    struct problem problem = { 0 };
    bool had_failed = ferror(stdout);

    errno = 0;
    if (fflush(stdout) == 0 && !had_failed)
        return status;
    if (errno == EPIPE || status != EXIT_PROVED)
        return status;
    problem_set(&problem, EXIT_IMPOSSIBLE, "the output could not be written%s%s", errno ? ": " : "",
                errno ? strerror(errno) : "");
    return problem_print(&problem);
}
