/*
 * What stands after -c: words into table rows.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/console_spec.h"

#include <stdlib.h>
#include <string.h>

#include "host-tools/strbuf.h"

/* A piece of the text being read. */
struct piece {
    const char *at;
    size_t len;
};

/* The piece up to a character, or all of it; the rest is what follows it. */
static struct piece piece_until(struct piece *rest, char end)
{
    const char *hit = rest->len ? memchr(rest->at, end, rest->len) : NULL;
    struct piece first = { rest->at, hit ? (size_t)(hit - rest->at) : rest->len };

    rest->at += first.len + (hit != NULL);
    rest->len -= first.len + (hit != NULL);
    return first;
}

static char *piece_copy(struct piece piece)
{
    return piece.len ? must_strndup(piece.at, piece.len) : NULL;
}

/* "3x" at the start; a name never starts with a digit. */
static int parse_count(struct piece *rest, struct console_spec *spec, struct problem *problem)
{
    unsigned count = 0;
    size_t digits = 0;

    while (digits < rest->len && rest->at[digits] >= '0' && rest->at[digits] <= '9') {
        count = count > SPEC_COUNT ? count : count * 10 + (unsigned)(rest->at[digits] - '0');
        digits++;
    }
    spec->count = 1;
    if (digits == 0)
        return 0;
    if (digits == rest->len || rest->at[digits] != 'x' || count == 0 || count > SPEC_COUNT)
        return problem_set(problem, EXIT_USAGE, "-c %s: expected a count like 3x, up to %d",
                           rest->at, SPEC_COUNT);
    spec->count = count;
    rest->at += digits + 1;
    rest->len -= digits + 1;
    return 0;
}

static int parse_controller(struct piece part, struct console_spec *spec, struct problem *problem)
{
    struct piece name = piece_until(&part, ',');
    const struct controller_kind *kind = controller_kind_find(name.at, name.len);

    if (!kind)
        return problem_set(problem, EXIT_USAGE,
                           "-c: no controller is called \"%.*s\": `tutti list consoles` has them",
                           (int)name.len, name.at);
    if (spec->depth == SPEC_DEPTH)
        return problem_set(problem, EXIT_USAGE, "-c: more than %d controllers above one console",
                           SPEC_DEPTH);
    spec->path[spec->depth++] = (struct controller_spec){ kind, piece_copy(part) };
    return 0;
}

static int parse_console(struct piece part, struct console_spec *spec, struct problem *problem)
{
    struct piece name = piece_until(&part, ',');

    spec->kind = console_kind_find(name.at, name.len);
    if (!spec->kind)
        return problem_set(problem, EXIT_USAGE,
                           "-c: no console is called \"%.*s\": `tutti list consoles` has them",
                           (int)name.len, name.at);
    spec->props = piece_copy(part);
    return 0;
}

static int parse_path(struct piece path, struct console_spec *spec, struct problem *problem)
{
    spec->text = must_strndup(path.at, path.len);
    while (memchr(path.at, '/', path.len))
        if (parse_controller(piece_until(&path, '/'), spec, problem) < 0)
            return -1;
    return parse_console(path, spec, problem);
}

int console_spec_parse(const char *text, struct console_spec *spec, struct problem *problem)
{
    struct piece rest = { text, strlen(text) };

    *spec = (struct console_spec){ .backend.kind = backend_table[0] };
    if (parse_count(&rest, spec, problem) < 0)
        return -1;
    bool has_backend = memchr(rest.at, ':', rest.len) != NULL;
    if (parse_path(piece_until(&rest, ':'), spec, problem) < 0)
        return -1;
    return has_backend ? backend_spec_parse(rest.at, rest.len, &spec->backend, problem) : 0;
}

void console_spec_free(struct console_spec *spec)
{
    for (size_t i = 0; i < spec->depth; i++)
        free(spec->path[i].props);
    free(spec->text);
    free(spec->props);
    backend_spec_free(&spec->backend);
    *spec = (struct console_spec){ 0 };
}
