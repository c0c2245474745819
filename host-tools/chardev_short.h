/*
 * The short way to name a chardev, as behind -serial, -monitor, -debugcon: "file:log",
 * "tcp::4444,server,nowait", "mon:stdio" - and what it stands for behind -chardev.
 *
 * Pure.  QEMU: chardev/char.c, qemu_chr_parse_compat(); 7.2 and 10.0 read the same.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_CHARDEV_SHORT_H
#define HOST_TOOLS_CHARDEV_SHORT_H

#include <stdbool.h>

#include "host-tools/problem.h"
#include "host-tools/strbuf.h"

/*
 * "unix:p,server,nowait", "serial0" -> "socket,id=serial0,path=p,server=on,wait=off"
 *
 * is_monitored  set when it begins with "mon:": a monitor shares it
 * returns       0 | -1 and the problem: QEMU would not understand it either
 */
int chardev_short_expand(const char *text, const char *label, struct strbuf *words,
                         bool *is_monitored, struct problem *problem);

/* "chardev:ID": the ID, else NULL. */
const char *chardev_short_reference(const char *text);

#endif
