/*
 * tutti list: machines, consoles, backends, and what this QEMU really offers.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/backends.h"
#include "host-tools/command.h"
#include "host-tools/consoles.h"
#include "host-tools/machines.h"
#include "host-tools/problem.h"
#include "host-tools/qemu_binary.h"
#include "host-tools/qemu_session.h"
#include "host-tools/report.h"
#include "host-tools/risk.h"
#include "host-tools/strbuf.h"

static const char usage[] =
    "usage: tutti list [machines|consoles|backends] [-M MACHINE]\n"
    "       tutti list backends --risk\n"
    "What tutti knows, and whether the QEMU at hand has it.  -M asks that machine's QEMU,\n"
    "and shows only what it can have.  --risk: what each pair of a console and a backend may\n"
    "lose.\n";

/* A row is offered, or not, or there is nobody to ask. */
static const char *offered(const char *help, const char *name)
{
    if (!help)
        return "no QEMU";
    return !name || qemu_help_has(help, name) ? "yes" : "not here";
}

static void print_head(const char *text)
{
    bool is_coloured = report_wants_colour(stdout);

    printf("%s%s%s\n", is_coloured ? "\033[1m" : "", text, is_coloured ? "\033[0m" : "");
}

/* Help text of the machine's QEMU, or NULL; freed by the caller. */
static char *ask_help(const struct machine *machine, const char *option)
{
    struct problem problem = { 0 };
    struct qemu_binary qemu;
    char *help = NULL;

    if (qemu_binary_find(&qemu, machine, NULL, &problem) == 0)
        help = qemu_binary_help(&qemu, option);
    qemu_binary_free(&qemu);
    return help;
}

static void print_qemu(const struct machine *machine)
{
    struct problem problem = { 0 };
    struct qemu_binary qemu;

    if (qemu_binary_find(&qemu, machine, NULL, &problem) < 0) {
        printf("%s\n\n", problem.text);
    } else {
        char *version = qemu_binary_version(&qemu);
        printf("%s: %s\n\n", qemu.path, version ? version : "does not run");
        free(version);
    }
    qemu_binary_free(&qemu);
}

static void list_machines(const struct machine *only)
{
    print_head("MACHINE      QEMU                            HERE      WHAT");
    for (size_t i = 0; i < machine_count; i++) {
        const struct machine *machine = &machines[i];
        if (only && only != machine)
            continue;
        char *help = ask_help(machine, "-M");
        struct strbuf qemu = { 0 };
        strbuf_printf(&qemu, "%s -M %s", machine->qemu, machine->type);
        printf("%-12s %-31s %-9s %s\n", machine->name, qemu.text, offered(help, machine->type),
               machine->what);
        strbuf_free(&qemu);
        free(help);
    }
}

/* Does the machine's QEMU have this device?  NULL: it is no device, and always there. */
static const char *offered_device(struct qemu_session *session, const char *name)
{
    if (!session)
        return "no QEMU";
    return !name || qemu_session_has_device(session, name) ? "yes" : "not here";
}

static void print_consoles(const struct machine *only, struct qemu_session *session)
{
    print_head("CONSOLE                              HERE      WHAT");
    for (size_t i = 0; i < console_kind_count; i++) {
        const struct console_kind *kind = &console_kinds[i];
        if (!only || machine_can_have(only, kind))
            printf("%-36s %-9s %s\n", kind->name, offered_device(session, kind->device),
                   kind->what);
    }
    puts("");
    print_head("CONTROLLER (before a slash)          HERE      WHAT");
    for (size_t i = 0; i < controller_kind_count; i++) {
        const struct controller_kind *kind = &controller_kinds[i];
        if (!only || machine_can_control(only, kind))
            printf("%-36s %-9s %s\n", kind->name, offered_device(session, kind->name), kind->what);
    }
}

static void list_consoles(const struct machine *only)
{
    struct problem problem = { 0 };
    struct qemu_session session;
    struct qemu_binary qemu;

    if (qemu_binary_find(&qemu, only ? only : &machines[0], NULL, &problem) < 0) {
        print_consoles(only, NULL);
    } else {
        bool is_open = qemu_session_open(&session, &qemu, &problem) == 0;
        print_consoles(only, is_open ? &session : NULL);
        qemu_session_close(&session);
    }
    qemu_binary_free(&qemu);
}

static void list_backends(const struct machine *only)
{
    char *help = ask_help(only ? only : &machines[0], "-chardev");

    print_head("BACKEND      HERE      WHAT");
    for (size_t i = 0; i < backend_count; i++) {
        const struct backend *backend = backend_table[i];
        printf("%-12s %-9s %s%s\n", backend->name, offered(help, backend->driver), backend->what,
               i == 0 ? " (the default)" : "");
    }
    puts("mux(BACKEND)           one chardev for up to four consoles (mux=on): mux=NAME joins it");
    free(help);
}

static const struct section {
    const char *name;
    void (*list)(const struct machine *only);
} sections[] = {
    { "machines", list_machines },
    { "consoles", list_consoles },
    { "backends", list_backends },
};

#define SECTIONS (sizeof(sections) / sizeof(sections[0]))

struct list_options {
    const struct machine *machine; /* NULL: all                 */
    const struct section *section; /* NULL: all                 */
    bool is_risk;
    bool is_help;
};

static int take_machine(const char *name, struct list_options *options, struct problem *problem)
{
    options->machine = name ? machine_find(name, strlen(name)) : NULL;
    if (options->machine)
        return 0;
    return problem_set(problem, EXIT_USAGE,
                       "-M %s: no machine is called that: `tutti list machines` has them",
                       name ? name : "");
}

static int take_section(const char *name, struct list_options *options, struct problem *problem)
{
    for (size_t i = 0; i < SECTIONS; i++) {
        if (strcmp(sections[i].name, name) == 0) {
            options->section = &sections[i];
            return 0;
        }
    }
    return problem_set(problem, EXIT_USAGE, "list %s: expected machines, consoles or backends",
                       name);
}

static int parse(char **argv, struct list_options *options, struct problem *problem)
{
    for (char **word = argv + 1; *word; word++) {
        int result = 0;
        if (strcmp(*word, "-h") == 0 || strcmp(*word, "--help") == 0)
            options->is_help = true;
        else if (strcmp(*word, "--risk") == 0)
            options->is_risk = true;
        else if (strcmp(*word, "-M") == 0 || strcmp(*word, "--machine") == 0)
            result = take_machine(word[1], options, problem), word += word[1] != NULL;
        else
            result = take_section(*word, options, problem);
        if (result < 0)
            return -1;
    }
    return 0;
}

int cmd_list(int argc, char **argv)
{
    struct list_options options = { 0 };
    struct problem problem = { 0 };

    (void)argc;
    if (parse(argv, &options, &problem) < 0)
        return problem_print(&problem);
    if (options.is_help) {
        fputs(usage, stdout);
        return EXIT_PROVED;
    }
    if (options.is_risk) {
        risk_print(stdout);
        return EXIT_PROVED;
    }
    print_qemu(options.machine ? options.machine : &machines[0]);
    for (size_t i = 0; i < SECTIONS; i++) {
        if (options.section && options.section != &sections[i])
            continue;
        sections[i].list(options.machine);
        if (!options.section && i + 1 < SECTIONS)
            puts("");
    }
    return EXIT_PROVED;
}
