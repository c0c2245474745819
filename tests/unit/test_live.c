/*
 * The live log: each line once, with a mark for every console that has it.
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

#include "host-tools/backends.h"
#include "host-tools/live.h"

#define TAPS 3

struct scene {
    struct live live;
    struct tap taps[TAPS];
    char *labels[TAPS];
    char *text;
    size_t text_len;
    FILE *out;
};

static void begin(struct scene *scene, size_t count)
{
    static char label[] = "uart";

    *scene = (struct scene){ 0 };
    scene->out = open_memstream(&scene->text, &scene->text_len);
    for (size_t i = 0; i < TAPS; i++) {
        scene->taps[i].backend = &backend_file;
        scene->taps[i].shown = (char *)(uintptr_t) "file";
        scene->labels[i] = label;
    }
    live_begin(&scene->live, scene->out, scene->taps, scene->labels, count);
}

static void arrive(struct scene *scene, size_t tap, const char *bytes)
{
    scene->taps[tap].bytes = (unsigned char *)(uintptr_t)bytes;
    scene->taps[tap].len = strlen(bytes);
}

/* The text since the list of consoles. */
static const char *shown(struct scene *scene)
{
    fflush(scene->out);
    const char *last = strstr(scene->text, "[3] uart:file\n");
    return last ? last + strlen("[3] uart:file\n") : scene->text;
}

static void end(struct scene *scene)
{
    live_end(&scene->live);
    fclose(scene->out);
    free(scene->text);
}

static void test_marks(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, TAPS);
    arrive(&scene, 0, "000000 0.1 a: x\r\n");
    arrive(&scene, 2, "000000 0.1 a: x\r\n000001 0.2 b: y\r\n");
    live_show(&scene.live);
    assert_string_equal(shown(&scene), "[1.3] 000000 0.1 a: x\n[..3] 000001 0.2 b: y\n");
    live_show(&scene.live); /* once only */
    assert_string_equal(shown(&scene), "[1.3] 000000 0.1 a: x\n[..3] 000001 0.2 b: y\n");
    end(&scene);
}

static void test_open_line_waits_for_its_end(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, TAPS);
    arrive(&scene, 0, "000000 0.1 a: x");
    live_show(&scene.live);
    assert_string_equal(shown(&scene), "");
    live_end(&scene.live);
    assert_string_equal(shown(&scene), "[1..] 000000 0.1 a: x\n");
    end(&scene);
}

/* A banner below the stream is no line of it, neither alone nor before the first record. */
static void test_banner(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, TAPS);
    arrive(&scene, 0, "\r\nOpenSBI v1.1\r\n");
    live_show(&scene.live);
    assert_string_equal(shown(&scene), "");
    arrive(&scene, 0, "\r\nOpenSBI v1.1\r\n000000 0.1 a: x\r\n");
    arrive(&scene, 1, "000000 0.1 a: x\r\n");
    live_show(&scene.live);
    assert_string_equal(shown(&scene), "[12.] 000000 0.1 a: x\n");
    end(&scene);
}

/* Whatever a guest prints, it does not move our cursor. */
static void test_escapes(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, TAPS);
    arrive(&scene, 1, "\x1b[2J\x07hello\r\n");
    live_show(&scene.live);
    assert_string_equal(shown(&scene), "[.2.] \\x1b[2J\\x07hello\n");
    end(&scene);
}

static void test_nothing_wanted(void **state)
{
    (void)state;
    struct live live;
    struct tap tap = { .backend = &backend_file, .shown = (char *)(uintptr_t) "file" };
    char *label = NULL;
    live_begin(&live, NULL, &tap, &label, 1);
    live_show(&live);
    live_end(&live);
    assert_null(live.starts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marks),          cmocka_unit_test(test_open_line_waits_for_its_end),
        cmocka_unit_test(test_banner),         cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_nothing_wanted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
