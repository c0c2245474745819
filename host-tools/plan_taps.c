/*
 * What is to be built: the taps behind each port of a console.
 *
 * Mostly one for one.  A logfile= is a second tap; the members of a hub are taps of their
 * own, before the hub's; and many ports may share the tap of one mux.
 *
 * Next on the tour: compose.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "host-tools/plan_internal.h"

#define NO_TAP SIZE_MAX

/* Behind a chardev's name: the tap of its logfile=. */
#define LOG_ENDING ".logfile"

/* A tap to be made. */
struct wanted {
    const struct console_spec *console;
    const struct backend_spec *backend;
    const char *name;  /* of the chardev                      */
    const char *label; /* of the console, for people          */
    const char *above; /* "hub.1/", or ""                     */
};

static char *joined(const char *a, const char *b, const char *c)
{
    struct strbuf text = { 0 };

    strbuf_printf(&text, "%s%s%s", a, b, c);
    return text.text;
}

/* --- One tap --------------------------------------------------------------------------- */

static struct tap *push_tap(struct plan *plan, const struct wanted *wanted,
                            const struct backend *kind)
{
    size_t count = plan->tap_count + 1;

    plan->taps = must_realloc(plan->taps, count * sizeof(*plan->taps));
    plan->labels = must_realloc(plan->labels, count * sizeof(*plan->labels));
    plan->labels[plan->tap_count] = must_strdup(wanted->label);
    plan->taps[plan->tap_count] = (struct tap){
        .child_fd = QEMU_FD_TAP + (int)plan->tap_count,
        .folder = plan->options->folder,
        .backend = kind,
        .is_partial = wanted->console->when == CONSOLE_UNPLUGGED,
        .frontends = 1,
        .fd = -1,
        .qemu_fd = -1,
        .qemu_input_fd = -1,
        .listener_fd = -1,
    };
    plan->tap_count = count;
    return &plan->taps[count - 1];
}

/* QEMU's own words for the logfile= of a tap that is made next. */
static char *log_option(const struct plan *plan, const struct backend_spec *spec)
{
    struct strbuf option = { 0 };

    if (spec->log_path)
        strbuf_printf(&option, ",logfile=%s%s", spec->log_path,
                      spec->log_appends ? ",logappend=on" : "");
    else
        strbuf_printf(&option, ",logfile=/dev/fdset/%d,logappend=on",
                      QEMU_FD_TAP + (int)plan->tap_count);
    return option.text;
}

static char *shown_of(const struct wanted *wanted, const char *below)
{
    const struct backend_spec *spec = wanted->backend;
    struct strbuf shown = { 0 };

    strbuf_printf(&shown, "%s%s%s%s", wanted->above, spec->is_mux ? "mux/" : "", spec->kind->name,
                  below);
    return shown.text;
}

/* The logfile= of the tap before it. */
static void add_log(struct plan *plan, const struct wanted *wanted)
{
    struct tap *tap = push_tap(plan, wanted, &backend_log);

    tap->name = joined(wanted->name, LOG_ENDING, "");
    tap->shown = shown_of(wanted, "/logfile");
    tap->keep_path = wanted->backend->log_path;
    tap->keeps_old = wanted->backend->log_appends;
}

/* returns  its index */
static size_t add_tap(struct plan *plan, const struct wanted *wanted)
{
    const struct backend_spec *spec = wanted->backend;
    size_t index = plan->tap_count;
    struct tap *tap = push_tap(plan, wanted, spec->kind);

    tap->name = must_strdup(wanted->name);
    tap->shown = shown_of(wanted, "");
    tap->props = spec->props;
    tap->reader = spec->reader;
    tap->is_mux = spec->is_mux;
    if (!spec->has_log)
        return index;
    tap->log_option = log_option(plan, spec);
    if (!spec->log_path)
        tap->log_name = joined(wanted->name, LOG_ENDING, "");
    add_log(plan, wanted);
    return index;
}

/* --- hub and mux -------------------------------------------------------------------------- */

static size_t add_hub(struct plan *plan, const struct wanted *wanted)
{
    struct strbuf members = { 0 };

    for (size_t i = 0; i < wanted->backend->member_count; i++) {
        struct strbuf name = { 0 }, above = { 0 };
        struct wanted member = *wanted;
        strbuf_printf(&name, "%s.%zu", wanted->name, i + 1);
        strbuf_printf(&above, "hub.%zu/", i + 1);
        member.backend = &wanted->backend->members[i];
        member.name = name.text;
        member.above = above.text;
        add_tap(plan, &member);
        strbuf_printf(&members, ",chardevs.%zu=%s", i, name.text);
        strbuf_free(&name);
        strbuf_free(&above);
    }
    size_t hub = add_tap(plan, wanted);
    plan->taps[hub].members = members.text;
    return hub;
}

static size_t find_tap(const struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->tap_count; i++)
        if (strcmp(plan->taps[i].name, name) == 0)
            return i;
    return NO_TAP;
}

/* The tap of a mux without a name: the one that this very -c has made. */
static size_t find_own_mux(const struct plan *plan, const struct console_spec *spec)
{
    for (size_t i = 0; i < plan->device_count; i++)
        if (plan->devices[i].spec == spec)
            return plan->devices[i].taps[0];
    return NO_TAP;
}

static int join_mux(struct plan *plan, size_t index, const char *label, struct problem *problem)
{
    struct tap *tap = &plan->taps[index];

    if (!tap->is_mux)
        return problem_set(problem, EXIT_USAGE, "-c: mux=%s: a console is called that already",
                           tap->name);
    if (tap->frontends == MUX_MOST)
        return problem_set(problem, EXIT_USAGE, "-c: a mux carries %d consoles, and no more",
                           MUX_MOST);
    tap->frontends++;
    char *longer = joined(plan->labels[index], " + ", label);
    free(plan->labels[index]);
    plan->labels[index] = longer;
    return 0;
}

/* The first port makes it, the others join. */
static int take_mux(struct plan *plan, const struct wanted *wanted, size_t own, size_t *index,
                    struct problem *problem)
{
    const char *name = wanted->backend->mux;
    struct wanted named = *wanted;

    *index = name ? find_tap(plan, name) : own;
    if (*index != NO_TAP)
        return join_mux(plan, *index, wanted->label, problem);
    if (!wanted->backend->kind)
        return problem_set(problem, EXIT_USAGE,
                           "-c: mux=%s: a console before must have mux=%s(BACKEND)", name, name);
    if (name)
        named.name = name;
    *index = add_tap(plan, &named);
    return 0;
}

/* --- A port --------------------------------------------------------------------------------- */

/* Ports before this one, of consoles for which is_like() is true. */
static unsigned count_ports(const struct plan *plan, const struct console_spec *spec,
                            bool (*is_like)(const struct console_spec *a,
                                            const struct console_spec *b))
{
    unsigned count = 0;

    for (size_t i = 0; i < plan->device_count; i++)
        if (is_like(plan->devices[i].spec, spec))
            count += spec->kind->ports;
    return count;
}

static bool is_same_kind(const struct console_spec *a, const struct console_spec *b)
{
    return a->kind == b->kind;
}

static bool is_same_text(const struct console_spec *a, const struct console_spec *b)
{
    return strcmp(a->text, b->text) == 0;
}

static struct strbuf port_label(const struct plan *plan, const struct console_spec *spec,
                                unsigned port)
{
    struct strbuf label = { 0 };
    unsigned number = count_ports(plan, spec, is_same_text) + port + 1;

    strbuf_printf(&label, "%s", spec->text);
    if (number > 1)
        strbuf_printf(&label, " #%u", number);
    return label;
}

static struct strbuf port_name(const struct plan *plan, const struct console_spec *spec,
                               unsigned port)
{
    struct strbuf name = { 0 };

    strbuf_printf(&name, "%s%u", spec->kind->name, count_ports(plan, spec, is_same_kind) + port);
    return name;
}

static int check_stdio(const struct plan *plan, struct problem *problem)
{
    unsigned count = 0;

    for (size_t i = 0; i < plan->tap_count; i++)
        count += plan->taps[i].backend->is_stdio;
    if (count <= 1)
        return 0;
    return problem_set(problem, EXIT_USAGE,
                       "-c: QEMU has one stdio; several consoles share it with mux=x(stdio)");
}

int plan_add_taps(struct plan *plan, struct placed_device *device, unsigned port,
                  struct problem *problem)
{
    const struct console_spec *spec = device->spec;
    struct strbuf label = port_label(plan, spec, port), name = port_name(plan, spec, port);
    struct wanted wanted = { spec, &spec->backend, name.text, label.text, "" };
    size_t own = port ? device->taps[0] : find_own_mux(plan, spec);
    int result = 0;

    if (port == 0)
        device->name = must_strdup(name.text);
    if (spec->backend.is_mux)
        result = take_mux(plan, &wanted, own, &device->taps[port], problem);
    else if (spec->backend.kind == &backend_hub)
        device->taps[port] = add_hub(plan, &wanted);
    else
        device->taps[port] = add_tap(plan, &wanted);
    strbuf_free(&label);
    strbuf_free(&name);
    return result < 0 ? result : check_stdio(plan, problem);
}

void plan_free_tap(struct tap *tap)
{
    free(tap->name);
    free(tap->shown);
    free(tap->members);
    free(tap->log_option);
    free(tap->log_name);
}
