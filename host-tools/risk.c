/*
 * What each pair of a console and a backend may lose.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/risk.h"

#include <stdio.h>
#include <string.h>

/* A stream with somebody at its other end: every device in its own way. */
#define STREAM RISK_WAITS, RISK_FREEZES, RISK_DROPS, RISK_WAITS

/* ... and nobody there before he connects: then writes go nowhere.  But a virtserialport is
 * told, and our firmware waits for that. */
#define SERVER \
    RISK_WAITS | RISK_FIRST, RISK_FREEZES | RISK_FIRST, RISK_DROPS | RISK_FIRST, RISK_WAITS

#define TERMINAL                                                                \
    RISK_WAITS | RISK_FIRST | RISK_TAIL, RISK_FREEZES | RISK_FIRST | RISK_TAIL, \
        RISK_DROPS | RISK_FIRST | RISK_TAIL, RISK_WAITS | RISK_TAIL

#define USE_FILE "file loses nothing"

/* clang-format off */
const struct risk_row risk_table[] = {
    /*                        16550        PL011, ...    virtconsole  virtserialport  holds */
    { "file",            { 0,          0,            0,           0           }, 0, NULL },
    { "memfd",           { 0,          0,            0,           0           }, 0, NULL },
    { "vc",              { 0,          0,            0,           0           }, 0, NULL },
    { "null",            { 0,          0,            0,           RISK_VOID   }, 0, USE_FILE },
    { "fdset",           { STREAM }, 64, USE_FILE },
    { "pipe",            { STREAM }, 64, USE_FILE },
    { "stdio",           { STREAM }, 64, USE_FILE },
    { "serial",          { STREAM }, 20, USE_FILE },
    { "unix",            { STREAM }, 1, USE_FILE },
    { "unix,server=off", { STREAM }, 1, USE_FILE },
    { "unix,server=on",  { SERVER }, 1, "unix alone is connected from the start; " USE_FILE },
    { "tcp",             { SERVER }, 300, USE_FILE },
    { "telnet",          { SERVER }, 300, USE_FILE },
    { "websocket",       { SERVER }, 1024, USE_FILE },
    { "pty",             { TERMINAL }, 20, USE_FILE },
    { "udp",             { RISK_DROPS, RISK_DROPS,   RISK_DROPS,  RISK_VOID   }, 1, USE_FILE },
    { "ringbuf",         { RISK_DROPS | RISK_TAIL,   RISK_DROPS | RISK_TAIL,
                           RISK_DROPS | RISK_TAIL,   RISK_DROPS | RISK_TAIL   }, 64,
      "a larger size=; " USE_FILE },
    { "hub(file,unix)",  { RISK_WAITS, RISK_FREEZES, RISK_DROPS,  RISK_VOID   }, 1,
      "members that nobody reads: hub(file,file)" },
    { "unix,logfile=",   { RISK_WAITS | RISK_REPEATS, RISK_FREEZES,
                           RISK_DROPS,                RISK_WAITS | RISK_REPEATS }, 1,
      "logfile= is exact beside file, vc and null" },
};
/* clang-format on */
const size_t risk_count = sizeof(risk_table) / sizeof(risk_table[0]);

/* --- Which row ------------------------------------------------------------------------- */

enum flow risk_flow(const struct machine *machine, const struct console_kind *kind)
{
    bool is_own = kind->bus == BUS_MACHINE;

    return is_own && strcmp(machine->uart_kind, "pl011") == 0 ? FLOW_BLOCKS : kind->flow;
}

static const struct risk_row *row_named(const char *name)
{
    for (size_t i = 0; i < risk_count; i++)
        if (strcmp(risk_table[i].backend, name) == 0)
            return &risk_table[i];
    return NULL;
}

static bool has_word(const char *props, const char *key, const char *wanted)
{
    size_t len;
    const char *value = option_value(props, key, &len);

    return value && len == strlen(wanted) && memcmp(value, wanted, len) == 0;
}

/* What somebody must read, and its logfile=: the row of that. */
static bool is_logged_stream(const struct tap *tap)
{
    return tap->log_option && tap->backend->is_read;
}

static const struct risk_row *row_of_hub(const struct plan *plan, const struct tap *hub)
{
    size_t len = strlen(hub->name);

    for (size_t i = 0; i < plan->tap_count; i++) {
        const struct tap *tap = &plan->taps[i];
        bool is_member = strncmp(tap->name, hub->name, len) == 0 && tap->name[len] == '.';
        if (is_member && tap->backend->is_read)
            return row_named("hub(file,unix)");
    }
    return row_named("file");
}

const struct risk_row *risk_find(const struct plan *plan, const struct tap *tap)
{
    if (tap->backend == &backend_hub)
        return row_of_hub(plan, tap);
    if (is_logged_stream(tap))
        return row_named("unix,logfile=");
    if (tap->backend == &backend_unix && has_word(tap->props, "server", "on"))
        return row_named("unix,server=on");
    if (tap->backend == &backend_tty)
        return row_named("serial");
    return row_named(tap->backend->name);
}

/* --- For people ------------------------------------------------------------------------------ */

static const struct {
    unsigned risk;
    const char *word, *sentence, *may;
} risk_names[] = {
    { RISK_WAITS, "waits", "this console waits for its reader; nothing is lost", NULL },
    { RISK_FREEZES, "freezes", "all of QEMU waits for the reader; nothing is lost",
      "stops all of QEMU while its reader is slow" },
    { RISK_DROPS, "drops", "bytes are lost while the reader is slow, and the guest is not told",
      "may drop bytes while its reader is slow" },
    { RISK_FIRST, "first", "a reader must be there first: what is written before is lost", NULL },
    { RISK_REPEATS, "repeats", "bytes come twice while the reader is slow",
      "may have bytes twice in its logfile= while its reader is slow" },
    { RISK_VOID, "void", "nothing ever comes: the backend never says that it is open",
      "gets nothing: its backend never says that it is open" },
    { RISK_TAIL, "tail", "what is unread when QEMU ends is lost", NULL },
};

#define NAMES (sizeof(risk_names) / sizeof(risk_names[0]))

struct strbuf risk_words(unsigned risks)
{
    struct strbuf words = { 0 };

    for (size_t i = 0; i < NAMES; i++)
        if (risks & risk_names[i].risk)
            strbuf_printf(&words, "%s%s", words.len ? ", " : "", risk_names[i].word);
    if (words.len == 0)
        strbuf_printf(&words, "-");
    return words;
}

static const char *const flow_names[FLOW_KINDS] = { "16550", "PL011, DEBUGCON, USB", "VIRTCONSOLE",
                                                    "VIRTSERIALPORT" };

void risk_print(FILE *out)
{
    fprintf(out, "%-17s", "BACKEND");
    for (size_t flow = 0; flow < FLOW_KINDS; flow++)
        fprintf(out, "%-22s", flow_names[flow]);
    fputs("AVOID\n", out);
    for (size_t i = 0; i < risk_count; i++) {
        fprintf(out, "%-17s", risk_table[i].backend);
        for (size_t flow = 0; flow < FLOW_KINDS; flow++) {
            struct strbuf words = risk_words(risk_table[i].risks[flow]);
            fprintf(out, "%-22s", words.text);
            strbuf_free(&words);
        }
        fprintf(out, "%s\n", risk_table[i].avoid ? risk_table[i].avoid : "");
    }
    fputs("\n", out);
    for (size_t i = 0; i < NAMES; i++)
        fprintf(out, "%-9s%s\n", risk_names[i].word, risk_names[i].sentence);
    fprintf(out, "%-9snothing is lost, whoever reads\n", "-");
}

/* What is worth a warning: what tutti can't do anything about. */
static const char *warning_of(unsigned risks)
{
    for (size_t i = 0; i < NAMES; i++)
        if ((risks & risk_names[i].risk) && risk_names[i].may)
            return risk_names[i].may;
    return NULL;
}

static void add_warning(const struct plan *plan, const struct placed_device *device,
                        struct strbuf *line)
{
    const struct console_kind *kind = device->spec->kind;
    const struct tap *tap = &plan->taps[device->taps[0]];
    const struct risk_row *row = risk_find(plan, tap);
    enum flow flow = risk_flow(plan->options->machine, kind);
    const char *may = row ? warning_of(row->risks[flow]) : NULL;
    struct strbuf part = { 0 };

    if (may)
        strbuf_printf(&part, "%s:%s %s (%s)", kind->name, tap->shown, may, row->avoid);
    if (may && !(line->text && strstr(line->text, part.text)))
        strbuf_printf(line, "%s%s", line->len ? "; " : "", part.text);
    strbuf_free(&part);
}

struct strbuf risk_warning(const struct plan *plan)
{
    struct strbuf line = { 0 };

    for (size_t i = 0; i < plan->device_count; i++)
        add_warning(plan, &plan->devices[i], &line);
    return line;
}
