/*
 * A device tree put together piece by piece, in the order of the blob, with no
 * check at all: a test may build nonsense as easily as a good tree.
 *
 *   struct fdt_builder b;
 *   fdtb_begin_tree(&b);                       the root is open
 *   fdtb_cells(&b, "#address-cells", 1, 2);
 *   fdtb_node(&b, "uart@1000");
 *   fdtb_text(&b, "compatible", "ns16550a");
 *   fdtb_end(&b);
 *   uint8_t *blob = fdtb_finish(&b, &size);    closes the root; free() it
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FAKES_FDT_BUILDER_H
#define TESTS_FAKES_FDT_BUILDER_H

#include <stddef.h>
#include <stdint.h>

struct fdt_builder {
    uint8_t structs[8192];
    size_t structs_len;
    uint8_t strings[2048];
    size_t strings_len;
};

void fdtb_begin_tree(struct fdt_builder *b); /* empty, with the root open */
void fdtb_node(struct fdt_builder *b, const char *name);
void fdtb_end(struct fdt_builder *b);
void fdtb_word(struct fdt_builder *b, uint32_t word); /* any token or number */
void fdtb_bytes(struct fdt_builder *b, const char *name, const void *value, size_t len);
void fdtb_text(struct fdt_builder *b, const char *name, const char *value);
/* A property of count 32-bit numbers (each an unsigned). */
void fdtb_cells(struct fdt_builder *b, const char *name, unsigned count, ...);

/* End the root and the tree; a blob of exactly its size, from malloc(). */
uint8_t *fdtb_finish(struct fdt_builder *b, size_t *size);
/* The same without ending anything. */
uint8_t *fdtb_blob(const struct fdt_builder *b, size_t *size);

void fdtb_put32(uint8_t *at, uint32_t word); /* big-endian */

#endif
