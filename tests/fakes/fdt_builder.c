/*
 * SPDX-License-Identifier: MIT
 */
#include "tests/fakes/fdt_builder.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/fdt/fdt_regs.h"

#define RESERVATIONS 16 /* one ending entry: DT 0.4 §5.3 */

void fdtb_put32(uint8_t *at, uint32_t word)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(word >> (24 - 8 * i));
}

static void append(struct fdt_builder *b, const void *bytes, size_t len)
{
    size_t padded = (len + 3) & ~(size_t)3;
    assert(b->structs_len + padded <= sizeof(b->structs));
    memcpy(b->structs + b->structs_len, bytes, len);
    memset(b->structs + b->structs_len + len, 0, padded - len);
    b->structs_len += padded;
}

void fdtb_word(struct fdt_builder *b, uint32_t word)
{
    uint8_t bytes[4];
    fdtb_put32(bytes, word);
    append(b, bytes, sizeof(bytes));
}

/* The offset of a name in the strings block; the same name twice is one string. */
static uint32_t intern(struct fdt_builder *b, const char *name)
{
    size_t len = strlen(name) + 1;
    for (size_t at = 0; at < b->strings_len; at += strlen((char *)b->strings + at) + 1)
        if (strcmp((char *)b->strings + at, name) == 0)
            return (uint32_t)at;

    assert(b->strings_len + len <= sizeof(b->strings));
    memcpy(b->strings + b->strings_len, name, len);
    b->strings_len += len;
    return (uint32_t)(b->strings_len - len);
}

void fdtb_begin_tree(struct fdt_builder *b)
{
    memset(b, 0, sizeof(*b));
    fdtb_node(b, "");
}

void fdtb_node(struct fdt_builder *b, const char *name)
{
    fdtb_word(b, FDT_BEGIN_NODE);
    append(b, name, strlen(name) + 1);
}

void fdtb_end(struct fdt_builder *b)
{
    fdtb_word(b, FDT_END_NODE);
}

void fdtb_bytes(struct fdt_builder *b, const char *name, const void *value, size_t len)
{
    fdtb_word(b, FDT_PROP);
    fdtb_word(b, (uint32_t)len);
    fdtb_word(b, intern(b, name));
    append(b, value, len);
}

void fdtb_text(struct fdt_builder *b, const char *name, const char *value)
{
    fdtb_bytes(b, name, value, strlen(value) + 1);
}

void fdtb_cells(struct fdt_builder *b, const char *name, unsigned count, ...)
{
    uint8_t bytes[64 * 4];
    va_list args;

    assert(count <= 64);
    va_start(args, count);
    for (unsigned i = 0; i < count; i++)
        fdtb_put32(bytes + (size_t)i * 4, va_arg(args, unsigned));
    va_end(args);
    fdtb_bytes(b, name, bytes, (size_t)count * 4);
}

uint8_t *fdtb_blob(const struct fdt_builder *b, size_t *size)
{
    uint32_t structs = FDT_HEADER_SIZE + RESERVATIONS;
    uint32_t strings = structs + (uint32_t)b->structs_len;
    *size = strings + b->strings_len;
    uint8_t *blob = calloc(1, *size);
    assert(blob);

    fdtb_put32(blob + FDT_MAGIC, FDT_MAGIC_VALUE);
    fdtb_put32(blob + FDT_TOTALSIZE, (uint32_t)*size);
    fdtb_put32(blob + FDT_OFF_DT_STRUCT, structs);
    fdtb_put32(blob + FDT_OFF_DT_STRINGS, strings);
    fdtb_put32(blob + FDT_OFF_MEM_RSVMAP, FDT_HEADER_SIZE);
    fdtb_put32(blob + FDT_VERSION, 17);
    fdtb_put32(blob + FDT_LAST_COMP_VERSION, 16);
    fdtb_put32(blob + FDT_SIZE_DT_STRINGS, (uint32_t)b->strings_len);
    fdtb_put32(blob + FDT_SIZE_DT_STRUCT, (uint32_t)b->structs_len);
    memcpy(blob + structs, b->structs, b->structs_len);
    memcpy(blob + strings, b->strings, b->strings_len);
    return blob;
}

uint8_t *fdtb_finish(struct fdt_builder *b, size_t *size)
{
    fdtb_end(b);
    fdtb_word(b, FDT_END);
    return fdtb_blob(b, size);
}
