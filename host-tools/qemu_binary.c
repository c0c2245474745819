/*
 * Which QEMU, and what it can do.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/qemu_binary.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host-tools/process.h"
#include "host-tools/strbuf.h"

/* -version takes tens of milliseconds; a loaded host gets ten seconds. */
#define ASK_TIMEOUT_MS 10000

static char *joined(const char *folder, const char *name)
{
    struct strbuf path = { 0 };

    strbuf_printf(&path, "%s/%s", folder, name);
    return path.text;
}

/* The path if it names a program, else NULL.  Takes it over. */
static char *if_program(char *path)
{
    struct stat stat_of;

    if (access(path, X_OK) == 0 && stat(path, &stat_of) == 0 && S_ISREG(stat_of.st_mode))
        return path;
    free(path);
    return NULL;
}

static char *find_in_path(const char *name)
{
    const char *at = getenv("PATH");
    char *found = NULL;

    while (at && *at && !found) {
        size_t len = strcspn(at, ":");
        char *folder = len ? must_strndup(at, len) : must_strdup(".");
        found = if_program(joined(folder, name));
        free(folder);
        at += len + (at[len] == ':');
    }
    return found;
}

/* A package that is unpacked, not installed: its program looks in the wrong places. */
static void use_unpacked(struct qemu_binary *qemu, const char *root)
{
    static const char *const data[] = { "usr/share/qemu", "usr/share/seabios" };
    static const char *const modules[] = { "usr/lib/x86_64-linux-gnu/qemu",
                                           "usr/lib/aarch64-linux-gnu/qemu", "usr/lib/qemu" };
    size_t count = 0;

    for (size_t i = 0; i < sizeof(data) / sizeof(data[0]); i++)
        qemu->data[count++] = joined(root, data[i]);
    for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]) && !qemu->modules; i++) {
        char *folder = joined(root, modules[i]);
        if (access(folder, X_OK) == 0)
            qemu->modules = folder;
        else
            free(folder);
    }
}

static void find_below(struct qemu_binary *qemu, const char *root, const char *name)
{
    qemu->path = if_program(joined(root, name));
    if (qemu->path)
        return;
    char *folder = joined(root, "usr/bin");
    qemu->path = if_program(joined(folder, name));
    free(folder);
    if (qemu->path)
        use_unpacked(qemu, root);
}

int qemu_binary_find(struct qemu_binary *qemu, const struct machine *machine, const char *given,
                     struct problem *problem)
{
    const char *root = getenv("QEMU_DIR");

    *qemu = (struct qemu_binary){ 0 };
    if (given) {
        qemu->path = strchr(given, '/') ? if_program(must_strdup(given)) : find_in_path(given);
        return qemu->path
                   ? 0
                   : problem_set(problem, EXIT_IMPOSSIBLE, "--qemu %s: no such program", given);
    }
    if (root && *root)
        find_below(qemu, root, machine->qemu);
    else
        qemu->path = find_in_path(machine->qemu);
    if (qemu->path)
        return 0;
    return problem_set(problem, EXIT_IMPOSSIBLE,
                       "%s is not in %s: install QEMU for %s, or say --qemu PROGRAM", machine->qemu,
                       root && *root ? root : "$PATH", machine->arch);
}

void qemu_binary_free(struct qemu_binary *qemu)
{
    free(qemu->path);
    free(qemu->modules);
    for (size_t i = 0; i < QEMU_DATA_MAX; i++)
        free(qemu->data[i]);
    *qemu = (struct qemu_binary){ 0 };
}

/* Two words may be NULL. */
static char *ask(const struct qemu_binary *qemu, const char *option, const char *value)
{
    struct argv argv = { 0 };

    argv_add(&argv, qemu->path);
    for (size_t i = 0; qemu->data[i]; i++)
        argv_option(&argv, "-L", "%s", qemu->data[i]);
    argv_add(&argv, option);
    if (value)
        argv_add(&argv, value);
    struct strbuf output = process_ask(&argv, qemu->modules, ASK_TIMEOUT_MS);
    argv_free(&argv);
    return output.text;
}

char *qemu_binary_version(const struct qemu_binary *qemu)
{
    char *text = ask(qemu, "-version", NULL);

    if (text)
        text[strcspn(text, "\n")] = '\0';
    return text;
}

char *qemu_binary_help(const struct qemu_binary *qemu, const char *option)
{
    return ask(qemu, option, "help");
}

bool qemu_help_has(const char *help, const char *name)
{
    size_t len = strlen(name);

    for (const char *at = help; at && (at = strstr(at, name)); at += len) {
        char before = at == help ? '\n' : at[-1], after = at[len];
        bool is_quoted = before == '"' && after == '"';
        bool is_listed = (before == ' ' || before == '\n') &&
                         (after == '\0' || after == ' ' || after == '\n');
        if (is_quoted || is_listed)
            return true;
    }
    return false;
}
