/*
 * How much of a file an ELF's headers speak of.  System V ABI, "ELF Header" and "Program
 * Header".
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/elf_extent.h"

#include <elf.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* What both classes have, in the wider one's types. */
struct headers {
    uint64_t at;
    unsigned count, size;
};

static bool read_at(int fd, void *to, size_t len, uint64_t at)
{
    return at <= INT64_MAX && pread(fd, to, len, (off_t)at) == (ssize_t)len;
}

static bool read_headers(int fd, bool is_64, struct headers *headers)
{
    Elf64_Ehdr wide;
    Elf32_Ehdr narrow;

    if (is_64 && read_at(fd, &wide, sizeof(wide), 0))
        *headers = (struct headers){ wide.e_phoff, wide.e_phnum, wide.e_phentsize };
    else if (!is_64 && read_at(fd, &narrow, sizeof(narrow), 0))
        *headers = (struct headers){ narrow.e_phoff, narrow.e_phnum, narrow.e_phentsize };
    else
        return false;
    return headers->count == 0 ||
           headers->size == (is_64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr));
}

/* Where the segment ends in the file. */
static uint64_t segment_end(int fd, bool is_64, uint64_t at)
{
    Elf64_Phdr wide;
    Elf32_Phdr narrow;
    uint64_t end;

    if (!is_64)
        return read_at(fd, &narrow, sizeof(narrow), at)
                   ? (uint64_t)narrow.p_offset + narrow.p_filesz
                   : UINT64_MAX;
    if (!read_at(fd, &wide, sizeof(wide), at) ||
        __builtin_add_overflow(wide.p_offset, wide.p_filesz, &end))
        return UINT64_MAX;
    return end;
}

uint64_t elf_extent(int fd)
{
    unsigned char ident[EI_NIDENT];
    struct headers headers;
    uint64_t extent = 0;

    if (!read_at(fd, ident, sizeof(ident), 0))
        return UINT64_MAX;
    bool is_64 = ident[EI_CLASS] == ELFCLASS64;
    if (!read_headers(fd, is_64, &headers))
        return UINT64_MAX;
    for (unsigned i = 0; i < headers.count; i++) {
        uint64_t end = segment_end(fd, is_64, headers.at + (uint64_t)i * headers.size);
        extent = end > extent ? end : extent;
    }
    return extent;
}
