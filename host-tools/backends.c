/*
 * What the host has: the table, and what all stream backends share.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/backends.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The first one is the default. */
const struct backend *const backend_table[] = {
    &backend_file,
    &backend_pipe,
    &backend_pty,
    &backend_unix,
};
const size_t backend_count = sizeof(backend_table) / sizeof(backend_table[0]);

const struct backend *backend_find(const char *name, size_t len)
{
    for (size_t i = 0; i < backend_count; i++) {
        const struct backend *backend = backend_table[i];
        if (strlen(backend->name) == len && memcmp(backend->name, name, len) == 0)
            return backend;
    }
    return NULL;
}

struct strbuf tap_props(const struct tap *tap)
{
    struct strbuf props = { 0 };

    strbuf_printf(&props, "%s%s", tap->props ? "," : "", tap->props ? tap->props : "");
    return props;
}

/* One read's worth of room: as much as the largest buffer between QEMU and us. */
#define READ_SIZE (1u << 20)

/* 1 when something came, 0 when nothing is there now. */
static int collect_once(struct tap *tap)
{
    if (tap->room - tap->len < READ_SIZE) {
        tap->room = tap->room * 2 + READ_SIZE;
        tap->bytes = must_realloc(tap->bytes, tap->room);
    }
    ssize_t len = read(tap->fd, tap->bytes + tap->len, tap->room - tap->len);
    if (len > 0)
        tap->len += (size_t)len;
    /* A pty whose other side is closed says EIO, which is its way to say end of file. */
    if (len == 0 || (len < 0 && errno != EAGAIN && errno != EINTR))
        tap->has_closed = true;
    return len > 0;
}

void tap_collect_stream(struct tap *tap)
{
    if (tap->fd < 0)
        return;
    while (collect_once(tap))
        continue;
}

void tap_close_qemu_end(struct tap *tap)
{
    if (tap->qemu_fd >= 0)
        close(tap->qemu_fd);
    tap->qemu_fd = -1;
}

void tap_close_stream(struct tap *tap)
{
    tap_close_qemu_end(tap);
    if (tap->fd >= 0)
        close(tap->fd);
    tap->fd = -1;
    free(tap->bytes);
    free(tap->path);
    tap->bytes = NULL;
    tap->path = NULL;
    tap->len = tap->room = 0;
}
