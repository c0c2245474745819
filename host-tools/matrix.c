/*
 * The boot matrix: rows into boots.
 *
 * Next on the tour: host-tools/runner.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/matrix.h"

#include <stdlib.h>
#include <string.h>

#include "host-tools/pattern.h"
#include "host-tools/random_rows.h"
#include "host-tools/risk_rows.h"

/* --- a list of boots --------------------------------------------------------------- */

int matrix_add_boot(struct matrix *matrix, const char *title, struct argv *argv, unsigned timeout,
                    const struct expectation *expect, struct problem *problem)
{
    if (matrix->count == BOOTS_MAX) {
        argv_free(argv);
        return problem_set(problem, EXIT_USAGE, "the matrix has more than %d boots", BOOTS_MAX);
    }
    if (matrix->count == matrix->room) {
        matrix->room = matrix->room ? matrix->room * 2 : 64;
        matrix->boots = must_realloc(matrix->boots, matrix->room * sizeof(*matrix->boots));
    }
    matrix->boots[matrix->count] = (struct boot){ .number = (unsigned)matrix->count + 1,
                                                  .title = must_strdup(title),
                                                  .argv = *argv,
                                                  .timeout = timeout,
                                                  .expect = expect };
    matrix->count++;
    *argv = (struct argv){ 0 };
    return 0;
}

void matrix_free(struct matrix *matrix)
{
    for (size_t i = 0; i < matrix->count; i++) {
        free(matrix->boots[i].title);
        argv_free(&matrix->boots[i].argv);
    }
    for (size_t i = 0; i < matrix->file_count; i++)
        matrix_yaml_free(matrix->files[i]);
    free(matrix->boots);
    free(matrix->files);
    *matrix = (struct matrix){ 0 };
}

static void keep_file(struct matrix *matrix, struct matrix_yaml *yaml)
{
    size_t size = (matrix->file_count + 1) * sizeof(struct matrix_yaml *);
    matrix->files = must_realloc(matrix->files, size);
    matrix->files[matrix->file_count++] = yaml;
}

/* --- one boot out of a row ------------------------------------------------------------ */

/* One choice out of each list of a row; NULL where the row has no such list. */
struct choice {
    const char *machine, *each, *backend;
};

/* A console that names no backend gets the chosen one. */
static char *with_backend(const char *console, const char *backend)
{
    struct strbuf text = { 0 };
    bool has_one = !backend || strchr(console, ':');
    strbuf_printf(&text, "%s%s%s", console, has_one ? "" : ":", has_one ? "" : backend);
    return text.text;
}

static void add_console(struct argv *argv, struct strbuf *list, const char *console,
                        const char *backend)
{
    char *text = with_backend(console, backend);
    argv_add(argv, "-c");
    argv_add(argv, text);
    strbuf_printf(list, "%s%s", list->len ? " + " : "", text);
    free(text);
}

static void add_all(struct argv *argv, char **words, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        argv_add(argv, words[i]);
}

static unsigned timeout_of(const struct matrix_row *row)
{
    return row->timeout ? *row->timeout : TIMEOUT_DEFAULT;
}

/* "run -M q35 -c ... -a ... --timeout 20 -- ARGS", and the consoles for the title */
static struct argv make_argv(const struct matrix_row *row, const struct choice *choice,
                             struct strbuf *consoles)
{
    struct argv argv = { 0 };
    argv_add(&argv, "run");
    argv_add(&argv, "-M");
    argv_add(&argv, choice->machine);
    for (unsigned i = 0; i < row->consoles_count; i++)
        add_console(&argv, consoles, row->consoles[i], choice->backend);
    if (choice->each)
        add_console(&argv, consoles, choice->each, choice->backend);
    if (row->words) {
        argv_add(&argv, "-a");
        argv_add(&argv, row->words);
    }
    argv_add(&argv, "--timeout");
    argv_printf(&argv, "%u", timeout_of(row));
    add_all(&argv, row->options, row->options_count);
    if (row->args_count)
        argv_add(&argv, "--");
    add_all(&argv, row->args, row->args_count);
    return argv;
}

/* "q35: NAME: isa-serial + virtconsole:pipe" */
static struct strbuf make_title(const struct matrix_row *row, const struct choice *choice,
                                const struct strbuf *consoles)
{
    struct strbuf title = { 0 };
    bool has_choice = choice->each || choice->backend || !row->name;
    const char *list = consoles->len ? consoles->text : "the machine's default consoles";
    strbuf_printf(&title, "%s: %s", choice->machine, row->name ? row->name : "");
    if (has_choice)
        strbuf_printf(&title, "%s%s", row->name ? ": " : "", list);
    if (!row->name && row->words)
        strbuf_printf(&title, " [%s]", row->words);
    return title;
}

static int add_choice(struct matrix *matrix, const struct matrix_row *row,
                      const struct choice *choice, struct problem *problem)
{
    struct strbuf consoles = { 0 };
    struct argv argv = make_argv(row, choice, &consoles);
    struct strbuf title = make_title(row, choice, &consoles);
    int result = matrix_add_boot(matrix, title.text, &argv, timeout_of(row), row->expect, problem);
    strbuf_free(&title);
    strbuf_free(&consoles);
    return result;
}

/* --- a row -------------------------------------------------------------------------------- */

/* A list that is not there counts as one choice: none. */
static const char *pick(char **list, unsigned count, unsigned i)
{
    return count ? list[i] : NULL;
}

static unsigned at_least_one(unsigned count)
{
    return count ? count : 1;
}

static int expand(struct matrix *matrix, const struct matrix_row *row, struct problem *problem)
{
    for (unsigned m = 0; m < row->machines_count; m++)
        for (unsigned e = 0; e < at_least_one(row->each_count); e++)
            for (unsigned b = 0; b < at_least_one(row->backends_count); b++) {
                struct choice choice = { row->machines[m], pick(row->each, row->each_count, e),
                                         pick(row->backends, row->backends_count, b) };
                if (add_choice(matrix, row, &choice, problem) < 0)
                    return -1;
            }
    return 0;
}

static int check_patterns(char **patterns, unsigned count, const char *where,
                          struct problem *problem)
{
    char why[400];
    for (unsigned i = 0; i < count; i++)
        if (!pattern_is_valid(patterns[i], why, sizeof(why)))
            return problem_set(problem, EXIT_USAGE, "%s: pattern: %s", where, why);
    return 0;
}

static int check_expectation(const struct expectation *expect, const char *where,
                             struct problem *problem)
{
    if (!expect)
        return 0;
    char *conclusion[] = { expect->conclusion }, *notes[] = { expect->notes };
    if (check_patterns(expect->log, expect->log_count, where, problem) < 0 ||
        check_patterns(expect->absent, expect->absent_count, where, problem) < 0 ||
        check_patterns(conclusion, expect->conclusion != NULL, where, problem) < 0 ||
        check_patterns(notes, expect->notes != NULL, where, problem) < 0)
        return -1;
    return 0;
}

static int add_row(struct matrix *matrix, const struct matrix_row *row, const char *where,
                   struct problem *problem)
{
    if (row->random)
        return random_rows_add(matrix, row, problem);
    if (row->machines_count == 0)
        return problem_set(problem, EXIT_USAGE, "%s: no machines", where);
    if (check_expectation(row->expect, where, problem) < 0)
        return -1;
    if (row->risk && *row->risk)
        return risk_rows_add(matrix, row, problem);
    return expand(matrix, row, problem);
}

int matrix_add_file(struct matrix *matrix, const char *path, struct problem *problem)
{
    struct matrix_yaml *yaml;
    int result = matrix_yaml_load(path, &yaml, problem);
    if (result < 0)
        return result;
    keep_file(matrix, yaml);
    for (unsigned i = 0; i < yaml->rows_count && result == 0; i++) {
        const struct matrix_row *row = &yaml->rows[i];
        struct strbuf where = { 0 };
        strbuf_printf(&where, "%s: row %u%s%s%s", path, i + 1, row->name ? " (" : "",
                      row->name ? row->name : "", row->name ? ")" : "");
        result = add_row(matrix, row, where.text, problem);
        strbuf_free(&where);
    }
    return result;
}
