/*
 * The few words of AML that are data; see acpi_aml.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/acpi/acpi_aml.h"

#include "drivers/text.h"

struct aml aml_of(const struct acpi_table *table)
{
    return (struct aml){ table->bytes + ACPI_HEADER_SIZE, table->bytes + table->len };
}

bool aml_take(struct aml *aml, const uint8_t *bytes, uint32_t len)
{
    if ((uint64_t)(aml->end - aml->at) < len || !bytes_equal(aml->at, bytes, len))
        return false;
    aml->at += len;
    return true;
}

int aml_byte(struct aml *aml)
{
    return aml->at < aml->end ? *aml->at++ : ERR_BROKEN;
}

/* The first byte's upper two bits count the bytes that follow. */
int aml_skip_package_length(struct aml *aml)
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

/* How many bytes of a number follow its prefix. */
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

int aml_number(struct aml *aml)
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
