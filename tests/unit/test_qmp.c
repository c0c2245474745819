/*
 * The QMP channel against a QEMU that is played by the test: it answers well, late, not
 * at all, or with rubbish.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "host-tools/qmp.h"

#define GREETING "{\"QMP\":{\"version\":{\"qemu\":{\"micro\":0,\"minor\":0,\"major\":10}}}}\r\n"

#define SOON_MS 50 /* for answers that never come */
#define LONG_MS 5000

struct fixture {
    uv_loop_t loop;
    struct qmp qmp;
    struct problem problem;
    int qemu; /* the test's end */
    uv_poll_t ear;
    const char *const *script; /* an answer to each command, NULL-ended, or NULL */
    char heard[1024];          /* the commands                                   */
    unsigned events;
};

static void count_event(void *ctx, const struct qmp_message *event)
{
    struct fixture *f = ctx;

    assert_string_equal(event->text, "STOP");
    f->events++;
}

static void say(struct fixture *f, const char *text)
{
    assert_int_equal(write(f->qemu, text, strlen(text)), (ssize_t)strlen(text));
}

/* A command has come: the next answer of the script. */
static void on_command(uv_poll_t *ear, int status, int events)
{
    struct fixture *f = ear->data;
    size_t used = strlen(f->heard);

    assert_int_equal(status, 0);
    assert_int_equal(events, UV_READABLE);
    ssize_t len = read(f->qemu, f->heard + used, sizeof(f->heard) - 1 - used);
    if (len > 0 && f->script && *f->script)
        say(f, *f->script++);
    else
        uv_poll_stop(ear);
}

static int open_channel(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    int ends[2];

    uv_loop_init(&f->loop);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    f->qemu = ends[1];
    f->qmp.on_event = count_event;
    f->qmp.ctx = f;
    assert_int_equal(qmp_open(&f->qmp, &f->loop, ends[0], &f->problem), 0);
    uv_poll_init(&f->loop, &f->ear, f->qemu);
    f->ear.data = f;
    uv_poll_start(&f->ear, UV_READABLE, on_command);
    *state = f;
    return 0;
}

static int close_channel(void **state)
{
    struct fixture *f = *state;

    qmp_close(&f->qmp);
    uv_close((uv_handle_t *)&f->ear, NULL);
    uv_run(&f->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&f->loop), 0);
    qmp_free(&f->qmp);
    close(f->qemu);
    free(f);
    return 0;
}

static void check_failed(struct fixture *f, int result, const char *complaint)
{
    assert_int_equal(result, -1);
    assert_int_equal(f->problem.status, EXIT_IMPOSSIBLE);
    assert_non_null(strstr(f->problem.text, complaint));
}

static void greeting_then_answer(void **state)
{
    static const char *const script[] = { "{\"return\":{},\"id\":1}\r\n", NULL };
    struct fixture *f = *state;

    f->script = script;
    say(f, GREETING);
    assert_int_equal(qmp_greet(&f->qmp, LONG_MS, &f->problem), 0);
    assert_string_equal(f->qmp.version, "10.0.0");
    assert_int_equal(f->qmp.version_number, 1000);
    assert_string_equal(f->heard, "{\"execute\":\"qmp_capabilities\",\"id\":1}");
}

static void events_and_stale_answers_do_not_confuse(void **state)
{
    struct fixture *f = *state;
    json_t *body = NULL;

    say(f, "{\"event\":\"STOP\"}\n{\"return\":\"stale\",\"id\":0}\n{\"return\":\"none\"}\n"
           "{\"return\":\"mine\",\"id\":1}\n");
    assert_int_equal(qmp_call(&f->qmp, "x", NULL, LONG_MS, &body, &f->problem), 0);
    assert_string_equal(json_string_value(body), "mine");
    assert_int_equal(f->events, 1);
    json_decref(body);
}

static void an_error_is_told(void **state)
{
    struct fixture *f = *state;

    say(f, "{\"error\":{\"class\":\"CommandNotFound\",\"desc\":\"no such command\"},\"id\":1}\n");
    check_failed(f, qmp_call(&f->qmp, "frob", NULL, LONG_MS, NULL, &f->problem),
                 "QMP frob: no such command");
}

static void silence_expires(void **state)
{
    struct fixture *f = *state;

    check_failed(f, qmp_greet(&f->qmp, SOON_MS, &f->problem), "no answer within 50 ms");
}

static void half_an_answer_expires(void **state)
{
    struct fixture *f = *state;

    say(f, "{\"return\":");
    check_failed(f, qmp_call(&f->qmp, "x", NULL, SOON_MS, NULL, &f->problem), "no answer");
}

static void a_closed_channel_is_told_at_once(void **state)
{
    struct fixture *f = *state;

    shutdown(f->qemu, SHUT_RDWR);
    check_failed(f, qmp_greet(&f->qmp, LONG_MS, &f->problem), "closed the channel");
}

static void rubbish_is_told_at_once(void **state)
{
    struct fixture *f = *state;

    say(f, "SSH-2.0-OpenSSH_9.2\r\n");
    check_failed(f, qmp_greet(&f->qmp, LONG_MS, &f->problem), "what is no QMP");
}

static void cancelled_calls_give_up(void **state)
{
    struct fixture *f = *state;

    qmp_cancel(&f->qmp);
    check_failed(f, qmp_call(&f->qmp, "x", NULL, LONG_MS, NULL, &f->problem), "closed");
}

static void a_chardevs_name(void **state)
{
    static const char *const script[] = {
        "{\"return\":[{\"label\":\"c\",\"filename\":\"pty:/dev/pts/3\"}],\"id\":1}\n",
        "{\"return\":[],\"id\":2}\n",
        NULL,
    };
    struct fixture *f = *state;

    f->script = script;
    char *name = qmp_chardev_filename(&f->qmp, "c", &f->problem);
    assert_string_equal(name, "pty:/dev/pts/3");
    free(name);
    assert_null(qmp_chardev_filename(&f->qmp, "d", &f->problem));
    assert_non_null(strstr(f->problem.text, "no chardev d"));
}

#define CHANNEL_TEST(name) cmocka_unit_test_setup_teardown(name, open_channel, close_channel)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CHANNEL_TEST(greeting_then_answer),
        CHANNEL_TEST(events_and_stale_answers_do_not_confuse),
        CHANNEL_TEST(an_error_is_told),
        CHANNEL_TEST(silence_expires),
        CHANNEL_TEST(half_an_answer_expires),
        CHANNEL_TEST(a_closed_channel_is_told_at_once),
        CHANNEL_TEST(rubbish_is_told_at_once),
        CHANNEL_TEST(cancelled_calls_give_up),
        CHANNEL_TEST(a_chardevs_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
