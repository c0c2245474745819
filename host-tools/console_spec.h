/*
 * What stands after -c, in words:
 *
 *   [COUNTx] [CONTROLLER[,PROPS]/]... CONSOLE[,PROPS] [:BACKEND]
 *
 *   uart
 *   3xvirtconsole:pipe
 *   virtio-serial-pci,id=second/virtconsole
 *   pcie-root-port/virtio-serial-pci,packed=on/virtserialport,name=org.x:unix
 *
 * BACKEND is in backend_spec.h.  PROPS are QEMU's own, passed on as they are.  Controllers
 * that are written alike are one and the same; `id=` tells them apart.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_CONSOLE_SPEC_H
#define HOST_TOOLS_CONSOLE_SPEC_H

#include "host-tools/backend_spec.h"
#include "host-tools/consoles.h"
#include "host-tools/problem.h"

#define SPEC_DEPTH 6    /* controllers above one console                     */
#define SPEC_COUNT 1000 /* largest COUNT; more is surely a slip of the hand */

struct controller_spec {
    const struct controller_kind *kind;
    char *props; /* "id=second", NULL when there are none; owned */
};

/* From the start to the end of a run, or not. */
enum console_when { CONSOLE_ALWAYS, CONSOLE_PLUGGED, CONSOLE_UNPLUGGED };

struct console_spec {
    char *text;                                  /* console, without count and backend; owned */
    unsigned count;                              /* 1..SPEC_COUNT                */
    struct controller_spec path[SPEC_DEPTH + 1]; /* from the machine downwards   */
    size_t depth;                                /* of path; 0: the default one  */
    const struct console_kind *kind;
    char *props; /* NULL when there are none; owned */
    struct backend_spec backend;
    enum console_when when; /* set by run_options.c */
};

/* Read one.  returns  0 | -1 and the problem.  Free in both cases. */
int console_spec_parse(const char *text, struct console_spec *spec, struct problem *problem);
void console_spec_free(struct console_spec *spec);

#endif
