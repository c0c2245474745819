/*
 * An explanation, for people and for programs: one file for each way to show it.
 *
 *   explain_tree.c    text, with the tree of devices
 *   explain_json.c    one JSON object
 *   explain_dot.c     a picture for Graphviz      both out of explain_graph.c
 *   explain_svg.c     the same picture, laid out
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_EXPLAIN_SHOW_H
#define HOST_TOOLS_EXPLAIN_SHOW_H

#include <stdio.h>

#include "host-tools/explain_model.h"

struct explanation {
    const char *program;
    const struct expansion *expansion;
    const struct model *model;  /* NULL: nothing was started              */
    const struct argv *altered; /* for the look, or NULL                  */
    const char *same;           /* is the long form the same?  Or NULL    */
};

void explain_print_tree(FILE *out, const struct explanation *explanation, bool is_coloured);
void explain_print_json(FILE *out, const struct explanation *explanation);
void explain_print_dot(FILE *out, const struct explanation *explanation);
void explain_print_svg(FILE *out, const struct explanation *explanation);

#endif
