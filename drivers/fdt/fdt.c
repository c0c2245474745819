/*
 * The flattened device tree: checking it once, and walking its nodes.
 *
 * Next on the tour: drivers/fdt/fdt_property.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/fdt/fdt.h"

#include "drivers/fdt/fdt_bytes.h"
#include "drivers/fdt/fdt_regs.h"
#include "drivers/text.h"

/* Keeps sums of offsets within 32 bits; real trees have kilobytes. */
#define FDT_TOTALSIZE_MAX 0x10000000u

/* --- checking ---------------------------------------------------------------- */

/* One of the header's two blocks: aligned, behind the header and within the blob. */
static const uint8_t *check_block(const uint8_t *blob, uint32_t off_field, uint32_t len,
                                  uint32_t align)
{
    uint32_t total = fdt_be32(blob + FDT_TOTALSIZE);
    uint32_t off = fdt_be32(blob + off_field);

    if (off < FDT_HEADER_SIZE || off % align != 0 || off > total || len > total - off)
        return NULL;
    return blob + off;
}

static int check_header(struct fdt *fdt, const uint8_t *blob, size_t limit, struct why *why)
{
    if (limit < FDT_HEADER_SIZE || fdt_be32(blob + FDT_MAGIC) != FDT_MAGIC_VALUE)
        return why_set(why, ERR_ABSENT, "FDT magic",
                       limit < FDT_HEADER_SIZE ? 0 : fdt_be32(blob + FDT_MAGIC), FDT_MAGIC_VALUE);

    uint32_t version = fdt_be32(blob + FDT_VERSION);
    uint32_t oldest = fdt_be32(blob + FDT_LAST_COMP_VERSION);
    if (version < FDT_VERSION_WE_READ || oldest > FDT_VERSION_WE_READ)
        return why_set(why, ERR_UNSUPPORTED, "FDT version", version, FDT_VERSION_WE_READ);

    uint32_t total = fdt_be32(blob + FDT_TOTALSIZE);
    if (total < FDT_HEADER_SIZE || total > limit || total > FDT_TOTALSIZE_MAX)
        return why_set(why, ERR_BROKEN, "FDT totalsize", total, limit);

    fdt->structs_len = fdt_be32(blob + FDT_SIZE_DT_STRUCT);
    fdt->structs = check_block(blob, FDT_OFF_DT_STRUCT, fdt->structs_len, FDT_TOKEN_SIZE);
    if (!fdt->structs)
        return why_set(why, ERR_BROKEN, "FDT structure block's end", fdt->structs_len, total);

    fdt->strings_len = fdt_be32(blob + FDT_SIZE_DT_STRINGS);
    fdt->strings = check_block(blob, FDT_OFF_DT_STRINGS, fdt->strings_len, 1);
    if (!fdt->strings)
        return why_set(why, ERR_BROKEN, "FDT strings block's end", fdt->strings_len, total);
    if (fdt->strings_len > 0 && fdt->strings[fdt->strings_len - 1] != 0)
        return why_set(why, ERR_BROKEN, "FDT strings block's last byte",
                       fdt->strings[fdt->strings_len - 1], 0);
    return OK;
}

/* Where check_structure() stands. */
struct check {
    struct fdt *fdt;
    uint32_t at;         /* offset of the token being looked at     */
    unsigned depth;      /* open nodes                              */
    bool is_props_ended; /* a child was seen: no more properties    */
    bool is_root_seen;
};

/* Laxer than DT 0.4 §2.2.1, but no blank or control character gets into a path. */
static bool is_name_char(uint8_t c)
{
    return c > ' ' && c < 0x7f && c != '/';
}

static int check_begin(struct check *c, struct why *why)
{
    struct fdt *fdt = c->fdt;
    uint32_t end = c->at + FDT_TOKEN_SIZE;

    if (c->depth == 0 && c->is_root_seen)
        return why_set(why, ERR_BROKEN, "FDT second root at offset", c->at, 0);
    if (c->depth == FDT_DEPTH_MAX)
        return why_set(why, ERR_UNSUPPORTED, "FDT depth", c->depth + 1, FDT_DEPTH_MAX);
    while (end < fdt->structs_len && is_name_char(fdt->structs[end]))
        end++;
    if (end < fdt->structs_len && fdt->structs[end] != 0)
        return why_set(why, ERR_BROKEN, "FDT character of a node name", fdt->structs[end], '?');
    if (end == fdt->structs_len)
        return why_set(why, ERR_BROKEN, "FDT node name without end at offset", c->at, end);

    const char *name = (const char *)fdt->structs + c->at + FDT_TOKEN_SIZE;
    if (c->depth == 1 && fdt->chosen == 0 && text_equal(name, "chosen"))
        fdt->chosen = c->at;
    c->depth++;
    c->is_root_seen = true;
    c->is_props_ended = false;
    return OK;
}

static int check_end(struct check *c, struct why *why)
{
    if (c->depth == 0)
        return why_set(why, ERR_BROKEN, "FDT_END_NODE without a node at offset", c->at, 0);
    c->depth--;
    c->is_props_ended = true;
    return OK;
}

/* DT 0.4 §5.4.1: properties lie in a node, before its children (DT 0.4 §5.4.2). */
static int check_prop(struct check *c, struct why *why)
{
    const struct fdt *fdt = c->fdt;

    if (c->depth == 0 || c->is_props_ended)
        return why_set(why, ERR_BROKEN, "FDT_PROP out of place at offset", c->at, 0);
    if (fdt->structs_len - c->at < FDT_PROP_VALUE)
        return why_set(why, ERR_BROKEN, "FDT_PROP cut off at offset", c->at, fdt->structs_len);

    uint32_t len = fdt_be32(fdt->structs + c->at + FDT_PROP_LEN);
    uint32_t room = fdt->structs_len - c->at - FDT_PROP_VALUE;
    if (len > room)
        return why_set(why, ERR_BROKEN, "FDT property length", len, room);

    uint32_t name = fdt_be32(fdt->structs + c->at + FDT_PROP_NAMEOFF);
    if (name >= fdt->strings_len)
        return why_set(why, ERR_BROKEN, "FDT property name offset", name, fdt->strings_len);
    return OK;
}

static int check_token(struct check *c, uint32_t token, struct why *why)
{
    switch (token) {
    case FDT_BEGIN_NODE:
        return check_begin(c, why);
    case FDT_END_NODE:
        return check_end(c, why);
    case FDT_PROP:
        return check_prop(c, why);
    case FDT_NOP:
        return OK;
    default:
        return why_set(why, ERR_BROKEN, "FDT token", token, FDT_END);
    }
}

/* Each token lies within the block, each node is closed, and FDT_END comes last.
 * Bounded: every turn moves on by at least one token. */
static int check_structure(struct fdt *fdt, struct why *why)
{
    struct check c = { .fdt = fdt };

    while (fdt->structs_len - c.at >= FDT_TOKEN_SIZE) {
        uint32_t token = fdt_be32(fdt->structs + c.at);
        if (token == FDT_END && c.depth == 0 && c.is_root_seen)
            return OK;

        int status = check_token(&c, token, why);
        if (status != OK)
            return status;
        uint32_t next = fdt_token_end(fdt, c.at);
        if (next > fdt->structs_len)
            break;
        c.at = next;
    }
    return why_set(why, ERR_BROKEN, "FDT structure without FDT_END, offset", c.at,
                   fdt->structs_len);
}

int fdt_open(struct fdt *fdt, const void *blob, size_t limit, struct why *why)
{
    int status = check_header(fdt, blob, limit, why);
    fdt->chosen = 0;
    return status == OK ? check_structure(fdt, why) : status;
}

/* --- walking: from here on the structure is known to be sound ----------------- */

struct fdt_node fdt_root(const struct fdt *fdt)
{
    struct fdt_node root = { .fdt = fdt };

    while (fdt_be32(fdt->structs + root.at[0]) == FDT_NOP)
        root.at[0] += FDT_TOKEN_SIZE;
    return root;
}

bool fdt_next(struct fdt_node *node)
{
    uint32_t at = fdt_token_end(node->fdt, node->at[node->depth]);

    for (;; at = fdt_token_end(node->fdt, at)) {
        uint32_t token = fdt_be32(node->fdt->structs + at);
        if (token == FDT_BEGIN_NODE) {
            node->at[++node->depth] = at;
            return true;
        }
        if (token == FDT_END_NODE && node->depth-- == 0) {
            node->depth = 0;
            return false;
        }
    }
}

bool fdt_same_node(const struct fdt_node *a, const struct fdt_node *b)
{
    return a->fdt == b->fdt && a->at[a->depth] == b->at[b->depth];
}

const char *fdt_name(const struct fdt_node *node)
{
    return (const char *)node->fdt->structs + node->at[node->depth] + FDT_TOKEN_SIZE;
}

void fdt_path(const struct fdt_node *node, char *buf, size_t size)
{
    struct text text = text_begin(buf, size);
    struct fdt_node up = *node;

    if (node->depth == 0)
        text_add_char(&text, '/');
    for (up.depth = 1; up.depth <= node->depth; up.depth++) {
        text_add_char(&text, '/');
        text_add(&text, fdt_name(&up));
    }
}

/* --- finding ------------------------------------------------------------------ */

/* Does one component of a path mean this node name?  Without '@', the unit
 * address may be left out (DT 0.4 §2.2.3). */
static bool is_component(const char *name, const char *component, size_t len)
{
    bool has_unit = false;

    for (size_t i = 0; i < len; i++) {
        if (name[i] != component[i])
            return false;
        has_unit |= component[i] == '@';
    }
    return name[len] == '\0' || (name[len] == '@' && !has_unit);
}

static bool find_child(struct fdt_node *node, const char *component, size_t len)
{
    struct fdt_node child = *node;

    while (fdt_next(&child) && child.depth > node->depth)
        if (child.depth == node->depth + 1 && is_component(fdt_name(&child), component, len)) {
            *node = child;
            return true;
        }
    return false;
}

static bool find_path(const struct fdt *fdt, const char *path, size_t len, struct fdt_node *node)
{
    *node = fdt_root(fdt);
    for (size_t at = 0; at < len;) {
        size_t end = ++at; /* behind the '/' */
        while (end < len && path[end] != '/')
            end++;
        if (end > at && !find_child(node, path + at, end - at))
            return false;
        at = end;
    }
    return len > 0;
}

#define ALIAS_SIZE 32 /* a property name has 1 to 31 characters: DT 0.4 §2.2.4.1 */

static bool find_alias(const struct fdt *fdt, const char *alias, size_t len, struct fdt_node *node)
{
    char name[ALIAS_SIZE] = "";
    struct fdt_node aliases;

    if (len == 0 || len >= sizeof(name) || !find_path(fdt, "/aliases", 8, &aliases))
        return false;
    bytes_copy(name, alias, len);
    const char *path = fdt_string(&aliases, name);
    return path && path[0] == '/' && find_path(fdt, path, text_len(path), node);
}

bool fdt_find(const struct fdt *fdt, const char *path, size_t len, struct fdt_node *node)
{
    if (len > 0 && path[0] == '/')
        return find_path(fdt, path, len, node);
    return find_alias(fdt, path, len, node);
}

bool fdt_find_phandle(const struct fdt *fdt, uint32_t phandle, struct fdt_node *node)
{
    uint32_t value;

    *node = fdt_root(fdt);
    do {
        if (fdt_cell(node, "phandle", 0, &value) && value == phandle)
            return true;
    } while (fdt_next(node));
    return false;
}

bool fdt_find_chosen(const struct fdt *fdt, struct fdt_node *node)
{
    *node = fdt_root(fdt);
    node->at[1] = fdt->chosen;
    node->depth = 1;
    return fdt->chosen != 0;
}

bool fdt_find_stdout(const struct fdt *fdt, struct fdt_node *node)
{
    struct fdt_node chosen;
    size_t len = 0;

    if (!fdt_find_chosen(fdt, &chosen))
        return false;
    const char *path = fdt_string(&chosen, "stdout-path");
    while (path && path[len] != '\0' && path[len] != ':')
        len++;
    return path && fdt_find(fdt, path, len, node);
}
