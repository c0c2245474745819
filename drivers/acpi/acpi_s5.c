/*
 * \_S5: what to write into SLP_TYP so that the machine goes off; see acpi.h.
 *
 * The package is data: Name (_S5, Package () { TYPa, TYPb, 0, 0 }), so that no
 * interpreter is needed, only its first two numbers:
 *
 *   08           5f 53 35 5f   12         06         04     0a 05    0a 05 ...
 *   NameOp  [\]  "_S5_"        PackageOp  PkgLength  count  TYPa     TYPb
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/acpi/acpi.h"

#include "drivers/text.h"

/* clang-format off */
/* ACPI §20.2, and table 20.1 for the numbers. */
#define AML_ZERO_OP       0x00
#define AML_ONE_OP        0x01
#define AML_NAME_OP       0x08
#define AML_BYTE_PREFIX   0x0a
#define AML_WORD_PREFIX   0x0b
#define AML_DWORD_PREFIX  0x0c
#define AML_PACKAGE_OP    0x12
#define AML_ROOT_CHAR     0x5c   /* '\' */
/* clang-format on */

#define SLP_TYP_MAX 7 /* ACPI §4.8.3.2.1: a field of three bits */

/* What is left of the AML: every taking of a byte is checked. */
struct aml {
    const uint8_t *at, *end;
};

static int aml_byte(struct aml *aml)
{
    return aml->at < aml->end ? *aml->at++ : ERR_BROKEN;
}

/* PkgLength: the first byte's upper two bits count the bytes that follow. ACPI §20.2.4 */
static int aml_skip_package_length(struct aml *aml)
{
    int lead = aml_byte(aml);
    if (lead < 0)
        return lead;
    int more = lead >> 6;
    while (more-- > 0) {
        if (aml_byte(aml) < 0)
            return ERR_BROKEN;
    }
    return OK;
}

/* How many bytes of a number follow its prefix.  ACPI §20.2.3 */
static int number_size(int op)
{
    switch (op) {
    case AML_ZERO_OP:
    case AML_ONE_OP:
        return 0;
    case AML_BYTE_PREFIX:
        return 1;
    case AML_WORD_PREFIX:
        return 2;
    case AML_DWORD_PREFIX:
        return 4;
    default:
        return ERR_BROKEN;
    }
}

/* A number's lowest byte; the upper ones must be 0.  Returns 0..255 or ERR_BROKEN. */
static int aml_number(struct aml *aml)
{
    int op = aml_byte(aml);
    int size = number_size(op);
    if (size <= 0)
        return size < 0 ? size : op;

    int value = aml_byte(aml);
    while (--size > 0) {
        if (aml_byte(aml) != 0)
            return ERR_BROKEN;
    }
    return value;
}

/* Do the bytes here say NameOp "_S5_" or NameOp "\_S5_"?  Steps over them if so. */
static bool aml_take_s5_name(struct aml *aml)
{
    static const uint8_t plain[] = { AML_NAME_OP, '_', 'S', '5', '_' };
    static const uint8_t rooted[] = { AML_NAME_OP, AML_ROOT_CHAR, '_', 'S', '5', '_' };
    uint64_t left = (uint64_t)(aml->end - aml->at);

    if (left >= sizeof(plain) && bytes_equal(aml->at, plain, sizeof(plain))) {
        aml->at += sizeof(plain);
        return true;
    }
    if (left >= sizeof(rooted) && bytes_equal(aml->at, rooted, sizeof(rooted))) {
        aml->at += sizeof(rooted);
        return true;
    }
    return false;
}

static int read_package(struct aml *aml, struct acpi_s5 *s5, struct why *why)
{
    int op = aml_byte(aml);
    if (op != AML_PACKAGE_OP)
        return why_set(why, ERR_BROKEN, "_S5 is no package", (uint64_t)op, AML_PACKAGE_OP);
    if (aml_skip_package_length(aml) != OK)
        return why_set(why, ERR_BROKEN, "_S5 is cut", 0, 0);
    int count = aml_byte(aml);
    if (count < 2)
        return why_set(why, ERR_BROKEN, "_S5 elements", (uint64_t)count, 2);

    int type_a = aml_number(aml), type_b = aml_number(aml);
    if (type_a < 0 || type_a > SLP_TYP_MAX)
        return why_set(why, ERR_BROKEN, "_S5 type a", (uint64_t)type_a, SLP_TYP_MAX);
    if (type_b < 0 || type_b > SLP_TYP_MAX)
        return why_set(why, ERR_BROKEN, "_S5 type b", (uint64_t)type_b, SLP_TYP_MAX);
    *s5 = (struct acpi_s5){ .type_a = (uint8_t)type_a, .type_b = (uint8_t)type_b };
    return OK;
}

int acpi_s5_find(const struct acpi_table *table, struct acpi_s5 *s5, struct why *why)
{
    struct aml aml = { table->bytes + ACPI_HEADER_SIZE, table->bytes + table->len };
    int status = ERR_ABSENT;

    /* The five bytes might stand in other data as well: go on after a wrong one. */
    for (; aml.at < aml.end; aml.at++) {
        struct aml here = aml;
        if (!aml_take_s5_name(&here))
            continue;
        status = read_package(&here, s5, why);
        if (status == OK)
            return OK;
    }
    return status;
}
