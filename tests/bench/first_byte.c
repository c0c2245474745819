/*
 * How long from the start of QEMU to the first byte on its serial line?
 *
 * usage: first_byte RUNS FIRST SECOND QEMU ARGS...
 *
 * Boots the images FIRST and SECOND by turns, RUNS times each, as
 * `QEMU ARGS... -serial stdio -kernel IMAGE`, and prints both medians in milliseconds
 * and their ratio.  Only the ratio means anything: both ran in the same minutes.
 *
 * SPDX-License-Identifier: MIT
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUNS_MAX   200
#define TIMEOUT_MS 20000 /* far above any start that was ever measured */
#define EXTRA_ARGS 7     /* -serial stdio -kernel IMAGE, and the end   */

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static pid_t start(char **args, int argc, char *image, int output)
{
    char **argv = calloc((size_t)argc + EXTRA_ARGS, sizeof *argv);
    if (argv == NULL)
        exit(99);
    memcpy(argv, args, (size_t)argc * sizeof *argv);
    char *extra[] = { "-serial", "stdio", "-kernel", image };
    memcpy(argv + argc, extra, sizeof extra);

    pid_t pid = fork();
    if (pid == 0) {
        dup2(output, STDOUT_FILENO);
        execvp(argv[0], argv);
        _exit(127);
    }
    free(argv);
    return pid;
}

/* One boot: milliseconds to the first byte. */
static double time_boot(char **args, int argc, char *image)
{
    int output[2];
    if (pipe(output) != 0)
        exit(99);
    double begin = now_ms();
    pid_t pid = start(args, argc, image, output[1]);
    close(output[1]);

    char byte;
    struct pollfd poll_set = { .fd = output[0], .events = POLLIN };
    int ready = poll(&poll_set, 1, TIMEOUT_MS);
    double end = now_ms();
    if (ready != 1 || read(output[0], &byte, 1) != 1) {
        fprintf(stderr, "first_byte: nothing came from %s\n", image);
        end = -1;
    }
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(output[0]);
    if (end < 0)
        exit(1);
    return end - begin;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, compare);
    return values[count / 2];
}

int main(int argc, char **argv)
{
    int runs = argc > 5 ? atoi(argv[1]) : 0;
    if (runs < 1 || runs > RUNS_MAX) {
        fprintf(stderr, "usage: first_byte RUNS(1..%d) FIRST SECOND QEMU ARGS...\n", RUNS_MAX);
        return 2;
    }
    double first[RUNS_MAX], second[RUNS_MAX];
    for (int i = 0; i < runs; i++) {
        first[i] = time_boot(argv + 4, argc - 4, argv[2]);
        second[i] = time_boot(argv + 4, argc - 4, argv[3]);
    }
    double a = median(first, runs), b = median(second, runs);
    printf("%.1f %.1f %.3f\n", a, b, b / a);
    return 0;
}
