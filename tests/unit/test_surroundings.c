/*
 * Descriptors that the caller has closed, limits, and output that is not taken.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "host-tools/report.h"
#include "host-tools/surroundings.h"

/* In a process of its own, since it changes what a process has only once. */
static int status_of(int (*body)(void))
{
    int status;

    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        _exit(body());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int with_all_closed(void)
{
    close(0);
    close(1);
    close(2);
    if (surroundings_prepare() != 0)
        return 1;
    return dup(0) == 3 ? 0 : 2; /* 0, 1 and 2 are taken, and no other */
}

static int with_few_descriptors(void)
{
    struct rlimit limit = { 8, 64 };

    setrlimit(RLIMIT_NOFILE, &limit);
    if (surroundings_prepare() != 0)
        return 1;
    getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur == 64 ? 0 : 2;
}

static int with_too_few_descriptors(void)
{
    struct rlimit limit = { 8, 16 };

    setrlimit(RLIMIT_NOFILE, &limit);
    return surroundings_prepare();
}

static void descriptors(void **state)
{
    (void)state;
    assert_int_equal(status_of(with_all_closed), 0);
    assert_int_equal(status_of(with_few_descriptors), 0);
    assert_int_equal(status_of(with_too_few_descriptors), EXIT_IMPOSSIBLE);
}

static int on_full_disk(void)
{
    if (!freopen("/dev/full", "w", stdout))
        return 1;
    puts("a line");
    return surroundings_finish(EXIT_PROVED);
}

static int on_full_disk_and_failed(void)
{
    if (!freopen("/dev/full", "w", stdout))
        return 1;
    puts("a line");
    return surroundings_finish(EXIT_FAILED);
}

static int to_a_reader_that_left(void)
{
    int ends[2];

    signal(SIGPIPE, SIG_IGN);
    if (pipe(ends) < 0 || dup2(ends[1], STDOUT_FILENO) < 0)
        return 1;
    close(ends[0]);
    puts("a line");
    return surroundings_finish(EXIT_PROVED);
}

static int all_well(void)
{
    return surroundings_finish(EXIT_SKIPPED);
}

static void output(void **state)
{
    (void)state;
    assert_int_equal(status_of(on_full_disk), EXIT_IMPOSSIBLE);
    assert_int_equal(status_of(on_full_disk_and_failed), EXIT_FAILED);
    assert_int_equal(status_of(to_a_reader_that_left), EXIT_PROVED);
    assert_int_equal(status_of(all_well), EXIT_SKIPPED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(descriptors),
        cmocka_unit_test(output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
