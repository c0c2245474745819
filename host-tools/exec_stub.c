/*
 * Between fork and QEMU: see that QEMU dies with us.
 *
 * The parent-death signal survives execve() (prctl(2), PR_SET_PDEATHSIG), but a parent
 * that died before it was set sends none: hence the look at getppid().
 *
 * A process group of its own keeps Ctrl-C on the terminal away from QEMU: the tool gets
 * it, and ends QEMU in order.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "host-tools/process.h"

int exec_stub(int argc, char **argv)
{
    if (argc < 3)
        return EXIT_USAGE;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != (pid_t)strtol(argv[1], NULL, 10))
        return EXIT_IMPOSSIBLE;
    setpgid(0, 0);
    execvp(argv[2], argv + 2);
    fprintf(stderr, "tutti: %s: %s\n", argv[2], strerror(errno));
    return EXIT_IMPOSSIBLE;
}
