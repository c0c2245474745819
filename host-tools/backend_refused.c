/*
 * Chardevs of QEMU that cannot carry a log, each with its reason.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/backends.h"

const struct backend backend_parallel = {
    .name = "parallel",
    .driver = "parallel",
    .what = "not for logs: a parallel port of this host, with a printer on it",
    .refusal = "not for logs: it drives a real parallel port (ppdev), which nobody can read "
               "back; `file` can carry any console",
};

const struct backend backend_msmouse = {
    .name = "msmouse",
    .driver = "msmouse",
    .what = "not for logs: a mouse that the guest reads; it ignores what is written",
    .refusal = "not for logs: it is a serial mouse, and ignores what the guest writes; `file` "
               "can carry any console",
};

const struct backend backend_braille = {
    .name = "braille",
    .driver = "braille",
    .what = "not for logs: a Braille display, which speaks a protocol of its own",
    .refusal = "not for logs: it is a Braille display and takes the Baum protocol for text; "
               "`file` can carry any console",
};
