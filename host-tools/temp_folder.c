/*
 * A folder that only this run knows.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/temp_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host-tools/strbuf.h"

/* What is in it is ours: names without folders below. */
static void remove_tree(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = fd < 0 ? NULL : fdopendir(fd);

    if (list) {
        for (struct dirent *entry; (entry = readdir(list));)
            unlinkat(dirfd(list), entry->d_name, 0); /* "." and ".." refuse */
        closedir(list);
    }
    rmdir(path);
}

/* The other end of the pipe is closed by the kernel, however the tool ends. */
static _Noreturn void guard(int fd, const char *path)
{
    char byte;

    setpgid(0, 0);
    close_range(0, (unsigned)fd - 1, 0); /* nobody shall wait for our copies to close */
    close_range((unsigned)fd + 1, ~0u, 0);
    while (read(fd, &byte, 1) < 0 && errno == EINTR)
        continue;
    remove_tree(path);
    _exit(0);
}

static void start_guard(struct temp_folder *folder)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) < 0)
        return; /* then only an orderly end removes it */
    folder->guard_pid = fork();
    if (folder->guard_pid == 0)
        guard(ends[0], folder->path);
    close(ends[0]);
    folder->guard_fd = ends[1];
}

int temp_folder_make(struct temp_folder *folder, struct problem *problem)
{
    const char *parent = getenv("TMPDIR");
    struct strbuf path = { 0 };

    strbuf_printf(&path, "%s/tutti-XXXXXX", parent && *parent ? parent : "/tmp");
    if (!mkdtemp(path.text)) {
        problem_set(problem, EXIT_IMPOSSIBLE, "%s: no temporary folder: %s", path.text,
                    strerror(errno));
        strbuf_free(&path);
        return -1;
    }
    folder->path = path.text;
    start_guard(folder);
    return 0;
}

void temp_folder_remove(struct temp_folder *folder)
{
    if (!folder->path)
        return;
    if (folder->guard_pid > 0) {
        close(folder->guard_fd);
        waitpid(folder->guard_pid, NULL, 0);
    }
    remove_tree(folder->path); /* if there was no helper */
    free(folder->path);
    *folder = (struct temp_folder){ 0 };
}
