/*
 * Who is connected to whom: frontends, chardevs, and those that use them, out of what the
 * command line says and what QEMU says.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_EXPLAIN_MODEL_H
#define HOST_TOOLS_EXPLAIN_MODEL_H

#include "host-tools/explain_expand.h"
#include "host-tools/explain_linux.h"
#include "host-tools/explain_place.h"
#include "host-tools/explain_view.h"

/* A device that talks through a chardev, or could; one for each port of a card. */
struct model_frontend {
    const struct view_node *node;
    unsigned port;       /* of a card with several, from 1; 0: it has one        */
    const char *chardev; /* label, "" if it has none                             */
    struct place place;
    struct linux_port linux_port; /* its name for Linux                          */
};

struct model_chardev {
    const struct view_chardev *chardev;
    char *backend;      /* "file,path=log": as -chardev has it, without the id     */
    struct argv users;  /* "isa-serial (ttyS0)", "HMP monitor"; empty: nobody      */
    const char *reader; /* what becomes of the bytes                              */
    bool is_read;       /* somebody gets them, or will                            */
};

struct model {
    const struct view *view;
    const struct expansion *expansion;
    struct model_frontend *frontends; /* in the order of their places             */
    size_t frontend_count;
    struct model_chardev *chardevs; /* in the order of the command line           */
    size_t chardev_count;
    bool has_display; /* QEMU has a window or a VNC server for its vc             */
};

/* skip  label of a chardev that is not the user's, or NULL.  Both must outlive the model. */
void model_build(const struct view *view, const struct expansion *expansion, const char *skip,
                 struct model *model);
void model_free(struct model *model);

const struct model_chardev *model_chardev(const struct model *model, const char *label);

/* "isa-serial (ttyS0)": how a frontend is called in a sentence. */
void model_frontend_name(const struct model_frontend *frontend, struct strbuf *text);

/* What is worth a sentence, each ready to print; the caller frees the list. */
struct argv model_notes(const struct model *model);

/* What the command line alone gives cause to say: pty, stdio and its Ctrl-C, ... */
void caution_chardevs(const struct expansion *expansion, struct argv *notes);

#endif
