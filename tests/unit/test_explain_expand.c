/*
 * Short options in their long form, and what a command line becomes that is only looked at.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host-tools/explain_expand.h"
#include "host-tools/explain_model.h"
#include "host-tools/explain_probe.h"

#define WORDS_MAX 32

/* A command line in one string, split at blanks. */
struct given {
    char *text;
    char *words[WORDS_MAX + 1];
    struct qemu_cmdline line;
};

static void give(struct given *given, const char *text)
{
    struct problem problem = { 0 };
    size_t count = 0;

    *given = (struct given){ .text = must_strdup(text) };
    for (char *rest = given->text, *word; (word = strsep(&rest, " "));)
        if (*word && count < WORDS_MAX)
            given->words[count++] = word;
    assert_int_equal(qemu_cmdline_read(given->words, &given->line, &problem), 0);
}

static void take_back(struct given *given)
{
    qemu_cmdline_free(&given->line);
    free(given->text);
}

static char *joined(const struct argv *argv)
{
    struct strbuf text = { 0 };

    for (size_t i = 0; i < argv->count; i++)
        strbuf_printf(&text, "%s%s", i ? " " : "", argv->words[i]);
    return text.text;
}

static const struct expand_facts pc = { true, true, true, true };
static const struct expand_facts board = { false, true, true, true };

static void check(const struct expand_facts *facts, const char *text, const char *expected)
{
    struct problem problem = { 0 };
    struct expansion expansion;
    struct given given;

    give(&given, text);
    assert_int_equal(expand(&given.line, "q", facts, &expansion, &problem), 0);
    char *out = joined(&expansion.argv);
    assert_string_equal(out, expected);
    free(out);
    expansion_free(&expansion);
    take_back(&given);
}

static void ports_of_a_pc(void **state)
{
    (void)state;
    check(&pc, "-serial stdio",
          "q -chardev stdio,id=serial0 -device isa-serial,index=0,chardev=serial0");
    check(&pc, "-serial none -serial null",
          "q -chardev null,id=serial1 -device isa-serial,index=1,chardev=serial1");
    check(&pc, "-serial none", "q -serial none");
    check(&pc, "-serial chardev:a -chardev null,id=a",
          "q -chardev null,id=a -device isa-serial,index=0,chardev=a");
    check(&pc, "-parallel null",
          "q -chardev null,id=parallel0 -device isa-parallel,index=0,chardev=parallel0");
    check(&pc, "-parallel none", "q -parallel none");
    check(&pc, "-debugcon null -device pvpanic",
          "q -chardev null,id=debugcon -device pvpanic -device isa-debugcon,chardev=debugcon");
    /* The machine's own ports are made before what -device says. */
    check(
        &pc, "-device isa-serial -serial null",
        "q -chardev null,id=serial0 -device isa-serial,index=0,chardev=serial0 -device isa-serial");
    /* QEMU has four of them, whatever is asked for. */
    check(&pc, "-serial none -serial none -serial none -serial none -serial null",
          "q -chardev null,id=serial4");
}

static void ports_of_a_board(void **state)
{
    (void)state;
    check(
        &board, "-M virt -serial mon:stdio",
        "q -M virt -chardev stdio,id=serial0,mux=on,signal=off -mon chardev=serial0,mode=readline "
        "-serial chardev:serial0");
    check(&board, "-serial none -serial null",
          "q -serial none -chardev null,id=serial1 -serial chardev:serial1");
}

static void monitors(void **state)
{
    (void)state;
    check(&pc, "-monitor stdio",
          "q -chardev stdio,id=compat_monitor0 -mon chardev=compat_monitor0,mode=readline");
    check(&pc, "-monitor null -qmp-pretty null",
          "q -chardev null,id=compat_monitor0 -mon chardev=compat_monitor0,mode=readline -chardev "
          "null,id=compat_monitor1 -mon chardev=compat_monitor1,mode=control,pretty=on");
    check(&pc, "-monitor chardev:m -qmp null",
          "q -mon chardev=m,mode=readline -chardev null,id=compat_monitor1 -mon "
          "chardev=compat_monitor1,mode=control");
    check(&pc, "-monitor none", "q -monitor none");
}

/* QEMU: qemu_create_default_devices(): who gets the terminal depends on what else was said. */
static void nographic(void **state)
{
    static const char head[] = "-display none -machine graphics=off";
    char expected[512];

    (void)state;
    snprintf(expected, sizeof(expected),
             "q %s -chardev stdio,id=serial0,mux=on,signal=off -mon chardev=serial0,mode=readline "
             "-chardev null,id=parallel0 -device isa-serial,index=0,chardev=serial0 -device "
             "isa-parallel,index=0,chardev=parallel0",
             head);
    check(&pc, "-nographic", expected);
    snprintf(expected, sizeof(expected), "q -nodefaults %s", head);
    check(&pc, "-nographic -nodefaults", expected);
    snprintf(expected, sizeof(expected),
             "q -chardev null,id=serial0 %s -chardev stdio,id=compat_monitor0 -mon "
             "chardev=compat_monitor0,mode=readline -chardev null,id=parallel0 -device "
             "isa-serial,index=0,chardev=serial0 -device isa-parallel,index=0,chardev=parallel0",
             head);
    check(&pc, "-serial null -nographic", expected);
    snprintf(expected, sizeof(expected),
             "q -monitor none %s -chardev stdio,id=serial0 -parallel none -device "
             "isa-serial,index=0,chardev=serial0",
             head);
    check(&pc, "-monitor none -parallel none -nographic", expected);
}

static void check_row(const char *text, const char *given_word, const char *part)
{
    struct problem problem = { 0 };
    struct expansion expansion;
    struct given given;
    bool is_there = false;

    give(&given, text);
    assert_int_equal(expand(&given.line, "q", &pc, &expansion, &problem), 0);
    for (size_t i = 0; i < expansion.option_count; i++)
        is_there |= strcmp(expansion.options[i].given, given_word) == 0 &&
                    (!part || strstr(expansion.options[i].meaning, part));
    assert_int_equal(is_there, part != NULL);
    expansion_free(&expansion);
    take_back(&given);
}

static void rows_for_people(void **state)
{
    (void)state;
    check_row("", "(no -serial)", "vc,id=serial0,cols=80,rows=24");
    check_row("-nodefaults", "(no -serial)", NULL);
    check_row("-device isa-serial", "(no -serial)", NULL);
    check_row("-device {\"driver\":\"isa-serial\"}", "(no -serial)", NULL);
    check_row("-serial mon:stdio", "(no -monitor)", NULL);
    check_row("-debugcon mon:stdio", "(no -monitor)", "compat_monitor0");
    check_row("-serial none", "-serial none", "");
    check_row("-qmp null", "-qmp null", "mode=control");
}

static void guesses(void **state)
{
    static const struct {
        const char *text;
        bool is_pc;
    } rows[] = {
        { "", true },
        { "-M q35", true },
        { "-M microvm", false },
        { "-machine type=pc,usb=on", true },
        { "-machine usb=on -M virt", false },
        { "qemu-system-arm -M q35", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct given given;
        give(&given, rows[i].text);
        assert_int_equal(expand_guess(&given.line).is_pc, rows[i].is_pc);
        take_back(&given);
    }
}

static void mistakes(void **state)
{
    static const char *const bad[] = { "-serial frob", "-monitor frob", "-debugcon frob",
                                       "-parallel frob", "-qmp mon:" };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct problem problem = { 0 };
        struct expansion expansion;
        struct given given;
        give(&given, bad[i]);
        assert_int_equal(expand(&given.line, "q", &pc, &expansion, &problem), -1);
        assert_int_equal(problem.status, EXIT_USAGE);
        expansion_free(&expansion);
        take_back(&given);
    }
}

static void cautions(void **state)
{
    static const struct {
        const char *text, *part;
    } rows[] = {
        { "-serial stdio", "signal=off" },
        { "-serial pty", "before somebody opens it is lost" },
        { "-serial unix:p,server", "QEMU waits for a client" },
        { "-serial unix:p,server,nowait", NULL },
        { "-serial mon:stdio", NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct problem problem = { 0 };
        struct expansion expansion;
        struct argv notes = { 0 };
        struct given given;
        give(&given, rows[i].text);
        assert_int_equal(expand(&given.line, "q", &pc, &expansion, &problem), 0);
        caution_chardevs(&expansion, &notes);
        assert_int_equal(notes.count, rows[i].part != NULL);
        if (rows[i].part)
            assert_non_null(strstr(notes.words[0], rows[i].part));
        argv_free(&notes);
        expansion_free(&expansion);
        take_back(&given);
    }
}

/* --- The probe --------------------------------------------------------------------------------- */

static void check_probe(const char *text, const char *expected)
{
    struct probe probe;
    struct given given;

    give(&given, text);
    probe_make(&given.line, "q", "/F", &probe);
    char *out = joined(&probe.argv);
    char whole[1024];
    snprintf(whole, sizeof(whole), "q%s%s -display none", *expected ? " " : "", expected);
    assert_string_equal(out, whole);
    free(out);
    probe_free(&probe);
    take_back(&given);
}

static void nothing_of_the_user_is_opened(void **state)
{
    (void)state;
    check_probe("-serial file:x", "-serial file:/dev/null");
    check_probe("-serial mon:file:x", "-serial mon:file:/dev/null");
    check_probe("-serial pipe:x", "-serial pipe:/F/0");
    check_probe("-serial unix:x", "-serial unix:/F/0,server=on,wait=off");
    check_probe("-qmp unix:x,server", "-qmp unix:/F/0,server=on,wait=off");
    check_probe("-serial tcp::1,server", "-serial tcp::1,server,wait=off");
    check_probe("-serial tcp:h:1", "-serial unix:/F/0,server=on,wait=off");
    check_probe("-serial /dev/ttyS0", "-serial null");
    check_probe("-serial pty:l -serial pty", "-serial pty -serial pty");
    check_probe("-chardev file,id=c,path=x,append=on",
                "-chardev file,id=c,append=on,path=/dev/null");
    check_probe("-chardev file,id=c,path=/dev/fdset/1", "-chardev file,id=c,path=/dev/fdset/1");
    check_probe("-chardev null,id=c,logfile=x,logappend=on", "-chardev null,id=c");
    check_probe("-chardev backend=file,id=c,path=x", "-chardev backend=file,id=c,path=/dev/null");
    check_probe("-chardev tty,id=c,path=/dev/ttyS0,mux=on", "-chardev null,id=c,mux=on");
    check_probe("-chardev socket,id=c,path=x,server=on,telnet=on",
                "-chardev socket,id=c,telnet=on,path=/F/0,server=on,wait=off");
    check_probe("-drive file=x,if=virtio,id=d", "-drive file=null-co://,format=raw,if=virtio,id=d");
    check_probe("-drive if=pflash,file=x", "-drive if=pflash,file=x,snapshot=on");
    check_probe("x.img", "-drive file=null-co://,format=raw,index=0,media=disk");
    check_probe("-netdev tap,id=n,script=x", "-netdev hubport,hubid=1000,id=n");
    check_probe("-netdev user,id=n", "-netdev user,id=n");
    check_probe("-netdev user,id=n,hostfwd=tcp::1-:1", "-netdev hubport,hubid=1000,id=n");
    check_probe("-nic tap,model=e1000 -nic none", "-nic user,model=e1000 -nic none");
    check_probe("-daemonize -pidfile x -s -gdb tcp::1 -D x -vnc :0 -incoming defer", "");
    check_probe("-serial frob -serial chardev:c", "-serial frob -serial chardev:c");
}

static void a_path_that_is_too_long_stays(void **state)
{
    char text[300] = "-serial unix:";

    (void)state;
    memset(text + strlen(text), 'x', 120);
    check_probe(text, text);
}

static void descriptors_are_supplied(void **state)
{
    struct probe probe;
    struct given given;

    (void)state;
    give(&given, "-add-fd set=1,fd=29 -chardev socket,id=c,fd=26,server=on -chardev "
                 "socket,id=d,fd=27 -add-fd set=2,fd=99999 -add-fd set=3,fd=1 -add-fd set=4,fd=x");
    probe_make(&given.line, "q", "/F", &probe);
    assert_int_equal(probe.need_count, 3);
    assert_int_equal(probe.needs[0].thing, PROBE_NULL_FD);
    assert_int_equal(probe.needs[0].fd, 29);
    assert_int_equal(probe.needs[1].thing, PROBE_LISTENING_FD);
    assert_int_equal(probe.needs[2].thing, PROBE_CONNECTED_FD);
    assert_int_equal(probe.highest_fd, 29);
    probe_free(&probe);
    take_back(&given);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ports_of_a_pc),
        cmocka_unit_test(ports_of_a_board),
        cmocka_unit_test(monitors),
        cmocka_unit_test(nographic),
        cmocka_unit_test(rows_for_people),
        cmocka_unit_test(guesses),
        cmocka_unit_test(mistakes),
        cmocka_unit_test(cautions),
        cmocka_unit_test(nothing_of_the_user_is_opened),
        cmocka_unit_test(a_path_that_is_too_long_stays),
        cmocka_unit_test(descriptors_are_supplied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
