/*
 * What the host has: the table, and what all stream backends share.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/backends.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host-tools/qmp.h"

/* The first one is the default. */
const struct backend *const backend_table[] = {
    &backend_file,    &backend_memfd,     &backend_fdset, &backend_pipe,    &backend_stdio,
    &backend_pty,     &backend_serial,    &backend_tty,   &backend_unix,    &backend_tcp,
    &backend_telnet,  &backend_websocket, &backend_udp,   &backend_ringbuf, &backend_vc,
    &backend_null,    &backend_none,      &backend_hub,   &backend_log,     &backend_parallel,
    &backend_msmouse, &backend_braille,
};
const size_t backend_count = sizeof(backend_table) / sizeof(backend_table[0]);

const struct backend *backend_find(const char *name, size_t len)
{
    for (size_t i = 0; i < backend_count; i++) {
        const struct backend *backend = backend_table[i];
        if (strlen(backend->name) == len && memcmp(backend->name, name, len) == 0)
            return backend;
    }
    return NULL;
}

/* --- As QEMU is told ------------------------------------------------------------------ */

struct strbuf tap_paste_path(const struct tap *tap, const char *ending)
{
    struct strbuf path = { 0 };

    qemu_value(&path, tap->folder ? tap->folder : ".");
    strbuf_printf(&path, "/%s%s", tap->name, ending);
    return path;
}

static void add_log_option(const struct tap *tap, enum compose_for who, struct strbuf *options)
{
    if (!tap->log_option)
        return;
    if (who == FOR_RUN || !tap->log_name) {
        strbuf_printf(options, "%s", tap->log_option);
        return;
    }
    strbuf_printf(options, ",logfile=");
    qemu_value(options, tap->folder ? tap->folder : ".");
    strbuf_printf(options, "/%s.log", tap->log_name);
}

/* ",KEY=VALUE" for each, but not path=. */
static void add_props(const char *props, struct strbuf *options)
{
    while (props && *props) {
        size_t len = strcspn(props, ",");
        if (strncmp(props, "path=", 5) != 0)
            strbuf_printf(options, ",%.*s", (int)len, props);
        props += len + (props[len] == ',');
    }
}

struct strbuf tap_options(const struct tap *tap, enum compose_for who)
{
    struct strbuf options = { 0 };

    add_props(tap->props, &options);
    strbuf_printf(&options, "%s", tap->is_mux ? ",mux=on" : "");
    add_log_option(tap, who, &options);
    return options;
}

/* QEMU: chardev/char.c, qemu_chr_new_from_opts(). */
struct strbuf tap_label(const struct tap *tap)
{
    struct strbuf label = { 0 };

    strbuf_printf(&label, "%s%s", tap->name, tap->is_mux ? "-base" : "");
    return label;
}

char *tap_ask_filename(const struct tap *tap, struct qmp *qmp, struct problem *problem)
{
    struct strbuf label = tap_label(tap);

    char *filename = qmp_chardev_filename(qmp, label.text, problem);
    strbuf_free(&label);
    return filename;
}

int tap_refuse_path(const char *props, struct problem *problem)
{
    size_t len;

    if (!option_value(props, "path", &len))
        return 0;
    return problem_set(problem, EXIT_USAGE, "-c: path=: this backend makes its own, for the run");
}

int tap_prepare_nothing(struct tap *tap, const char *folder, struct problem *problem)
{
    (void)tap;
    (void)folder;
    (void)problem;
    return 0;
}

/* --- As it is read ------------------------------------------------------------------------ */

bool tap_is_captured(const struct tap *tap)
{
    return tap->backend->collect != NULL;
}

bool tap_is_tested(const struct tap *tap)
{
    return tap->reader.kind != READER_STEADY;
}

static void leave(struct tap *tap)
{
    if (tap->backend->leave)
        tap->backend->leave(tap);
    else if (tap->fd >= 0)
        close(tap->fd);
    tap->fd = -1;
    tap->has_left = true;
}

void tap_read(struct tap *tap, uint64_t now_ms)
{
    const struct backend *backend = tap->backend;
    struct reader_step step = reader_look(&tap->reader, tap->len, now_ms);

    if (!backend->collect)
        return;
    tap->allowance = step.allowance;
    tap->is_stalling = step.is_stalling;
    if (!step.is_here && tap->reader.kind == READER_VANISH && (tap->fd >= 0 || tap->state))
        leave(tap);
    if (step.is_here && backend->open && tap->fd < 0 && !tap->has_closed)
        backend->open(tap);
    if (step.allowance > 0)
        backend->collect(tap);
}

unsigned char *tap_reserve(struct tap *tap, size_t room)
{
    if (tap->room - tap->len < room) {
        tap->room = tap->room * 2 + room;
        tap->bytes = must_realloc(tap->bytes, tap->room);
    }
    return tap->bytes + tap->len;
}

void tap_add(struct tap *tap, const void *bytes, size_t len)
{
    if (len == 0)
        return;
    memcpy(tap_reserve(tap, len), bytes, len);
    tap->len += len;
}

/* 1 when something came, 0 when nothing is there now. */
static int collect_once(struct tap *tap)
{
    unsigned char *to = tap_reserve(tap, TAP_READ_SIZE);
    size_t most = tap->allowance < TAP_READ_SIZE ? tap->allowance : TAP_READ_SIZE;
    ssize_t len = read(tap->fd, to, most);

    if (len > 0) {
        tap->len += (size_t)len;
        tap->allowance -= (size_t)len;
    }
    /* A pty whose other side is closed says EIO, which is its way to say end of file. */
    if (len == 0 || (len < 0 && errno != EAGAIN && errno != EINTR))
        tap->has_closed = true;
    return len > 0;
}

void tap_collect_stream(struct tap *tap)
{
    if (tap->fd < 0)
        return;
    while (tap->allowance > 0 && collect_once(tap))
        continue;
}

/* --- The end -------------------------------------------------------------------------------- */

void tap_close_qemu_end(struct tap *tap)
{
    if (tap->qemu_fd >= 0)
        close(tap->qemu_fd);
    if (tap->qemu_input_fd >= 0)
        close(tap->qemu_input_fd);
    tap->qemu_fd = tap->qemu_input_fd = -1;
}

void tap_close_stream(struct tap *tap)
{
    tap_close_qemu_end(tap);
    if (tap->fd >= 0)
        close(tap->fd);
    if (tap->listener_fd >= 0)
        close(tap->listener_fd);
    free(tap->bytes);
    free(tap->path);
    free(tap->state);
    tap->fd = tap->listener_fd = -1;
    tap->bytes = NULL;
    tap->path = NULL;
    tap->state = NULL;
    tap->len = tap->room = 0;
}

void tap_close(struct tap *tap)
{
    if (tap->backend->close)
        tap->backend->close(tap);
}
