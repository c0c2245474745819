/*
 * What stands behind the colon of -c.
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

#include "host-tools/backend_spec.h"

static struct backend_spec good(const char *text)
{
    struct problem problem = { 0 };
    struct backend_spec spec;

    if (backend_spec_parse(text, strlen(text), &spec, &problem) < 0)
        fail_msg("%s: %s", text, problem.text);
    return spec;
}

static void check_bad(const char *text, const char *complaint)
{
    struct problem problem = { 0 };
    struct backend_spec spec;

    assert_int_equal(backend_spec_parse(text, strlen(text), &spec, &problem), -1);
    assert_int_equal(problem.status, EXIT_USAGE);
    if (!strstr(problem.text, complaint))
        fail_msg("%s: \"%s\" has no \"%s\"", text, problem.text, complaint);
    backend_spec_free(&spec);
}

static void one_backend_with_everything(void **state)
{
    struct backend_spec spec = good("unix,server=on,reader=stall:20,logfile=,wait=off");

    (void)state;
    assert_ptr_equal(spec.kind, &backend_unix);
    assert_string_equal(spec.props, "server=on,wait=off");
    assert_int_equal(spec.reader.kind, READER_STALL);
    assert_true(spec.has_log);
    assert_null(spec.log_path);
    assert_false(spec.is_mux);
    backend_spec_free(&spec);

    spec = good("pty,logfile=/tmp/x,logappend=on");
    assert_string_equal(spec.log_path, "/tmp/x");
    assert_true(spec.log_appends);
    assert_null(spec.props);
    backend_spec_free(&spec);
}

static void a_mux_and_who_joins_it(void **state)
{
    struct backend_spec spec = good("mux=A-1(pty,reader=late:5),logfile=");

    (void)state;
    assert_true(spec.is_mux);
    assert_string_equal(spec.mux, "A-1");
    assert_ptr_equal(spec.kind, &backend_pty);
    assert_int_equal(spec.reader.kind, READER_LATE);
    assert_true(spec.has_log);
    backend_spec_free(&spec);

    spec = good("mux=A-1");
    assert_null(spec.kind);
    assert_string_equal(spec.mux, "A-1");
    backend_spec_free(&spec);

    spec = good("vc,mux=on");
    assert_true(spec.is_mux);
    assert_null(spec.props);
    backend_spec_free(&spec);

    spec = good("mux(file)");
    assert_null(spec.mux);
    assert_true(spec.is_mux);
    backend_spec_free(&spec);
}

/* A word without `=` is the next member, one with it belongs to the last. */
static void a_hub_and_its_members(void **state)
{
    struct backend_spec spec = good("hub(file,unix,server=on,reader=slow:9,pty),logfile=");

    (void)state;
    assert_ptr_equal(spec.kind, &backend_hub);
    assert_int_equal(spec.member_count, 3);
    assert_ptr_equal(spec.members[0].kind, &backend_file);
    assert_null(spec.members[0].props);
    assert_ptr_equal(spec.members[1].kind, &backend_unix);
    assert_string_equal(spec.members[1].props, "server=on");
    assert_int_equal(spec.members[1].reader.amount, 9);
    assert_ptr_equal(spec.members[2].kind, &backend_pty);
    assert_true(spec.has_log);
    backend_spec_free(&spec);
}

static void what_is_refused(void **state)
{
    static const char *const rows[][2] = {
        { "", "no backend is called \"\"" },
        { "fil", "no backend is called \"fil\"" },
        { "logfile", "no backend is called \"logfile\"" },
        { "file,server", "expected KEY=VALUE" },
        { "file,reader=late:5", "that somebody reads" },
        { "null,reader=none", "that somebody reads" },
        { "unix,reader=fast", "expected stall:MS" },
        { "null,logfile=", "already" },
        { "vc,logfile=x", "already" },
        { "none,logfile=", "no logfile=" },
        { "parallel", "not for logs" },
        { "msmouse", "not for logs" },
        { "braille", "not for logs" },
        { "pipe,path=x", "makes its own" },
        { "serial,path=/dev/ttyS0", "makes its own" },
        { "unix,path=x", "who serves" },
        { "tcp,host=example.org", "127.0.0.1" },
        { "tcp,server=on,wait=on", "unix,server=on,wait=on" },
        { "telnet,host=0", "127.0.0.1" },
        { "websocket,server=off", "only be the server" },
        { "udp,port=9", "a port that is free" },
        { "hub", "expected hub(" },
        { "hub()", "one to 4" },
        { "hub(file", "expected hub(" },
        { "hub(file,file,file,file,file)", "one to 4" },
        { "hub(server=on)", "no backend is called" },
        { "hub(mux(file))", "stack" },
        { "hub(hub(file))", "stack" },
        { "hub(none)", "none" },
        { "hub(braille)", "not for logs" },
        { "hub(tcp,wait=on)", "wait" },
        { "mux", "expected mux(" },
        { "mux=", "expected a name" },
        { "mux=1a(file)", "expected a name" },
        { "mux=a b(file)", "expected a name" },
        { "mux=a,logfile=", "expected a name" },
        { "mux()", "no backend is called \"\"" },
        { "mux(hub)", "no backend is called \"hub\"" },
        { "mux(none)", "none" },
        { "mux(file,file)", "expected KEY=VALUE" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_bad(rows[i][0], rows[i][1]);
}

/* Any text is read to its end and no further, and freed. */
static void any_text(void **state)
{
    static const char *const words[] = { "hub",  "mux",     "(",    ")",      ",",  "=",
                                         "file", "unix",    "pty",  "reader", "A",  "stall:5",
                                         "none", "logfile", "wait", "on",     "::", "server" };

    (void)state;
    srand(5);
    for (int round = 0; round < 20000; round++) {
        struct problem problem = { 0 };
        struct backend_spec spec;
        char text[256] = "";
        for (int i = rand() % 12; i > 0; i--)
            strcat(text, words[(size_t)rand() % (sizeof(words) / sizeof(words[0]))]);
        size_t len = strlen(text);
        char *exact = malloc(len + 1); /* so that the sanitizer sees a byte too far */
        memcpy(exact, text, len + 1);
        int result = backend_spec_parse(exact, len, &spec, &problem);
        assert_int_equal(result < 0, problem.status != 0);
        backend_spec_free(&spec);
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_backend_with_everything),
        cmocka_unit_test(a_mux_and_who_joins_it),
        cmocka_unit_test(a_hub_and_its_members),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(any_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
