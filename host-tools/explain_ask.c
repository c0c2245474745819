/*
 * Start a QEMU paused, ask it what it has built, and end it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/explain_ask.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "host-tools/hints.h"
#include "host-tools/process.h"
#include "host-tools/qmp.h"

/* QEMU at the start: its modules, firmware blobs, a cold disk. */
#define START_MS 30000

/* One question to a QEMU that stands still: a busy host gets the benefit. */
#define QUESTION_MS 10000

/* QEMU ends within milliseconds of `quit`. */
#define QUIT_MS 3000

struct asker {
    uv_loop_t loop;
    uv_timer_t clock;
    struct process process;
    struct qmp qmp;
    bool has_qmp, is_late;
    int *fds; /* for QEMU's descriptors from 3 on; -1: none */
    size_t fd_count;
};

/* --- Descriptors for QEMU -------------------------------------------------------------------- */

static int listening_socket(void)
{
    struct sockaddr_un any = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    /* unix(7), autobind: an abstract name that the kernel chooses */
    if (fd >= 0 &&
        (bind(fd, (struct sockaddr *)&any, sizeof(any.sun_family)) < 0 || listen(fd, 1) < 0)) {
        close(fd);
        return -1;
    }
    return fd;
}

/* The other end is closed: QEMU sees a client that has gone. */
static int connected_socket(void)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return -1;
    close(ends[1]);
    return ends[0];
}

static int make_pipes(const char *path)
{
    int result = 0;

    for (int i = 0; i < 2; i++) {
        struct strbuf name = { 0 };
        strbuf_printf(&name, "%s.%s", path, i ? "out" : "in");
        result |= mkfifo(name.text, 0600);
        strbuf_free(&name);
    }
    return result;
}

static int make_fd(enum probe_thing thing)
{
    switch (thing) {
    case PROBE_LISTENING_FD:
        return listening_socket();
    case PROBE_CONNECTED_FD:
        return connected_socket();
    default:
        return open("/dev/null", O_WRONLY | O_CLOEXEC);
    }
}

static int supply(struct asker *asker, const struct probe_need *need, struct problem *problem)
{
    bool is_done;

    if (need->thing == PROBE_PIPES) {
        is_done = make_pipes(need->path) == 0;
    } else {
        int *slot = &asker->fds[need->fd - 3];
        if (*slot < 0)
            *slot = make_fd(need->thing);
        is_done = *slot >= 0;
    }
    return is_done ? 0 : problem_set(problem, EXIT_IMPOSSIBLE, "no stand-in: %s", strerror(errno));
}

/* Our QMP channel, as a configuration file. */
static int config_file(int qmp_number)
{
    int fd = memfd_create("config", MFD_CLOEXEC);

    if (fd >= 0)
        dprintf(fd,
                "[chardev \"" ASK_CHARDEV "\"]\n  backend = \"socket\"\n  fd = \"%d\"\n"
                "[mon \"" ASK_CHARDEV "\"]\n  chardev = \"" ASK_CHARDEV "\"\n"
                "  mode = \"control\"\n",
                qmp_number);
    return fd;
}

static void close_fds(struct asker *asker)
{
    for (size_t i = 0; i < asker->fd_count; i++)
        if (asker->fds[i] >= 0)
            close(asker->fds[i]);
    free(asker->fds);
}

/* --- Start and end --------------------------------------------------------------------------- */

static struct argv command(const struct probe *probe, int config_number)
{
    struct argv argv = { 0 };

    for (size_t i = 0; i < probe->argv.count; i++)
        argv_add(&argv, probe->argv.words[i]);
    argv_add(&argv, "-S");
    argv_option(&argv, "-readconfig", "/dev/fd/%d", config_number);
    return argv;
}

static void on_exit_of_qemu(void *ctx)
{
    struct asker *asker = ctx;

    qmp_cancel(&asker->qmp);
}

static int prepare_fds(struct asker *asker, const struct probe *probe, struct problem *problem)
{
    asker->fd_count = (size_t)probe->highest_fd - 2 + 2; /* 3..highest, QMP, configuration */
    asker->fds = must_alloc(asker->fd_count * sizeof(*asker->fds));
    for (size_t i = 0; i < asker->fd_count; i++)
        asker->fds[i] = -1;
    for (size_t i = 0; i < probe->need_count; i++)
        if (supply(asker, &probe->needs[i], problem) < 0)
            return -1;
    return 0;
}

static int start(struct asker *asker, const struct probe *probe, const char *modules,
                 struct problem *problem)
{
    int ends[2], qmp_number = probe->highest_fd + 1;

    if (prepare_fds(asker, probe, problem) < 0)
        return -1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return problem_set(problem, EXIT_IMPOSSIBLE, "no socket pair: %s", strerror(errno));
    asker->fds[asker->fd_count - 2] = ends[1];
    asker->fds[asker->fd_count - 1] = config_file(qmp_number);
    asker->process.on_exit = on_exit_of_qemu;
    asker->process.ctx = asker;
    asker->has_qmp = true;
    struct argv argv = command(probe, qmp_number + 1);
    int result = process_start(&asker->process, &asker->loop, &argv, asker->fds, asker->fd_count,
                               modules, problem);
    argv_free(&argv);
    return qmp_open(&asker->qmp, &asker->loop, ends[0], problem) < 0 ? -1 : result;
}

static void on_late(uv_timer_t *clock)
{
    struct asker *asker = clock->data;

    asker->is_late = true;
}

static void wait_exit(struct asker *asker)
{
    asker->is_late = false;
    uv_timer_start(&asker->clock, on_late, QUIT_MS, 0);
    while (!asker->process.has_exited && !asker->is_late)
        uv_run(&asker->loop, UV_RUN_ONCE);
}

static void stop(struct asker *asker)
{
    struct problem ignored = { 0 };

    if (!asker->process.is_started)
        return;
    if (!asker->process.has_exited)
        qmp_call(&asker->qmp, "quit", NULL, QUIT_MS, NULL, &ignored);
    wait_exit(asker);
    process_kill(&asker->process);
    while (!asker->process.has_exited)
        uv_run(&asker->loop, UV_RUN_ONCE);
}

static void release(struct asker *asker)
{
    uv_close((uv_handle_t *)&asker->clock, NULL);
    if (asker->has_qmp)
        qmp_close(&asker->qmp);
    process_close(&asker->process);
    uv_run(&asker->loop, UV_RUN_DEFAULT);
    uv_loop_close(&asker->loop);
    qmp_free(&asker->qmp);
    close_fds(asker);
}

/* QEMU would not start: its own words, and what they mean. */
static void tell_refusal(struct asker *asker, struct problem *problem)
{
    if (asker->process.is_started && asker->qmp.is_closed)
        wait_exit(asker);
    if (!asker->process.is_started || !asker->process.has_exited || asker->qmp.is_broken)
        return;
    struct strbuf said = process_output(&asker->process);
    hint_refusal(said.text, problem);
    strbuf_free(&said);
}

/* --- The questions --------------------------------------------------------------------------- */

static json_t *question(struct asker *asker, const char *command_name, json_t *arguments,
                        struct problem *problem)
{
    json_t *body = NULL;

    if (qmp_call(&asker->qmp, command_name, arguments, QUESTION_MS, &body, problem) < 0)
        return NULL;
    return body;
}

static json_t *list(struct asker *asker, const char *path, struct problem *problem)
{
    return question(asker, "qom-list", json_pack("{s:s}", "path", path), problem);
}

/* A property that QEMU won't tell is no reason to stop; a QEMU that is gone is. */
static json_t *get(struct asker *asker, const char *path, const char *name)
{
    struct problem refused = { 0 };

    return question(asker, "qom-get", json_pack("{s:s,s:s}", "path", path, "property", name),
                    &refused);
}

static void ask_values(struct asker *asker, struct view_node *node)
{
    for (size_t i = 0; i < node->property_count; i++) {
        json_t *body = get(asker, node->path, node->properties[i].name);
        view_take_value(&node->properties[i], body);
        json_decref(body);
    }
    bool is_mapped = node->region && (node->is_port || strcmp(node->type, "virtio-mmio") == 0);
    if (is_mapped && !view_value(node, "iobase")) {
        json_t *body = get(asker, node->region, "addr");
        view_take_region(node, body);
        json_decref(body);
    }
}

static int ask_tree(struct asker *asker, struct view *view, struct problem *problem)
{
    json_t *type = get(asker, "/machine", "type");

    view_take_machine(view, type);
    json_decref(type);
    view_start(view, "/machine");
    for (size_t i = 0; i < view->node_count; i++) {
        json_t *body = list(asker, view->nodes[i].path, problem);
        if (!body)
            return -1;
        view_take_list(view, i, body);
        json_decref(body);
        ask_values(asker, &view->nodes[i]);
    }
    return 0;
}

static int ask_chardevs(struct asker *asker, struct view *view, struct problem *problem)
{
    json_t *body = question(asker, "query-chardev", NULL, problem);

    if (!body)
        return -1;
    view_take_chardevs(view, body);
    json_decref(body);
    body = list(asker, "/chardevs", problem);
    if (!body)
        return -1;
    view_take_drivers(view, body);
    json_decref(body);
    return 0;
}

static int ask_everything(struct asker *asker, struct view *view, struct problem *problem)
{
    if (qmp_greet(&asker->qmp, START_MS, problem) < 0)
        return -1;
    snprintf(view->version, sizeof(view->version), "%s", asker->qmp.version);
    return ask_chardevs(asker, view, problem) < 0 ? -1 : ask_tree(asker, view, problem);
}

int explain_ask(const struct probe *probe, const char *modules, struct view *view,
                struct problem *problem)
{
    struct asker asker = { 0 };

    *view = (struct view){ 0 };
    uv_loop_init(&asker.loop);
    uv_timer_init(&asker.loop, &asker.clock);
    asker.clock.data = &asker;
    int result = start(&asker, probe, modules, problem);
    if (result == 0)
        result = ask_everything(&asker, view, problem);
    if (result < 0)
        tell_refusal(&asker, problem);
    stop(&asker);
    release(&asker);
    return result;
}
