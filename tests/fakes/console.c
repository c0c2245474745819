/*
 * A console that does what a test wants.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tests/fakes/console.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fake_console *fake_of(struct console *con)
{
    return (struct fake_console *)con;
}

static void send_bytes(struct fake_console *fake, const char *bytes, size_t len)
{
    if (fake->got_len + len > fake->got_size) {
        fake->got_size = (fake->got_len + len) * 2;
        fake->got = realloc(fake->got, fake->got_size);
        assert(fake->got);
    }
    if (len > 0)
        memcpy(fake->got + fake->got_len, bytes, len);
    fake->got_len += len;
}

void fake_console_free(struct fake_console *fake)
{
    free(fake->got);
    fake->got = NULL;
}

/* --- A FIFO ------------------------------------------------------------------------------ */

static void count_write(struct fake_console *fake, size_t offered, size_t taken)
{
    assert(offered > 0);
    fake->writes++;
    fake->empty_writes += taken == 0;
    if (taken > fake->largest_write)
        fake->largest_write = taken;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t fifo_write(struct console *con, const void *buf, size_t len)
{
    struct fake_console *fake = fake_of(con);
    size_t taken = least(len, fake->takes_most);
    count_write(fake, len, taken);
    send_bytes(fake, buf, taken);
    return fake->is_liar ? len + 1000 : taken;
}

static bool fake_is_sent(struct console *con)
{
    return !fake_of(con)->is_never_sent;
}

void fake_console_fifo(struct fake_console *fake, const char *name, size_t fifo)
{
    memset(fake, 0, sizeof(*fake));
    fake->takes_most = fifo;
    fake->ops = (struct console_ops){
        .class = CONSOLE_FIFO,
        .write = fifo_write,
        .is_sent = fake_is_sent,
    };
    fake->con.ops = &fake->ops;
    fake->con.kind = "fifo";
    fake->con.is_selected = true;
    snprintf(fake->con.name, sizeof(fake->con.name), "%s", name);
}

/* --- A queue ----------------------------------------------------------------------------- */

void fake_console_send(struct fake_console *fake, size_t len)
{
    while (len > 0 && fake->inflight > 0) {
        size_t n = least(len, fake->pieces[fake->first].len);
        send_bytes(fake, fake->pieces[fake->first].bytes, n);
        fake->pieces[fake->first].bytes += n;
        fake->pieces[fake->first].len -= n;
        fake->inflight -= n;
        fake->con.returned += n;
        len -= n;
        if (fake->pieces[fake->first].len == 0) {
            fake->first = (fake->first + 1) % FAKE_CONSOLE_PIECES;
            fake->count--;
        }
    }
}

static size_t queue_write(struct console *con, const void *buf, size_t len)
{
    struct fake_console *fake = fake_of(con);
    size_t taken = least(least(len, fake->takes_most), fake->room - fake->inflight);
    count_write(fake, len, taken);
    if (taken == 0 || fake->count == FAKE_CONSOLE_PIECES)
        return 0;
    size_t at = (fake->first + fake->count) % FAKE_CONSOLE_PIECES;
    fake->pieces[at].bytes = buf;
    fake->pieces[at].len = taken;
    fake->count++;
    fake->inflight += taken;
    fake->con.kicks++;
    if (fake->sends == SIZE_MAX)
        fake_console_send(fake, SIZE_MAX);
    return taken;
}

static size_t queue_inflight(struct console *con)
{
    struct fake_console *fake = fake_of(con);
    fake_console_send(fake, fake->sends);
    return fake->inflight;
}

static void queue_abandon(struct console *con)
{
    struct fake_console *fake = fake_of(con);
    fake->abandons++;
    fake->con.lost += fake->inflight;
    fake->inflight = fake->count = fake->first = 0;
}

static size_t queue_emergency(struct console *con, const void *buf, size_t len)
{
    struct fake_console *fake = fake_of(con);
    size_t taken = least(len, fake->emergency_most);
    fake->emergencies++;
    send_bytes(fake, buf, taken);
    return taken;
}

void fake_console_queue(struct fake_console *fake, const char *name, size_t room, size_t sends)
{
    fake_console_fifo(fake, name, SIZE_MAX);
    fake->room = room;
    fake->sends = sends;
    fake->emergency_most = 7;
    fake->con.kind = "queue";
    fake->ops = (struct console_ops){
        .class = CONSOLE_DOORBELL,
        .write = queue_write,
        .inflight = queue_inflight,
        .is_sent = fake_is_sent,
        .abandon = queue_abandon,
        .emergency = queue_emergency,
    };
}
