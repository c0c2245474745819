/*
 * Why an access was refused, in words.
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/arch/common_arm/common_arm.h"

const char *fault_status_name(unsigned code)
{
    switch (code) {
    case 0x10:
        return "external abort";
    case 0x21:
        return "alignment fault";
    }
    switch (code >> 2) { /* the low two bits are the level of the table */
    case 0:
        return "address size fault";
    case 1:
        return "translation fault";
    case 2:
        return "access flag fault";
    case 3:
        return "permission fault";
    case 5:
        return "external abort on a table walk";
    default:
        return "another fault status";
    }
}
