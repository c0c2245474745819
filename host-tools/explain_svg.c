/*
 * An explanation as an SVG picture: one column for each kind of thing, a line for each
 * connection.  Needs no other program.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "host-tools/explain_graph.h"
#include "host-tools/explain_show.h"

/* In pixels; text of 13 pixels in a sans-serif type is some 7 wide. */
#define CHAR_WIDTH 7
#define BOX_HEIGHT 42
#define ROW_HEIGHT 58
#define MARGIN     20
#define HEAD       40
#define SPACE      90 /* between columns, for the lines */

struct layout {
    const struct graph *graph;
    int *rows;                /* of each node, from 0    */
    int width[GRAPH_COLUMNS]; /* of the boxes            */
    int left[GRAPH_COLUMNS];  /* where they begin        */
    int count[GRAPH_COLUMNS]; /* boxes                   */
    int total_width, total_height;
};

static const char *const heads[GRAPH_COLUMNS] = { "behind it", "chardevs", "used by", "in Linux" };

static int longest(const struct graph_node *node)
{
    size_t title = strlen(node->title), text = strlen(node->text);

    return (int)(title > text ? title : text);
}

static void measure(struct layout *layout)
{
    int x = MARGIN, most = 0;

    for (size_t i = 0; i < layout->graph->node_count; i++) {
        const struct graph_node *node = &layout->graph->nodes[i];
        int width = longest(node) * CHAR_WIDTH + 20;
        layout->rows[i] = layout->count[node->column]++;
        if (width > layout->width[node->column])
            layout->width[node->column] = width;
    }
    for (int column = 0; column < GRAPH_COLUMNS; column++) {
        layout->left[column] = x;
        if (layout->count[column])
            x += layout->width[column] + SPACE;
        most = layout->count[column] > most ? layout->count[column] : most;
    }
    layout->total_width = x - SPACE + MARGIN > 2 * MARGIN ? x - SPACE + MARGIN : 2 * MARGIN;
    layout->total_height = HEAD + most * ROW_HEIGHT + MARGIN;
}

static void print_escaped(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '&')
            fputs("&amp;", out);
        else if (*text == '<')
            fputs("&lt;", out);
        else if (*text == '>')
            fputs("&gt;", out);
        else
            fputc((unsigned char)*text < 0x20 ? ' ' : *text, out);
    }
}

static void print_text(FILE *out, int x, int y, const char *style, const char *text)
{
    fprintf(out, "<text x=\"%d\" y=\"%d\"%s>", x, y, style);
    print_escaped(out, text);
    fputs("</text>\n", out);
}

static int top_of(const struct layout *layout, size_t node)
{
    return HEAD + layout->rows[node] * ROW_HEIGHT;
}

static void print_box(FILE *out, const struct layout *layout, size_t index)
{
    const struct graph_node *node = &layout->graph->nodes[index];
    int x = layout->left[node->column], y = top_of(layout, index);

    fprintf(out,
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\" fill=\"%s\" "
            "stroke=\"#445\"%s/>\n",
            x, y, layout->width[node->column], BOX_HEIGHT, node->column == GRAPH_USER ? 16 : 4,
            node->is_loose ? "#fff4e0" : "#eef4fb",
            node->is_loose ? " stroke-dasharray=\"5 3\"" : "");
    print_text(out, x + 10, y + 17, " font-weight=\"bold\"", node->title);
    print_text(out, x + 10, y + 34, " fill=\"#445\"", node->text);
}

static void print_line(FILE *out, const struct layout *layout, size_t from, size_t to)
{
    const struct graph_node *start = &layout->graph->nodes[from];
    int x1 = layout->left[start->column] + layout->width[start->column];
    int x2 = layout->left[layout->graph->nodes[to].column];
    int y1 = top_of(layout, from) + BOX_HEIGHT / 2, y2 = top_of(layout, to) + BOX_HEIGHT / 2;
    int middle = (x1 + x2) / 2;

    fprintf(out, "<path d=\"M%d %d C%d %d %d %d %d %d\" fill=\"none\" stroke=\"#667\"/>\n", x1, y1,
            middle, y1, middle, y2, x2, y2);
}

static void print_heads(FILE *out, const struct layout *layout)
{
    for (int column = 0; column < GRAPH_COLUMNS; column++)
        if (layout->count[column])
            print_text(out, layout->left[column], 26, " fill=\"#889\"", heads[column]);
}

void explain_print_svg(FILE *out, const struct explanation *explanation)
{
    struct graph graph;

    graph_build(explanation->model, &graph);
    struct layout layout = { .graph = &graph };
    layout.rows = must_alloc(graph.node_count * sizeof(*layout.rows));
    measure(&layout);
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
            "font-family=\"sans-serif\" font-size=\"13\">\n"
            "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
            layout.total_width, layout.total_height);
    print_heads(out, &layout);
    for (size_t i = 0; i < graph.edge_count; i++)
        print_line(out, &layout, graph.edges[i].from, graph.edges[i].to);
    for (size_t i = 0; i < graph.node_count; i++)
        print_box(out, &layout, i);
    fputs("</svg>\n", out);
    free(layout.rows);
    graph_free(&graph);
}
