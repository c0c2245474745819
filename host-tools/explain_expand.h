/*
 * What the short options stand for: -serial, -parallel, -monitor, -qmp, -debugcon,
 * -nographic, "mon:", written as -chardev, -mon and -device.
 *
 * Pure.  QEMU: softmmu/vl.c (7.2), system/vl.c (10.0): qemu_create_default_devices(),
 * serial_parse(), monitor_parse() and their neighbours.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_EXPLAIN_EXPAND_H
#define HOST_TOOLS_EXPLAIN_EXPAND_H

#include "host-tools/qemu_cmdline.h"

/* What depends on the machine. */
struct expand_facts {
    bool is_pc;        /* its UARTs are isa-serial devices, its printer port isa-parallel  */
    bool has_serial;   /* it gets a serial0 when nobody says -serial                       */
    bool has_parallel; /* ... a parallel0, used or not                                     */
    bool has_monitor;  /* ... a monitor                                                    */
};

/* A monitor, by the chardev that it talks through. */
struct expanded_monitor {
    char *chardev;
    bool is_qmp;
};

/* One short option. */
struct expanded_option {
    char *given;     /* "-serial stdio", or "(no -serial)"            */
    char *meaning;   /* "-chardev stdio,id=serial0 -device ..."       */
    bool is_default; /* nobody said it: QEMU adds it by itself        */
};

struct expansion {
    struct argv argv; /* the whole command line in its long form          */
    struct expanded_option *options;
    size_t option_count;
    struct expanded_monitor *monitors; /* those that were always long, too */
    size_t monitor_count;
    struct argv chardevs; /* every chardev: what stands behind its -chardev */
};

/* As far as the command line alone tells. */
struct expand_facts expand_guess(const struct qemu_cmdline *line);

/*
 * Write it out.  program is the first word of the result.
 * returns  0 | -1 and the problem.  Free in both cases.
 */
int expand(const struct qemu_cmdline *line, const char *program, const struct expand_facts *facts,
           struct expansion *expansion, struct problem *problem);
void expansion_free(struct expansion *expansion);

/* What stands behind the -chardev of this label, or NULL. */
const char *expansion_chardev(const struct expansion *expansion, const char *label);

#endif
