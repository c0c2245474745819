/*
 * A virtual console, a text screen on QEMU's display: captured by its logfile=.
 *
 * QEMU flags: -add-fd fd=N,set=N -chardev vc,id=C,logfile=/dev/fdset/N,logappend=on
 *
 * It takes everything at once, so its logfile is exact.  It needs no display to exist, and
 * nobody can read it back: the screen keeps pictures of letters.  QEMU 10 writes a title,
 * "C console", onto a new screen, and so into the log: that is taken off.
 *
 * Next on the tour: backend_log.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <unistd.h>

#include "host-tools/capture_file.h"

static int vc_prepare(struct tap *tap, const char *folder, struct problem *problem)
{
    (void)folder;
    return capture_file_prepare(tap, NULL, problem);
}

/* The title, or the first byte that is not of it, decides. */
static bool has_decided(struct tap *tap)
{
    struct strbuf title = tap_label(tap);
    char seen[256];

    strbuf_printf(&title, " console\r\n");
    size_t most = title.len < sizeof(seen) ? title.len : sizeof(seen);
    ssize_t len = pread(tap->fd, seen, most, 0);
    bool is_title = len > 0 && memcmp(seen, title.text, (size_t)len) == 0;
    bool is_whole = len == (ssize_t)title.len;
    strbuf_free(&title);
    if (is_title && is_whole)
        tap->old = (size_t)len;
    return len > 0 && (!is_title || is_whole);
}

static void vc_collect(struct tap *tap)
{
    if (tap->fd >= 0 && (tap->len > 0 || has_decided(tap)))
        capture_file_follow(tap);
}

static void vc_compose(const struct tap *tap, enum compose_for who, struct argv *argv)
{
    capture_file_compose_logged(tap, "vc", who, argv);
}

const struct backend backend_vc = {
    .name = "vc",
    .driver = "vc",
    .what = "a text screen of QEMU's display; captured by its logfile=",
    .is_logged = true,
    .prepare = vc_prepare,
    .compose = vc_compose,
    .collect = vc_collect,
    .close = capture_file_close,
};
