/*
 * Inside explain_probe: what its two halves share.
 *
 *   explain_probe.c          every option; disks, networks, descriptors
 *   explain_probe_chardev.c  chardevs, long and short
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_EXPLAIN_PROBE_MAKER_H
#define HOST_TOOLS_EXPLAIN_PROBE_MAKER_H

#include "host-tools/explain_probe.h"

/* A probe in the making. */
struct probe_maker {
    struct probe *probe;
    const char *folder;
    unsigned names; /* given out in the folder        */
    unsigned hubs;  /* networks                       */
};

/* One line for people: "-OPTION VALUE: INSTEAD"; the value may be NULL. */
void probe_note(struct probe_maker *maker, const char *option, const char *value,
                const char *instead);

/* Something must be there before QEMU starts.  path is taken over. */
void probe_need(struct probe_maker *maker, enum probe_thing thing, int fd, char *path);

/* The number of a descriptor in a comma list, -1 if it is none that we could supply. */
int probe_fd(const char *list, const char *key);

/* -chardev, and -serial and the like: added to the probe, altered if need be. */
void probe_chardev(struct probe_maker *maker, const struct qemu_option *option);
void probe_short_chardev(struct probe_maker *maker, const struct qemu_option *option);

#endif
