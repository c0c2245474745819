/*
 * What a console is called, and whether console= wants it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_CONSOLE_NAMES_H
#define FIRMWARE_CONSOLE_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "drivers/console.h"

/*
 * Fill in con->name: its kind and a number from 0, counted for each kind:
 * "virtconsole0".  A kind that ends in a digit gets a dash: "pl011-0".
 */
void console_name(struct console *con);

/* Count from 0 again.  Only a test needs to say so. */
void console_names_reset(void);

/*
 * Does console= want it?
 *
 * The value is a list with commas, read from left to right: `all`, `none`, PATTERN or
 * -PATTERN.  A pattern is a name or a kind; * in it matches anything.  Before the list
 * nothing is wanted if it begins with a PATTERN, everything if it begins with a
 * -PATTERN, or if there is no list.  Several console= words make one list.
 *
 * words  the whole command line
 */
bool console_is_wanted(const struct console *con, const char *words);

#endif
