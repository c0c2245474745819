/*
 * host-tools/report.c, report_json.c, hexdiff.c: what people and programs get to see.
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
#include <jansson.h>

#include "host-tools/hexdiff.h"
#include "host-tools/report.h"
#include "tests/fakes/stream.h"

/* Two consoles of one run; a test damages the second. */
struct scene {
    struct fake_stream first, second;
    struct report_row rows[2];
    struct capture captures[2];
    struct verification verification;
    struct report report;
    char *text; /* what was printed */
    size_t len;
};

static void scene_begin(struct scene *scene)
{
    *scene = (struct scene){ .first = fake_stream_whole(false, 20) };
    scene->second = fake_stream_copy(&scene->first);
}

static void scene_verify(struct scene *scene)
{
    struct fake_stream *streams[] = { &scene->first, &scene->second };
    static const char *const names[] = { "isa-serial", "virtconsole" };
    for (int i = 0; i < 2; i++) {
        scene->rows[i] = (struct report_row){ names[i], "file", NULL };
        scene->captures[i] = (struct capture){ .name = names[i],
                                               .bytes = streams[i]->bytes,
                                               .len = streams[i]->len };
    }
    assert_int_equal(verify(scene->captures, 2, &scene->verification), 0);
    scene->report = (struct report){ .title = "q35",
                                     .rows = scene->rows,
                                     .captures = scene->captures,
                                     .verification = &scene->verification,
                                     .count = 2,
                                     .guest_status = 0,
                                     .seconds = 1.25 };
}

static void scene_print(struct scene *scene, bool is_coloured)
{
    free(scene->text);
    FILE *out = open_memstream(&scene->text, &scene->len);
    report_print(out, &scene->report, is_coloured);
    fclose(out);
}

static void scene_end(struct scene *scene)
{
    verification_free(&scene->verification);
    fake_stream_free(&scene->first);
    fake_stream_free(&scene->second);
    free(scene->text);
}

static void assert_says(const struct scene *scene, const char *text)
{
    if (!strstr(scene->text, text))
        fail_msg("\"%s\" is not in:\n%s", text, scene->text);
}

static void assert_silent_on(const struct scene *scene, const char *text)
{
    if (strstr(scene->text, text))
        fail_msg("\"%s\" is in:\n%s", text, scene->text);
}

/* --- the table ------------------------------------------------------------------------- */

static void test_proved(void **state)
{
    (void)state;
    struct scene scene;
    scene_begin(&scene);
    scene_verify(&scene);
    scene_print(&scene, false);
    assert_says(&scene, "q35\n");
    assert_says(&scene, "virtconsole  file ");
    assert_says(&scene, "PROVED: 2 consoles complete and identical: ");
    assert_says(&scene, "configured 2, driven 1, silent 0");
    assert_says(&scene, "not driven: virtconsole0, found at pci:00:03.0/port0: no answer");
    assert_says(&scene, "(1.25 s)");
    assert_silent_on(&scene, "\033");
    assert_int_equal(report_exit_status(&scene.report), EXIT_PROVED);
    scene_print(&scene, true);
    assert_says(&scene, "\033[32mcomplete\033[0m");
    scene_end(&scene);
}

static void test_failed(void **state)
{
    (void)state;
    struct scene scene;
    scene_begin(&scene);
    fake_stream_cut_out(&scene.second, 500, 40);
    scene_verify(&scene);
    scene_print(&scene, false);
    assert_says(&scene, "FAILED: 1 of 2 consoles: virtconsole hole");
    assert_says(&scene, "[device: no gap line");
    assert_says(&scene, "first difference, at stream byte 5");
    assert_says(&scene, "  > 000001");
    assert_int_equal(report_exit_status(&scene.report), EXIT_FAILED);
    scene_end(&scene);
}

static void test_silent(void **state)
{
    (void)state;
    struct scene scene;
    scene_begin(&scene);
    scene.second.len = 0;
    scene_verify(&scene);
    scene_print(&scene, false);
    assert_says(&scene, "silent 1");
    assert_says(&scene, "virtconsole silent");
    assert_silent_on(&scene, "first difference");
    scene_end(&scene);
}

static void test_guest_status(void **state)
{
    (void)state;
    struct scene scene;
    scene_begin(&scene);
    scene_verify(&scene);
    scene.report.guest_status = 7;
    scene_print(&scene, false);
    assert_says(&scene, "FAILED: all is complete, but the guest ended with status 0, not 7");
    assert_int_equal(report_exit_status(&scene.report), EXIT_FAILED);
    scene.report.guest_status = -1;
    assert_int_equal(report_exit_status(&scene.report), EXIT_PROVED);
    scene_end(&scene);
}

/* --- every end of a run, and its exit status ------------------------------------------------- */

static void test_ends(void **state)
{
    (void)state;
    static const struct {
        enum run_end end;
        int signal, status;
        const char *says, *name;
    } rows[] = {
        { RUN_ENDED, 0, EXIT_PROVED, "PROVED", "proved" },
        { RUN_TIMED_OUT, 0, EXIT_TIMED_OUT, "TIMED OUT: the reason", "timed-out" },
        { RUN_DIED, 0, EXIT_FAILED, "DIED: the reason", "died" },
        { RUN_DIED, 11, EXIT_FAILED, "DIED: QEMU was ended by signal 11 (Segm", "died" },
        { RUN_SKIPPED, 0, EXIT_SKIPPED, "SKIPPED: the reason", "skipped" },
        { RUN_MISUSED, 0, EXIT_USAGE, "MISUSED: the reason", "misused" },
        { RUN_IMPOSSIBLE, 0, EXIT_IMPOSSIBLE, "IMPOSSIBLE: the reason", "impossible" },
    };
    struct scene scene;
    scene_begin(&scene);
    scene_verify(&scene);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        scene.report.end = rows[i].end;
        scene.report.end_signal = rows[i].signal;
        scene.report.end_text = "the reason";
        scene_print(&scene, false);
        assert_says(&scene, rows[i].says);
        assert_int_equal(report_exit_status(&scene.report), rows[i].status);
        assert_string_equal(outcome_name(report_outcome(&scene.report)), rows[i].name);
    }
    scene_end(&scene);
}

static void test_nothing(void **state)
{
    (void)state;
    struct scene scene = { .report = { .guest_status = -1, .seconds = -1 } };
    scene_print(&scene, false);
    assert_string_equal(scene.text, "FAILED: nothing was captured\n");
    assert_int_equal(report_exit_status(&scene.report), EXIT_FAILED);
    free(scene.text);
}

static void test_copies(void **state)
{
    (void)state;
    struct scene scene;
    scene_begin(&scene);
    scene_verify(&scene);
    verification_free(&scene.verification);
    assert_int_equal(verify_copies(scene.captures, 2, &scene.verification), 0);
    scene.report.is_copies = true;
    scene_print(&scene, false);
    assert_says(&scene, "SAME: 2 copies are identical");
    assert_says(&scene, "unproved");
    assert_int_equal(report_exit_status(&scene.report), EXIT_PROVED);
    scene_end(&scene);
}

/* --- JSON --------------------------------------------------------------------------------------- */

static json_t *scene_json(struct scene *scene)
{
    json_error_t error;
    free(scene->text);
    FILE *out = open_memstream(&scene->text, &scene->len);
    assert_int_equal(report_print_json(out, &scene->report), 0);
    fclose(out);
    assert_ptr_equal(strchr(scene->text, '\n'), scene->text + scene->len - 1);
    return json_loads(scene->text, 0, &error);
}

static void test_json(void **state)
{
    (void)state;
    struct scene scene;
    const char *status, *verdict, *blame;
    json_int_t at, missing;
    scene_begin(&scene);
    fake_stream_cut_out(&scene.second, 500, 40);
    scene_verify(&scene);
    scene.report.end_text = "bad \xff\xfe bytes \x01";
    json_t *json = scene_json(&scene);
    assert_non_null(json);
    assert_int_equal(json_unpack(json, "{ss s[{}{ss ss sI sI}]}", "status", &status, "consoles",
                                 "verdict", &verdict, "blame", &blame, "at", &at, "missing",
                                 &missing),
                     0);
    assert_string_equal(status, "failed");
    assert_string_equal(verdict, "hole");
    assert_string_equal(blame, "device");
    assert_int_equal(missing, 40);
    assert_int_equal(json_array_size(json_object_get(json, "manifest")), 2);
    json_decref(json);
    scene_end(&scene);
}

static void test_json_of_nothing(void **state)
{
    (void)state;
    struct scene scene = { .report = { .end = RUN_IMPOSSIBLE, .seconds = -1 } };
    json_t *json = scene_json(&scene);
    assert_non_null(json);
    assert_true(json_is_null(json_object_get(json, "stream")));
    json_decref(json);
    free(scene.text);
}

/* --- the small parts -------------------------------------------------------------------------------- */

static void test_visible(void **state)
{
    (void)state;
    char buf[16];
    report_visible(buf, sizeof(buf), "a\033[31m\n", 7);
    assert_string_equal(buf, "a\\x1b[31m\\x0a");
    report_visible(buf, sizeof(buf), "0123456789abcdefghij", 20);
    assert_true(strlen(buf) < sizeof(buf));
    report_visible(buf, 1, "abc", 3);
    assert_string_equal(buf, "");
}

static void print_hexdiff(const char *left, const char *right, size_t at, char **text)
{
    size_t len;
    FILE *out = open_memstream(text, &len);
    hexdiff_print(out, (struct span){ (const unsigned char *)left, strlen(left) },
                  (struct span){ (const unsigned char *)right, strlen(right) }, at, false);
    fclose(out);
}

static void test_hexdiff(void **state)
{
    (void)state;
    char *text;
    print_hexdiff("0123456789abcdef", "0123456789abXdef", 12, &text);
    assert_string_equal(
        text,
        "    00000000  30 31 32 33 34 35 36 37  01234567   30 31 32 33 34 35 36 37  01234567\n"
        "  > 00000008  38 39 61 62 63 64 65 66  89abcdef   38 39 61 62 58 64 65 66  89abXdef\n");
    free(text);
    print_hexdiff("01\n", "0", 1, &text); /* the end of one of them is a difference */
    assert_string_equal(
        text,
        "  > 00000000  30 31 0a                 01.        30                       0       \n");
    free(text);
    print_hexdiff("", "", 0, &text);
    assert_string_equal(text, "");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_proved),
        cmocka_unit_test(test_failed),
        cmocka_unit_test(test_silent),
        cmocka_unit_test(test_guest_status),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_json_of_nothing),
        cmocka_unit_test(test_visible),
        cmocka_unit_test(test_hexdiff),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
