/*
 * tutti: boot QEMU, capture every console, prove that all copies of the log are the same.
 *
 * This file is the table of contents.
 *
 * Next on the tour: cmd_run.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "host-tools/command.h"
#include "host-tools/process.h"
#include "host-tools/report.h"
#include "host-tools/surroundings.h"

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *what;
} commands[] = {
    { "run", cmd_run, "boot a machine, capture every console, prove that all copies agree" },
    { "check", cmd_check, "the same verdicts from captures in files, with no QEMU" },
    { "test", cmd_test, "the boot matrix: many boots in parallel, one report" },
    { "explain", cmd_explain, "what do these QEMU arguments build? who uses which chardev?" },
    { "list", cmd_list, "machines, consoles, backends, and what this QEMU offers" },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_help(FILE *out)
{
    fputs("usage: tutti COMMAND [ARGUMENT...]\n"
          "One log on every console that QEMU can give a guest, and the proof of it.\n\n",
          out);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].what);
    fputs("\n`tutti COMMAND --help` tells more; `tutti --version` the version.\n", out);
}

static int help_or_version(const char *word)
{
    if (strcmp(word, "--version") == 0 || strcmp(word, "version") == 0) {
        puts("tutti " TUTTI_VERSION);
        return EXIT_PROVED;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
        print_help(stdout);
        return EXIT_PROVED;
    }
    fprintf(stderr, "tutti: %s: no such command; `tutti --help` has them\n", word);
    return EXIT_USAGE;
}

static int run_command(int argc, char **argv)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(argv[0], commands[i].name) == 0)
            return commands[i].run(argc, argv);
    return help_or_version(argv[0]);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away is an error of the write */
    if (argc >= 2 && strcmp(argv[1], EXEC_STUB) == 0)
        return exec_stub(argc - 1, argv + 1);
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    int status = surroundings_prepare();
    return status ? status : surroundings_finish(run_command(argc - 1, argv + 1));
}
