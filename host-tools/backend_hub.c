/*
 * One console, several backends: QEMU 10 and later.
 *
 * QEMU flags: -chardev hub,id=C,chardevs.0=A,chardevs.1=B
 *
 * The hub itself holds nothing: its members are taps of their own.  It hands each write to
 * all of them, and takes no more than the one that took least.
 *
 * What it may lose: with a virtconsole one slow member costs all of them bytes.  It does
 * not hand on that its members are open, so a virtserialport writes nothing.
 *
 * QEMU: chardev/char-hub.c.
 * Next on the tour: backend_refused.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/backends.h"

static void hub_compose(const struct tap *tap, enum compose_for who, struct argv *argv)
{
    struct strbuf options = tap_options(tap, who);

    argv_option(argv, "-chardev", "hub,id=%s%s%s", tap->name, tap->members ? tap->members : "",
                options.text);
    strbuf_free(&options);
}

const struct backend backend_hub = {
    .name = "hub",
    .driver = "hub",
    .what = "hub(BACKEND,BACKEND): one console writes to up to four backends; QEMU 10",
    .prepare = tap_prepare_nothing,
    .compose = hub_compose,
};
