/*
 * A file without a name: QEMU writes it, we map it.
 *
 * QEMU flags: -add-fd fd=N,set=N -chardev file,id=C,path=/dev/fdset/N,append=on
 *
 * The only backend that takes every byte of every device at once, with no reader and no
 * timing rules.  QEMU insists on a descriptor that is open for writing only, so it gets
 * its own; ours may read.
 *
 * Next on the tour: backend_pipe.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host-tools/backends.h"

static int file_prepare(struct tap *tap, const char *folder, struct problem *problem)
{
    char again[64];

    (void)folder;
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

static void file_compose(const struct tap *tap, enum compose_for who, struct argv *argv)
{
    struct strbuf props = tap_props(tap), path = { 0 };

    if (who == FOR_RUN) {
        argv_option(argv, "-add-fd", "fd=%d,set=%d,opaque=%s", tap->child_fd, tap->child_fd,
                    tap->name);
        strbuf_printf(&path, "/dev/fdset/%d,append=on", tap->child_fd);
    } else {
        qemu_value(&path, tap->folder ? tap->folder : ".");
        strbuf_printf(&path, "/%s.log", tap->name);
    }
    argv_option(argv, "-chardev", "file,id=%s,path=%s%s", tap->name, path.text, props.text);
    strbuf_free(&path);
    strbuf_free(&props);
}

/* Map the file again when it has grown out of what is mapped. */
static void file_collect(struct tap *tap)
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
        tap->room = room;
    }
    tap->len = len;
}

static void file_close(struct tap *tap)
{
    tap_close_qemu_end(tap);
    if (tap->room)
        munmap(tap->bytes, tap->room);
    if (tap->fd >= 0)
        close(tap->fd);
    tap->fd = -1;
    tap->bytes = NULL;
    tap->len = tap->room = 0;
}

const struct backend backend_file = {
    .name = "file",
    .driver = "file",
    .what = "a file in memory, by descriptor; lossless for every console",
    .prepare = file_prepare,
    .compose = file_compose,
    .collect = file_collect,
    .close = file_close,
};
