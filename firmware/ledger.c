/*
 * The list of consoles, the account of each, and the stream's proof of itself.
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/ledger.h"

#include "drivers/text.h"
#include "firmware/log.h"
#include "firmware/pump.h"
#include "firmware/record.h"
#include "firmware/wire.h"

static bool is_listed;

void ledger_init(void)
{
    is_listed = false;
}

static void write_record(const char *tag, const struct text *text)
{
    record_text(tag, text->buf, text->len);
}

/* --- key=value --------------------------------------------------------------------------- */

static void add_word(struct text *text, const char *key, const char *value)
{
    if (text->len > 0)
        text_add_char(text, ' ');
    text_add(text, key);
    text_add_char(text, '=');
    text_add(text, value);
}

static void add_number(struct text *text, const char *key, uint64_t value)
{
    add_word(text, key, "");
    text_add_decimal(text, value);
}

/* In double quotes, with none within, on one line, whatever a device calls itself. */
static void add_quoted(struct text *text, const char *key, const char *value)
{
    add_word(text, key, "\"");
    for (; *value; value++)
        text_add_char(text, *value == '"' ? '\'' : *value == '\n' ? ' ' : *value);
    text_add_char(text, '"');
}

/* A place is made of names that may come from a device tree: no blanks, no quotes. */
static void add_place(struct text *text, const char *key, const char *value)
{
    add_word(text, key, "");
    for (; *value; value++)
        text_add_char(text, *value <= ' ' || *value == '"' ? '_' : *value);
}

/* --- console: ---------------------------------------------------------------------------- */

static const char *status_text(int status)
{
    switch (status) {
    case ERR_ABSENT:
        return WIRE_WHY_ABSENT;
    case ERR_BUSY:
        return "busy";
    case ERR_BROKEN:
        return "broke its specification";
    case ERR_UNSUPPORTED:
        return "not supported";
    case ERR_TIMEOUT:
        return "no answer";
    case ERR_FULL:
        return "no room";
    default:
        return "failed";
    }
}

/* "FEATURES_OK: found 0x3 expected 0xb" */
static void add_why(struct text *text, const struct console *con)
{
    char buf[160];
    struct text why = text_begin(buf, sizeof(buf));
    if (con->status == OK) {
        text_add(&why, con->is_gone ? "removed" : "not selected by console=");
    } else {
        text_add(&why, status_text(con->status));
        if (con->why.what) {
            text_add(&why, ": ");
            text_add_why(&why, &con->why);
        }
    }
    add_quoted(text, "why", buf);
}

static void write_console(struct console *con)
{
    char buf[RECORD_TEXT_SIZE];
    struct text text = text_begin(buf, sizeof(buf));
    add_word(&text, "name", con->name);
    add_word(&text, "kind", con->kind);
    add_place(&text, "found", con->found);
    if (con->label[0])
        add_quoted(&text, "label", con->label);
    if (con->is_primary)
        add_word(&text, "primary", "yes");
    add_word(&text, "driven", log_drives(con) ? "yes" : "no");
    if (!log_drives(con))
        add_why(&text, con);
    con->is_announced = true;
    write_record(WIRE_TAG_CONSOLE, &text);
}

void ledger_list_consoles(void)
{
    is_listed = true;
    for (struct console *con = log_consoles(); con; con = con->next)
        if (!con->is_announced)
            write_console(con);
}

void ledger_joined(struct console *con)
{
    con->is_announced = false;
    if (is_listed)
        write_console(con);
}

void ledger_removed(const struct console *con)
{
    record(WIRE_TAG_REMOVED, "name=%s", con->name);
}

/* --- ledger: ------------------------------------------------------------------------------- */

static void write_account(struct console *con)
{
    char buf[RECORD_TEXT_SIZE];
    struct text text = text_begin(buf, sizeof(buf));
    add_word(&text, "name", con->name);
    add_number(&text, "handed", con->cursor - con->given_up);
    add_number(&text, "returned", con->returned);
    add_number(&text, "inflight", con->is_gone ? 0 : pump_inflight(con));
    add_number(&text, "accesses", con->accesses);
    add_number(&text, "kicks", con->kicks);
    add_number(&text, "stalls", con->stalls);
    add_number(&text, "givenup", con->given_up);
    add_number(&text, "lost", con->lost);
    write_record(WIRE_TAG_LEDGER, &text);
}

void ledger_list_accounts(void)
{
    for (struct console *con = log_consoles(); con; con = con->next)
        if (con->status == OK && con->is_selected)
            write_account(con);
}

/* --- end: ------------------------------------------------------------------------------------ */

/* All that is open or kept is written first: the numbers are of the bytes right before. */
void ledger_end(unsigned status)
{
    char buf[RECORD_TEXT_SIZE];
    struct text text = text_begin(buf, sizeof(buf));
    record_finish_line();
    add_number(&text, "bytes", log_end());
    add_number(&text, "records", record_count());
    add_word(&text, "crc32", "");
    text_add_hex(&text, log_crc32(), 8);
    add_number(&text, "status", status & 0xff);
    write_record(WIRE_TAG_END, &text);
    record_seal();
}
