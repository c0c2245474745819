/*
 * How much of a file an ELF's headers speak of: a shorter one was cut.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_ELF_EXTENT_H
#define HOST_TOOLS_ELF_EXTENT_H

#include <stdint.h>

/*
 * The end of the last segment, or of the program headers where they lie behind.
 *
 * fd       of a little-endian ELF
 * returns  bytes from the start of the file; UINT64_MAX: the headers themselves are cut
 *          or cannot be
 */
uint64_t elf_extent(int fd);

#endif
