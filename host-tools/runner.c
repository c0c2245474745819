/*
 * Many boots at once: each a child `tutti run --json` of this same program.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/runner.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "host-tools/expect.h"
#include "host-tools/process.h"
#include "host-tools/temp_folder.h"

enum { STOP_SIGNALS = 3 };

struct runner {
    uv_loop_t loop;
    uv_signal_t signals[STOP_SIGNALS];
    const struct runner_options *options;
    const struct boot *const *boots;
    size_t count, next;
    size_t running;
    struct child *children; /* options->jobs of them */
    char self[PATH_MAX];    /* this program          */
    int stop;               /* signal, or 0          */
};

struct child {
    struct runner *runner;
    const struct boot *boot; /* NULL: this place is free */
    uv_process_t process;
    uv_pipe_t output, messages;
    uv_timer_t guard;
    unsigned open; /* handles not yet closed  */
    uint64_t started_ms;
    struct strbuf output_text, messages_text;
    struct temp_folder folder; /* for the captures, where patterns want them */
    int64_t status;
    int signal;
    bool was_killed;
};

static void fill_places(struct runner *runner);

/* --- the end of a child ----------------------------------------------------------------- */

static void judge(struct child *child, struct boot_result *result)
{
    json_error_t error;
    json_t *json = json_loadb(child->output_text.text ? child->output_text.text : "",
                              child->output_text.len, 0, &error);
    struct outcome outcome = { .json = json,
                               .status = (int)child->status,
                               .signal = child->signal,
                               .seconds = result->seconds,
                               .messages = child->messages_text.text ? child->messages_text.text
                                                                     : "" };
    if (child->was_killed)
        strbuf_printf(&result->reasons, "hung: killed %.1f s after its timeout\n",
                      (double)child->runner->options->grace_ms / 1000);
    else if (expectation_is_skipped(child->boot->expect, &outcome))
        result->verdict = BOOT_SKIPPED;
    else if (expectation_holds(child->boot->expect, &outcome, &result->reasons))
        result->verdict = BOOT_PASSED;
    if (result->verdict == BOOT_SKIPPED)
        strbuf_printf(&result->reasons, "%s\n",
                      json ? json_string_value(json_object_get(json, "conclusion"))
                           : outcome.messages);
    json_decref(json);
}

static void free_place(struct child *child)
{
    strbuf_free(&child->output_text);
    strbuf_free(&child->messages_text);
    temp_folder_remove(&child->folder);
    *child = (struct child){ .runner = child->runner };
}

static void finish(struct child *child)
{
    struct runner *runner = child->runner;
    struct boot_result result = { .verdict = BOOT_FAILED };
    result.seconds = (double)(uv_now(&runner->loop) - child->started_ms) / 1000;
    if (!runner->stop) {
        judge(child, &result);
        runner->options->on_result(runner->options->ctx, child->boot, &result);
    }
    strbuf_free(&result.reasons);
    free_place(child);
    runner->running--;
    fill_places(runner);
}

static void on_close(uv_handle_t *handle)
{
    struct child *child = handle->data;
    if (--child->open == 0)
        finish(child);
}

static void close_handle(void *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, on_close);
}

static void on_child_exit(uv_process_t *process, int64_t status, int signal)
{
    struct child *child = process->data;
    child->status = status;
    child->signal = signal;
    close_handle(process);
    close_handle(&child->guard);
}

static void on_guard(uv_timer_t *guard)
{
    struct child *child = guard->data;
    child->was_killed = true;
    uv_process_kill(&child->process, SIGKILL);
}

/* --- what it says ------------------------------------------------------------------------- */

static struct strbuf *text_of(struct child *child, void *handle)
{
    return handle == &child->output ? &child->output_text : &child->messages_text;
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct strbuf *text = text_of(handle->data, handle);
    *buf = uv_buf_init(strbuf_reserve(text, suggested), (unsigned)suggested);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    struct strbuf *text = text_of(stream->data, stream);
    (void)buf;
    if (got < 0)
        close_handle(stream);
    else
        text->len += (size_t)got;
    if (text->text)
        text->text[text->len] = '\0';
}

/* --- the start of a child -------------------------------------------------------------------- */

/* Where the captures go: the user's folder, or the private one for the patterns. */
static void add_folder(const struct child *child, struct argv *argv)
{
    const char *folder = child->runner->options->folder;
    if (folder)
        argv_option(argv, "-o", "%s/%u", folder, child->boot->number);
    else if (child->folder.path)
        argv_option(argv, "-o", "%s", child->folder.path);
}

/* SELF exec-stub PID SELF run --json [-o FOLDER] ... */
static struct argv child_argv(const struct child *child)
{
    struct argv argv = { 0 };
    const struct argv *run = &child->boot->argv;
    argv_add(&argv, child->runner->self);
    argv_add(&argv, EXEC_STUB);
    argv_printf(&argv, "%ld", (long)getpid());
    argv_add(&argv, child->runner->self);
    argv_add(&argv, run->words[0]);
    argv_add(&argv, "--json");
    add_folder(child, &argv);
    for (size_t i = 1; i < run->count; i++)
        argv_add(&argv, run->words[i]);
    return argv;
}

static void open_handles(struct child *child)
{
    uv_loop_t *loop = &child->runner->loop;
    uv_pipe_init(loop, &child->output, 0);
    uv_pipe_init(loop, &child->messages, 0);
    uv_timer_init(loop, &child->guard);
    child->process.data = child->output.data = child->messages.data = child->guard.data = child;
    child->open = 4;
}

static int spawn(struct child *child)
{
    struct argv argv = child_argv(child);
    uv_stdio_container_t stdio[3] = {
        { .flags = UV_IGNORE },
        { .flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
          .data.stream = (uv_stream_t *)&child->output },
        { .flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
          .data.stream = (uv_stream_t *)&child->messages },
    };
    uv_process_options_t options = { .file = child->runner->self,
                                     .args = argv.words,
                                     .exit_cb = on_child_exit,
                                     .stdio = stdio,
                                     .stdio_count = 3 };
    int result = uv_spawn(&child->runner->loop, &child->process, &options);
    argv_free(&argv);
    return result;
}

static void give_up(struct child *child, int error)
{
    strbuf_printf(&child->messages_text, "could not be started: %s", uv_strerror(error));
    child->status = EXIT_IMPOSSIBLE;
    close_handle(&child->process);
    close_handle(&child->guard);
    close_handle(&child->output);
    close_handle(&child->messages);
}

static void start(struct child *child, const struct boot *boot)
{
    struct problem problem = { 0 };
    child->boot = boot;
    child->started_ms = uv_now(&child->runner->loop);
    child->runner->running++;
    if (expectation_needs_log(boot->expect) && !child->runner->options->folder)
        temp_folder_make(&child->folder, &problem); /* without it the row says: no log */
    open_handles(child);
    int error = spawn(child);
    if (error < 0) {
        give_up(child, error);
        return;
    }
    uv_read_start((uv_stream_t *)&child->output, on_room, on_read);
    uv_read_start((uv_stream_t *)&child->messages, on_room, on_read);
    uv_timer_start(&child->guard, on_guard,
                   boot->timeout * UINT64_C(1000) + child->runner->options->grace_ms, 0);
}

static void fill_places(struct runner *runner)
{
    for (unsigned i = 0; i < runner->options->jobs; i++)
        if (!runner->children[i].boot && runner->next < runner->count && !runner->stop)
            start(&runner->children[i], runner->boots[runner->next++]);
}

/* --- all of them ---------------------------------------------------------------------------------- */

static void on_stop(uv_signal_t *handle, int signal)
{
    struct runner *runner = handle->data;
    runner->stop = signal;
    for (unsigned i = 0; i < runner->options->jobs; i++)
        if (runner->children[i].boot)
            uv_process_kill(&runner->children[i].process, SIGTERM);
}

static void listen_for_signals(struct runner *runner)
{
    static const int stops[STOP_SIGNALS] = { SIGINT, SIGTERM, SIGHUP };
    for (int i = 0; i < STOP_SIGNALS; i++) {
        uv_signal_init(&runner->loop, &runner->signals[i]);
        runner->signals[i].data = runner;
        uv_signal_start(&runner->signals[i], on_stop, stops[i]);
        uv_unref((uv_handle_t *)&runner->signals[i]);
    }
}

static void close_runner(struct runner *runner)
{
    for (int i = 0; i < STOP_SIGNALS; i++)
        uv_close((uv_handle_t *)&runner->signals[i], NULL);
    uv_run(&runner->loop, UV_RUN_DEFAULT);
    uv_loop_close(&runner->loop);
    free(runner->children);
}

int runner_run(const struct boot *const *boots, size_t count, const struct runner_options *options,
               struct problem *problem)
{
    struct runner runner = { .options = options, .boots = boots, .count = count };
    size_t size = sizeof(runner.self) - 1;
    if (uv_exepath(runner.self, &size) < 0)
        return problem_set(problem, EXIT_IMPOSSIBLE, "this program's own path is not known");
    if (uv_loop_init(&runner.loop) < 0)
        return problem_set(problem, EXIT_IMPOSSIBLE, "no event loop");
    runner.children = must_alloc(options->jobs * sizeof(*runner.children));
    for (unsigned i = 0; i < options->jobs; i++)
        runner.children[i].runner = &runner;
    listen_for_signals(&runner);
    fill_places(&runner);
    uv_run(&runner.loop, UV_RUN_DEFAULT);
    close_runner(&runner);
    return runner.stop;
}
