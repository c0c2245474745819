/*
 * Who is connected to whom, as a graph in columns: what the bytes end in, chardevs, their
 * users, the guest's names.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_EXPLAIN_GRAPH_H
#define HOST_TOOLS_EXPLAIN_GRAPH_H

#include "host-tools/explain_model.h"

#define GRAPH_COLUMNS 4

enum graph_column {
    GRAPH_BASE,    /* chardevs that only other chardevs use    */
    GRAPH_CHARDEV, /*                                          */
    GRAPH_USER,    /* frontends, monitors                      */
    GRAPH_GUEST,   /* what Linux calls it                      */
};

struct graph_node {
    enum graph_column column;
    char *title, *text; /* two lines; text may be ""    */
    bool is_loose;      /* nobody at one of its ends    */
    const void *about;  /* the chardev or the frontend  */
};

struct graph {
    struct graph_node *nodes;
    size_t node_count;
    struct {
        size_t from, to;
    } * edges;
    size_t edge_count;
};

void graph_build(const struct model *model, struct graph *graph);
void graph_free(struct graph *graph);

#endif
