/*
 * Two byte strings side by side, around the first byte where they differ.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/hexdiff.h"

enum { ROW = 8, ROWS_BEFORE = 1, ROWS = 4 };

#define RED   "\033[31m"
#define PLAIN "\033[0m"

static bool has_byte(struct span span, size_t at)
{
    return at < span.len;
}

static bool differs(struct span a, struct span b, size_t at)
{
    bool in_a = has_byte(a, at), in_b = has_byte(b, at);
    return in_a != in_b || (in_a && a.bytes[at] != b.bytes[at]);
}

static bool row_differs(struct span a, struct span b, size_t at)
{
    for (size_t i = at; i < at + ROW; i++)
        if (differs(a, b, i))
            return true;
    return false;
}

static void print_text(FILE *out, struct span span, size_t at)
{
    for (size_t i = at; i < at + ROW; i++) {
        unsigned char c = has_byte(span, i) ? span.bytes[i] : ' ';
        fputc(c >= ' ' && c <= '~' ? c : '.', out);
    }
}

static void print_side(FILE *out, struct span span, struct span other, size_t at, bool is_coloured)
{
    for (size_t i = at; i < at + ROW; i++) {
        bool is_red = is_coloured && differs(span, other, i);
        fputs(is_red ? RED : "", out);
        if (has_byte(span, i))
            fprintf(out, "%02x", span.bytes[i]);
        else
            fputs("  ", out);
        fputs(is_red ? PLAIN " " : " ", out);
    }
    fputc(' ', out);
    print_text(out, span, at);
}

static void print_row(FILE *out, struct span left, struct span right, size_t at, bool is_coloured)
{
    fprintf(out, "  %c %08zx  ", row_differs(left, right, at) ? '>' : ' ', at);
    print_side(out, left, right, at, is_coloured);
    fputs("   ", out);
    print_side(out, right, left, at, is_coloured);
    fputc('\n', out);
}

void hexdiff_print(FILE *out, struct span left, struct span right, size_t at, bool is_coloured)
{
    size_t longer = left.len > right.len ? left.len : right.len;
    size_t row = at / ROW * ROW;
    row = row >= ROWS_BEFORE * ROW ? row - ROWS_BEFORE * ROW : 0;
    for (int i = 0; i < ROWS && row < longer; i++, row += ROW)
        print_row(out, left, right, row, is_coloured);
}
