/*
 * The table of risks as boots of the matrix.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/risk_rows.h"

#include <string.h>

#include "host-tools/risk.h"

/* One of each flow that sits on any PC; semihosting and PL011 are not of a PC. */
static const char *const devices[FLOW_KINDS] = { "isa-serial", "isa-debugcon", "virtconsole",
                                                 "virtserialport" };

enum situation { STEADY, STALLED, COMES_LATE, SITUATIONS };

/* A guest on a busy host has started by then. */
#define LATE_MS 1000

/* With full-size packets TCP takes 4 MB of frames: single bytes don't fill that in a test. */
static bool is_too_large(const struct risk_row *row)
{
    return row->holds_kib >= 1024;
}

static unsigned bytes_kib(const struct risk_row *row)
{
    return is_too_large(row) ? 0 : row->holds_kib;
}

/* Whole buffers, in KiB: a unix socket takes 278 of them, and TCP up to 4 MB in all, or, where
 * each frame is large, more. */
static unsigned buffers_kib(const struct risk_row *row, enum flow flow)
{
    if (flow == FLOW_KEEPS)
        return 512; /* and the guest keeps it in its ring until it is read */
    return is_too_large(row) ? 16384 : 4096;
}

/*
 * What is written: a little where nobody reads, else more than lies between the console and
 * its reader.  The guest waits for a console as long as a stall lasts (park=), lingers until
 * the reader is there, and then ends: nobody waits for
 * an end that was lost.
 */
static struct strbuf words_for(const struct risk_row *row, enum flow flow, enum situation situation)
{
    bool is_bytes = flow == FLOW_HONEST || flow == FLOW_BLOCKS;
    unsigned kib = is_bytes ? bytes_kib(row) + 64 : buffers_kib(row, flow);
    struct strbuf words = { 0 };

    if (situation == STEADY)
        strbuf_printf(&words, "flood=2K linger=300");
    else
        strbuf_printf(&words, "flood=%uK linger=1300 park=9000", kib);
    return words;
}

/* A stall lasts until a UART on a busy host has filled all that there is (half a MB in a
 * second), and QEMU has been asked whether it still answers. */
static struct strbuf reader_for(const struct risk_row *row, enum situation situation)
{
    struct strbuf reader_words = { 0 };

    strbuf_printf(&reader_words, "%s", "");
    if (situation == STALLED)
        strbuf_printf(&reader_words, ",reader=stall:%u", 800 + 2 * bytes_kib(row));
    if (situation == COMES_LATE)
        strbuf_printf(&reader_words, ",reader=late:%d", LATE_MS);
    return reader_words;
}

/* --- What a cell promises --------------------------------------------------------------- */

static enum report_outcome proved = OUTCOME_PROVED, failed = OUTCOME_FAILED;
static enum layer device = LAYER_DEVICE, backend = LAYER_BACKEND, reader = LAYER_READER;
static bool yes = true, no = false;
static char lacks[] = " (hole|short|silent)", twice[] = " repeat", is_silent[] = " silent";

static const struct expectation goes_on = { .status = &proved, .frozen = &no };
static const struct expectation arrives = { .status = &proved };
static const struct expectation stands_still = { .status = &proved, .frozen = &yes };
static const struct expectation is_void = { .status = &failed, .conclusion = is_silent };
static const struct expectation repeats = { .status = &failed, .conclusion = twice };
static const struct expectation is_lacking = { .status = &failed, .conclusion = lacks };

/* ... and whose fault it is, for the tested console of the two. */
enum { BY_DEVICE, BY_BACKEND, BY_READER, BLAMES };

#define BLAMED(name)                                       \
    {                                                      \
        { name, NULL, &device }, { name, NULL, &backend }, \
        {                                                  \
            name, NULL, &reader                            \
        }                                                  \
    }

static struct expected_console blamed[FLOW_KINDS][BLAMES] = {
    BLAMED("isa-serial:"),
    BLAMED("isa-debugcon:"),
    BLAMED("virtconsole:"),
    BLAMED("virtserialport:"),
};

#define LACKING(flow, blame)                                                      \
    {                                                                             \
        .status = &failed, .conclusion = lacks, .consoles = &blamed[flow][blame], \
        .consoles_count = 1                                                       \
    }
#define LACKINGS(flow)                                                                \
    {                                                                                 \
        LACKING(flow, BY_DEVICE), LACKING(flow, BY_BACKEND), LACKING(flow, BY_READER) \
    }

static const struct expectation lacking[FLOW_KINDS][BLAMES] = { LACKINGS(0), LACKINGS(1),
                                                                LACKINGS(2), LACKINGS(3) };

/* A backend that drops does it to every device. */
static const struct expectation *expected_drop(const struct risk_row *row, enum flow flow)
{
    return &lacking[flow][row->risks[FLOW_HONEST] & RISK_DROPS ? BY_BACKEND : BY_DEVICE];
}

/* Several captures, which may lack different bytes, or some of them none. */
static bool has_many(const struct risk_row *row)
{
    return strchr(row->backend, '(') || strstr(row->backend, "logfile=");
}

static const struct expectation *expected_stall(const struct risk_row *row, enum flow flow)
{
    unsigned risks = row->risks[flow];

    if (risks & RISK_DROPS)
        return has_many(row) ? &is_lacking : expected_drop(row, flow);
    if (risks & RISK_REPEATS)
        return &repeats;
    if (is_too_large(row))
        return &arrives;
    return risks & RISK_FREEZES ? &stands_still : &goes_on;
}

static const struct expectation *expected(const struct risk_row *row, enum flow flow,
                                          enum situation situation)
{
    if (row->risks[flow] & RISK_VOID)
        return &is_void;
    switch (situation) {
    case STALLED:
        return expected_stall(row, flow);
    case COMES_LATE:
        return &lacking[flow][BY_READER];
    default:
        return &goes_on;
    }
}

/* --- A cell as a boot ----------------------------------------------------------------------- */

/* Has this backend a reader that could be a bad one?  For a hub it is the last member's. */
static bool has_reader(const struct risk_row *row)
{
    struct problem ignored = { 0 };
    struct backend_spec spec;
    bool has_one = backend_spec_parse(row->backend, strlen(row->backend), &spec, &ignored) == 0 &&
                   (spec.kind->is_read || spec.member_count > 0);

    backend_spec_free(&spec);
    return has_one;
}

/* "unix,server=on,reader=stall:700"; of a hub the last member has the reader. */
static struct strbuf with_reader(const struct risk_row *row, enum situation situation)
{
    size_t inside = strcspn(row->backend, ")");
    struct strbuf reader_words = reader_for(row, situation), text = { 0 };

    strbuf_printf(&text, "%.*s%s%s", (int)inside, row->backend, reader_words.text,
                  row->backend + inside);
    strbuf_free(&reader_words);
    return text;
}

static int add_cell(struct matrix *matrix, const char *machine, const struct risk_row *row,
                    enum flow flow, enum situation situation, struct problem *problem)
{
    struct strbuf spec = with_reader(row, situation), title = { 0 };
    struct strbuf risks = risk_words(row->risks[flow]), words = words_for(row, flow, situation);
    struct argv argv = { 0 };

    argv_add(&argv, "run");
    argv_option(&argv, "-M", "%s", machine);
    argv_option(&argv, "-c", "%s:%s", devices[flow], spec.text);
    argv_option(&argv, "-c", "virtconsole");
    argv_option(&argv, "-a", "%s", words.text);
    argv_option(&argv, "--timeout", "%u", TIMEOUT_DEFAULT);
    strbuf_printf(&title, "%s: risk: %s:%s: %s", machine, devices[flow], spec.text, risks.text);
    int result = matrix_add_boot(matrix, title.text, &argv, TIMEOUT_DEFAULT,
                                 expected(row, flow, situation), problem);
    strbuf_free(&spec);
    strbuf_free(&title);
    strbuf_free(&risks);
    strbuf_free(&words);
    return result;
}

/* What proves the cell: a stall where there is a reader, a late one where it must be first. */
static bool is_telling(const struct risk_row *row, enum flow flow, enum situation situation)
{
    unsigned risks = row->risks[flow];
    bool is_read = has_reader(row) && !(risks & RISK_VOID);

    if (situation == COMES_LATE)
        return risks & RISK_FIRST;
    return is_read == (situation == STALLED);
}

static int add_row(struct matrix *matrix, const char *machine, const struct risk_row *row,
                   struct problem *problem)
{
    for (unsigned flow = 0; flow < FLOW_KINDS; flow++)
        for (unsigned situation = 0; situation < SITUATIONS; situation++)
            if (is_telling(row, flow, situation) &&
                add_cell(matrix, machine, row, flow, situation, problem) < 0)
                return -1;
    return 0;
}

int risk_rows_add(struct matrix *matrix, const struct matrix_row *row, struct problem *problem)
{
    for (unsigned m = 0; m < row->machines_count; m++)
        for (size_t i = 0; i < risk_count; i++)
            if (add_row(matrix, row->machines[m], &risk_table[i], problem) < 0)
                return -1;
    return 0;
}
