/*
 * Who is connected to whom, as a graph.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/explain_graph.h"

#include <stdlib.h>
#include <string.h>

static size_t add_node(struct graph *graph, enum graph_column column, const char *title,
                       const char *text, bool is_loose, const void *about)
{
    graph->nodes = must_realloc(graph->nodes, (graph->node_count + 1) * sizeof(*graph->nodes));
    graph->nodes[graph->node_count] = (struct graph_node){ column, must_strdup(title),
                                                           must_strdup(text), is_loose, about };
    return graph->node_count++;
}

static void add_edge(struct graph *graph, size_t from, size_t to)
{
    graph->edges = must_realloc(graph->edges, (graph->edge_count + 1) * sizeof(*graph->edges));
    graph->edges[graph->edge_count].from = from;
    graph->edges[graph->edge_count++].to = to;
}

/* Index of the chardev with this label, or node_count. */
static size_t find_chardev(const struct graph *graph, const char *label)
{
    for (size_t i = 0; i < graph->node_count; i++)
        if (graph->nodes[i].column <= GRAPH_CHARDEV && strcmp(graph->nodes[i].title, label) == 0)
            return i;
    return graph->node_count;
}

/* "mux serial0", "hub h": the label of a chardev that uses it, or NULL. */
static const char *inner_user(const char *user)
{
    bool is_inner = strncmp(user, "mux ", 4) == 0 || strncmp(user, "hub ", 4) == 0;

    return is_inner ? user + 4 : NULL;
}

static bool is_base(const struct model_chardev *chardev)
{
    for (size_t i = 0; i < chardev->users.count; i++)
        if (inner_user(chardev->users.words[i]))
            return true;
    return false;
}

static void add_chardevs(const struct model *model, struct graph *graph)
{
    for (size_t i = 0; i < model->chardev_count; i++) {
        const struct model_chardev *chardev = &model->chardevs[i];
        add_node(graph, is_base(chardev) ? GRAPH_BASE : GRAPH_CHARDEV, chardev->chardev->label,
                 chardev->backend, chardev->users.count == 0 || !chardev->is_read, chardev);
    }
}

static void add_frontend(const struct model_frontend *frontend, struct graph *graph)
{
    const struct linux_driver *driver = linux_driver(frontend->node->type);
    struct strbuf title = { 0 }, text = { 0 };

    strbuf_printf(&title, "%s", frontend->node->type);
    if (frontend->port)
        strbuf_printf(&title, " port %u", frontend->port);
    place_address(frontend->node, &text);
    const char *bus = view_value(frontend->node, "parent_bus");
    struct strbuf where = { 0 };
    strbuf_printf(&where, "%s%s%s", bus ? place_bus(bus) : "", *text.text ? ", " : "", text.text);
    size_t index = add_node(graph, GRAPH_USER, title.text, where.text, !*frontend->chardev,
                            frontend);
    if (*frontend->linux_port.name)
        add_edge(graph, index,
                 add_node(graph, GRAPH_GUEST, frontend->linux_port.name,
                          driver->is_console ? "can be console=" : "no console=", false, frontend));
    size_t chardev = find_chardev(graph, frontend->chardev);
    if (chardev < graph->node_count)
        add_edge(graph, chardev, index);
    strbuf_free(&title);
    strbuf_free(&text);
    strbuf_free(&where);
}

/* Frontends have nodes of their own; these are the other users. */
static void add_other_users(const struct model_chardev *chardev, size_t own, struct graph *graph)
{
    for (size_t i = 0; i < chardev->users.count; i++) {
        const char *user = chardev->users.words[i], *inner = inner_user(user);
        if (inner) {
            size_t index = find_chardev(graph, inner);
            if (index < graph->node_count)
                add_edge(graph, own, index);
        } else if (strstr(user, " monitor") || *user == '-') {
            add_edge(graph, own, add_node(graph, GRAPH_USER, user, "", false, NULL));
        }
    }
}

void graph_build(const struct model *model, struct graph *graph)
{
    *graph = (struct graph){ 0 };
    add_chardevs(model, graph);
    for (size_t i = 0; i < model->frontend_count; i++)
        add_frontend(&model->frontends[i], graph);
    for (size_t i = 0; i < model->chardev_count; i++)
        add_other_users(&model->chardevs[i], i, graph);
}

void graph_free(struct graph *graph)
{
    for (size_t i = 0; i < graph->node_count; i++) {
        free(graph->nodes[i].title);
        free(graph->nodes[i].text);
    }
    free(graph->nodes);
    free(graph->edges);
    *graph = (struct graph){ 0 };
}
