/*
 * Have two command lines built the same machine?
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/explain_compare.h"

#include <stdlib.h>
#include <string.h>

/* A machine as lines of text, sorted: then it is two lists that are compared. */

static void add_line(struct argv *lines, struct strbuf *text)
{
    argv_add(lines, text->text ? text->text : "");
    strbuf_free(text);
}

/* "pty:/dev/pts/7" -> "pty:"; "disconnected:unix:/tmp/x,server=on" -> "disconnected:unix:";
 * "disconnected:tcp::::46097,server=on" -> "disconnected:tcp::::" */
static size_t lasting_part(const char *filename)
{
    const char *name = strstr(filename, "unix:");

    return name ? (size_t)(name - filename) + 5 : strcspn(filename, "/0123456789");
}

static void add_chardev(struct argv *lines, const struct view_chardev *chardev)
{
    struct strbuf text = { 0 };

    strbuf_printf(&text, "chardev %s: %s %.*s", chardev->label, chardev->driver,
                  (int)lasting_part(chardev->filename), chardev->filename);
    add_line(lines, &text);
}

static void add_frontend(struct argv *lines, const struct model_frontend *frontend)
{
    struct strbuf text = { 0 };

    strbuf_printf(&text, "frontend");
    for (size_t i = 0; i < frontend->place.count; i++) {
        const struct place_step *step = &frontend->place.steps[i];
        strbuf_printf(&text, " / ");
        if (step->node)
            place_address(step->node, &text);
        strbuf_printf(&text, " %s", step->node ? step->node->type : place_bus(step->path));
    }
    strbuf_printf(&text, " port %u: %s, chardev %s", frontend->port, frontend->linux_port.name,
                  frontend->chardev);
    add_line(lines, &text);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct argv lines_of(const struct model *model)
{
    struct argv lines = { 0 };

    for (size_t i = 0; i < model->chardev_count; i++)
        add_chardev(&lines, model->chardevs[i].chardev);
    for (size_t i = 0; i < model->frontend_count; i++)
        add_frontend(&lines, &model->frontends[i]);
    for (size_t i = 0; i < model->view->node_count; i++)
        if (view_value(&model->view->nodes[i], "parent_bus"))
            argv_printf(&lines, "device %s", model->view->nodes[i].type);
    if (lines.count)
        qsort(lines.words, lines.count, sizeof(*lines.words), by_text);
    return lines;
}

bool model_differences(const struct model *a, const struct model *b, struct argv *lines)
{
    struct argv left = lines_of(a), right = lines_of(b);
    size_t before = lines->count, i = 0, j = 0;

    while (i < left.count || j < right.count) {
        int order = i == left.count    ? 1
                    : j == right.count ? -1
                                       : strcmp(left.words[i], right.words[j]);
        if (order < 0)
            argv_printf(lines, "only the given command: %s", left.words[i]);
        if (order > 0)
            argv_printf(lines, "only the long form: %s", right.words[j]);
        i += order <= 0;
        j += order >= 0;
    }
    argv_free(&left);
    argv_free(&right);
    return lines->count > before;
}
