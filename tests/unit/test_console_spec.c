/*
 * What stands after -c.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host-tools/console_spec.h"

static struct console_spec good(const char *text)
{
    struct problem problem = { 0 };
    struct console_spec spec;

    assert_int_equal(console_spec_parse(text, &spec, &problem), 0);
    assert_int_equal(problem.status, 0);
    return spec;
}

static void check_bad(const char *text, const char *complaint)
{
    struct problem problem = { 0 };
    struct console_spec spec;

    assert_int_equal(console_spec_parse(text, &spec, &problem), -1);
    assert_int_equal(problem.status, EXIT_USAGE);
    assert_non_null(strstr(problem.text, complaint));
    console_spec_free(&spec);
}

static void a_name_alone(void **state)
{
    struct console_spec spec = good("uart");

    (void)state;
    assert_string_equal(spec.kind->name, "uart");
    assert_string_equal(spec.backend.kind->name, "file");
    assert_int_equal(spec.count, 1);
    assert_int_equal(spec.depth, 0);
    assert_null(spec.props);
    console_spec_free(&spec);
}

static void everything_at_once(void **state)
{
    struct console_spec spec = good(
        "12xvirtio-serial-pci,id=a,packed=on/virtconsole,nr=3,name=x:pipe,logfile=/t:x/y");

    (void)state;
    assert_int_equal(spec.count, 12);
    assert_int_equal(spec.depth, 1);
    assert_string_equal(spec.path[0].kind->name, "virtio-serial-pci");
    assert_string_equal(spec.path[0].props, "id=a,packed=on");
    assert_string_equal(spec.kind->name, "virtconsole");
    assert_string_equal(spec.props, "nr=3,name=x");
    assert_string_equal(spec.backend.kind->name, "pipe");
    assert_string_equal(spec.backend.log_path, "/t:x/y");
    assert_string_equal(spec.text, "virtio-serial-pci,id=a,packed=on/virtconsole,nr=3,name=x");
    console_spec_free(&spec);
}

static void empty_properties_are_none(void **state)
{
    struct console_spec spec = good("uart,:file,");

    (void)state;
    assert_null(spec.props);
    assert_null(spec.backend.props);
    console_spec_free(&spec);
}

static void names_must_be_known(void **state)
{
    (void)state;
    check_bad("", "no console is called \"\"");
    check_bad("tty", "no console is called \"tty\"");
    check_bad("uar", "no console is called \"uar\"");
    check_bad("uartx", "no console is called \"uartx\"");
    check_bad("uart:", "no backend is called \"\"");
    check_bad("uart:fil", "no backend is called \"fil\"");
    check_bad("x/virtconsole", "no controller is called \"x\"");
    check_bad("virtconsole/virtconsole", "no controller is called \"virtconsole\"");
    check_bad("virtio-serial-pci/", "no console is called \"\"");
    check_bad("/uart", "no controller is called \"\"");
}

static void counts_are_counts(void **state)
{
    (void)state;
    check_bad("0xuart", "expected a count");
    check_bad("3", "expected a count");
    check_bad("3uart", "expected a count");
    check_bad("1001xuart", "expected a count");
    check_bad("99999999999999999999xuart", "expected a count");
    check_bad("3x", "no console is called \"\"");
}

static void a_path_has_a_limit(void **state)
{
    char text[1024] = "";

    (void)state;
    for (int i = 0; i <= SPEC_DEPTH; i++)
        strcat(text, "virtio-serial-pci/");
    strcat(text, "virtconsole");
    check_bad(text, "more than");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_alone),        cmocka_unit_test(everything_at_once),
        cmocka_unit_test(names_must_be_known), cmocka_unit_test(empty_properties_are_none),
        cmocka_unit_test(counts_are_counts),   cmocka_unit_test(a_path_has_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
