/*
 * An explanation as text, with the tree of devices.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "host-tools/explain_show.h"

#define GAP 2 /* blanks between columns */

struct printer {
    FILE *out;
    const struct explanation *explanation;
    const struct model *model;
    bool is_coloured;
};

/* Columns on a screen: every byte but those that continue a character. */
static int width_of(const char *text)
{
    int width = 0;

    for (; *text; text++)
        width += (*text & 0xc0) != 0x80;
    return width;
}

static void print_padded(FILE *out, const char *text, int width)
{
    fprintf(out, "%s%*s", text, width - width_of(text) + GAP, "");
}

static void print_head(const struct printer *p, const char *text)
{
    fprintf(p->out, "\n%s%s%s\n", p->is_coloured ? "\033[1m" : "", text,
            p->is_coloured ? "\033[0m" : "");
}

static void print_list(const struct printer *p, const struct argv *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        fprintf(p->out, "* %s\n", lines->words[i]);
}

/* --- The tree -------------------------------------------------------------------------------- */

/* A card with several ports has them one level below. */
static size_t levels_of(const struct model_frontend *frontend)
{
    return frontend->place.count + (frontend->port > 0);
}

/* How many levels two frontends share. */
static size_t shared(const struct model_frontend *a, const struct model_frontend *b)
{
    size_t level = 0;

    while (level < a->place.count && level < b->place.count &&
           strcmp(a->place.steps[level].path, b->place.steps[level].path) == 0)
        level++;
    return level;
}

/* Does another branch follow at this level? */
static bool has_more(const struct model *model, size_t index, size_t level)
{
    for (size_t i = index + 1; i < model->frontend_count; i++) {
        size_t common = shared(&model->frontends[index], &model->frontends[i]);
        if (common <= level)
            return common == level && level > 0;
    }
    return false;
}

static void add_branches(const struct model *model, size_t index, size_t level, struct strbuf *line)
{
    for (size_t i = 1; i < level; i++)
        strbuf_printf(line, "%s", has_more(model, index, i) ? "│  " : "   ");
    if (level > 0)
        strbuf_printf(line, "%s", has_more(model, index, level) ? "├─ " : "└─ ");
}

static void add_device(const struct view_node *node, struct strbuf *line)
{
    struct strbuf address = { 0 };
    const char *id = place_id(node), *name = view_value(node, "name");

    place_address(node, &address);
    strbuf_printf(line, "%s%s%s", address.text, *address.text ? "  " : "", node->type);
    if (id)
        strbuf_printf(line, " \"%s\"", id);
    if (name && *name)
        strbuf_printf(line, " name %s", name);
    if (place_flavour(node))
        strbuf_printf(line, ", %s", place_flavour(node));
    strbuf_free(&address);
}

static struct strbuf tree_line(const struct model *model, size_t index, size_t level)
{
    const struct model_frontend *frontend = &model->frontends[index];
    struct strbuf line = { 0 };

    add_branches(model, index, level, &line);
    if (level == frontend->place.count)
        strbuf_printf(&line, "port %u", frontend->port);
    else if (frontend->place.steps[level].node)
        add_device(frontend->place.steps[level].node, &line);
    else
        strbuf_printf(&line, "%s", place_bus(frontend->place.steps[level].path));
    return line;
}

static size_t first_new_level(const struct model *model, size_t index)
{
    return index ? shared(&model->frontends[index - 1], &model->frontends[index]) : 0;
}

static int tree_width(const struct model *model)
{
    int most = 0;

    for (size_t i = 0; i < model->frontend_count; i++) {
        for (size_t l = first_new_level(model, i); l < levels_of(&model->frontends[i]); l++) {
            struct strbuf line = tree_line(model, i, l);
            int width = width_of(line.text);
            most = width > most ? width : most;
            strbuf_free(&line);
        }
    }
    return most;
}

static struct strbuf linux_text(const struct model_frontend *frontend)
{
    const struct linux_driver *driver = linux_driver(frontend->node->type);
    struct strbuf text = { 0 };

    if (driver && driver->driver)
        strbuf_printf(&text, "%s (%s)", frontend->linux_port.name, driver->driver);
    else
        strbuf_printf(&text, "-");
    return text;
}

#define LINUX_WIDTH 26

static void print_leaf(const struct printer *p, const struct model_frontend *frontend,
                       const char *line, int width)
{
    const struct model_chardev *chardev = model_chardev(p->model, frontend->chardev);
    struct strbuf linux_column = linux_text(frontend);

    print_padded(p->out, line, width);
    print_padded(p->out, linux_column.text, LINUX_WIDTH);
    if (chardev)
        fprintf(p->out, "%s: %s\n", frontend->chardev, chardev->backend);
    else
        fprintf(p->out, "%s\n", *frontend->chardev ? frontend->chardev : "(no chardev)");
    strbuf_free(&linux_column);
}

static void print_frontend(const struct printer *p, size_t index, int width)
{
    const struct model_frontend *frontend = &p->model->frontends[index];

    for (size_t level = first_new_level(p->model, index); level < levels_of(frontend); level++) {
        struct strbuf line = tree_line(p->model, index, level);
        if (level + 1 == levels_of(frontend))
            print_leaf(p, frontend, line.text, width);
        else
            fprintf(p->out, "%s\n", line.text);
        strbuf_free(&line);
    }
}

static void print_devices(const struct printer *p)
{
    int width = tree_width(p->model);

    if (p->model->frontend_count == 0) {
        print_head(p, "DEVICES");
        fprintf(p->out, "none that could have a chardev\n");
        return;
    }
    struct strbuf head = { 0 };
    strbuf_printf(&head, "%-*s%-*s%s", width + GAP, "DEVICES", LINUX_WIDTH + GAP, "IN LINUX",
                  "CHARDEV");
    print_head(p, head.text);
    strbuf_free(&head);
    for (size_t i = 0; i < p->model->frontend_count; i++)
        print_frontend(p, i, width);
}

/* --- Chardevs -------------------------------------------------------------------------------- */

static int label_width(const struct model *model)
{
    int most = 0;

    for (size_t i = 0; i < model->chardev_count; i++) {
        int width = width_of(model->chardevs[i].chardev->label);
        most = width > most ? width : most;
    }
    return most;
}

static void print_chardev(const struct printer *p, const struct model_chardev *chardev, int width)
{
    print_padded(p->out, chardev->chardev->label, width);
    fprintf(p->out, "%s\n%*s", chardev->backend, width + GAP, "");
    fprintf(p->out, "used by: ");
    for (size_t i = 0; i < chardev->users.count; i++)
        fprintf(p->out, "%s%s", i ? ", " : "", chardev->users.words[i]);
    fprintf(p->out, "%s", chardev->users.count ? "" : "nobody");
    if (*chardev->reader)
        fprintf(p->out, "\n%*sbytes are: %s", width + GAP, "", chardev->reader);
    fputc('\n', p->out);
}

static void print_chardevs(const struct printer *p)
{
    int width = label_width(p->model);

    print_head(p, "CHARDEVS");
    for (size_t i = 0; i < p->model->chardev_count; i++)
        print_chardev(p, &p->model->chardevs[i], width);
    if (p->model->chardev_count == 0)
        fprintf(p->out, "none\n");
}

static void print_notes(const struct printer *p)
{
    struct argv notes = { 0 };

    if (p->model)
        notes = model_notes(p->model);
    else
        caution_chardevs(p->explanation->expansion, &notes);
    if (notes.count) {
        print_head(p, "WHAT TO KNOW");
        print_list(p, &notes);
    }
    argv_free(&notes);
}

/* --- Options --------------------------------------------------------------------------------- */

static void print_options(const struct printer *p)
{
    const struct expansion *expansion = p->explanation->expansion;

    if (expansion->option_count)
        print_head(p, "SHORT OPTIONS, AND WHAT THEY STAND FOR");
    for (size_t i = 0; i < expansion->option_count; i++) {
        const struct expanded_option *option = &expansion->options[i];
        fprintf(p->out, "%s\n    %s\n", option->given,
                *option->meaning ? option->meaning : "nothing is there");
    }
}

static void print_command(const struct printer *p)
{
    struct strbuf text = { 0 };

    print_head(p, "THE COMMAND IN LONG FORM");
    argv_to_shell(&p->explanation->expansion->argv, &text);
    fputs(text.text, p->out);
    if (p->explanation->same)
        fprintf(p->out, "%s\n", p->explanation->same);
    strbuf_free(&text);
}

void explain_print_tree(FILE *out, const struct explanation *explanation, bool is_coloured)
{
    const struct model *model = explanation->model;
    struct printer p = { out, explanation, model, is_coloured };

    if (model) {
        fprintf(out, "%s, QEMU %s, machine %s\n", explanation->program, model->view->version,
                model->view->machine ? model->view->machine : "?");
        print_devices(&p);
        print_chardevs(&p);
    }
    print_notes(&p);
    print_options(&p);
    print_command(&p);
    if (explanation->altered && explanation->altered->count) {
        print_head(&p, "REPLACED FOR THIS LOOK (the machine was built, no guest ran)");
        print_list(&p, explanation->altered);
    }
}
