/*
 * A file's bytes: mapped where it can be, read where it can't (a pipe).
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/mapped_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host-tools/strbuf.h"

static int map(struct mapped_file *file, int fd, size_t len)
{
    void *bytes = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED)
        return -1;
    *file = (struct mapped_file){ bytes, len, true };
    return 0;
}

static int read_all(struct mapped_file *file, int fd)
{
    enum { PIECE = 1 << 16 };
    struct strbuf buf = { 0 };
    ssize_t got;
    do {
        got = read(fd, strbuf_reserve(&buf, PIECE), PIECE);
        buf.len += got > 0 ? (size_t)got : 0;
    } while (got > 0 || (got < 0 && errno == EINTR));
    *file = (struct mapped_file){ (unsigned char *)buf.text, buf.len, false };
    return got < 0 ? -1 : 0;
}

static int take(struct mapped_file *file, int fd)
{
    struct stat stat;
    if (fstat(fd, &stat) < 0)
        return -1;
    if (S_ISREG(stat.st_mode) && stat.st_size > 0)
        return map(file, fd, (size_t)stat.st_size);
    return read_all(file, fd);
}

int mapped_file_open(struct mapped_file *file, const char *path, struct problem *problem)
{
    *file = (struct mapped_file){ 0 };
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int result = fd < 0 ? -1 : take(file, fd);
    int cause = errno;
    if (fd >= 0)
        close(fd);
    if (result < 0)
        problem_set(problem, EXIT_IMPOSSIBLE, "%s: %s", path, strerror(cause));
    return result;
}

void mapped_file_close(struct mapped_file *file)
{
    if (file->is_mapped)
        munmap((void *)(uintptr_t)file->bytes, file->len);
    else
        free((void *)(uintptr_t)file->bytes);
    *file = (struct mapped_file){ 0 };
}
