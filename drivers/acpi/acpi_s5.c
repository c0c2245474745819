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
#include "drivers/acpi/acpi_aml.h"

#define SLP_TYP_MAX 7 /* ACPI §4.8.3.2.1: a field of three bits */

/* NameOp "_S5_" or NameOp "\_S5_"?  Steps over them if so. */
static bool take_s5_name(struct aml *aml)
{
    static const uint8_t plain[] = { AML_NAME_OP, '_', 'S', '5', '_' };
    static const uint8_t rooted[] = { AML_NAME_OP, AML_ROOT_CHAR, '_', 'S', '5', '_' };
    return aml_take(aml, plain, sizeof(plain)) || aml_take(aml, rooted, sizeof(rooted));
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
    struct aml aml = aml_of(table);
    int status = ERR_ABSENT;

    /* The five bytes might stand in other data as well: go on after a wrong one. */
    for (; aml.at < aml.end; aml.at++) {
        struct aml here = aml;
        if (!take_s5_name(&here))
            continue;
        status = read_package(&here, s5, why);
        if (status == OK)
            return OK;
    }
    return status;
}
