/*
 * PCRE2 patterns, over bytes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/pattern.h"

#include <stdio.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

static pcre2_code *compile(const char *pattern, int *error, PCRE2_SIZE *at)
{
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_MULTILINE,
                                     error, at, context);
    pcre2_compile_context_free(context);
    return code;
}

bool pattern_is_valid(const char *pattern, char *why, size_t size)
{
    int error;
    PCRE2_SIZE at;
    PCRE2_UCHAR text[160] = "";
    pcre2_code *code = compile(pattern, &error, &at);
    if (code) {
        pcre2_code_free(code);
        return true;
    }
    pcre2_get_error_message(error, text, sizeof(text));
    snprintf(why, size, "%s, at character %zu of %s", text, at, pattern);
    return false;
}

bool pattern_matches(const char *pattern, const void *text, size_t len)
{
    int error;
    PCRE2_SIZE at;
    pcre2_code *code = compile(pattern, &error, &at);
    if (!code)
        return false;
    pcre2_match_data *match = pcre2_match_data_create(1, NULL);
    int found = pcre2_match(code, len ? text : "", len, 0, 0, match, NULL);
    pcre2_match_data_free(match);
    pcre2_code_free(code);
    return found >= 0;
}
