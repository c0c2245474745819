/*
 * Argument lists, and how they look in a shell: what a shell reads back is the same.
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

#include "host-tools/argv.h"

static void check_quoted(const char *word, const char *expected)
{
    struct strbuf out = { 0 };

    shell_quote(&out, word);
    assert_string_equal(out.text, expected);
    strbuf_free(&out);
}

static void plain_words_stay(void **state)
{
    (void)state;
    check_quoted("-device", "-device");
    check_quoted("isa-serial,chardev=c0", "isa-serial,chardev=c0");
    check_quoted("/a/b.c@x%y+z:1", "/a/b.c@x%y+z:1");
}

static void others_are_quoted(void **state)
{
    (void)state;
    check_quoted("", "''");
    check_quoted("a b", "'a b'");
    check_quoted("$HOME", "'$HOME'");
    check_quoted("a\nb", "'a\nb'");
    check_quoted("*?[x]", "'*?[x]'");
    check_quoted("it's", "'it'\\''s'");
    check_quoted("'", "''\\'''");
    check_quoted("~", "'~'");
}

/* The judge of quoting is a shell. */
static void a_shell_reads_back_the_same(void **state)
{
    struct argv argv = { 0 };
    struct strbuf command = { 0 };
    char text[64] = "";

    (void)state;
    argv_add(&argv, "printf");
    argv_add(&argv, "%s|");
    argv_add(&argv, "-a b");
    argv_add(&argv, "-$'`\"\\");
    argv_to_shell(&argv, &command);
    FILE *shell = popen(command.text, "r");
    assert_non_null(shell);
    assert_non_null(fgets(text, sizeof(text), shell));
    pclose(shell);
    assert_string_equal(text, "-a b|-$'`\"\\|");
    strbuf_free(&command);
    argv_free(&argv);
}

static void lists_grow_and_end_in_null(void **state)
{
    struct argv argv = { 0 };

    (void)state;
    for (int i = 0; i < 100; i++)
        argv_option(&argv, "-x", "%d", i);
    assert_int_equal(argv.count, 200);
    assert_string_equal(argv.words[199], "99");
    assert_null(argv.words[200]);
    argv_free(&argv);
}

static void commas_are_doubled_for_qemu(void **state)
{
    struct strbuf out = { 0 };

    (void)state;
    qemu_value(&out, "/tmp/a,b,,c");
    assert_string_equal(out.text, "/tmp/a,,b,,,,c");
    strbuf_free(&out);
}

static void empty_text_is_text(void **state)
{
    struct strbuf out = { 0 };

    (void)state;
    strbuf_printf(&out, "%s", "");
    assert_string_equal(out.text, "");
    strbuf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_words_stay),
        cmocka_unit_test(others_are_quoted),
        cmocka_unit_test(a_shell_reads_back_the_same),
        cmocka_unit_test(lists_grow_and_end_in_null),
        cmocka_unit_test(commas_are_doubled_for_qemu),
        cmocka_unit_test(empty_text_is_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
