/*
 * PCRE2 patterns, over bytes.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_PATTERN_H
#define HOST_TOOLS_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

/* returns  true, or false and why not */
bool pattern_is_valid(const char *pattern, char *why, size_t size);

/* Is it somewhere in the text?  ^ and $ stand for line ends, of either kind.  A pattern that
 * takes too long is not there (PCRE2's own limit on steps). */
bool pattern_matches(const char *pattern, const void *text, size_t len);

#endif
