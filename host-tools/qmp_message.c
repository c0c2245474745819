/*
 * What QEMU says over QMP, checked.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/qmp_message.h"

#include <stdio.h>
#include <string.h>

static void set_text(struct qmp_message *message, enum qmp_message_kind kind, const char *text)
{
    message->kind = kind;
    snprintf(message->text, sizeof(message->text), "%s", text);
}

/* 2.2: { "QMP": { "version": { "qemu": { "major": 7, ... } } } } */
static void read_greeting(struct qmp_message *message, json_t *qmp)
{
    int major, minor, micro;

    if (json_unpack(qmp, "{s:{s:{s:i,s:i,s:i}}}", "version", "qemu", "major", &major, "minor",
                    &minor, "micro", &micro) < 0 ||
        major < 0 || major > 1000 || minor < 0 || minor > 99) {
        set_text(message, QMP_BROKEN, "a greeting without a version");
        return;
    }
    message->kind = QMP_GREETING;
    message->version = (unsigned)major * 100 + (unsigned)minor;
    snprintf(message->text, sizeof(message->text), "%d.%d.%d", major, minor, micro);
}

/* 2.4.2: { "error": { "class": C, "desc": D }, "id": I } */
static void read_error(struct qmp_message *message, const json_t *error)
{
    const char *desc = json_string_value(json_object_get(error, "desc"));

    set_text(message, QMP_ERROR, desc ? desc : "an error without a description");
}

/* 2.5: { "event": NAME, "data": {...}, "timestamp": {...} } */
static void read_event(struct qmp_message *message, const json_t *event)
{
    const char *name = json_string_value(event);

    if (!name) {
        set_text(message, QMP_BROKEN, "an event without a name");
        return;
    }
    set_text(message, QMP_EVENT, name);
    message->body = json_object_get(message->whole, "data");
}

/* Ours are small integers; a fraction, or a number beyond, is none of them. */
static json_int_t read_id(const json_t *id)
{
    double value = json_is_number(id) ? json_number_value(id) : -1;

    return value >= 0 && value < 1e15 ? (json_int_t)value : -1;
}

static void read_object(struct qmp_message *message)
{
    const json_t *whole = message->whole;
    const json_t *id = json_object_get(whole, "id");
    json_t *part;

    message->id = read_id(id);
    if ((part = json_object_get(whole, "QMP"))) {
        read_greeting(message, part);
    } else if ((part = json_object_get(whole, "error"))) {
        read_error(message, part);
    } else if ((part = json_object_get(whole, "event"))) {
        read_event(message, part);
    } else if ((message->body = json_object_get(whole, "return"))) {
        message->kind = QMP_RETURN;
    } else {
        set_text(message, QMP_BROKEN, "an object that is no message");
    }
}

void qmp_message_read(const char *line, size_t len, struct qmp_message *message)
{
    json_error_t error;

    *message = (struct qmp_message){ .id = -1 };
    message->whole = json_loadb(line, len, 0, &error);
    if (!message->whole) /* QEMU has unsigned 64-bit numbers, jansson's are signed */
        message->whole = json_loadb(line, len, JSON_DECODE_INT_AS_REAL, &error);
    if (json_is_object(message->whole))
        read_object(message);
    else
        set_text(message, QMP_BROKEN, message->whole ? "not an object" : error.text);
}

void qmp_message_free(struct qmp_message *message)
{
    json_decref(message->whole);
    message->whole = message->body = NULL;
}

static void end_line(struct qmp_lines *lines, void (*line)(void *ctx, const char *text, size_t len),
                     void *ctx)
{
    struct strbuf whole = lines->open;

    lines->open = (struct strbuf){ 0 };
    while (whole.len && whole.text[whole.len - 1] == '\r')
        whole.len--;
    if (whole.len)
        line(ctx, whole.text, whole.len);
    strbuf_free(&whole);
}

int qmp_lines_feed(struct qmp_lines *lines, const char *bytes, size_t len,
                   void (*line)(void *ctx, const char *text, size_t len), void *ctx)
{
    while (len > 0 && !lines->is_too_long) {
        const char *hit = memchr(bytes, '\n', len);
        size_t part = hit ? (size_t)(hit - bytes) : len;

        lines->is_too_long = lines->open.len + part > QMP_LINE_MAX;
        if (lines->is_too_long)
            break;
        strbuf_add(&lines->open, bytes, part);
        if (hit)
            end_line(lines, line, ctx);
        bytes += part + (hit != NULL);
        len -= part + (hit != NULL);
    }
    return lines->is_too_long ? -1 : 0;
}

void qmp_lines_free(struct qmp_lines *lines)
{
    strbuf_free(&lines->open);
    lines->is_too_long = false;
}

const char *qmp_find_chardev(const json_t *body, const char *label)
{
    size_t i;
    json_t *entry;

    json_array_foreach(body, i, entry)
    {
        const char *found = json_string_value(json_object_get(entry, "label"));
        if (found && strcmp(found, label) == 0)
            return json_string_value(json_object_get(entry, "filename"));
    }
    return NULL;
}
