/*
 * Who is connected to whom.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/explain_model.h"

#include <stdlib.h>
#include <string.h>

#include "host-tools/explain_reader.h"

/* A mux over a mux is refused by QEMU; a view that claims more is cut. */
#define NESTING_MAX 4

/* --- Frontends ------------------------------------------------------------------------------- */

static void add_frontend(struct model *model, const struct view_node *node, unsigned port,
                         const char *chardev)
{
    size_t size = (model->frontend_count + 1) * sizeof(*model->frontends);

    model->frontends = must_realloc(model->frontends, size);
    struct model_frontend *frontend = &model->frontends[model->frontend_count++];
    *frontend =
        (struct model_frontend){ .node = node, .port = port, .chardev = chardev ? chardev : "" };
    frontend->linux_port.node = node;
    frontend->linux_port.port = port;
    place_find(model->view, node, &frontend->place);
}

/* chardev=, or chardev1= to chardev4=. */
static void add_ports(struct model *model, const struct view_node *node)
{
    for (size_t i = 0; i < node->property_count; i++) {
        const struct view_property *property = &node->properties[i];
        if (strncmp(property->name, "chardev", 7) == 0)
            add_frontend(model, node, (unsigned)strtoul(property->name + 7, NULL, 10),
                         property->value);
    }
}

static int by_place(const void *a, const void *b)
{
    const struct model_frontend *left = a, *right = b;
    size_t i = 0;

    while (i < left->place.count && i < right->place.count &&
           strcmp(left->place.steps[i].path, right->place.steps[i].path) == 0)
        i++;
    if (i == left->place.count || i == right->place.count)
        return left->node == right->node ? (int)left->port - (int)right->port
                                         : (int)left->place.count - (int)right->place.count;
    return place_compare_steps(&left->place.steps[i], &right->place.steps[i]);
}

/* Slots of virtio-mmio are probed upwards on Arm's virt, whose tree lists them so; the other
 * boards list theirs downwards. */
static bool is_descending(const struct view *view)
{
    for (size_t i = 0; i < view->node_count; i++)
        if (strncmp(view->nodes[i].type, "pl011", 5) == 0)
            return false;
    return true;
}

static void name_frontends(struct model *model)
{
    size_t count = model->frontend_count;
    struct linux_port *ports = must_alloc(count * sizeof(*ports));

    for (size_t i = 0; i < count; i++)
        ports[i] = model->frontends[i].linux_port;
    linux_name(model->view, ports, count, is_descending(model->view));
    for (size_t i = 0; i < count; i++)
        model->frontends[i].linux_port = ports[i];
    free(ports);
}

static void find_frontends(struct model *model)
{
    for (size_t i = 0; i < model->view->node_count; i++)
        if (model->view->nodes[i].is_port)
            add_ports(model, &model->view->nodes[i]);
    if (model->frontend_count)
        qsort(model->frontends, model->frontend_count, sizeof(*model->frontends), by_place);
    name_frontends(model);
}

void model_frontend_name(const struct model_frontend *frontend, struct strbuf *text)
{
    const char *id = place_id(frontend->node);

    strbuf_printf(text, "%s", frontend->node->type);
    if (id)
        strbuf_printf(text, " \"%s\"", id);
    if (frontend->port)
        strbuf_printf(text, " port %u", frontend->port);
    if (*frontend->linux_port.name)
        strbuf_printf(text, " (%s)", frontend->linux_port.name);
}

/* --- Chardevs -------------------------------------------------------------------------------- */

const struct model_chardev *model_chardev(const struct model *model, const char *label)
{
    for (size_t i = 0; i < model->chardev_count; i++)
        if (strcmp(model->chardevs[i].chardev->label, label) == 0)
            return &model->chardevs[i];
    return NULL;
}

/* A chardev with mux=on is two for QEMU: the mux, and LABEL-base below it. */
static char *base_label(const char *label)
{
    struct strbuf text = { 0 };

    strbuf_printf(&text, "%s-base", label);
    return text.text;
}

static char *mux_label(const char *label)
{
    size_t len = strlen(label);

    return len > 5 && strcmp(label + len - 5, "-base") == 0 ? must_strndup(label, len - 5) : NULL;
}

/* What the user wrote for it: of a base, what he wrote for the mux. */
static const char *given_words(const struct model *model, const char *label)
{
    const char *words = expansion_chardev(model->expansion, label);
    char *mux = words ? NULL : mux_label(label);

    if (mux)
        words = expansion_chardev(model->expansion, mux);
    free(mux);
    return words;
}

/* Without the id, which stands before it anyway; of a mux only that. */
static char *backend_text(const struct model *model, const struct view_chardev *chardev)
{
    const char *words = given_words(model, chardev->label);
    struct strbuf text = { 0 };

    if (strcmp(chardev->driver, "mux") == 0 || !words)
        return must_strdup(*chardev->driver ? chardev->driver : chardev->filename);
    for (const char *at = words; *at;) {
        size_t len = qemu_word_len(at);
        bool is_known = strncmp(at, "id=", 3) == 0 || strncmp(at, "mux=", 4) == 0;
        if (!is_known)
            strbuf_printf(&text, "%s%.*s", text.len ? "," : "", (int)len, at);
        at += len + (at[len] == ',');
    }
    return text.text ? text.text : must_strdup("");
}

static void add_user(struct model_chardev *chardev, const char *prefix, const char *name)
{
    argv_printf(&chardev->users, "%s%s", prefix, name);
}

static void add_frontend_users(const struct model *model, struct model_chardev *chardev)
{
    for (size_t i = 0; i < model->frontend_count; i++) {
        struct strbuf name = { 0 };
        if (strcmp(model->frontends[i].chardev, chardev->chardev->label) != 0)
            continue;
        model_frontend_name(&model->frontends[i], &name);
        add_user(chardev, "", name.text);
        strbuf_free(&name);
    }
}

static void add_monitor_users(const struct model *model, struct model_chardev *chardev)
{
    for (size_t i = 0; i < model->expansion->monitor_count; i++) {
        const struct expanded_monitor *monitor = &model->expansion->monitors[i];
        if (strcmp(monitor->chardev, chardev->chardev->label) == 0)
            add_user(chardev, "", monitor->is_qmp ? "QMP monitor" : "HMP monitor");
    }
}

static void add_mux_user(const struct model *model, struct model_chardev *chardev)
{
    char *label = mux_label(chardev->chardev->label);
    const struct view_chardev *mux = label ? view_chardev(model->view, label) : NULL;

    if (mux && strcmp(mux->driver, "mux") == 0)
        add_user(chardev, "mux ", label);
    free(label);
}

/* Is it a member of this hub: "chardevs.0=LABEL"? */
static bool has_member(const char *words, const char *label)
{
    bool has = false;

    for (unsigned i = 0; i < 10 && !has; i++) {
        char key[24];
        size_t len;
        snprintf(key, sizeof(key), "chardevs.%u", i);
        const char *member = qemu_list_value(words, key, &len);
        has = member && len == strlen(label) && strncmp(member, label, len) == 0;
    }
    return has;
}

static void add_hub_users(const struct model *model, struct model_chardev *chardev)
{
    for (size_t i = 0; i < model->expansion->chardevs.count; i++) {
        const char *words = model->expansion->chardevs.words[i];
        size_t len;
        const char *id = qemu_list_value(words, "id", &len);
        if (strncmp(words, "hub,", 4) != 0 || !id || !has_member(words, chardev->chardev->label))
            continue;
        char *name = must_strndup(id, len);
        add_user(chardev, "hub ", name);
        free(name);
    }
}

/* -netdev, -object, -tpmdev, -semihosting-config: options that name a chardev. */
static void add_option_users(const struct model *model, struct model_chardev *chardev)
{
    static const char *const known[] = { "-chardev", "-device", "-mon", "-serial", "-parallel" };
    const struct argv *argv = &model->expansion->argv;
    const char *label = chardev->chardev->label;

    for (size_t i = 1; i + 1 < argv->count; i++) {
        bool is_known = argv->words[i][0] != '-';
        for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
            is_known |= strcmp(argv->words[i], known[k]) == 0;
        size_t len;
        const char *named = qemu_list_value(argv->words[i + 1], "chardev", &len);
        if (!is_known && named && len == strlen(label) && strncmp(named, label, len) == 0)
            argv_printf(&chardev->users, "%s %s", argv->words[i], argv->words[i + 1]);
    }
}

static void find_users(struct model *model)
{
    for (size_t i = 0; i < model->chardev_count; i++) {
        struct model_chardev *chardev = &model->chardevs[i];
        add_frontend_users(model, chardev);
        add_monitor_users(model, chardev);
        add_mux_user(model, chardev);
        add_hub_users(model, chardev);
        add_option_users(model, chardev);
    }
}

/* A mux has its base's reader; a hub any of its members'. */
static const struct reader *find_reader(const struct model *model, const char *label,
                                        unsigned nesting)
{
    const struct view_chardev *chardev = view_chardev(model->view, label);
    const char *words = given_words(model, label);

    if (words && strncmp(words, "hub,", 4) == 0 && nesting < NESTING_MAX)
        for (size_t i = 0; i < model->view->chardev_count; i++) {
            const char *member = model->view->chardevs[i].label;
            if (has_member(words, member) && strcmp(member, label) != 0 &&
                find_reader(model, member, nesting + 1)->is_read)
                return find_reader(model, member, nesting + 1);
        }
    return reader_find(words, chardev ? chardev->driver : "", model->has_display);
}

static const struct reader *reader_of(const struct model *model, const char *label)
{
    const struct view_chardev *chardev = view_chardev(model->view, label);
    bool is_mux = chardev && strcmp(chardev->driver, "mux") == 0;
    char *base = is_mux ? base_label(label) : NULL;
    const struct reader *reader = find_reader(model, base ? base : label, 0);

    free(base);
    return reader;
}

static void add_chardev(struct model *model, const struct view_chardev *chardev)
{
    size_t size = (model->chardev_count + 1) * sizeof(*model->chardevs);
    const struct reader *reader = reader_of(model, chardev->label);

    model->chardevs = must_realloc(model->chardevs, size);
    model->chardevs[model->chardev_count++] = (struct model_chardev){
        .chardev = chardev,
        .backend = backend_text(model, chardev),
        .reader = reader->what,
        .is_read = reader->is_read,
    };
}

static void find_chardevs(struct model *model, const char *skip)
{
    for (size_t i = 0; i < model->view->chardev_count; i++)
        if (!skip || strcmp(model->view->chardevs[i].label, skip) != 0)
            add_chardev(model, &model->view->chardevs[i]);
}

/* --- The whole ------------------------------------------------------------------------------- */

static bool has_display(const struct expansion *expansion)
{
    bool has = true;

    for (size_t i = 1; i + 1 < expansion->argv.count; i++)
        if (strcmp(expansion->argv.words[i], "-display") == 0)
            has = strcmp(expansion->argv.words[i + 1], "none") != 0;
    return has;
}

void model_build(const struct view *view, const struct expansion *expansion, const char *skip,
                 struct model *model)
{
    *model = (struct model){ .view = view, .expansion = expansion };
    model->has_display = has_display(expansion);
    find_frontends(model);
    find_chardevs(model, skip);
    find_users(model);
}

void model_free(struct model *model)
{
    for (size_t i = 0; i < model->chardev_count; i++) {
        free(model->chardevs[i].backend);
        argv_free(&model->chardevs[i].users);
    }
    free(model->chardevs);
    free(model->frontends);
    *model = (struct model){ 0 };
}
