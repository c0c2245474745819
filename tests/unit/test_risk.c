/*
 * The table of risks: whole, readable, and turned into boots that prove it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host-tools/risk.h"
#include "host-tools/risk_rows.h"

struct fixture {
    struct run_options options;
    struct plan plan;
    struct problem problem;
};

static void build(struct fixture *f, const char *machine, const char *const *consoles)
{
    *f = (struct fixture){ .options.machine = machine_find(machine, strlen(machine)) };
    for (size_t n = 0; consoles[n]; n++) {
        f->options.specs = realloc(f->options.specs, (n + 1) * sizeof(*f->options.specs));
        assert_int_equal(console_spec_parse(consoles[n], &f->options.specs[n], &f->problem), 0);
        f->options.spec_count = n + 1;
    }
    if (plan_build(&f->options, &f->plan, &f->problem) < 0)
        fail_msg("%s", f->problem.text);
}

static void drop(struct fixture *f)
{
    plan_free(&f->plan);
    run_options_free(&f->options);
}

#define BUILD(f, machine, ...) build(f, machine, (const char *const[]){ __VA_ARGS__, NULL })

static bool has_row(const struct backend *backend)
{
    size_t len = strlen(backend->name);

    for (size_t i = 0; i < risk_count; i++)
        if (strncmp(risk_table[i].backend, backend->name, len) == 0 &&
            strchr(",(", risk_table[i].backend[len])) /* or the end */
            return true;
    return false;
}

static void every_backend_that_is_captured_has_a_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < backend_count; i++) {
        const struct backend *backend = backend_table[i];
        bool is_other_name = backend == &backend_tty || backend == &backend_log;
        if (backend->collect && !is_other_name && !has_row(backend))
            fail_msg("%s has no row", backend->name);
    }
}

static void every_row_is_a_backend_as_it_is_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < risk_count; i++) {
        struct fixture f;
        char console[64];
        snprintf(console, sizeof(console), "virtconsole:%s", risk_table[i].backend);
        BUILD(&f, "q35", console, "virtconsole");
        const struct tap *tap = &f.plan.taps[f.plan.devices[0].taps[0]];
        const struct risk_row *row = risk_find(&f.plan, tap);
        assert_non_null(row);
        for (unsigned flow = 0; flow < FLOW_KINDS; flow++)
            assert_int_equal(row->risks[flow], risk_table[i].risks[flow]);
        bool has_risk = row->risks[FLOW_DROPS] | row->risks[FLOW_KEEPS];
        assert_int_equal(row->avoid != NULL, has_risk);
        drop(&f);
    }
}

static void a_machines_own_uart_is_one_or_the_other(void **state)
{
    const struct console_kind *uart = console_kind_find("uart", 4);

    (void)state;
    assert_int_equal(risk_flow(machine_find("q35", 3), uart), FLOW_HONEST);
    assert_int_equal(risk_flow(machine_find("riscv64", 7), uart), FLOW_HONEST);
    assert_int_equal(risk_flow(machine_find("aarch64", 7), uart), FLOW_BLOCKS);
    assert_int_equal(risk_flow(machine_find("arm", 3), uart), FLOW_BLOCKS);
}

static void check_warning(const char *machine, const char *console, const char *wanted)
{
    struct fixture f;

    BUILD(&f, machine, console, "virtconsole,nr=9");
    struct strbuf line = risk_warning(&f.plan);
    if (wanted ? !line.text || !strstr(line.text, wanted) : line.len > 0)
        fail_msg("%s: \"%s\", expected \"%s\"", console, line.text, wanted ? wanted : "nothing");
    strbuf_free(&line);
    drop(&f);
}

static void risky_pairs_are_told(void **state)
{
    (void)state;
    check_warning("q35", "virtconsole", NULL);
    check_warning("q35", "isa-serial:unix", NULL); /* it waits, and all others go on */
    check_warning("q35", "virtconsole:pty", "virtconsole:pty may drop bytes");
    check_warning("q35", "virtconsole:pty", "file loses nothing");
    check_warning("q35", "isa-debugcon:tcp", "stops all of QEMU");
    check_warning("aarch64", "uart:pipe", "stops all of QEMU");
    check_warning("q35", "virtserialport:udp", "gets nothing");
    check_warning("q35", "isa-serial:unix,logfile=", "bytes twice");
    check_warning("q35", "virtconsole:hub(file,pipe)", "hub(file,file)");
    check_warning("q35", "virtconsole:hub(file,file)", NULL);
    check_warning("q35", "isa-serial:file,logfile=", NULL);
    check_warning("q35", "virtconsole:mux(pty)", "mux/pty may drop");
}

/* Once, however many there are. */
static void a_pair_is_told_once(void **state)
{
    struct fixture f;

    (void)state;
    BUILD(&f, "q35", "3xvirtconsole:pty", "virtconsole:udp");
    struct strbuf line = risk_warning(&f.plan);
    assert_null(strstr(strstr(line.text, ":pty") + 1, ":pty"));
    assert_non_null(strstr(line.text, "; virtconsole:udp"));
    strbuf_free(&line);
    drop(&f);
}

static void words_for_people(void **state)
{
    struct strbuf words = risk_words(RISK_DROPS | RISK_FIRST);

    (void)state;
    assert_string_equal(words.text, "drops, first");
    strbuf_free(&words);
    words = risk_words(0);
    assert_string_equal(words.text, "-");
    strbuf_free(&words);
}

static const struct boot *boot_of(const struct matrix *matrix, const char *part)
{
    for (size_t i = 0; i < matrix->count; i++)
        if (strstr(matrix->boots[i].title, part))
            return &matrix->boots[i];
    fail_msg("no boot has %s", part);
    return NULL;
}

/* One boot at least for every cell, and each expects what the cell says. */
static void every_cell_is_a_boot(void **state)
{
    char q35[] = "q35", *names[] = { q35 };
    struct matrix_row row = { .machines = names, .machines_count = 1 };
    struct problem problem = { 0 };
    struct matrix matrix = { 0 };

    (void)state;
    assert_int_equal(risk_rows_add(&matrix, &row, &problem), 0);
    assert_true(matrix.count >= risk_count * FLOW_KINDS);
    const struct boot *boot = boot_of(&matrix, "isa-debugcon:pipe,reader=stall");
    assert_true(*boot->expect->frozen);
    assert_int_equal(*boot->expect->status, OUTCOME_PROVED);
    boot = boot_of(&matrix, "isa-serial:pipe,reader=stall");
    assert_false(*boot->expect->frozen);
    boot = boot_of(&matrix, "virtconsole:tcp,reader=stall");
    assert_int_equal(*boot->expect->status, OUTCOME_FAILED);
    assert_int_equal(*boot->expect->consoles[0].blame, LAYER_DEVICE);
    boot = boot_of(&matrix, "isa-serial:udp,reader=stall");
    assert_int_equal(*boot->expect->consoles[0].blame, LAYER_BACKEND);
    boot = boot_of(&matrix, "isa-serial:pty,reader=late");
    assert_int_equal(*boot->expect->consoles[0].blame, LAYER_READER);
    boot = boot_of(&matrix, "hub(file,unix,reader=stall");
    boot = boot_of(&matrix, "virtserialport:null");
    assert_string_equal(boot->expect->conclusion, " silent");
    matrix_free(&matrix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_backend_that_is_captured_has_a_row),
        cmocka_unit_test(every_row_is_a_backend_as_it_is_written),
        cmocka_unit_test(a_machines_own_uart_is_one_or_the_other),
        cmocka_unit_test(risky_pairs_are_told),
        cmocka_unit_test(a_pair_is_told_once),
        cmocka_unit_test(words_for_people),
        cmocka_unit_test(every_cell_is_a_boot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
