/*
 * The flattened device tree: the properties of a node.
 *
 * Next on the tour: drivers/fdt/fdt_address.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/fdt/fdt.h"
#include "drivers/fdt/fdt_bytes.h"
#include "drivers/fdt/fdt_regs.h"
#include "drivers/text.h"

const uint8_t *fdt_property(const struct fdt_node *node, const char *name, uint32_t *len)
{
    const struct fdt *fdt = node->fdt;
    uint32_t at = fdt_token_end(fdt, node->at[node->depth]);

    for (;; at = fdt_token_end(fdt, at)) {
        const uint8_t *token = fdt->structs + at;
        if (fdt_be32(token) == FDT_NOP)
            continue;
        if (fdt_be32(token) != FDT_PROP)
            return NULL; /* a child, or the node's end: no more properties */
        const char *found = (const char *)fdt->strings + fdt_be32(token + FDT_PROP_NAMEOFF);
        if (text_equal(found, name)) {
            *len = fdt_be32(token + FDT_PROP_LEN);
            return token + FDT_PROP_VALUE;
        }
    }
}

/* The length of the text at the start of a value, or -1: it doesn't end in there. */
static int64_t text_within(const uint8_t *value, uint32_t len)
{
    for (uint32_t i = 0; i < len; i++)
        if (value[i] == 0)
            return i;
    return -1;
}

const char *fdt_string(const struct fdt_node *node, const char *name)
{
    uint32_t len = 0;
    const uint8_t *value = fdt_property(node, name, &len);

    return value && text_within(value, len) >= 0 ? (const char *)value : NULL;
}

bool fdt_cell(const struct fdt_node *node, const char *name, unsigned index, uint32_t *value)
{
    uint32_t len = 0;
    const uint8_t *cells = fdt_property(node, name, &len);

    if (!cells || index >= len / 4)
        return false;
    *value = fdt_be32(cells + (size_t)index * 4);
    return true;
}

uint32_t fdt_number(const struct fdt_node *node, const char *name, uint32_t otherwise)
{
    uint32_t value;
    return fdt_cell(node, name, 0, &value) ? value : otherwise;
}

bool fdt_is_compatible(const struct fdt_node *node, const char *compatible)
{
    uint32_t len = 0;
    const uint8_t *list = fdt_property(node, "compatible", &len);
    if (!list)
        return false;

    for (int64_t n; (n = text_within(list, len)) >= 0; list += n + 1, len -= (uint32_t)n + 1)
        if (text_equal((const char *)list, compatible))
            return true;
    return false;
}

bool fdt_is_okay(const struct fdt_node *node, const char *name)
{
    uint32_t len;
    if (!fdt_property(node, name, &len))
        return true;

    const char *status = fdt_string(node, name);
    return status && (text_equal(status, "okay") || text_equal(status, "ok"));
}
