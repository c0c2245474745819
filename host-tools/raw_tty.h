/*
 * Terminals as plain byte streams.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_RAW_TTY_H
#define HOST_TOOLS_RAW_TTY_H

/* The bytes as they are: no echo, no CR for LF, no signals.  No terminal: nothing happens. */
void raw_tty(int fd);

#endif
