/*
 * The words of -device as QMP's object.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "host-tools/device_json.h"

/* As QEMU 10 answers device-list-properties. */
static const char properties[] =
    "[{\"name\":\"nr\",\"type\":\"uint32\",\"default-value\":1},{\"name\":\"name\",\"type\":"
    "\"str\"},"
    "{\"name\":\"addr\",\"type\":\"int32\"},{\"name\":\"always-plugged\",\"type\":\"bool\"},"
    "{\"name\":5},{\"type\":\"bool\"},7]";

static void check(const char *words, const char *properties_text, const char *expected)
{
    json_t *list = json_loads(properties_text, 0, NULL);
    json_t *object = device_json(words, list);
    char *text = json_dumps(object, JSON_COMPACT);

    assert_string_equal(text, expected);
    free(text);
    json_decref(object);
    json_decref(list);
}

static void each_value_has_its_type(void **state)
{
    (void)state;
    check("virtserialport,id=x,bus=b.0,nr=3,name=7", properties,
          "{\"driver\":\"virtserialport\",\"id\":\"x\",\"bus\":\"b.0\",\"nr\":3,\"name\":\"7\"}");
    check("d,nr=0x1f,addr=-2", properties, "{\"driver\":\"d\",\"nr\":31,\"addr\":-2}");
    check("d,always-plugged=on", properties, "{\"driver\":\"d\",\"always-plugged\":true}");
    check("d,always-plugged=no", properties, "{\"driver\":\"d\",\"always-plugged\":false}");
    check("d,always-plugged", properties, "{\"driver\":\"d\",\"always-plugged\":true}");
}

/* QEMU says what is wrong with it. */
static void wrong_values_stay_text(void **state)
{
    (void)state;
    check("d,nr=many", properties, "{\"driver\":\"d\",\"nr\":\"many\"}");
    check("d,nr=", properties, "{\"driver\":\"d\",\"nr\":\"\"}");
    check("d,nr=99999999999999999999", properties,
          "{\"driver\":\"d\",\"nr\":\"99999999999999999999\"}");
    check("d,always-plugged=maybe", properties, "{\"driver\":\"d\",\"always-plugged\":\"maybe\"}");
}

static void nothing_is_known_of_it(void **state)
{
    (void)state;
    check("d,nr=3", "{}", "{\"driver\":\"d\",\"nr\":\"3\"}");
    check("d", "[]", "{\"driver\":\"d\"}");
    check("", "[]", "{\"driver\":\"\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_has_its_type),
        cmocka_unit_test(wrong_values_stay_text),
        cmocka_unit_test(nothing_is_known_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
