/*
 * The words of -append, and what each of them means.
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/command_line.h"

#include <string.h>

#include "drivers/text.h"
#include "firmware/pump.h"
#include "firmware/record.h"

struct command_line command_line;

/* --- Values ------------------------------------------------------------------------------ */

static bool value_is(struct command_value value, const char *text)
{
    return value.len == strlen(text) && memcmp(value.text, text, value.len) == 0;
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 16;
}

/* Digits only, of this base, and at most so much. */
static bool read_digits(struct command_value value, unsigned base, uint64_t most, uint64_t *number)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < value.len; i++) {
        unsigned digit = (unsigned)digit_of(value.text[i]);
        if (digit >= base || sum > (most - digit) / base)
            return false;
        sum = sum * base + digit;
    }
    *number = sum;
    return value.len > 0;
}

/* 100, 0x64 */
static bool read_number(struct command_value value, uint64_t most, uint64_t *number)
{
    if (value.len > 2 && value.text[0] == '0' && (value.text[1] | 0x20) == 'x') {
        struct command_value digits = { value.text + 2, value.len - 2 };
        return read_digits(digits, 16, most, number);
    }
    return read_digits(value, 10, most, number);
}

/* 65536, 64K, 1M */
static bool read_bytes(struct command_value value, uint64_t most, uint64_t *bytes)
{
    char last = value.len ? value.text[value.len - 1] : '\0';
    unsigned shift = last == 'K' ? 10 : last == 'M' ? 20 : last == 'G' ? 30 : 0;
    if (shift)
        value.len--;
    if (!read_number(value, most >> shift, bytes))
        return false;
    *bytes <<= shift;
    return true;
}

static bool read_u32(struct command_value value, uint32_t *number)
{
    uint64_t wide = 0;
    bool is_number = read_number(value, UINT32_MAX, &wide);
    if (is_number)
        *number = (uint32_t)wide;
    return is_number;
}

/* --- The words --------------------------------------------------------------------------- */

/* Each takes its value, or answers false and leaves things as they are. */

/* Read later, by kernel_console_add(): here only its form is looked at. */
static bool take_console(struct command_line *line, struct command_value value)
{
    (void)line;
    return value.len > 0;
}

static bool take_format(struct command_line *line, struct command_value value)
{
    if (!value_is(value, "record") && !value_is(value, "plain"))
        return false;
    line->is_plain = value_is(value, "plain");
    return true;
}

static bool take_flood(struct command_line *line, struct command_value value)
{
    return read_bytes(value, UINT64_MAX, &line->flood_bytes);
}

static bool take_exit(struct command_line *line, struct command_value value)
{
    uint64_t status;
    if (!read_number(value, 255, &status))
        return false;
    line->exit_status = (uint8_t)status;
    return true;
}

static bool take_linger(struct command_line *line, struct command_value value)
{
    return read_u32(value, &line->linger_ms);
}

static bool take_park(struct command_line *line, struct command_value value)
{
    return read_u32(value, &line->park_ms);
}

static bool take_fault(struct command_line *line, struct command_value value)
{
    (void)value;
    line->wants_fault = true;
    return true;
}

static bool take_help(struct command_line *line, struct command_value value)
{
    (void)value;
    line->wants_help = true;
    return true;
}

static bool take_early(struct command_line *line, struct command_value value)
{
    line->wants_early = line->wants_early || value_is(value, "emerg");
    return value_is(value, "emerg");
}

/* One more; a port that is there already stays one. */
static bool take_debugcon(struct command_line *line, struct command_value value)
{
    uint64_t port;
    if (!read_number(value, UINT16_MAX, &port) || port == 0)
        return false;
    for (size_t i = 0; i < COMMAND_LINE_DEBUGCONS; i++) {
        if (line->debugcons[i] != 0 && line->debugcons[i] != port)
            continue;
        line->debugcons[i] = (uint16_t)port;
        return true;
    }
    return false;
}

static bool take_semihosting(struct command_line *line, struct command_value value)
{
    if (!value_is(value, "on") && !value_is(value, "off"))
        return false;
    line->wants_semihosting = value_is(value, "on");
    return true;
}

/* The platform reads this one itself (firmware/platform/pc). */
static bool take_elsewhere(struct command_line *line, struct command_value value)
{
    (void)line, (void)value;
    return true;
}

static const struct word {
    const char *key;
    bool has_value;
    bool (*take)(struct command_line *line, struct command_value value);
    const char *value; /* what is expected */
    const char *help;
} words[] = {
    /* clang-format off */
    { "console", true, take_console, "a list such as all | none,NAME,KIND | -NAME; * matches anything",
      "which consoles get the log" },
    { "format", true, take_format, "record | plain",
      "lines with number and time, or without" },
    { "flood", true, take_flood, "BYTES, with K or M",
      "write so many bytes of numbered lines" },
    { "exit", true, take_exit, "STATUS, 0 to 255",
      "the status of the end record" },
    { "linger", true, take_linger, "MILLISECONDS",
      "stay so long after the end record" },
    { "park", true, take_park, "MILLISECONDS",
      "wait so long for a console without progress" },
    { "fault", false, take_fault, "no value",
      "provoke a CPU fault, to see it reported" },
    { "help", false, take_help, "no value",
      "list these words" },
    { "early", true, take_early, "emerg",
      "first light through virtio's emergency write" },
    { "debugcon", true, take_debugcon, "PORT, such as 0xe9, up to four times",
      "an isa-debugcon at a port of its own" },
    { "semihosting", true, take_semihosting, "on | off",
      "write to the semihosting console too" },
    { "virtio_mmio.device", true, take_elsewhere, "SIZE@ADDRESS:IRQ",
      "a virtio-mmio device (microvm writes these)" },
    /* clang-format on */
};

#define WORD_COUNT (sizeof(words) / sizeof(words[0]))

/* --- Reading them ------------------------------------------------------------------------ */

/* "key=value" or "key": value.text is NULL then. */
struct piece {
    struct command_value word, key, value;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The next word from *rest on; moves it behind. */
static bool next_piece(const char **rest, struct piece *piece)
{
    const char *start = *rest;
    while (is_blank(*start))
        start++;
    const char *end = start, *equals = NULL;
    for (; *end && !is_blank(*end); end++)
        if (*end == '=' && !equals)
            equals = end;

    *rest = end;
    piece->word = (struct command_value){ start, (size_t)(end - start) };
    piece->key = (struct command_value){ start, (size_t)((equals ? equals : end) - start) };
    piece->value = (struct command_value){ NULL, 0 };
    if (equals)
        piece->value = (struct command_value){ equals + 1, (size_t)(end - equals - 1) };
    return end > start;
}

static const struct word *find_word(struct command_value key)
{
    for (size_t i = 0; i < WORD_COUNT; i++)
        if (value_is(key, words[i].key))
            return &words[i];
    return NULL;
}

static bool take(const struct word *word, struct command_line *line, const struct piece *piece)
{
    bool has_value = piece->value.text != NULL;
    return has_value == word->has_value && word->take(line, piece->value);
}

void command_line_parse(struct command_line *line, const char *text)
{
    *line = (struct command_line){ .words = text, .park_ms = PUMP_PARK_MS };
    struct piece piece;
    for (const char *rest = text; next_piece(&rest, &piece);) {
        const struct word *word = find_word(piece.key);
        if (word)
            take(word, line, &piece);
    }
}

bool command_line_next(const char **rest, const char *key, struct command_value *value)
{
    struct piece piece;
    while (next_piece(rest, &piece)) {
        *value = piece.value;
        if (value_is(piece.key, key) && piece.value.text)
            return true;
    }
    return false;
}

/* --- Talking about them ------------------------------------------------------------------ */

#define TAG "command-line"

static void report(const struct piece *piece, struct command_line *scratch)
{
    const struct word *word = find_word(piece->key);
    int len = piece->word.len < 200 ? (int)piece->word.len : 200;
    if (!word)
        record(TAG, "%.*s is unknown, and ignored", len, piece->word.text);
    else if (!take(word, scratch, piece))
        record(TAG, "%.*s is ignored: expected %s%s%s", len, piece->word.text, word->key,
               word->has_value ? "=" : ", ", word->value);
}

void command_line_report(const char *text)
{
    struct command_line scratch = { 0 };
    struct piece piece;
    for (const char *rest = text; next_piece(&rest, &piece);)
        report(&piece, &scratch);
}

void command_line_help(void)
{
    for (size_t i = 0; i < WORD_COUNT; i++)
        record("help", "%s%s%s: %s", words[i].key, words[i].has_value ? "=" : "",
               words[i].has_value ? words[i].value : "", words[i].help);
}
