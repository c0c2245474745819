/*
 * What the user's own arguments for QEMU give cause to say before a run.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/run_caution.h"

#include "host-tools/explain_model.h"

/* The tool says -nodefaults, so only what the user wrote is there. */
static const struct expand_facts no_defaults = { false, false, false, false };

/* The tool's own -serial come first, and so the user's are counted from there. */
static void add_own_uarts(const struct run_options *options, struct argv *words)
{
    for (size_t i = 0; i < options->spec_count; i++)
        for (unsigned n = 0; n < options->specs[i].count; n++)
            if (options->specs[i].kind->bus == BUS_MACHINE)
                argv_option(words, "-serial", "none");
}

static struct argv whole_line(const struct run_options *options)
{
    struct argv words = { 0 };

    argv_add(&words, "qemu");
    add_own_uarts(options, &words);
    for (char **word = options->qemu_args; *word; word++)
        argv_add(&words, *word);
    return words;
}

void run_caution(const struct run_options *options, FILE *out)
{
    struct argv words = whole_line(options), notes = { 0 };
    struct problem ignored = { 0 };
    struct expansion expansion = { 0 };
    struct qemu_cmdline line;

    if (qemu_cmdline_read(words.words, &line, &ignored) == 0 &&
        expand(&line, "", &no_defaults, &expansion, &ignored) == 0)
        caution_chardevs(&expansion, &notes);
    for (size_t i = 0; i < notes.count; i++)
        fprintf(out, "tutti: note: %s\n", notes.words[i]);
    argv_free(&notes);
    expansion_free(&expansion);
    qemu_cmdline_free(&line);
    argv_free(&words);
}
