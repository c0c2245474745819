/*
 * An explanation as a picture for Graphviz: `tutti explain --dot -- ... | dot -Tpng > x.png`
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/explain_graph.h"
#include "host-tools/explain_show.h"

static void print_quoted(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
}

static void print_node(FILE *out, const struct graph_node *node, size_t index)
{
    static const char *const shapes[GRAPH_COLUMNS] = { "box", "box", "ellipse", "plaintext" };

    fprintf(out, "  n%zu [shape=%s,style=\"%s\",label=\"", index, shapes[node->column],
            node->is_loose ? "dashed" : "solid");
    print_quoted(out, node->title);
    fputs("\\n", out);
    print_quoted(out, node->text);
    fputs("\"]\n", out);
}

void explain_print_dot(FILE *out, const struct explanation *explanation)
{
    struct graph graph;

    graph_build(explanation->model, &graph);
    fputs("digraph tutti {\n  rankdir=LR\n  node [fontname=\"sans-serif\"]\n  edge [dir=none]\n",
          out);
    for (size_t i = 0; i < graph.node_count; i++)
        print_node(out, &graph.nodes[i], i);
    for (size_t i = 0; i < graph.edge_count; i++)
        fprintf(out, "  n%zu -> n%zu\n", graph.edges[i].from, graph.edges[i].to);
    fputs("}\n", out);
    graph_free(&graph);
}
