/*
 * What stands behind the colon of -c.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/backend_spec.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A piece of the text being read. */
struct piece {
    const char *at;
    size_t len;
};

static bool piece_is(struct piece piece, const char *text)
{
    return piece.len == strlen(text) && memcmp(piece.at, text, piece.len) == 0;
}

static bool piece_starts(struct piece piece, const char *text)
{
    return piece.len >= strlen(text) && memcmp(piece.at, text, strlen(text)) == 0;
}

static struct piece piece_from(struct piece piece, size_t from)
{
    return (struct piece){ piece.at + from, piece.len - from };
}

/* Up to the next comma, or all; the rest is what follows it. */
static struct piece take_word(struct piece *rest)
{
    const char *comma = rest->len ? memchr(rest->at, ',', rest->len) : NULL;
    struct piece word = { rest->at, comma ? (size_t)(comma - rest->at) : rest->len };

    *rest = piece_from(*rest, word.len + (comma != NULL));
    return word;
}

/* --- One backend ------------------------------------------------------------------------ */

static int take_kind(struct piece name, struct backend_spec *spec, struct problem *problem)
{
    spec->kind = backend_find(name.at, name.len);
    if (!spec->kind || spec->kind == &backend_hub || spec->kind == &backend_log)
        return problem_set(problem, EXIT_USAGE,
                           "-c: no backend is called \"%.*s\": `tutti list backends` has them",
                           (int)name.len, name.at);
    if (spec->kind->refusal)
        return problem_set(problem, EXIT_USAGE, "-c: %s: %s", spec->kind->name,
                           spec->kind->refusal);
    return 0;
}

static int take_reader(struct piece value, struct backend_spec *spec, struct problem *problem)
{
    if (spec->kind && !spec->kind->is_read)
        return problem_set(problem, EXIT_USAGE,
                           "-c: %s: reader= is for backends that somebody reads", spec->kind->name);
    return reader_parse(value.at, value.len, &spec->reader, problem);
}

static int take_log(struct piece path, struct backend_spec *spec, struct problem *problem)
{
    if (spec->kind == &backend_none || spec->kind->is_logged)
        return problem_set(problem, EXIT_USAGE, "-c: %s: %s", spec->kind->name,
                           spec->kind->is_logged ? "it is captured by its logfile= already"
                                                 : "no chardev, so no logfile=");
    spec->has_log = true;
    if (path.len) {
        free(spec->log_path);
        spec->log_path = must_strndup(path.at, path.len);
    }
    return 0;
}

static int keep_prop(struct piece word, struct backend_spec *spec)
{
    struct strbuf props = { 0 };

    strbuf_printf(&props, "%s%s%.*s", spec->props ? spec->props : "", spec->props ? "," : "",
                  (int)word.len, word.at);
    free(spec->props);
    spec->props = props.text;
    return 0;
}

static int take_prop(struct piece word, struct backend_spec *spec, struct problem *problem)
{
    if (word.len == 0)
        return 0;
    if (!memchr(word.at, '=', word.len))
        return problem_set(problem, EXIT_USAGE, "-c: \"%.*s\": expected KEY=VALUE behind a backend",
                           (int)word.len, word.at);
    if (piece_is(word, "mux=on")) {
        spec->is_mux = true;
        return 0;
    }
    if (piece_starts(word, "reader="))
        return take_reader(piece_from(word, strlen("reader=")), spec, problem);
    if (piece_starts(word, "logfile="))
        return take_log(piece_from(word, strlen("logfile=")), spec, problem);
    if (piece_starts(word, "logappend=")) {
        spec->log_appends = piece_is(word, "logappend=on");
        return 0;
    }
    return keep_prop(word, spec);
}

static int take_props(struct piece rest, struct backend_spec *spec, struct problem *problem)
{
    while (rest.len)
        if (take_prop(take_word(&rest), spec, problem) < 0)
            return -1;
    return 0;
}

/* What only shows when all properties are there. */
static int check(const struct backend_spec *spec, struct problem *problem)
{
    if (!spec->kind || !spec->kind->check)
        return 0;
    return spec->kind->check(spec->props, problem);
}

static int parse_one(struct piece text, struct backend_spec *spec, struct problem *problem)
{
    if (take_kind(take_word(&text), spec, problem) < 0 || take_props(text, spec, problem) < 0)
        return -1;
    return check(spec, problem);
}

/* --- What stands in parentheses ------------------------------------------------------------ */

/* "(INSIDE)", and what follows. */
static int take_inside(struct piece *rest, struct piece *inside, const char *what,
                       struct problem *problem)
{
    const char *open = rest->at;
    const char *close = rest->len ? memchr(open, ')', rest->len) : NULL;

    if (rest->len == 0 || *open != '(' || !close)
        return problem_set(problem, EXIT_USAGE, "-c: expected %s", what);
    *inside = (struct piece){ open + 1, (size_t)(close - open) - 1 };
    *rest = piece_from(*rest, inside->len + 2);
    if (memchr(inside->at, '(', inside->len))
        return problem_set(problem, EXIT_USAGE,
                           "-c: a mux or a hub cannot stand in another one: QEMU does not stack "
                           "them");
    return 0;
}

static struct backend_spec *add_member(struct backend_spec *hub)
{
    size_t size = (hub->member_count + 1) * sizeof(*hub->members);

    hub->members = must_realloc(hub->members, size);
    hub->members[hub->member_count] = (struct backend_spec){ 0 };
    return &hub->members[hub->member_count++];
}

static int check_members(const struct backend_spec *hub, struct problem *problem)
{
    if (hub->member_count < 1 || hub->member_count > HUB_MOST)
        return problem_set(problem, EXIT_USAGE, "-c: a hub has one to %d backends", HUB_MOST);
    for (size_t i = 0; i < hub->member_count; i++) {
        const struct backend *kind = hub->members[i].kind;
        if (kind == &backend_none)
            return problem_set(problem, EXIT_USAGE, "-c: a hub cannot have `none` in it");
        if (check(&hub->members[i], problem) < 0)
            return -1;
    }
    return 0;
}

static int parse_hub(struct piece rest, struct backend_spec *spec, struct problem *problem)
{
    struct piece inside, word;

    spec->kind = &backend_hub;
    if (take_inside(&rest, &inside, "hub(BACKEND,BACKEND)", problem) < 0)
        return -1;
    while (inside.len) {
        word = take_word(&inside);
        bool is_prop = spec->member_count > 0 && memchr(word.at, '=', word.len);
        int result = is_prop ? take_prop(word, &spec->members[spec->member_count - 1], problem)
                             : take_kind(word, add_member(spec), problem);
        if (result < 0)
            return -1;
    }
    if (check_members(spec, problem) < 0)
        return -1;
    return take_props(rest, spec, problem);
}

/* As QEMU's ids are: util/id.c, id_wellformed(). */
static bool is_name(struct piece name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!isalnum((unsigned char)name.at[i]) && (i == 0 || !strchr("-._", name.at[i])))
            return false;
    return name.len > 0 && isalpha((unsigned char)name.at[0]);
}

static int take_mux_name(struct piece *rest, struct backend_spec *spec, struct problem *problem)
{
    struct piece name = piece_from(*rest, 1);

    name.len = 0;
    while (1 + name.len < rest->len && rest->at[1 + name.len] != '(')
        name.len++;
    if (!is_name(name))
        return problem_set(problem, EXIT_USAGE,
                           "-c: mux=%.*s: expected a name of letters, digits, and -._",
                           (int)name.len, name.at);
    spec->mux = must_strndup(name.at, name.len);
    *rest = piece_from(*rest, 1 + name.len);
    return 0;
}

static int parse_mux(struct piece rest, struct backend_spec *spec, struct problem *problem)
{
    struct piece inside;

    spec->is_mux = true;
    if (rest.len && *rest.at == '=' && take_mux_name(&rest, spec, problem) < 0)
        return -1;
    if (rest.len == 0 && spec->mux)
        return 0; /* joins it */
    if (take_inside(&rest, &inside, "mux(BACKEND), mux=NAME(BACKEND) or mux=NAME", problem) < 0 ||
        parse_one(inside, spec, problem) < 0)
        return -1;
    if (spec->kind == &backend_none)
        return problem_set(problem, EXIT_USAGE, "-c: a mux cannot have `none` in it");
    return take_props(rest, spec, problem);
}

/* The word up to anything that is not of a name. */
static size_t name_len(struct piece text)
{
    size_t len = 0;

    while (len < text.len && !strchr(",(=", text.at[len]))
        len++;
    return len;
}

int backend_spec_parse(const char *text, size_t len, struct backend_spec *spec,
                       struct problem *problem)
{
    struct piece all = { text, len };
    struct piece name = { text, name_len(all) };

    *spec = (struct backend_spec){ 0 };
    if (piece_is(name, "hub"))
        return parse_hub(piece_from(all, name.len), spec, problem);
    if (piece_is(name, "mux"))
        return parse_mux(piece_from(all, name.len), spec, problem);
    return parse_one(all, spec, problem);
}

void backend_spec_free(struct backend_spec *spec)
{
    for (size_t i = 0; i < spec->member_count; i++)
        backend_spec_free(&spec->members[i]);
    free(spec->members);
    free(spec->props);
    free(spec->log_path);
    free(spec->mux);
    *spec = (struct backend_spec){ 0 };
}
