/*
 * A pipe between QEMU and us.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/pipe_end.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* As large as a plain user may have it: /proc/sys/fs/pipe-max-size. */
#define PIPE_SIZE (1 << 20)

void pipe_end_enlarge(const struct tap *tap)
{
    if (!tap_is_tested(tap))
        fcntl(tap->fd, F_SETPIPE_SZ, PIPE_SIZE);
}

int pipe_end_make(struct tap *tap, struct problem *problem)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) < 0)
        return problem_set(problem, EXIT_IMPOSSIBLE, "%s: no pipe: %s", tap->name, strerror(errno));
    tap->fd = ends[0];
    tap->qemu_fd = ends[1];
    fcntl(tap->fd, F_SETFL, O_NONBLOCK);
    pipe_end_enlarge(tap);
    return 0;
}
