/*
 * Nowhere: captured all the same, by its logfile=.  And no chardev at all.
 *
 * QEMU flags: -add-fd fd=N,set=N -chardev null,id=C,logfile=/dev/fdset/N,logappend=on
 *
 * null takes everything at once, so its logfile is exact.  It never says that it is open:
 * a virtserialport throws away what it would write there, and the log stays empty.
 *
 * `none` is a device without chardev=, which QEMU allows for most devices: it discards, and
 * there is nothing to judge.
 *
 * Next on the tour: backend_vc.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/capture_file.h"

static int null_prepare(struct tap *tap, const char *folder, struct problem *problem)
{
    (void)folder;
    return capture_file_prepare(tap, NULL, problem);
}

static void null_compose(const struct tap *tap, enum compose_for who, struct argv *argv)
{
    capture_file_compose_logged(tap, "null", who, argv);
}

const struct backend backend_null = {
    .name = "null",
    .driver = "null",
    .what = "nowhere; captured by its logfile=, but never open for a virtserialport",
    .is_logged = true,
    .prepare = null_prepare,
    .compose = null_compose,
    .collect = capture_file_collect,
    .close = capture_file_close,
};

static void none_compose(const struct tap *tap, enum compose_for who, struct argv *argv)
{
    (void)tap;
    (void)who;
    (void)argv;
}

const struct backend backend_none = {
    .name = "none",
    .what = "no chardev: the device is there, nothing is captured",
    .prepare = tap_prepare_nothing,
    .compose = none_compose,
};
