/*
 * What the stream says about its consoles, and about itself: the console:, removed:, ledger:
 * and end: records (wire.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_LEDGER_H
#define FIRMWARE_LEDGER_H

#include "drivers/console.h"

/* Start over: no list has been written yet.  Only a test needs to say so. */
void ledger_init(void);

/* A console: record for each console on the log's list that had none yet.  From now
 * on each that joins gets its record at once. */
void ledger_list_consoles(void);

/* A console has joined the log. */
void ledger_joined(struct console *con);

/* Its device is gone. */
void ledger_removed(const struct console *con);

/* A ledger: record for each driven console. */
void ledger_list_accounts(void);

/* The end: record.  There are no records after it. */
void ledger_end(unsigned status);

#endif
