/*
 * What the user wants from `tutti run`.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_RUN_OPTIONS_H
#define HOST_TOOLS_RUN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "host-tools/console_spec.h"
#include "host-tools/machines.h"
#include "host-tools/problem.h"

enum accel { ACCEL_TCG, ACCEL_KVM, ACCEL_AUTO };

struct run_options {
    const struct machine *machine;
    const char *machine_props; /* "secure=on", or NULL                       */
    struct console_spec *specs;
    size_t spec_count;
    const char *image;   /* -k, NULL: our firmware                        */
    const char *words;   /* -a, for the guest's command line, or NULL     */
    const char *memory;  /* -m, NULL: the machine's                       */
    const char *cpu;     /* --cpu, NULL: the machine's                    */
    const char *qemu;    /* --qemu, NULL: found by the machine's name     */
    const char *folder;  /* -o, or NULL                                   */
    unsigned smp;        /* 0: not given                                  */
    unsigned timeout_ms; /* for the whole run                             */
    size_t plug_at;      /* bytes on the first console before --plug acts */
    enum accel accel;    /*                                               */
    bool is_dry;         /* -n                                            */
    bool is_json;        /*                                               */
    bool is_help;        /*                                               */
    bool is_quiet;       /* -q: no live log on a terminal                 */
    bool is_live;        /* --live: the log as it comes, anywhere         */
    char **qemu_args;    /* behind --, NULL-ended                         */
};

extern const char run_usage[];

/*
 * Read the arguments of `tutti run`; argv[0] is "run".  Strings stay the caller's.
 * returns  0 | -1 and the problem.  Free in both cases.
 */
int run_options_parse(int argc, char **argv, struct run_options *options, struct problem *problem);
void run_options_free(struct run_options *options);

#endif
