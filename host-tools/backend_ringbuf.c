/*
 * A ring of memory inside QEMU, read back by QMP.
 *
 * QEMU flags: -chardev ringbuf,id=C,size=4M
 *
 * ringbuf-read takes out what it returns, so it is asked again and again while the guest
 * runs, and once more at the end: before `quit`, for the ring dies with QEMU.
 *
 * What it may lose: it takes everything at once, and when it is full the oldest bytes go.
 *
 * QEMU: chardev/char-ringbuf.c; qapi/char.json, ringbuf-read.
 * Next on the tour: backend_null.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <jansson.h>
#include <string.h>

#include "host-tools/backends.h"
#include "host-tools/base64.h"
#include "host-tools/qmp.h"

/* A power of two, as QEMU wants it, and more than a UART writes in a second. */
#define RING_SIZE "4M"

/* In one answer: base64 of it is well below QMP_LINE_MAX. */
#define PIECE (1 << 20)

/* QEMU copies memory; a machine that is stuck in a write to another backend answers late. */
#define ANSWER_MS 2000

static void ringbuf_compose(const struct tap *tap, enum compose_for who, struct argv *argv)
{
    struct strbuf options = tap_options(tap, who);
    size_t len;
    bool has_size = option_value(tap->props, "size", &len);

    argv_option(argv, "-chardev", "ringbuf,id=%s%s%s", tap->name,
                has_size || tap_is_tested(tap) ? "" : ",size=" RING_SIZE, options.text);
    strbuf_free(&options);
}

static json_t *question(const struct tap *tap)
{
    struct strbuf label = tap_label(tap);
    json_t *arguments = json_pack("{s:s,s:i,s:s}", "device", label.text, "size", PIECE, "format",
                                  "base64");
    strbuf_free(&label);
    return arguments;
}

/* returns  bytes that came | -1 and the problem */
static ssize_t read_piece(struct tap *tap, struct qmp *qmp, struct problem *problem)
{
    json_t *body;

    if (qmp_call(qmp, "ringbuf-read", question(tap), ANSWER_MS, &body, problem) < 0)
        return -1;
    const char *text = json_string_value(body);
    size_t len = json_string_length(body);
    ssize_t got = text ? base64_decode(text, len, tap_reserve(tap, len / 4 * 3 + 1)) : -1;
    tap->len += got > 0 ? (size_t)got : 0;
    json_decref(body);
    if (got < 0)
        problem_set(problem, EXIT_IMPOSSIBLE, "%s: ringbuf-read: not base64", tap->name);
    return got;
}

static int ringbuf_poll(struct tap *tap, struct qmp *qmp, struct problem *problem)
{
    ssize_t got;

    if (tap->allowance == 0)
        return 0; /* its reader is not here */
    do
        got = read_piece(tap, qmp, problem);
    while (got == PIECE);
    return got < 0 ? -1 : 0;
}

/* In a tick there is nothing to ask with: a question may be under way. */
static void ringbuf_collect(struct tap *tap)
{
    (void)tap;
}

const struct backend backend_ringbuf = {
    .name = "ringbuf",
    .driver = "ringbuf",
    .what = "a ring in QEMU's memory, read back by QMP; full, it drops the oldest",
    .is_read = true,
    .prepare = tap_prepare_nothing,
    .compose = ringbuf_compose,
    .collect = ringbuf_collect,
    .poll = ringbuf_poll,
    .close = tap_close_stream,
};
