/*
 * QEMU as a child that cannot outlive us.
 *
 * libuv knows nothing of a parent's death.  So the child is first this very program, in
 * the role of a stub (exec_stub.c): it asks the kernel for a SIGKILL when its parent dies,
 * looks whether that has happened already, and becomes QEMU.
 *
 * QEMU's input is /dev/null, and what it says is kept in a memory file: it never
 * gets the terminal, and never waits for us to read.  Unless its input and output are a
 * console's; then only its errors are kept.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_PROCESS_H
#define HOST_TOOLS_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "host-tools/argv.h"
#include "host-tools/problem.h"

struct process {
    uv_process_t handle;
    bool is_started, has_exited;
    int64_t status; /* its exit status, once has_exited      */
    int signal;     /* ... or the signal that ended it, or 0 */
    int output_fd;  /* the memory file: stdout and stderr    */
    bool has_stdio; /* set by the owner: its input and output are these: */
    int stdin_fd, stdout_fd;
    void (*on_exit)(void *ctx); /* set by the owner, or NULL    */
    void *ctx;
};

/*
 * Start it.
 *
 * argv      the program, with a slash in it or to be found in $PATH, and its arguments
 * fds       descriptors of ours: the child gets fds[i] as its 3 + i; -1 leaves a gap
 * folder    for QEMU_MODULE_DIR, or NULL
 * returns   0 | -1 and the problem
 */
int process_start(struct process *process, uv_loop_t *loop, const struct argv *argv, const int *fds,
                  size_t fd_count, const char *module_folder, struct problem *problem);

/* SIGKILL, if it lives. */
void process_kill(struct process *process);

/* What it has said so far; the caller frees it. */
struct strbuf process_output(const struct process *process);

/* Close the handle (the loop must run once more) and the memory file. */
void process_close(struct process *process);

/*
 * Run a program to its end, for what it prints.  For short questions such as -version.
 * returns  its output (free it), empty when it could not be run
 */
struct strbuf process_ask(const struct argv *argv, const char *module_folder, unsigned timeout_ms);

/* --- The stub ------------------------------------------------------------------------- */

#define EXEC_STUB "exec-stub" /* argv[1] of the tool in this role */

/* argv: EXEC_STUB, the parent's pid, the program, its arguments...  Does not return
 * but for an exit status. */
int exec_stub(int argc, char **argv);

#endif
