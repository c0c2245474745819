/*
 * What the user wants from `tutti run`: the arguments.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/run_options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/strbuf.h"

/* A boot takes well under a second; a busy host, a slow CPU model and a flood take more. */
#define DEFAULT_TIMEOUT_MS 60000u

/* The clock's tick, and a day: whoever wants less or more has made a slip. */
#define MIN_TIMEOUT_S 0.001
#define MAX_TIMEOUT_S 86400.0

const char run_usage[] =
    "usage: tutti run [OPTION]... [-- QEMU-ARG...]\n"
    "Boot a machine, capture every console, and prove that all copies of the log are complete\n"
    "and the same.\n"
    "\n"
    "  -M, --machine NAME[,PROP=V]  what to boot (q35); `tutti list machines`\n"
    "  -c, --console CONSOLE[:BACKEND]\n"
    "                               a console, and what carries it (file); any number of them:\n"
    "                               uart  3xvirtconsole:pipe  virtio-serial-pci/virtconsole\n"
    "                               `tutti list consoles`, `tutti list backends`\n"
    "       mux=NAME(BACKEND)       several consoles write into one: the others say mux=NAME;\n"
    "                               mux(BACKEND): all of this -c\n"
    "       hub(BACKEND,BACKEND)    one console writes into several (QEMU 10)\n"
    "       BACKEND,logfile=[PATH]  a second capture of it, by QEMU itself\n"
    "       BACKEND,reader=...      read it badly: stall:MS late:MS slow:BYTES_PER_S\n"
    "                               vanish:BYTES[:MS] none\n"
    "      --plug CONSOLE[:BACKEND] the same, but plugged in while the log runs\n"
    "      --unplug CONSOLE[:BACKEND]\n"
    "                               the same, and pulled out while the log runs\n"
    "      --plug-at BYTES          ... when the first console has so many of them (1)\n"
    "  -k, --kernel IMAGE           boot this instead of tutti's firmware\n"
    "  -a, --append WORDS           words for the guest's command line\n"
    "  -m, --memory SIZE            as QEMU has it (128M)\n"
    "      --smp N                  CPUs (1)\n"
    "      --cpu MODEL              CPU model\n"
    "      --accel tcg|kvm|auto     (tcg)\n"
    "      --timeout SECONDS        for the whole run (60)\n"
    "      --qemu PROGRAM           this QEMU; otherwise from $QEMU_DIR, then $PATH\n"
    "  -o, --output DIR             keep captures, command, QEMU's messages, result.json\n"
    "  -n, --dry-run                print the QEMU command, to be pasted, and stop\n"
    "  -q, --quiet                  no live log on a terminal\n"
    "      --live                   the live log where the output is no terminal, too\n"
    "      --json                   one JSON object instead of the table\n"
    "  -h, --help                   this text\n"
    "\n"
    "Exit status: 0 all as expected, 1 a verdict failed, 2 usage, 77 this QEMU has no such\n"
    "device, 99 could not run, 124 timed out, 128+N ended by signal N.\n";

enum {
    OPTION_PLUG = 256,
    OPTION_UNPLUG,
    OPTION_PLUG_AT,
    OPTION_SMP,
    OPTION_CPU,
    OPTION_ACCEL,
    OPTION_TIMEOUT,
    OPTION_QEMU,
    OPTION_JSON,
    OPTION_LIVE,
};

static const struct option long_options[] = {
    { "machine", required_argument, NULL, 'M' },
    { "console", required_argument, NULL, 'c' },
    { "kernel", required_argument, NULL, 'k' },
    { "append", required_argument, NULL, 'a' },
    { "memory", required_argument, NULL, 'm' },
    { "output", required_argument, NULL, 'o' },
    { "plug", required_argument, NULL, OPTION_PLUG },
    { "unplug", required_argument, NULL, OPTION_UNPLUG },
    { "plug-at", required_argument, NULL, OPTION_PLUG_AT },
    { "smp", required_argument, NULL, OPTION_SMP },
    { "cpu", required_argument, NULL, OPTION_CPU },
    { "accel", required_argument, NULL, OPTION_ACCEL },
    { "timeout", required_argument, NULL, OPTION_TIMEOUT },
    { "qemu", required_argument, NULL, OPTION_QEMU },
    { "dry-run", no_argument, NULL, 'n' },
    { "quiet", no_argument, NULL, 'q' },
    { "json", no_argument, NULL, OPTION_JSON },
    { "live", no_argument, NULL, OPTION_LIVE },
    { "help", no_argument, NULL, 'h' },
    { NULL, 0, NULL, 0 },
};

static int take_machine(const char *text, struct run_options *options, struct problem *problem)
{
    size_t len = strcspn(text, ",");

    options->machine = machine_find(text, len);
    options->machine_props = text[len] == ',' ? text + len + 1 : NULL;
    if (!options->machine)
        return problem_set(problem, EXIT_USAGE,
                           "-M %s: no machine is called that: `tutti list machines` has them",
                           text);
    return 0;
}

static int add_console(const char *text, enum console_when when, struct run_options *options,
                       struct problem *problem)
{
    size_t size = (options->spec_count + 1) * sizeof(*options->specs);

    options->specs = must_realloc(options->specs, size);
    struct console_spec *spec = &options->specs[options->spec_count++];
    int result = console_spec_parse(text, spec, problem);
    spec->when = when;
    if (result == 0 && when != CONSOLE_ALWAYS && !spec->kind->device)
        return problem_set(problem, EXIT_USAGE, "%s is no device that can be plugged",
                           spec->kind->name);
    return result;
}

static int take_plug_at(const char *text, struct run_options *options, struct problem *problem)
{
    char *end;

    options->plug_at = strtoul(text, &end, 10);
    if (end == text || *end || *text == '-' || options->plug_at == 0)
        return problem_set(problem, EXIT_USAGE, "--plug-at %s: expected bytes", text);
    return 0;
}

static int take_accel(const char *text, struct run_options *options, struct problem *problem)
{
    static const char *const names[] = { "tcg", "kvm", "auto" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(text, names[i]) == 0) {
            options->accel = (enum accel)i;
            return 0;
        }
    }
    return problem_set(problem, EXIT_USAGE, "--accel %s: expected tcg, kvm or auto", text);
}

static int take_timeout(const char *text, struct run_options *options, struct problem *problem)
{
    char *end;
    double seconds = strtod(text, &end);

    if (end == text || *end || !(seconds >= MIN_TIMEOUT_S && seconds <= MAX_TIMEOUT_S))
        return problem_set(problem, EXIT_USAGE, "--timeout %s: expected seconds, %g to %.0f", text,
                           MIN_TIMEOUT_S, MAX_TIMEOUT_S);
    options->timeout_ms = (unsigned)(seconds * 1000);
    return 0;
}

static int take_smp(const char *text, struct run_options *options, struct problem *problem)
{
    char *end;
    unsigned long count = strtoul(text, &end, 10);

    if (end == text || *end || *text == '-' || count < 1 || count > 1024)
        return problem_set(problem, EXIT_USAGE, "--smp %s: expected a number of CPUs", text);
    options->smp = (unsigned)count;
    return 0;
}

/* The options that are taken as they are. */
static void take_text(int option, const char *text, struct run_options *options)
{
    switch (option) {
    case 'k':
        options->image = text;
        break;
    case 'a':
        options->words = text;
        break;
    case 'm':
        options->memory = text;
        break;
    case 'o':
        options->folder = text;
        break;
    case OPTION_CPU:
        options->cpu = text;
        break;
    case OPTION_QEMU:
        options->qemu = text;
        break;
    }
}

static void take_flag(int option, struct run_options *options)
{
    options->is_dry |= option == 'n';
    options->is_quiet |= option == 'q';
    options->is_live |= option == OPTION_LIVE;
    options->is_help |= option == 'h';
    options->is_json |= option == OPTION_JSON;
}

static int take(int option, char **argv, struct run_options *options, struct problem *problem)
{
    switch (option) {
    case 'M':
        return take_machine(optarg, options, problem);
    case 'c':
        return add_console(optarg, CONSOLE_ALWAYS, options, problem);
    case OPTION_PLUG:
        return add_console(optarg, CONSOLE_PLUGGED, options, problem);
    case OPTION_UNPLUG:
        return add_console(optarg, CONSOLE_UNPLUGGED, options, problem);
    case OPTION_PLUG_AT:
        return take_plug_at(optarg, options, problem);
    case OPTION_ACCEL:
        return take_accel(optarg, options, problem);
    case OPTION_TIMEOUT:
        return take_timeout(optarg, options, problem);
    case OPTION_SMP:
        return take_smp(optarg, options, problem);
    case ':':
        return problem_set(problem, EXIT_USAGE, "%s needs a value: `tutti run --help`",
                           argv[optind - 1]);
    case '?':
        return problem_set(problem, EXIT_USAGE, "%s: no such option: `tutti run --help`",
                           argv[optind - 1]);
    default:
        take_text(option, optarg, options);
        take_flag(option, options);
        return 0;
    }
}

static bool has_console(const struct run_options *options)
{
    for (size_t i = 0; i < options->spec_count; i++)
        if (options->specs[i].when == CONSOLE_ALWAYS)
            return true;
    return false;
}

static int add_default_consoles(struct run_options *options, struct problem *problem)
{
    for (const char *const *text = options->machine->consoles; *text; text++)
        if (add_console(*text, CONSOLE_ALWAYS, options, problem) < 0)
            return -1;
    return 0;
}

/*
 * QEMU must stay our child, of our user: a daemon is the child of init, and a change of user
 * clears the parent-death signal (prctl(2)).  Either would outlive a tool that is killed.
 */
static int check_qemu_args(char *const *args, struct problem *problem)
{
    static const char *const refused[] = { "daemonize", "runas" };

    for (; *args; args++)
        for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
            if ((*args)[0] == '-' && strcmp(*args + 1 + ((*args)[1] == '-'), refused[i]) == 0)
                return problem_set(problem, EXIT_USAGE, "%s: with this QEMU would outlive tutti",
                                   *args);
    return 0;
}

int run_options_parse(int argc, char **argv, struct run_options *options, struct problem *problem)
{
    int option;

    *options = (struct run_options){ .machine = &machines[0],
                                     .timeout_ms = DEFAULT_TIMEOUT_MS,
                                     .plug_at = 1 };
    optind = 0; /* glibc: start over */
    while ((option = getopt_long(argc, argv, "+:M:c:k:a:m:o:nqh", long_options, NULL)) != -1)
        if (take(option, argv, options, problem) < 0)
            return -1;
    if (optind < argc && strcmp(argv[optind - 1], "--") != 0)
        return problem_set(problem, EXIT_USAGE,
                           "%s: not an option; arguments for QEMU stand behind --", argv[optind]);
    options->qemu_args = argv + optind;
    if (check_qemu_args(options->qemu_args, problem) < 0)
        return -1;
    return has_console(options) ? 0 : add_default_consoles(options, problem);
}

void run_options_free(struct run_options *options)
{
    for (size_t i = 0; i < options->spec_count; i++)
        console_spec_free(&options->specs[i]);
    free(options->specs);
    *options = (struct run_options){ 0 };
}
