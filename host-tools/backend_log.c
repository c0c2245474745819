/*
 * The second capture of a chardev: its logfile=.
 *
 * QEMU flags: -add-fd fd=N,set=N -chardev ANYTHING,logfile=/dev/fdset/N,logappend=on
 *
 * QEMU writes there what the backend took, and, when the backend says "not now", the whole
 * buffer too, although it will be offered again: so under back-pressure a 16550 and a
 * virtserialport appear with bytes twice, and a virtconsole without its partial writes.
 * It is exact beside file and null, and for devices that stop the machine.
 *
 * QEMU: chardev/char.c, qemu_chr_write_log().
 * Next on the tour: backend_hub.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/capture_file.h"

static int log_prepare(struct tap *tap, const char *folder, struct problem *problem)
{
    (void)folder;
    return capture_file_prepare(tap, tap->keep_path, problem);
}

/* The chardev that it belongs to has the logfile= itself. */
static void log_compose(const struct tap *tap, enum compose_for who, struct argv *argv)
{
    if (who == FOR_RUN && !tap->keep_path)
        capture_file_compose(tap, argv);
}

const struct backend backend_log = {
    .name = "logfile",
    .what = "BACKEND,logfile=[PATH]: a second capture; repeats bytes under back-pressure",
    .prepare = log_prepare,
    .compose = log_compose,
    .attach = capture_file_attach,
    .collect = capture_file_collect,
    .close = capture_file_close,
};
