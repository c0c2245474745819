/*
 * The tool's own QMP channel.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/qmp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Small questions to a QEMU that stands still; a busy host gets the benefit. */
#define QUESTION_MS 10000

/* --- What comes in ------------------------------------------------------------------ */

static void keep_reply(struct qmp *qmp, struct qmp_message *message)
{
    qmp_message_free(&qmp->reply);
    qmp->reply = *message;
    *message = (struct qmp_message){ 0 };
    qmp->has_reply = true;
}

static void on_line(void *ctx, const char *text, size_t len)
{
    struct qmp *qmp = ctx;
    struct qmp_message message;

    qmp_message_read(text, len, &message);
    qmp->is_broken |= message.kind == QMP_BROKEN;
    if (message.kind == QMP_EVENT && qmp->on_event)
        qmp->on_event(qmp->ctx, &message);
    else if (message.kind == QMP_BROKEN || (message.kind == QMP_GREETING && qmp->last_id == 0) ||
             message.id == qmp->last_id)
        keep_reply(qmp, &message);
    qmp_message_free(&message);
}

static void on_alloc(uv_handle_t *handle, size_t size, uv_buf_t *buf)
{
    (void)handle;
    *buf = uv_buf_init(must_alloc(size), (unsigned)size);
}

static void on_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *buf)
{
    struct qmp *qmp = stream->data;

    if (len > 0 && qmp_lines_feed(&qmp->lines, buf->base, (size_t)len, on_line, qmp) < 0)
        qmp->is_broken = true;
    if (len < 0) {
        qmp->is_closed = true;
        uv_read_stop(stream);
    }
    free(buf->base);
}

/* --- What goes out -------------------------------------------------------------------- */

struct sending {
    uv_write_t request;
    char *text;
};

static void on_sent(uv_write_t *request, int status)
{
    struct sending *sending = request->data;

    (void)status; /* a reply that never comes tells */
    free(sending->text);
    free(sending);
}

static void send_command(struct qmp *qmp, const char *command, json_t *arguments)
{
    struct sending *sending = must_alloc(sizeof(*sending));
    json_t *message = json_pack("{s:s,s:I,s:o*}", "execute", command, "id", ++qmp->last_id,
                                "arguments", arguments);

    sending->text = json_dumps(message, JSON_COMPACT);
    sending->request.data = sending;
    json_decref(message);
    uv_buf_t buf = uv_buf_init(sending->text, sending->text ? (unsigned)strlen(sending->text) : 0);
    qmp->has_reply = false;
    if (uv_write(&sending->request, (uv_stream_t *)&qmp->pipe, &buf, 1, on_sent) < 0)
        on_sent(&sending->request, 0);
}

/* --- Waiting ------------------------------------------------------------------------------ */

static void on_expired(uv_timer_t *clock)
{
    struct qmp *qmp = clock->data;

    qmp->has_expired = true;
}

/* Until the reply is there, or cannot come any more. */
static int wait_reply(struct qmp *qmp, const char *what, unsigned timeout_ms,
                      struct problem *problem)
{
    qmp->has_expired = false;
    uv_timer_start(&qmp->clock, on_expired, timeout_ms, 0);
    while (!qmp->has_reply && !qmp->has_expired && !qmp->is_closed && !qmp->is_broken &&
           !qmp->is_cancelled)
        uv_run(qmp->pipe.loop, UV_RUN_ONCE);
    uv_timer_stop(&qmp->clock);
    if (qmp->has_reply && !qmp->is_broken)
        return 0;
    if (qmp->is_broken)
        return problem_set(problem, EXIT_IMPOSSIBLE, "QMP %s: QEMU answered what is no QMP: %s",
                           what, qmp->lines.is_too_long ? "line too long" : qmp->reply.text);
    if (qmp->has_expired)
        return problem_set(problem, EXIT_IMPOSSIBLE, "QMP %s: no answer within %u ms", what,
                           timeout_ms);
    return problem_set(problem, EXIT_IMPOSSIBLE, "QMP %s: QEMU has closed the channel", what);
}

int qmp_call(struct qmp *qmp, const char *command, json_t *arguments, unsigned timeout_ms,
             json_t **body, struct problem *problem)
{
    send_command(qmp, command, arguments);
    if (wait_reply(qmp, command, timeout_ms, problem) < 0)
        return -1;
    if (qmp->reply.kind == QMP_ERROR)
        return problem_set(problem, EXIT_IMPOSSIBLE, "QMP %s: %s", command, qmp->reply.text);
    if (body)
        *body = json_incref(qmp->reply.body);
    return 0;
}

int qmp_greet(struct qmp *qmp, unsigned timeout_ms, struct problem *problem)
{
    if (wait_reply(qmp, "greeting", timeout_ms, problem) < 0)
        return -1;
    snprintf(qmp->version, sizeof(qmp->version), "%.31s", qmp->reply.text);
    qmp->version_number = qmp->reply.version;
    return qmp_call(qmp, "qmp_capabilities", NULL, timeout_ms, NULL, problem);
}

bool qmp_is_alive(const struct qmp *qmp)
{
    return qmp->version_number && !qmp->is_closed && !qmp->is_broken;
}

void qmp_cancel(struct qmp *qmp)
{
    qmp->is_cancelled = true;
}

int qmp_open(struct qmp *qmp, uv_loop_t *loop, int fd, struct problem *problem)
{
    uv_timer_init(loop, &qmp->clock);
    uv_pipe_init(loop, &qmp->pipe, 0);
    qmp->clock.data = qmp->pipe.data = qmp;
    int error = uv_pipe_open(&qmp->pipe, fd);
    if (error == 0)
        error = uv_read_start((uv_stream_t *)&qmp->pipe, on_alloc, on_read);
    if (error < 0)
        return problem_set(problem, EXIT_IMPOSSIBLE, "QMP: %s", uv_strerror(error));
    return 0;
}

void qmp_close(struct qmp *qmp)
{
    uv_close((uv_handle_t *)&qmp->clock, NULL);
    uv_close((uv_handle_t *)&qmp->pipe, NULL);
}

void qmp_free(struct qmp *qmp)
{
    qmp_lines_free(&qmp->lines);
    qmp_message_free(&qmp->reply);
}

char *qmp_chardev_filename(struct qmp *qmp, const char *label, struct problem *problem)
{
    json_t *body;

    if (qmp_call(qmp, "query-chardev", NULL, QUESTION_MS, &body, problem) < 0)
        return NULL;
    const char *shown = qmp_find_chardev(body, label);
    char *copy = shown ? must_strdup(shown) : NULL;
    json_decref(body);
    if (!copy)
        problem_set(problem, EXIT_IMPOSSIBLE, "QMP query-chardev: QEMU has no chardev %s", label);
    return copy;
}
