/*
 * Take a log out of a capture in which something else was said, too.
 *
 *   without LOG CAPTURE
 *
 * Every byte of LOG must be in CAPTURE, in order; what is left over is printed.  Exit
 * status: 0, 1 a byte of the log is missing (its place is told), 2 usage.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>

struct text {
    unsigned char *bytes;
    size_t len;
};

static struct text read_file(const char *path)
{
    struct text text = { 0 };
    FILE *file = fopen(path, "r");

    if (!file || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(2);
    }
    text.len = (size_t)ftell(file);
    text.bytes = malloc(text.len + 1);
    rewind(file);
    if (!text.bytes || fread(text.bytes, 1, text.len, file) != text.len)
        exit(2);
    fclose(file);
    return text;
}

int main(int argc, char **argv)
{
    size_t at = 0;

    if (argc != 3) {
        fprintf(stderr, "usage: without LOG CAPTURE\n");
        return 2;
    }
    struct text log = read_file(argv[1]), capture = read_file(argv[2]);
    for (size_t i = 0; i < capture.len; i++) {
        if (at < log.len && capture.bytes[i] == log.bytes[at])
            at++;
        else
            putchar(capture.bytes[i]);
    }
    if (at < log.len)
        fprintf(stderr, "without: byte %zu of %zu of the log is missing\n", at, log.len);
    free(log.bytes);
    free(capture.bytes);
    return at < log.len;
}
