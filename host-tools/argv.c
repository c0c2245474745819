/*
 * An argument list that grows, and how it looks in a shell.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/argv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes the word over. */
static void argv_take(struct argv *argv, char *word)
{
    if (argv->count + 2 > argv->room) {
        argv->room = argv->room ? argv->room * 2 : 32;
        argv->words = must_realloc(argv->words, argv->room * sizeof(*argv->words));
    }
    argv->words[argv->count++] = word;
    argv->words[argv->count] = NULL;
}

static char *format_word(const char *format, va_list args)
{
    va_list again;

    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    size_t size = len < 0 ? 1 : (size_t)len + 1;
    char *word = must_alloc(size);
    vsnprintf(word, size, format, args);
    return word;
}

void argv_add(struct argv *argv, const char *word)
{
    argv_take(argv, must_strdup(word));
}

void argv_printf(struct argv *argv, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    argv_take(argv, format_word(format, args));
    va_end(args);
}

void argv_option(struct argv *argv, const char *option, const char *format, ...)
{
    va_list args;

    argv_add(argv, option);
    va_start(args, format);
    argv_take(argv, format_word(format, args));
    va_end(args);
}

void argv_free(struct argv *argv)
{
    for (size_t i = 0; i < argv->count; i++)
        free(argv->words[i]);
    free(argv->words);
    *argv = (struct argv){ 0 };
}

static int is_plain(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_@%+=:,./-";
    return *word && word[strspn(word, plain)] == '\0';
}

void shell_quote(struct strbuf *out, const char *word)
{
    if (is_plain(word)) {
        strbuf_add(out, word, strlen(word));
        return;
    }
    strbuf_add(out, "'", 1);
    for (; *word; word++) {
        if (*word == '\'')
            strbuf_add(out, "'\\''", 4); /* end, one quote, begin again */
        else
            strbuf_add(out, word, 1);
    }
    strbuf_add(out, "'", 1);
}

void argv_to_shell(const struct argv *argv, struct strbuf *out)
{
    for (size_t i = 0; i < argv->count; i++) {
        if (i > 0)
            strbuf_printf(out, argv->words[i][0] == '-' ? " \\\n    " : " ");
        shell_quote(out, argv->words[i]);
    }
    strbuf_add(out, "\n", 1);
}

void qemu_value(struct strbuf *out, const char *value)
{
    for (; *value; value++)
        strbuf_add(out, *value == ',' ? ",," : value, *value == ',' ? 2 : 1);
}

const char *option_value(const char *options, const char *key, size_t *len)
{
    size_t key_len = strlen(key);

    for (const char *at = options; at && *at; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, key, key_len) == 0 && at[key_len] == '=') {
            *len = strcspn(at + key_len + 1, ",");
            return at + key_len + 1;
        }
    }
    return NULL;
}
