/*
 * What QEMU says over QMP, line by line, checked before anybody believes it.
 *
 * Pure: bytes in, messages out.  QEMU: docs/interop/qmp-spec, sections 2.2 to 2.5.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_QMP_MESSAGE_H
#define HOST_TOOLS_QMP_MESSAGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "host-tools/strbuf.h"

enum qmp_message_kind {
    QMP_BROKEN,   /* not a message: text says why                  */
    QMP_GREETING, /* 2.2: text is the version, "7.2.22"            */
    QMP_RETURN,   /* 2.4.1: body is what the command returned      */
    QMP_ERROR,    /* 2.4.2: text is the description                */
    QMP_EVENT,    /* 2.5: text is its name, body its data or NULL  */
};

struct qmp_message {
    enum qmp_message_kind kind;
    char text[512];
    unsigned version; /* greeting: major * 100 + minor                    */
    json_int_t id;    /* return, error: of the command; -1 without one    */
    json_t *body;     /* borrowed from whole                              */
    json_t *whole;    /* owned                                            */
};

/* One line, without its end.  Free in every case. */
void qmp_message_read(const char *line, size_t len, struct qmp_message *message);
void qmp_message_free(struct qmp_message *message);

/*
 * Cuts what comes into lines.  The longest answer that we ask for (a list of objects) has a
 * few tens of KiB; a line beyond QMP_LINE_MAX is not from a QEMU in good health.
 */
#define QMP_LINE_MAX (4u << 20)

struct qmp_lines { /* all zero is an empty one */
    struct strbuf open;
    bool is_too_long;
};

/*
 * Calls line() for each whole line; empty ones are left out.  Stops at a line that is too
 * long, and from then on takes nothing.
 * returns  0 | -1 a line was too long
 */
int qmp_lines_feed(struct qmp_lines *lines, const char *bytes, size_t len,
                   void (*line)(void *ctx, const char *text, size_t len), void *ctx);
void qmp_lines_free(struct qmp_lines *lines);

/* --- Answers that we ask for -------------------------------------------------------- */

/* query-chardev: the filename of the one with this label; NULL if it isn't there. */
const char *qmp_find_chardev(const json_t *body, const char *label);

#endif
