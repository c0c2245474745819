/*
 * Which QEMU, and what it can do.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_QEMU_BINARY_H
#define HOST_TOOLS_QEMU_BINARY_H

#include <stdbool.h>

#include "host-tools/machines.h"
#include "host-tools/problem.h"

#define QEMU_DATA_MAX 3

struct qemu_binary {
    char *path;                    /* owned                                      */
    char *modules;                 /* QEMU_MODULE_DIR, or NULL; owned            */
    char *data[QEMU_DATA_MAX + 1]; /* folders for -L, NULL-ended; owned          */
};

/*
 * --qemu; else below $QEMU_DIR, which is a folder with the programs in it, or the root of
 * an unpacked distribution package; else in $PATH.
 * returns  0 | -1 and the problem: there is none.  Free in both cases.
 */
int qemu_binary_find(struct qemu_binary *qemu, const struct machine *machine, const char *given,
                     struct problem *problem);
void qemu_binary_free(struct qemu_binary *qemu);

/* The first line of -version; freed by the caller, NULL if it does not run. */
char *qemu_binary_version(const struct qemu_binary *qemu);

/* What it prints for `OPTION help`: "-device", "-chardev", "-M"; freed by the caller. */
char *qemu_binary_help(const struct qemu_binary *qemu, const char *option);

/* Does such a help text offer this name?  Knows the three ways QEMU writes it:
 * name "virtconsole", ...  |  two blanks and the name  |  the name at the start of a line. */
bool qemu_help_has(const char *help, const char *name);

#endif
