/*
 * The boot matrix: YAML rows, each of them one boot or several, with what is expected.
 *
 *   rows:
 *     - name: every ISA UART               # optional; for people
 *       machines: [q35, pc]                # one boot on each
 *       consoles: [isa-serial, 2xvirtconsole:pipe]   # all in one boot, as after `tutti run -c`
 *       each: [pci-serial, virtconsole]    # ... and one boot with each of these beside them
 *       backends: [file, pipe]             # ... and one with each, for consoles that name none
 *       words: flood=64K                   # for the guest's command line
 *       options: [--smp, 4]                # of `tutti run`
 *       args: [-global, virtio-mmio.force-legacy=false]   # of QEMU
 *       timeout: 20                        # seconds
 *       expect:                            # all of it must hold; without it: proved
 *         status: failed                   # proved, same, failed, timed-out, died, ...
 *         guest: 3                         # status in the end record
 *         found: 5                         # `console:` records
 *         driven: 5                        # ... with driven=yes
 *         seconds: 5                       # at most
 *         log: ["primary=yes"]             # each pattern (PCRE2) is in the log
 *         absent: ["panic"]                # none of these
 *         conclusion: "isa-serial short"   # pattern, in the conclusion
 *         notes: "2 whole copies"          # pattern, in the notes below the table
 *         frozen: true                     # QEMU stood still while a reader did
 *         consoles:                        # for every console with `name` in "CONSOLE:BACKEND"
 *           - { name: virtconsole:pty, verdict: hole, blame: device }
 *     - { machines: [q35], risk: true }    # every cell of `tutti list backends --risk`
 *     - random: { count: 20, seed: 7 }     # rows drawn by chance; seed 0: from the clock
 *
 * A file holds rows and nothing else; it must not use aliases.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_MATRIX_H
#define HOST_TOOLS_MATRIX_H

#include <stdint.h>

#include "host-tools/argv.h"
#include "host-tools/matrix_yaml.h"
#include "host-tools/problem.h"

#define BOOTS_MAX 10000 /* a matrix that wants more has a slip in it */

/* One boot: what to give `tutti run`, and what should come of it. */
struct boot {
    unsigned number;  /* in the whole matrix, from 1, whatever is filtered          */
    char *title;      /* "q35: isa-serial + virtconsole:pipe"; owned                */
    struct argv argv; /* "run", "-M", ...; owned                                    */
    unsigned timeout; /* seconds                                                    */
    const struct expectation *expect; /* the file's; NULL: proved                  */
};

struct matrix { /* all zero: an empty one */
    struct boot *boots;
    size_t count, room;
    struct matrix_yaml **files; /* what the expectations lie in */
    size_t file_count;
};

/*
 * Read a file and add its boots.
 * returns  0 | -1 and the problem: EXIT_USAGE, with "FILE:LINE: ..." where the line is known,
 *          or EXIT_IMPOSSIBLE.  Free in both cases.
 */
int matrix_add_file(struct matrix *matrix, const char *path, struct problem *problem);
void matrix_free(struct matrix *matrix);

/* Add one boot; argv is taken over.  returns  0 | -1 and the problem: too many */
int matrix_add_boot(struct matrix *matrix, const char *title, struct argv *argv, unsigned timeout,
                    const struct expectation *expect, struct problem *problem);

#define TIMEOUT_DEFAULT 20 /* seconds: a boot takes well under one, but the host may be busy */

#endif
