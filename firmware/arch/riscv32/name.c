/*
 * riscv32 is the common RISC-V sources with 32-bit registers; only its name is its own.
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/arch/arch.h"

const char arch_name[] = "riscv32";
