/*
 * A bus for register windows (drivers/io.h): memory, by loads and stores.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_MEMORY_BUS_H
#define FIRMWARE_MEMORY_BUS_H

#include "drivers/io.h"

extern const struct io_bus memory_bus;

#endif
