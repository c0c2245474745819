/*
 * What -o DIR keeps of a run.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/keep.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host-tools/strbuf.h"

int keep_folder(const char *folder, struct problem *problem)
{
    struct stat stat_of;
    bool is_there = mkdir(folder, 0777) == 0 || errno == EEXIST;

    if (is_there && stat(folder, &stat_of) == 0 && !S_ISDIR(stat_of.st_mode))
        return problem_set(problem, EXIT_IMPOSSIBLE, "-o %s: not a folder", folder);
    if (is_there && access(folder, W_OK | X_OK) == 0)
        return 0;
    return problem_set(problem, EXIT_IMPOSSIBLE, "-o %s: %s", folder, strerror(errno));
}

static FILE *open_in(const char *folder, const char *name, struct problem *problem)
{
    struct strbuf path = { 0 };

    strbuf_printf(&path, "%s/%s", folder, name);
    FILE *file = fopen(path.text, "we");
    if (!file)
        problem_set(problem, EXIT_IMPOSSIBLE, "%s: %s", path.text, strerror(errno));
    strbuf_free(&path);
    return file;
}

/* A full disk shows when the file is closed. */
static int close_file(FILE *file, const char *name, struct problem *problem)
{
    int has_failed = ferror(file);

    if (fclose(file) == 0 && !has_failed)
        return 0;
    return problem_set(problem, EXIT_IMPOSSIBLE, "-o: %s: %s", name, strerror(errno));
}

int keep_bytes(const char *folder, const char *name, const void *bytes, size_t len,
               struct problem *problem)
{
    FILE *file = open_in(folder, name, problem);

    if (!file)
        return -1;
    if (len)
        fwrite(bytes, 1, len, file);
    return close_file(file, name, problem);
}

int keep_json(const char *folder, const struct report *report, struct problem *problem)
{
    FILE *file = open_in(folder, "result.json", problem);

    if (!file)
        return -1;
    report_print_json(file, report);
    return close_file(file, "result.json", problem);
}
