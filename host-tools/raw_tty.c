/*
 * Terminals as plain byte streams.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/raw_tty.h"

#include <termios.h>

void raw_tty(int fd)
{
    struct termios mode;

    if (tcgetattr(fd, &mode) < 0)
        return;
    cfmakeraw(&mode);
    tcsetattr(fd, TCSANOW, &mode);
}
