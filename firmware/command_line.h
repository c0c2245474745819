/*
 * The words of -append: blanks between them, each `key` or `key=value`.
 *
 * One table in command_line.c holds them all with their help text.  A word that is not in
 * it is named in the log and ignored; so is a value that makes no sense.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_COMMAND_LINE_H
#define FIRMWARE_COMMAND_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COMMAND_LINE_DEBUGCONS 4

/* What the words say.  Each field holds its default where no word says otherwise. */
struct command_line {
    const char *words;    /* all of them, the caller's memory                     */
    bool is_plain;        /* format=                                              */
    uint64_t flood_bytes; /* flood=                                               */
    uint8_t exit_status;  /* exit=                                                */
    uint32_t linger_ms;   /* linger=                                              */
    uint32_t park_ms;     /* park=                                                */
    bool wants_fault;     /* fault                                                */
    bool wants_help;      /* help */
    bool wants_early;     /* early=emerg                                          */
    uint16_t debugcons[COMMAND_LINE_DEBUGCONS]; /* debugcon=, each one of them; then zeros */
    bool wants_semihosting; /* semihosting=on                                     */
};

/* Read the words.  Says nothing: the log may not be there yet. */
void command_line_parse(struct command_line *line, const char *words);

/* Record each word that is unknown, and each value that makes no sense. */
void command_line_report(const char *words);

/* Record the table, a line for each word: help. */
void command_line_help(void);

/* A piece of the words, not NUL-terminated. */
struct command_value {
    const char *text;
    size_t len;
};

/*
 * The values of a key that may be given several times ("console=a console=b").
 * *rest   the words to start with; moves on behind the one that was found
 * returns false: no more
 */
bool command_line_next(const char **rest, const char *key, struct command_value *value);

/* The words that this run was started with, for platforms and drivers' glue. */
extern struct command_line command_line;

#endif
