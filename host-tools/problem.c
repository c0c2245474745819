/*
 * Why something could not be done.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int problem_set(struct problem *problem, int status, const char *format, ...)
{
    va_list args;

    if (problem->status)
        return -1;
    problem->status = status;
    va_start(args, format);
    vsnprintf(problem->text, sizeof(problem->text), format, args);
    va_end(args);
    return -1;
}

int problem_print(const struct problem *problem)
{
    const char *format = report_wants_colour(stderr) ? "\033[31mtutti: %s\033[0m\n" : "tutti: %s\n";
    char visible[2 * sizeof(problem->text)]; /* it quotes QEMU, and the user */

    report_visible(visible, sizeof(visible), problem->text, strlen(problem->text));
    fprintf(stderr, format, visible);
    return problem->status;
}
