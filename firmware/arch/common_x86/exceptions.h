/*
 * What the CPU's exceptions are called.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_ARCH_COMMON_X86_EXCEPTIONS_H
#define FIRMWARE_ARCH_COMMON_X86_EXCEPTIONS_H

#define EXCEPTION_COUNT 32

/* "page fault", ...; any vector.  SDM volume 3, table 6-1 */
const char *exception_name(unsigned long vector);

#endif
