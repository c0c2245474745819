/*
 * A file: QEMU writes it, we look into it.
 *
 * QEMU flags: -add-fd fd=N,set=N -chardev file,id=C,path=/dev/fdset/N,append=on
 *             -chardev file,id=C,path=PATH          with file,path=PATH
 *
 * The only backend that takes every byte of every device at once, with no reader and no
 * timing rules.  Without a path it lies in memory and has no name; `path=` alone is a name
 * in a folder that only this run knows.
 *
 * What it may lose: what a full disk does not take.  QEMU drops that, and says nothing.
 *
 * Next on the tour: backend_fdset.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "host-tools/capture_file.h"

static const char *user_path(const struct tap *tap, size_t *len)
{
    *len = 0;
    return option_value(tap->props, "path", len);
}

static bool file_needs_folder(const struct tap *tap)
{
    size_t len;

    return user_path(tap, &len) && len == 0;
}

static int file_prepare(struct tap *tap, const char *folder, struct problem *problem)
{
    size_t len, append_len;
    const char *given = user_path(tap, &len);
    const char *append = option_value(tap->props, "append", &append_len);
    struct strbuf path = { 0 };

    tap->keeps_old = append && append_len == 2 && memcmp(append, "on", 2) == 0;
    if (given && len)
        strbuf_printf(&path, "%.*s", (int)len, given);
    else if (given)
        strbuf_printf(&path, "%s/%s.log", folder, tap->name);
    int result = capture_file_prepare(tap, path.text, problem);
    strbuf_free(&path);
    return result;
}

/* Where QEMU is told to write. */
static struct strbuf file_path(const struct tap *tap, enum compose_for who)
{
    struct strbuf path = { 0 };
    size_t len;
    const char *given = user_path(tap, &len);

    if (who == FOR_RUN && tap->path)
        qemu_value(&path, tap->path);
    else if (given && len)
        strbuf_printf(&path, "%.*s", (int)len, given);
    else if (who == FOR_RUN)
        strbuf_printf(&path, "/dev/fdset/%d", tap->child_fd);
    else
        return tap_paste_path(tap, ".log");
    return path;
}

static void file_compose(const struct tap *tap, enum compose_for who, struct argv *argv)
{
    struct strbuf options = tap_options(tap, who), path = file_path(tap, who);
    size_t len;
    bool is_in_memory = who == FOR_RUN && !user_path(tap, &len);
    bool has_append = option_value(tap->props, "append", &len);

    if (is_in_memory)
        capture_file_compose(tap, argv);
    argv_option(argv, "-chardev", "file,id=%s,path=%s%s%s", tap->name, path.text,
                is_in_memory && !has_append ? ",append=on" : "", options.text);
    strbuf_free(&path);
    strbuf_free(&options);
}

const struct backend backend_file = {
    .name = "file",
    .driver = "file",
    .what = "a file in memory, by descriptor; path=PATH: by name; lossless for every console",
    .needs_folder = file_needs_folder,
    .prepare = file_prepare,
    .compose = file_compose,
    .attach = capture_file_attach,
    .collect = capture_file_collect,
    .close = capture_file_close,
};

const struct backend backend_memfd = {
    .name = "memfd",
    .driver = "file",
    .what = "the same, and never by name",
    .check = tap_refuse_path,
    .prepare = file_prepare,
    .compose = file_compose,
    .attach = capture_file_attach,
    .collect = capture_file_collect,
    .close = capture_file_close,
};
