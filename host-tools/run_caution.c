/*
 * What the user's own arguments for QEMU give cause to say before a run.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/run_caution.h"

#include "host-tools/explain_model.h"

/* The tool says -nodefaults, so only what the user wrote is there. */
static const struct expand_facts no_defaults = { false, false, false, false };

void run_caution(char **qemu_args, FILE *out)
{
    struct problem ignored = { 0 };
    struct expansion expansion = { 0 };
    struct qemu_cmdline line;
    struct argv notes = { 0 };

    if (qemu_cmdline_read(qemu_args, &line, &ignored) == 0 &&
        expand(&line, "", &no_defaults, &expansion, &ignored) == 0)
        caution_chardevs(&expansion, &notes);
    for (size_t i = 0; i < notes.count; i++)
        fprintf(out, "tutti: note: %s\n", notes.words[i]);
    argv_free(&notes);
    expansion_free(&expansion);
    qemu_cmdline_free(&line);
}
