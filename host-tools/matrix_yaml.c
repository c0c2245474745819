/*
 * A matrix file, read with libcyaml: the schema, and its errors as "FILE:LINE: what".
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/matrix_yaml.h"

#include <cyaml/cyaml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/mapped_file.h"
#include "host-tools/verify.h"

#define FILE_MAX  (1u << 20) /* bytes: our own largest is a hundredth of it */
#define ROWS_MAX  2000
#define WORDS_MAX 200

#define OPT     CYAML_FLAG_OPTIONAL
#define OPT_PTR (CYAML_FLAG_OPTIONAL | CYAML_FLAG_POINTER)

/* --- the schema ------------------------------------------------------------------- */

static const cyaml_strval_t outcomes[] = {
    { "proved", OUTCOME_PROVED },   { "same", OUTCOME_SAME },
    { "failed", OUTCOME_FAILED },   { "timed-out", OUTCOME_TIMED_OUT },
    { "died", OUTCOME_DIED },       { "skipped", OUTCOME_SKIPPED },
    { "misused", OUTCOME_MISUSED }, { "impossible", OUTCOME_IMPOSSIBLE },
};

static const cyaml_strval_t verdicts[] = {
    { "complete", VERDICT_COMPLETE }, { "short", VERDICT_SHORT },
    { "hole", VERDICT_HOLE },         { "repeat", VERDICT_REPEAT },
    { "torn", VERDICT_TORN },         { "silent", VERDICT_SILENT },
    { "foreign", VERDICT_FOREIGN },   { "unproved", VERDICT_UNPROVED },
};

static const cyaml_strval_t layers[] = {
    { "none", LAYER_NONE },       { "firmware", LAYER_FIRMWARE }, { "device", LAYER_DEVICE },
    { "backend", LAYER_BACKEND }, { "reader", LAYER_READER },
};

static const cyaml_schema_value_t string = { CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0,
                                                                CYAML_UNLIMITED) };

static const cyaml_schema_field_t console_fields[] = {
    CYAML_FIELD_STRING_PTR("name", OPT_PTR, struct expected_console, name, 1, CYAML_UNLIMITED),
    CYAML_FIELD_ENUM_PTR("verdict", OPT_PTR | CYAML_FLAG_STRICT, struct expected_console, verdict,
                         verdicts, CYAML_ARRAY_LEN(verdicts)),
    CYAML_FIELD_ENUM_PTR("blame", OPT_PTR | CYAML_FLAG_STRICT, struct expected_console, blame,
                         layers, CYAML_ARRAY_LEN(layers)),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t console = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct expected_console, console_fields),
};

static const cyaml_schema_field_t expect_fields[] = {
    CYAML_FIELD_ENUM_PTR("status", OPT_PTR | CYAML_FLAG_STRICT, struct expectation, status,
                         outcomes, CYAML_ARRAY_LEN(outcomes)),
    CYAML_FIELD_INT_PTR("guest", OPT_PTR, struct expectation, guest),
    CYAML_FIELD_INT_PTR("found", OPT_PTR, struct expectation, found),
    CYAML_FIELD_INT_PTR("driven", OPT_PTR, struct expectation, driven),
    CYAML_FIELD_INT_PTR("seconds", OPT_PTR, struct expectation, seconds),
    CYAML_FIELD_SEQUENCE("log", OPT_PTR, struct expectation, log, &string, 1, WORDS_MAX),
    CYAML_FIELD_SEQUENCE("absent", OPT_PTR, struct expectation, absent, &string, 1, WORDS_MAX),
    CYAML_FIELD_STRING_PTR("notes", OPT_PTR, struct expectation, notes, 1, CYAML_UNLIMITED),
    CYAML_FIELD_BOOL_PTR("frozen", OPT_PTR, struct expectation, frozen),
    CYAML_FIELD_STRING_PTR("conclusion", OPT_PTR, struct expectation, conclusion, 1,
                           CYAML_UNLIMITED),
    CYAML_FIELD_SEQUENCE("consoles", OPT_PTR, struct expectation, consoles, &console, 1, WORDS_MAX),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t random_fields[] = {
    CYAML_FIELD_UINT("count", CYAML_FLAG_DEFAULT, struct random_rows, count),
    CYAML_FIELD_UINT("seed", OPT, struct random_rows, seed),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t row_fields[] = {
    CYAML_FIELD_STRING_PTR("name", OPT_PTR, struct matrix_row, name, 1, CYAML_UNLIMITED),
    CYAML_FIELD_SEQUENCE("machines", OPT_PTR, struct matrix_row, machines, &string, 1, WORDS_MAX),
    CYAML_FIELD_SEQUENCE("consoles", OPT_PTR, struct matrix_row, consoles, &string, 1, WORDS_MAX),
    CYAML_FIELD_SEQUENCE("each", OPT_PTR, struct matrix_row, each, &string, 1, WORDS_MAX),
    CYAML_FIELD_SEQUENCE("backends", OPT_PTR, struct matrix_row, backends, &string, 1, WORDS_MAX),
    CYAML_FIELD_STRING_PTR("words", OPT_PTR, struct matrix_row, words, 1, CYAML_UNLIMITED),
    CYAML_FIELD_SEQUENCE("options", OPT_PTR, struct matrix_row, options, &string, 1, WORDS_MAX),
    CYAML_FIELD_SEQUENCE("args", OPT_PTR, struct matrix_row, args, &string, 1, WORDS_MAX),
    CYAML_FIELD_UINT_PTR("timeout", OPT_PTR, struct matrix_row, timeout),
    CYAML_FIELD_MAPPING_PTR("expect", OPT_PTR, struct matrix_row, expect, expect_fields),
    CYAML_FIELD_BOOL_PTR("risk", OPT_PTR, struct matrix_row, risk),
    CYAML_FIELD_MAPPING_PTR("random", OPT_PTR, struct matrix_row, random, random_fields),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t row = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct matrix_row, row_fields),
};

static const cyaml_schema_field_t file_fields[] = {
    CYAML_FIELD_SEQUENCE("rows", CYAML_FLAG_POINTER, struct matrix_yaml, rows, &row, 1, ROWS_MAX),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t file_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct matrix_yaml, file_fields),
};

/* --- reading ------------------------------------------------------------------------ */

/* libcyaml tells an error in several messages: what, and then a backtrace with places,
 * the innermost first. */
struct complaint {
    char what[300];
    int line; /* 0: not known */
};

static void note(cyaml_log_t level, void *context, const char *format, va_list args)
{
    struct complaint *complaint = context;
    char text[sizeof(complaint->what)];
    (void)level;
    vsnprintf(text, sizeof(text), format, args);
    text[strcspn(text, "\n")] = '\0';
    const char *place = strstr(text, "line: ");
    const char *what = strncmp(text, "Load: ", 6) == 0 ? text + 6 : text;
    if (complaint->line == 0 && place)
        complaint->line = atoi(place + strlen("line: "));
    if (*complaint->what == '\0' && !place && !strstr(what, "Backtrace"))
        snprintf(complaint->what, sizeof(complaint->what), "%s", what);
}

static cyaml_config_t config_for(struct complaint *complaint)
{
    return (cyaml_config_t){ .log_fn = note,
                             .log_ctx = complaint,
                             .mem_fn = cyaml_mem,
                             .log_level = CYAML_LOG_ERROR,
                             .flags = CYAML_CFG_NO_ALIAS };
}

static int refuse(const char *path, const struct complaint *complaint, cyaml_err_t error,
                  struct problem *problem)
{
    const char *what = *complaint->what ? complaint->what : cyaml_strerror(error);
    if (complaint->line > 0)
        return problem_set(problem, EXIT_USAGE, "%s:%d: %s", path, complaint->line, what);
    return problem_set(problem, EXIT_USAGE, "%s: %s", path, what);
}

static int load(const char *path, const struct mapped_file *file, struct matrix_yaml **yaml,
                struct problem *problem)
{
    struct complaint complaint = { 0 };
    cyaml_config_t config = config_for(&complaint);
    if (file->len == 0)
        return problem_set(problem, EXIT_USAGE, "%s: empty, where rows should be", path);
    if (file->len > FILE_MAX)
        return problem_set(problem, EXIT_USAGE, "%s: %zu bytes are no matrix (at most %u)", path,
                           file->len, FILE_MAX);
    cyaml_err_t error = cyaml_load_data(file->bytes, file->len, &config, &file_schema,
                                        (cyaml_data_t **)yaml, NULL);
    if (error != CYAML_OK)
        return refuse(path, &complaint, error, problem);
    if (!*yaml) /* nothing but comments */
        return problem_set(problem, EXIT_USAGE, "%s: no rows in it", path);
    return 0;
}

int matrix_yaml_load(const char *path, struct matrix_yaml **yaml, struct problem *problem)
{
    struct mapped_file file;
    *yaml = NULL;
    int result = mapped_file_open(&file, path, problem);
    if (result == 0)
        result = load(path, &file, yaml, problem);
    mapped_file_close(&file);
    return result;
}

void matrix_yaml_free(struct matrix_yaml *yaml)
{
    struct complaint complaint = { 0 };
    cyaml_config_t config = config_for(&complaint);
    if (yaml)
        cyaml_free(&config, &file_schema, yaml, 0);
}
