/*
 * firmware/console_names.c: names, and the choice by console=.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/console_names.h"
#include "tests/fakes/kernel.h"

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    console_names_reset();
    return 0;
}

static const char *name_of(const char *kind)
{
    static struct console con;
    con.kind = kind;
    console_name(&con);
    return con.name;
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(name_of("isa-serial"), "isa-serial0");
    assert_string_equal(name_of("isa-serial"), "isa-serial1");
    assert_string_equal(name_of("virtconsole"), "virtconsole0");
    assert_string_equal(name_of("pci-serial-2x"), "pci-serial-2x0");
    assert_string_equal(name_of("isa-serial"), "isa-serial2");
    for (int i = 1; i < 12; i++)
        name_of("virtconsole");
    assert_string_equal(name_of("virtconsole"), "virtconsole12");
}

/* "pl0110" would be misread. */
static void test_kind_that_ends_in_a_digit(void **state)
{
    (void)state;
    assert_string_equal(name_of("pl011"), "pl011-0");
    assert_string_equal(name_of("pl011"), "pl011-1");
}

static void test_kinds_are_compared_as_text(void **state)
{
    (void)state;
    char one[] = "usb-serial", other[] = "usb-serial";
    assert_string_equal(name_of(one), "usb-serial0");
    assert_string_equal(name_of(other), "usb-serial1");
}

static void test_more_kinds_than_rows(void **state)
{
    (void)state;
    static char kinds[40][16];
    char names[40][CONSOLE_NAME_SIZE];
    for (int i = 0; i < 40; i++) {
        snprintf(kinds[i], sizeof(kinds[i]), "kind-%c%c", 'a' + i / 26, 'a' + i % 26);
        snprintf(names[i], sizeof(names[i]), "%s", name_of(kinds[i]));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(names[i], names[j]);
    }
}

static void test_long_kind_is_cut(void **state)
{
    (void)state;
    const char *name = name_of("a-kind-that-is-much-longer-than-any-name-may-be");
    assert_int_equal(strlen(name), CONSOLE_NAME_SIZE - 1);
}

/* pci-serial0 of kind pci-serial, and virtconsole12 of kind virtconsole */
static const struct {
    const char *words;
    bool pci, virt;
} choices[] = {
    { "", true, true },
    { "flood=1 format=plain", true, true },
    { "console=all", true, true },
    { "console=none", false, false },
    { "console=none,pci-serial", true, false },
    { "console=pci-serial", true, false },
    { "console=pci-serial0", true, false },
    { "console=pci-serial1", false, false },
    { "console=pci", false, false },
    { "console=-usb-serial", true, true },
    { "console=-pci-serial", false, true },
    { "console=-pci-serial0,-virtconsole", false, false },
    { "console=all,-pci-serial", false, true },
    { "console=none,all", true, true },
    { "console=-pci-serial,pci-serial0", true, true },
    { "console=*", true, true },
    { "console=pci*", true, false },
    { "console=*serial*", true, false },
    { "console=virtconsole1*", false, true },
    { "console=virtconsole*12", false, true },
    { "console=virt*con*le12", false, true },
    { "console=*2", false, true },
    { "console=v*x", false, false },
    { "console=-*", false, false },
    { "console=,,none,,virtconsole12,", false, true },
    { "console=none console=pci-serial0 console=virtconsole", true, true },
    { "console=", true, true },
    { "console=-", true, true },
    { "consoles=none", true, true },
};

static void test_choices(void **state)
{
    (void)state;
    const struct console pci = { .name = "pci-serial0", .kind = "pci-serial" };
    const struct console virt = { .name = "virtconsole12", .kind = "virtconsole" };
    for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
        if (console_is_wanted(&pci, choices[i].words) != choices[i].pci ||
            console_is_wanted(&virt, choices[i].words) != choices[i].virt)
            fail_msg("%s", choices[i].words);
    }
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_names),
        TEST(test_kind_that_ends_in_a_digit),
        TEST(test_kinds_are_compared_as_text),
        TEST(test_more_kinds_than_rows),
        TEST(test_long_kind_is_cut),
        TEST(test_choices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
