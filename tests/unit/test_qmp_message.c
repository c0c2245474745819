/*
 * What QEMU says over QMP: nothing is believed before it is checked.
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

#include "host-tools/qmp_message.h"

static struct qmp_message read_text(const char *text)
{
    struct qmp_message message;

    qmp_message_read(text, strlen(text), &message);
    return message;
}

static void check_kind(const char *text, enum qmp_message_kind kind)
{
    struct qmp_message message = read_text(text);

    if (message.kind != kind)
        fail_msg("%s: kind %d, expected %d (%s)", text, message.kind, kind, message.text);
    qmp_message_free(&message);
}

/* QMP specification 2.2 */
static void greetings(void **state)
{
    struct qmp_message message = read_text(
        "{\"QMP\":{\"version\":{\"qemu\":{\"micro\":22,\"minor\":2,\"major\":7},"
        "\"package\":\"\"},\"capabilities\":[\"oob\"]}}");

    (void)state;
    assert_int_equal(message.kind, QMP_GREETING);
    assert_string_equal(message.text, "7.2.22");
    assert_int_equal(message.version, 702);
    qmp_message_free(&message);

    check_kind("{\"QMP\":{}}", QMP_BROKEN);
    check_kind("{\"QMP\":7}", QMP_BROKEN);
    check_kind("{\"QMP\":null}", QMP_BROKEN);
    check_kind("{\"QMP\":{\"version\":{\"qemu\":{\"micro\":\"x\",\"minor\":2,\"major\":7}}}}",
               QMP_BROKEN);
    check_kind("{\"QMP\":{\"version\":{\"qemu\":{\"micro\":0,\"minor\":-2,\"major\":7}}}}",
               QMP_BROKEN);
    check_kind("{\"QMP\":{\"version\":{\"qemu\":{\"micro\":0,\"minor\":2,\"major\":99999999}}}}",
               QMP_BROKEN);
}

/* QMP specification 2.4 */
static void answers(void **state)
{
    struct qmp_message message = read_text("{\"return\":{\"a\":1},\"id\":7}");

    (void)state;
    assert_int_equal(message.kind, QMP_RETURN);
    assert_int_equal(message.id, 7);
    assert_int_equal(json_integer_value(json_object_get(message.body, "a")), 1);
    qmp_message_free(&message);

    message = read_text("{\"error\":{\"class\":\"GenericError\",\"desc\":\"no\"},\"id\":8}");
    assert_int_equal(message.kind, QMP_ERROR);
    assert_string_equal(message.text, "no");
    assert_int_equal(message.id, 8);
    qmp_message_free(&message);

    message = read_text("{\"return\":18446744073709551615,\"id\":9}");
    assert_int_equal(message.kind, QMP_RETURN);
    assert_int_equal(message.id, 9);
    qmp_message_free(&message);
    message = read_text("{\"return\":1,\"id\":1e300}");
    assert_int_equal(message.id, -1);
    qmp_message_free(&message);

    check_kind("{\"error\":1}", QMP_ERROR);
    message = read_text("{\"return\":{},\"id\":\"seven\"}");
    assert_int_equal(message.id, -1);
    qmp_message_free(&message);
}

/* QMP specification 2.5 */
static void events(void **state)
{
    struct qmp_message message = read_text(
        "{\"event\":\"SHUTDOWN\",\"data\":{\"guest\":true},\"timestamp\":{}}");

    (void)state;
    assert_int_equal(message.kind, QMP_EVENT);
    assert_string_equal(message.text, "SHUTDOWN");
    assert_true(json_is_true(json_object_get(message.body, "guest")));
    qmp_message_free(&message);
    check_kind("{\"event\":3}", QMP_BROKEN);
    check_kind("{\"event\":\"RESUME\"}", QMP_EVENT);
}

static void rubbish(void **state)
{
    (void)state;
    check_kind("", QMP_BROKEN);
    check_kind("{", QMP_BROKEN);
    check_kind("{\"return\":", QMP_BROKEN);
    check_kind("[]", QMP_BROKEN);
    check_kind("\"return\"", QMP_BROKEN);
    check_kind("{}", QMP_BROKEN);
    check_kind("{\"return\":{}} {\"return\":{}}", QMP_BROKEN);
    check_kind("{\"return\":\"\xff\xfe\"}", QMP_BROKEN);
    check_kind("qemu-system-x86_64: hello", QMP_BROKEN);
}

static void every_cut_of_a_message(void **state)
{
    static const char whole[] = "{\"return\":[{\"label\":\"a\",\"filename\":\"pty:/x\"}],\"id\":3}";

    (void)state;
    for (size_t len = 0; len < strlen(whole); len++) {
        struct qmp_message message;
        qmp_message_read(whole, len, &message);
        assert_int_equal(message.kind, QMP_BROKEN);
        qmp_message_free(&message);
    }
    check_kind(whole, QMP_RETURN);
}

static void deep_nesting_is_refused(void **state)
{
    size_t depth = 1u << 20;
    char *text = malloc(depth);
    struct qmp_message message;

    (void)state;
    memset(text, '[', depth);
    qmp_message_read(text, depth, &message);
    assert_int_equal(message.kind, QMP_BROKEN);
    qmp_message_free(&message);
    free(text);
}

/* --- Lines ------------------------------------------------------------------------- */

struct heard {
    size_t lines;
    char last[64];
};

static void hear(void *ctx, const char *text, size_t len)
{
    struct heard *heard = ctx;

    heard->lines++;
    assert_true(len < sizeof(heard->last));
    memcpy(heard->last, text, len);
    heard->last[len] = '\0';
}

static void lines_cut_anywhere(void **state)
{
    static const char text[] = "{\"a\":1}\r\n\r\n{\"b\":2}\n{\"c\":3}\r\n";

    (void)state;
    for (size_t step = 1; step < sizeof(text); step++) {
        struct qmp_lines lines = { 0 };
        struct heard heard = { 0 };
        for (size_t at = 0; at < sizeof(text) - 1; at += step) {
            size_t left = sizeof(text) - 1 - at;
            assert_int_equal(
                qmp_lines_feed(&lines, text + at, left < step ? left : step, hear, &heard), 0);
        }
        assert_int_equal(heard.lines, 3);
        assert_string_equal(heard.last, "{\"c\":3}");
        qmp_lines_free(&lines);
    }
}

static void a_line_without_end_is_refused(void **state)
{
    struct qmp_lines lines = { 0 };
    struct heard heard = { 0 };
    char piece[4096];
    size_t fed = 0;

    (void)state;
    memset(piece, 'x', sizeof(piece));
    while (qmp_lines_feed(&lines, piece, sizeof(piece), hear, &heard) == 0)
        fed += sizeof(piece);
    assert_true(fed <= QMP_LINE_MAX);
    assert_int_equal(qmp_lines_feed(&lines, "\n", 1, hear, &heard), -1);
    assert_int_equal(heard.lines, 0);
    qmp_lines_free(&lines);
}

/* --- Answers ---------------------------------------------------------------------------- */

static void check_chardev(const char *body, const char *expected)
{
    json_t *json = json_loads(body, JSON_DECODE_ANY, NULL);
    const char *found = qmp_find_chardev(json, "c0");

    if (expected)
        assert_string_equal(found, expected);
    else
        assert_null(found);
    json_decref(json);
}

static void chardevs(void **state)
{
    (void)state;
    check_chardev("[{\"label\":\"x\",\"filename\":\"a\"},{\"label\":\"c0\",\"filename\":\"b\"}]",
                  "b");
    check_chardev("[]", NULL);
    check_chardev("{}", NULL);
    check_chardev("null", NULL);
    check_chardev("[1,\"c0\",null,{\"label\":7},{\"label\":\"c0\"}]", NULL);
    check_chardev("[{\"label\":\"c0\",\"filename\":7}]", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(greetings),
        cmocka_unit_test(answers),
        cmocka_unit_test(events),
        cmocka_unit_test(rubbish),
        cmocka_unit_test(every_cut_of_a_message),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(lines_cut_anywhere),
        cmocka_unit_test(a_line_without_end_is_refused),
        cmocka_unit_test(chardevs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
