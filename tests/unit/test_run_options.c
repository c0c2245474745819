/*
 * The arguments of `tutti run`.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host-tools/run_options.h"

#define MAX_WORDS 32

/* A blank ends a word. */
struct command_line {
    char text[512];
    char *argv[MAX_WORDS + 1];
    int argc;
};

static void split(struct command_line *line, const char *text)
{
    memset(line, 0, sizeof(*line));
    strncpy(line->text, text, sizeof(line->text) - 1);
    for (char *word = strtok(line->text, " "); word && line->argc < MAX_WORDS;
         word = strtok(NULL, " "))
        line->argv[line->argc++] = word;
}

static struct run_options good(struct command_line *line, const char *text)
{
    struct run_options options;
    struct problem problem = { 0 };

    split(line, text);
    assert_int_equal(run_options_parse(line->argc, line->argv, &options, &problem), 0);
    return options;
}

static void check_bad(const char *text, const char *complaint)
{
    struct command_line line;
    struct run_options options;
    struct problem problem = { 0 };

    split(&line, text);
    assert_int_equal(run_options_parse(line.argc, line.argv, &options, &problem), -1);
    assert_int_equal(problem.status, EXIT_USAGE);
    assert_non_null(strstr(problem.text, complaint));
    run_options_free(&options);
}

static void nothing_given(void **state)
{
    struct command_line line;
    struct run_options options = good(&line, "run");

    (void)state;
    assert_string_equal(options.machine->name, "q35");
    assert_int_equal(options.spec_count, 5);
    assert_int_equal(options.timeout_ms, 60000);
    assert_int_equal(options.accel, ACCEL_TCG);
    assert_null(options.qemu_args[0]);
    run_options_free(&options);
}

static void everything_given(void **state)
{
    struct command_line line;
    struct run_options options = good(
        &line, "run -M aarch64,secure=on,x=y -c uart -c 2xvirtconsole:pty -k img -a flood=1 -m 64M "
               "--smp 4 --cpu max --accel auto --timeout 1.5 --qemu q -o dir -nq --json -- -d int");

    (void)state;
    assert_string_equal(options.machine->name, "aarch64");
    assert_string_equal(options.machine_props, "secure=on,x=y");
    assert_int_equal(options.spec_count, 2);
    assert_string_equal(options.image, "img");
    assert_string_equal(options.words, "flood=1");
    assert_string_equal(options.memory, "64M");
    assert_int_equal(options.smp, 4);
    assert_string_equal(options.cpu, "max");
    assert_int_equal(options.accel, ACCEL_AUTO);
    assert_int_equal(options.timeout_ms, 1500);
    assert_string_equal(options.qemu, "q");
    assert_string_equal(options.folder, "dir");
    assert_true(options.is_dry && options.is_quiet && options.is_json);
    assert_string_equal(options.qemu_args[0], "-d");
    assert_string_equal(options.qemu_args[1], "int");
    assert_null(options.qemu_args[2]);
    run_options_free(&options);
}

static void every_machine_has_a_default_set(void **state)
{
    (void)state;
    for (size_t i = 0; i < machine_count; i++) {
        struct command_line line;
        char text[64] = "run -M ";
        strncat(text, machines[i].name, 32);
        struct run_options options = good(&line, text);
        assert_true(options.spec_count >= 4);
        run_options_free(&options);
    }
}

/* What comes and goes does not replace the default set. */
static void plugged_consoles(void **state)
{
    struct command_line line;
    struct run_options options = good(&line, "run --plug virtconsole --unplug pci-serial:pty "
                                             "--plug-at 4096");

    (void)state;
    assert_int_equal(options.spec_count, 7);
    assert_int_equal(options.specs[0].when, CONSOLE_PLUGGED);
    assert_int_equal(options.specs[1].when, CONSOLE_UNPLUGGED);
    assert_int_equal(options.specs[2].when, CONSOLE_ALWAYS);
    assert_int_equal(options.plug_at, 4096);
    run_options_free(&options);
}

static void mistakes(void **state)
{
    (void)state;
    check_bad("run -M", "-M needs a value");
    check_bad("run -M z80", "no machine is called that");
    check_bad("run -M q", "no machine is called that");
    check_bad("run -c", "-c needs a value");
    check_bad("run -c tty", "no console is called");
    check_bad("run --frob", "--frob: no such option");
    check_bad("run -z", "no such option");
    check_bad("run q35", "q35: not an option");
    check_bad("run --plug uart", "uart is no device that can be plugged");
    check_bad("run --plug-at 0", "expected bytes");
    check_bad("run --accel hvf", "expected tcg, kvm or auto");
    check_bad("run --smp 0", "expected a number of CPUs");
    check_bad("run --smp -3", "expected a number of CPUs");
    check_bad("run --smp 4x", "expected a number of CPUs");
    check_bad("run --timeout 0", "expected seconds");
    check_bad("run --timeout -1", "expected seconds");
    check_bad("run --timeout 5m", "expected seconds");
    check_bad("run --timeout nan", "expected seconds");
    check_bad("run --timeout 1e9", "expected seconds");
    check_bad("run --timeout 0.0001", "expected seconds");
    check_bad("run -- -daemonize", "would outlive tutti");
    check_bad("run -- -S --daemonize", "would outlive tutti");
    check_bad("run -- -runas nobody", "would outlive tutti");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_given),
        cmocka_unit_test(everything_given),
        cmocka_unit_test(every_machine_has_a_default_set),
        cmocka_unit_test(plugged_consoles),
        cmocka_unit_test(mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
