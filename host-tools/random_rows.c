/*
 * Rows drawn by chance out of everything that a machine can have.
 *
 * A row is a few groups: so many consoles of one kind, on a controller that gives their bus,
 * perhaps behind a bridge.  The limits keep below what any machine has room for, so that a
 * row that QEMU refuses is a fault of ours.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/random_rows.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "host-tools/consoles.h"

enum { GROUPS_MAX = 4, KINDS_MAX = 32, CONTROLLERS_MAX = 32 };

struct draw {
    uint64_t state;
    const struct machine *machine;
    unsigned drawn[KINDS_MAX]; /* consoles so far, by row of console_kinds */
    unsigned group;
};

/* splitmix64, by Sebastiano Vigna: public domain, the same numbers everywhere. */
static uint64_t next(struct draw *draw)
{
    uint64_t z = draw->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static unsigned below(struct draw *draw, unsigned limit)
{
    return (unsigned)(next(draw) % limit);
}

static const char *one_of(struct draw *draw, const char *const *words, unsigned count)
{
    return words[below(draw, count)];
}

/* --- a kind of console, and how many -------------------------------------------------- */

/* In one row.  COM ports are shared by two kinds; debugcon has one address unless told. */
static unsigned most_of(const struct machine *machine, const struct console_kind *kind)
{
    if (kind->bus & BUS_MACHINE)
        return machine->uarts > 1 ? 2 : 1;
    if (strcmp(kind->name, "isa-debugcon") == 0)
        return 1;
    if (kind->bus & BUS_VIRTIO_SERIAL)
        return 12;
    return kind->most ? kind->most : 2;
}

static unsigned kinds_left(const struct draw *draw, unsigned *kinds)
{
    unsigned count = 0;
    for (unsigned i = 0; i < console_kind_count && i < KINDS_MAX; i++)
        if (machine_can_have(draw->machine, &console_kinds[i]) &&
            draw->drawn[i] < most_of(draw->machine, &console_kinds[i]))
            kinds[count++] = i;
    return count;
}

/* --- where it sits ----------------------------------------------------------------------- */

static bool gives(const struct controller_kind *controller, const struct machine *machine,
                  unsigned bus)
{
    return !controller->is_hub && (controller->bus & bus) &&
           machine_can_control(machine, controller);
}

static const struct controller_kind *draw_controller(struct draw *draw, unsigned bus)
{
    const struct controller_kind *fit[CONTROLLERS_MAX];
    unsigned count = 0;
    for (unsigned i = 0; i < controller_kind_count && count < CONTROLLERS_MAX; i++)
        if (gives(&controller_kinds[i], draw->machine, bus))
            fit[count++] = &controller_kinds[i];
    return count ? fit[below(draw, count)] : NULL;
}

/* Most PCI devices sit on the root bus; one in four behind a bridge. */
static void add_bridge(struct draw *draw, struct strbuf *text)
{
    const struct controller_kind *bridge = draw_controller(draw, BUS_PCI);
    if (bridge && below(draw, 4) == 0)
        strbuf_printf(text, "%s,id=bridge%u/", bridge->name, draw->group);
}

static void add_path(struct draw *draw, const struct console_kind *kind, struct strbuf *text)
{
    unsigned given = kind->bus & (BUS_VIRTIO_SERIAL | BUS_USB);
    const struct controller_kind *controller = given ? draw_controller(draw, given) : NULL;
    unsigned sits_on = controller ? controller->parent : kind->bus;
    if (sits_on & BUS_PCI)
        add_bridge(draw, text);
    if (controller)
        strbuf_printf(text, "%s,id=group%u/", controller->name, draw->group);
}

/* --- a group ------------------------------------------------------------------------------- */

/* No pty: QEMU's virtconsole drops what it does not take at once. */
static const char *const backends[] = { "file", "file", "pipe", "unix" };

/* "2xpcie-root-port,id=bridge0/virtio-serial-pci,id=group0/virtconsole:pipe" */
static struct strbuf draw_group(struct draw *draw)
{
    struct strbuf text = { 0 };
    unsigned kinds[KINDS_MAX];
    unsigned left = kinds_left(draw, kinds);
    unsigned chosen = kinds[below(draw, left)];
    const struct console_kind *kind = &console_kinds[chosen];
    unsigned most = most_of(draw->machine, kind) - draw->drawn[chosen];
    unsigned room = kind->bus & BUS_PCI ? 1 : most; /* a root port has one place */
    unsigned count = 1 + below(draw, room);
    draw->drawn[chosen] += count;
    strbuf_printf(&text, "%ux", count);
    add_path(draw, kind, &text);
    strbuf_printf(&text, "%s:%s", kind->name, one_of(draw, backends, 4));
    draw->group++;
    return text;
}

static bool has_kinds_left(const struct draw *draw)
{
    unsigned kinds[KINDS_MAX];
    return kinds_left(draw, kinds) > 0;
}

/* --- a row ------------------------------------------------------------------------------------ */

static const struct machine *draw_machine(struct draw *draw, const struct matrix_row *row,
                                          struct problem *problem)
{
    if (row->machines_count == 0)
        return &machines[below(draw, (unsigned)machine_count)];
    const char *name = row->machines[below(draw, row->machines_count)];
    const struct machine *machine = machine_find(name, strcspn(name, ","));
    if (!machine)
        problem_set(problem, EXIT_USAGE, "random: there is no machine %s", name);
    return machine;
}

static void add_words(char **words, unsigned count, struct argv *argv)
{
    for (unsigned i = 0; i < count; i++)
        argv_add(argv, words[i]);
}

static void add_rest(struct draw *draw, const struct matrix_row *row, unsigned timeout,
                     struct argv *argv)
{
    static const char *const floods[] = { "0", "100", "4K", "64K" };
    argv_add(argv, "-a");
    argv_printf(argv, "flood=%s%s%s", one_of(draw, floods, 4), row->words ? " " : "",
                row->words ? row->words : "");
    argv_add(argv, "--smp");
    argv_printf(argv, "%u", 1 + below(draw, 4));
    argv_add(argv, "--timeout");
    argv_printf(argv, "%u", timeout);
    add_words(row->options, row->options_count, argv);
    if (row->args_count)
        argv_add(argv, "--");
    add_words(row->args, row->args_count, argv);
}

static void draw_groups(struct draw *draw, struct argv *argv, struct strbuf *title)
{
    unsigned groups = 1 + below(draw, GROUPS_MAX);
    while (draw->group < groups && has_kinds_left(draw)) {
        struct strbuf group = draw_group(draw);
        argv_add(argv, "-c");
        argv_add(argv, group.text);
        strbuf_printf(title, "%s%s", draw->group > 1 ? " + " : " ", group.text);
        strbuf_free(&group);
    }
}

/* Row number `i` of a seed depends on both and on nothing before it. */
static int add_one(struct matrix *matrix, const struct matrix_row *row, uint64_t seed, unsigned i,
                   struct problem *problem)
{
    struct draw draw = { .state = seed ^ (uint64_t)i << 40 };
    unsigned timeout = row->timeout ? *row->timeout : TIMEOUT_DEFAULT;
    draw.machine = draw_machine(&draw, row, problem);
    if (!draw.machine)
        return -1;
    struct argv argv = { 0 };
    struct strbuf title = { 0 };
    argv_add(&argv, "run");
    argv_add(&argv, "-M");
    argv_add(&argv, draw.machine->name);
    strbuf_printf(&title, "%s: seed %" PRIu64 " row %u:", draw.machine->name, seed, i);
    draw_groups(&draw, &argv, &title);
    add_rest(&draw, row, timeout, &argv);
    int result = matrix_add_boot(matrix, title.text, &argv, timeout, row->expect, problem);
    strbuf_free(&title);
    return result;
}

int random_rows_add(struct matrix *matrix, const struct matrix_row *row, struct problem *problem)
{
    uint64_t seed = row->random->seed ? row->random->seed : (uint64_t)time(NULL);
    if (row->random->count > RANDOM_ROWS_MAX)
        return problem_set(problem, EXIT_USAGE, "random: count is %u, at most %d",
                           row->random->count, RANDOM_ROWS_MAX);
    for (unsigned i = 1; i <= row->random->count; i++)
        if (add_one(matrix, row, seed, i, problem) < 0)
            return -1;
    return 0;
}
