/*
 * A pipe by descriptor, where QEMU expects a file: as libvirt does for virtlogd.
 *
 * QEMU flags: -add-fd fd=N,set=N -chardev file,id=C,path=/dev/fdset/N,append=on
 *
 * append=on is a must: without it QEMU tries to make the pipe empty, and gives up.
 *
 * What it may lose: a virtconsole's bytes that find the pipe full; everything from the
 * moment on when the reader is gone, and nobody is told.
 *
 * Next on the tour: backend_pipe.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/pipe_end.h"

static int fdset_prepare(struct tap *tap, const char *folder, struct problem *problem)
{
    (void)folder;
    return pipe_end_make(tap, problem);
}

static void fdset_compose(const struct tap *tap, enum compose_for who, struct argv *argv)
{
    struct strbuf options = tap_options(tap, who), path = { 0 };

    if (who == FOR_RUN) {
        argv_option(argv, "-add-fd", "fd=%d,set=%d,opaque=%s", tap->child_fd, tap->child_fd,
                    tap->name);
        strbuf_printf(&path, "/dev/fdset/%d,append=on", tap->child_fd);
    } else {
        path = tap_paste_path(tap, ".log");
    }
    argv_option(argv, "-chardev", "file,id=%s,path=%s%s", tap->name, path.text, options.text);
    strbuf_free(&path);
    strbuf_free(&options);
}

const struct backend backend_fdset = {
    .name = "fdset",
    .driver = "file",
    .what = "a pipe by descriptor, as libvirt's virtlogd has it",
    .is_read = true,
    .check = tap_refuse_path,
    .prepare = fdset_prepare,
    .compose = fdset_compose,
    .collect = tap_collect_stream,
    .close = tap_close_stream,
};
