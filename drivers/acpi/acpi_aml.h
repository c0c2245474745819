/*
 * The few words of AML that are data, read byte by byte and never past the end.
 *
 * Source: ACPI §20.2.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_ACPI_ACPI_AML_H
#define DRIVERS_ACPI_ACPI_AML_H

#include <stdbool.h>
#include <stdint.h>

#include "drivers/acpi/acpi.h"

/* clang-format off */
/* ACPI §20.3, table 20.2 */
#define AML_ZERO_OP       0x00
#define AML_ONE_OP        0x01
#define AML_NAME_OP       0x08
#define AML_BYTE_PREFIX   0x0a
#define AML_WORD_PREFIX   0x0b
#define AML_DWORD_PREFIX  0x0c
#define AML_BUFFER_OP     0x11
#define AML_PACKAGE_OP    0x12
#define AML_ROOT_CHAR     0x5c   /* '\\' */
/* clang-format on */

/* What is left to read. */
struct aml {
    const uint8_t *at, *end;
};

/* All of a table's AML. */
struct aml aml_of(const struct acpi_table *table);

/* Do these bytes come next?  Steps over them if so. */
bool aml_take(struct aml *aml, const uint8_t *bytes, uint32_t len);

/* The next byte, 0..255, or ERR_BROKEN: there is none. */
int aml_byte(struct aml *aml);

/* A number's lowest byte, 0..255; ERR_BROKEN if its upper ones are not 0, or if it is none.
 * ACPI §20.2.3 */
int aml_number(struct aml *aml);

/* Step over a PkgLength.  Returns OK or ERR_BROKEN.  ACPI §20.2.4 */
int aml_skip_package_length(struct aml *aml);

#endif
