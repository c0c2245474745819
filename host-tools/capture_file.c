/*
 * A capture that lies in a file.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/capture_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int prepare_memory(struct tap *tap, struct problem *problem)
{
    char again[64];

    tap->fd = memfd_create(tap->name, MFD_CLOEXEC);
    if (tap->fd >= 0) {
        snprintf(again, sizeof(again), "/proc/self/fd/%d", tap->fd);
        tap->qemu_fd = open(again, O_WRONLY | O_CLOEXEC);
    }
    if (tap->qemu_fd < 0)
        return problem_set(problem, EXIT_IMPOSSIBLE, "%s: no memory file: %s", tap->name,
                           strerror(errno));
    return 0;
}

int capture_file_prepare(struct tap *tap, const char *path, struct problem *problem)
{
    struct stat stat_of;

    if (!path)
        return prepare_memory(tap, problem);
    tap->path = must_strdup(path);
    if (tap->keeps_old && stat(path, &stat_of) == 0)
        tap->old = (size_t)stat_of.st_size;
    return 0;
}

void capture_file_compose(const struct tap *tap, struct argv *argv)
{
    argv_option(argv, "-add-fd", "fd=%d,set=%d,opaque=%s", tap->child_fd, tap->child_fd, tap->name);
}

void capture_file_compose_logged(const struct tap *tap, const char *driver, enum compose_for who,
                                 struct argv *argv)
{
    struct strbuf options = tap_options(tap, who), path = { 0 };

    if (who == FOR_RUN) {
        capture_file_compose(tap, argv);
        strbuf_printf(&path, "/dev/fdset/%d,logappend=on", tap->child_fd);
    } else {
        path = tap_paste_path(tap, ".log");
    }
    argv_option(argv, "-chardev", "%s,id=%s,logfile=%s%s", driver, tap->name, path.text,
                options.text);
    strbuf_free(&path);
    strbuf_free(&options);
}

/* QEMU has opened a named one by now, and made it empty unless it appends. */
int capture_file_attach(struct tap *tap, struct qmp *qmp, struct problem *problem)
{
    (void)qmp;
    if (!tap->path)
        return 0;
    tap->fd = open(tap->path, O_RDONLY | O_CLOEXEC);
    if (tap->fd >= 0)
        return 0;
    return problem_set(problem, EXIT_IMPOSSIBLE, "%s: %s: %s", tap->name, tap->path,
                       strerror(errno));
}

/* Map the file again when it has grown out of what is mapped. */
static void collect_mapped(struct tap *tap)
{
    struct stat stat;

    if (fstat(tap->fd, &stat) < 0 || (size_t)stat.st_size <= tap->len)
        return;
    size_t len = (size_t)stat.st_size, room = tap->room ? tap->room : 1u << 16;
    while (room < len)
        room *= 2;
    if (room != tap->room) {
        void *map = mmap(NULL, room, PROT_READ, MAP_SHARED, tap->fd, 0);
        if (map == MAP_FAILED)
            return; /* what was seen so far stays */
        if (tap->room)
            munmap(tap->bytes, tap->room);
        tap->bytes = map;
        tap->is_mapped = true;
        tap->room = room;
    }
    tap->len = len;
}

void capture_file_follow(struct tap *tap)
{
    ssize_t len;

    do {
        unsigned char *to = tap_reserve(tap, TAP_READ_SIZE);
        len = pread(tap->fd, to, TAP_READ_SIZE, (off_t)(tap->old + tap->len));
        tap->len += len > 0 ? (size_t)len : 0;
    } while (len > 0);
}

void capture_file_collect(struct tap *tap)
{
    if (tap->fd < 0)
        return;
    if (tap->path) /* it may become shorter under us; a map of it would end us then */
        capture_file_follow(tap);
    else
        collect_mapped(tap);
}

void capture_file_close(struct tap *tap)
{
    if (tap->is_mapped) {
        munmap(tap->bytes, tap->room);
        tap->bytes = NULL;
        tap->is_mapped = false;
    }
    tap_close_stream(tap);
}
