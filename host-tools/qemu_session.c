/*
 * A QEMU with no machine, for questions over QMP.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/qemu_session.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* QEMU at the start, on a loaded host. */
#define START_MS 30000

/* A question to a QEMU that has nothing else to do. */
#define QUESTION_MS 10000

static struct argv session_argv(const struct qemu_binary *qemu)
{
    struct argv argv = { 0 };

    argv_add(&argv, qemu->path);
    for (size_t i = 0; qemu->data[i]; i++)
        argv_option(&argv, "-L", "%s", qemu->data[i]);
    argv_option(&argv, "-M", "none");
    argv_option(&argv, "-display", "none");
    argv_add(&argv, "-nodefaults");
    argv_add(&argv, "-no-user-config");
    argv_option(&argv, "-chardev", "socket,id=tutti-qmp,fd=3");
    argv_option(&argv, "-mon", "chardev=tutti-qmp,mode=control");
    return argv;
}

static void on_gone(void *ctx)
{
    qmp_cancel(ctx);
}

int qemu_session_open(struct qemu_session *session, const struct qemu_binary *qemu,
                      struct problem *problem)
{
    int ends[2];

    *session = (struct qemu_session){ 0 };
    uv_loop_init(&session->loop);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return problem_set(problem, EXIT_IMPOSSIBLE, "no socket pair: %s", strerror(errno));
    session->has_qmp = true;
    session->process.on_exit = on_gone;
    session->process.ctx = &session->qmp;
    struct argv argv = session_argv(qemu);
    int result = process_start(&session->process, &session->loop, &argv, &ends[1], 1, qemu->modules,
                               problem);
    argv_free(&argv);
    close(ends[1]);
    if (qmp_open(&session->qmp, &session->loop, ends[0], problem) < 0 || result < 0)
        return -1;
    return qmp_greet(&session->qmp, START_MS, problem);
}

void qemu_session_close(struct qemu_session *session)
{
    process_kill(&session->process); /* there is nothing to lose */
    while (session->process.is_started && !session->process.has_exited)
        uv_run(&session->loop, UV_RUN_ONCE);
    if (session->has_qmp)
        qmp_close(&session->qmp);
    process_close(&session->process);
    uv_run(&session->loop, UV_RUN_DEFAULT);
    uv_loop_close(&session->loop);
    qmp_free(&session->qmp);
}

/* QEMU: qapi/qdev.json, device-list-properties: an error when there is no such type. */
bool qemu_session_has_device(struct qemu_session *session, const char *name)
{
    struct problem problem = { 0 };

    return qmp_call(&session->qmp, "device-list-properties", json_pack("{s:s}", "typename", name),
                    QUESTION_MS, NULL, &problem) == 0;
}
