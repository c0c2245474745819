/*
 * Names, and the choice by name.
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/console_names.h"

#include <string.h>

#include "drivers/text.h"
#include "firmware/command_line.h"

#define KINDS_MAX 32

/* The kinds seen so far.  QEMU has about fifteen; more share the last row's number. */
static struct {
    const char *kind;
    unsigned next;
} kinds[KINDS_MAX];

void console_names_reset(void)
{
    memset(kinds, 0, sizeof(kinds));
}

static unsigned next_number(const char *kind)
{
    size_t i = 0;
    while (i < KINDS_MAX - 1 && kinds[i].kind && !text_equal(kinds[i].kind, kind))
        i++;
    kinds[i].kind = kind;
    return kinds[i].next++;
}

static bool ends_in_digit(const char *text)
{
    size_t len = text_len(text);
    return len > 0 && text[len - 1] >= '0' && text[len - 1] <= '9';
}

void console_name(struct console *con)
{
    struct text name = text_begin(con->name, sizeof(con->name));
    text_add(&name, con->kind);
    if (ends_in_digit(con->kind))
        text_add_char(&name, '-');
    text_add_decimal(&name, next_number(con->kind));
}

/* --- The choice --------------------------------------------------------------------------- */

/* Does the whole text match?  Greedy, with one place to come back to: the last star. */
static bool matches(struct command_value pattern, const char *text)
{
    size_t p = 0, star = SIZE_MAX;
    const char *behind_star = NULL;
    while (*text) {
        if (p < pattern.len && pattern.text[p] == '*') {
            star = p++;
            behind_star = text;
        } else if (p < pattern.len && pattern.text[p] == *text) {
            p++, text++;
        } else if (behind_star) {
            p = star + 1;
            text = ++behind_star;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.text[p] == '*')
        p++;
    return p == pattern.len;
}

static bool is_word(struct command_value item, const char *word)
{
    return item.len == text_len(word) && memcmp(item.text, word, item.len) == 0;
}

/* The next item of the list *rest, up to its comma. */
static bool next_item(struct command_value *rest, struct command_value *item)
{
    while (rest->len > 0 && *rest->text == ',')
        rest->text++, rest->len--;
    *item = (struct command_value){ rest->text, 0 };
    while (item->len < rest->len && item->text[item->len] != ',')
        item->len++;
    rest->text += item->len;
    rest->len -= item->len;
    return item->len > 0;
}

/* What one item says about a console: true, false, or what was said before. */
static bool choose(const struct console *con, struct command_value item, bool before)
{
    if (is_word(item, "all") || is_word(item, "none"))
        return is_word(item, "all");
    bool is_minus = item.text[0] == '-';
    struct command_value pattern = { item.text + is_minus, item.len - is_minus };
    return matches(pattern, con->name) || matches(pattern, con->kind) ? !is_minus : before;
}

bool console_is_wanted(const struct console *con, const char *words)
{
    bool is_wanted = true, is_first = true;
    struct command_value list, item;
    while (command_line_next(&words, "console", &list)) {
        while (next_item(&list, &item)) {
            if (is_first)
                is_wanted = item.text[0] == '-';
            is_first = false;
            is_wanted = choose(con, item, is_wanted);
        }
    }
    return is_wanted;
}
