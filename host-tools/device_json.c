/*
 * The words of -device as the object that QMP's device_add takes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/device_json.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/strbuf.h"

static const char *type_of(const json_t *properties, const char *key)
{
    size_t i;
    json_t *entry;

    json_array_foreach(properties, i, entry)
    {
        const char *name = json_string_value(json_object_get(entry, "name"));
        const char *type = json_string_value(json_object_get(entry, "type"));
        if (name && type && strcmp(name, key) == 0)
            return type;
    }
    return "str";
}

static bool is_one_of(const char *value, const char *const *words)
{
    while (*words && strcmp(*words, value) != 0)
        words++;
    return *words != NULL;
}

/* QEMU: qapi/string-input-visitor.c has the same words.  NULL: none of them. */
static json_t *boolean(const char *value)
{
    static const char *const yes[] = { "on", "yes", "true", "y", NULL };
    static const char *const no[] = { "off", "no", "false", "n", NULL };

    return is_one_of(value, yes) ? json_true() : is_one_of(value, no) ? json_false() : NULL;
}

static json_t *number(const char *value)
{
    char *end;

    errno = 0;
    long long parsed = strtoll(value, &end, 0);
    return end == value || *end || errno ? NULL : json_integer(parsed);
}

/* A value that is none of its type is handed on as text: QEMU has the better words for it. */
static json_t *typed(const char *type, const char *value)
{
    bool is_number = strncmp(type, "int", 3) == 0 || strncmp(type, "uint", 4) == 0;
    json_t *result = strcmp(type, "bool") == 0 ? boolean(value) : is_number ? number(value) : NULL;

    return result ? result : json_string(value);
}

json_t *device_json(const char *words, const json_t *properties)
{
    char *copy = must_strdup(words), *rest = copy;
    json_t *object = json_object();

    json_object_set_new(object, "driver", json_string(strsep(&rest, ",")));
    for (char *value; (value = strsep(&rest, ","));) {
        const char *key = strsep(&value, "=");
        json_object_set_new(object, key, typed(type_of(properties, key), value ? value : "on"));
    }
    free(copy);
    return object;
}
