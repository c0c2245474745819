/*
 * QEMU as a child that cannot outlive us.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void on_exit_status(uv_process_t *handle, int64_t status, int signal)
{
    struct process *process = handle->data;

    process->has_exited = true;
    process->status = status;
    process->signal = signal;
    if (process->on_exit)
        process->on_exit(process->ctx);
}

/* This program, this pid, the program to become, and its arguments. */
static struct argv stub_argv(const struct argv *argv)
{
    struct argv stub = { 0 };

    argv_add(&stub, "/proc/self/exe");
    argv_add(&stub, EXEC_STUB);
    argv_printf(&stub, "%d", (int)getpid());
    for (size_t i = 0; i < argv->count; i++)
        argv_add(&stub, argv->words[i]);
    return stub;
}

/* 0 is nothing, 1 and 2 the memory file, from 3 on the caller's. */
static uv_stdio_container_t *child_stdio(const struct process *process, const int *fds,
                                         size_t fd_count)
{
    uv_stdio_container_t *stdio = must_alloc((3 + fd_count) * sizeof(*stdio));
    int first[3] = { -1, process->output_fd, process->output_fd };

    if (process->has_stdio) {
        first[0] = process->stdin_fd;
        first[1] = process->stdout_fd;
    }
    for (size_t i = 0; i < 3 + fd_count; i++) {
        int fd = i < 3 ? first[i] : fds[i - 3];
        stdio[i].flags = fd < 0 ? UV_IGNORE : UV_INHERIT_FD;
        stdio[i].data.fd = fd;
    }
    return stdio;
}

extern char **environ;

/* Our environment, and where a QEMU that is not installed has its modules. */
static struct argv child_environment(const char *module_folder)
{
    struct argv env = { 0 };

    for (char **word = environ; *word; word++)
        if (!module_folder || strncmp(*word, "QEMU_MODULE_DIR=", 16) != 0)
            argv_add(&env, *word);
    if (module_folder)
        argv_printf(&env, "QEMU_MODULE_DIR=%s", module_folder);
    return env;
}

int process_start(struct process *process, uv_loop_t *loop, const struct argv *argv, const int *fds,
                  size_t fd_count, const char *module_folder, struct problem *problem)
{
    process->output_fd = memfd_create("output", MFD_CLOEXEC);
    if (process->output_fd < 0)
        return problem_set(problem, EXIT_IMPOSSIBLE, "no memory file: %s", strerror(errno));
    fcntl(process->output_fd, F_SETFL, O_APPEND);

    struct argv stub = stub_argv(argv), env = child_environment(module_folder);
    uv_stdio_container_t *stdio = child_stdio(process, fds, fd_count);
    uv_process_options_t options = {
        .file = stub.words[0],
        .args = stub.words,
        .env = env.words,
        .exit_cb = on_exit_status,
        .stdio = stdio,
        .stdio_count = (int)(3 + fd_count),
    };
    int error = uv_spawn(loop, &process->handle, &options);
    process->handle.data = process;
    process->is_started = true; /* its handle must be closed, spawned or not */
    process->has_exited = error < 0;
    free(stdio);
    argv_free(&stub);
    argv_free(&env);
    if (error < 0)
        return problem_set(problem, EXIT_IMPOSSIBLE, "%s: %s", argv->words[0], uv_strerror(error));
    return 0;
}

void process_kill(struct process *process)
{
    if (process->is_started && !process->has_exited)
        uv_process_kill(&process->handle, SIGKILL);
}

struct strbuf process_output(const struct process *process)
{
    struct strbuf output = { 0 };
    char piece[4096];
    ssize_t len;

    while ((len = pread(process->output_fd, piece, sizeof(piece), (off_t)output.len)) > 0)
        strbuf_add(&output, piece, (size_t)len);
    strbuf_reserve(&output, 0); /* a NUL at least */
    return output;
}

void process_close(struct process *process)
{
    if (!process->is_started)
        return;
    uv_close((uv_handle_t *)&process->handle, NULL);
    close(process->output_fd);
}

static void on_too_late(uv_timer_t *clock)
{
    process_kill(clock->data);
}

struct strbuf process_ask(const struct argv *argv, const char *module_folder, unsigned timeout_ms)
{
    struct process process = { .output_fd = -1 };
    struct problem problem = { 0 };
    struct strbuf output = { 0 };
    uv_timer_t clock;
    uv_loop_t loop;

    uv_loop_init(&loop);
    uv_timer_init(&loop, &clock);
    clock.data = &process;
    if (process_start(&process, &loop, argv, NULL, 0, module_folder, &problem) == 0) {
        uv_timer_start(&clock, on_too_late, timeout_ms, 0);
        while (!process.has_exited)
            uv_run(&loop, UV_RUN_ONCE);
        output = process_output(&process);
    }
    uv_close((uv_handle_t *)&clock, NULL);
    process_close(&process);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    return output;
}
