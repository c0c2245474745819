/*
 * firmware/pump.c, log.c, gap.c: one log on every console, whatever the others do.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/log.h"
#include "firmware/pump.h"
#include "firmware/record.h"
#include "firmware/wire.h"
#include "tests/fakes/arch.h"
#include "tests/fakes/console.h"
#include "tests/fakes/kernel.h"

#define RING LOG_RING_SIZE

/* What was written, from byte 0. */
static char *stream;
static size_t stream_len, stream_size;

static struct fake_console a, b, c, d;

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    log_init();
    record_init();
    stream_len = 0;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fake_arch_on_relax = NULL;
    fake_console_free(&a);
    fake_console_free(&b);
    fake_console_free(&c);
    fake_console_free(&d);
    return 0;
}

static void join(struct fake_console *fake)
{
    log_attach(&fake->con);
}

/* What the log holds since the last call: records of its own are part of the stream. */
static void remember(void)
{
    const void *piece;
    size_t len;
    while ((len = log_peek(stream_len, &piece)) > 0) {
        if (stream_len + len > stream_size) {
            stream_size = (stream_len + len) * 2;
            stream = realloc(stream, stream_size);
        }
        memcpy(stream + stream_len, piece, len);
        stream_len += len;
    }
}

/* Numbered lines, 80 bytes each. */
static void write_lines(size_t bytes)
{
    static unsigned number;
    for (; bytes >= 80; bytes -= 80) {
        char line[81];
        snprintf(line, sizeof(line), "%078u\r\n", number++);
        log_write(line, 80);
        remember();
    }
}

static void expect_all(const struct fake_console *fake)
{
    assert_int_equal(fake->got_len, stream_len);
    assert_memory_equal(fake->got, stream, stream_len);
    assert_int_equal(log_end(), stream_len);
}

/* The stream but for its gap lines: each names what is missing, and lines are whole. */
static size_t expect_gaps(const struct fake_console *fake)
{
    size_t at = 0, gaps = 0;
    for (size_t i = 0; i < fake->got_len;) {
        unsigned long missing;
        if (i + 11 < fake->got_len && memcmp(fake->got + i, WIRE_GAP, 11) == 0) {
            assert_int_equal(sscanf(fake->got + i, WIRE_GAP "%lu\r", &missing), 1);
            while (fake->got[i++] != '\n')
                continue;
            at += missing;
            gaps++;
            /* The console stood right before a CR LF: what came was the gap line's. */
            if (at > 2 && stream[at - 1] != '\n')
                at -= 2;
            assert_true(at == 0 || stream[at - 1] == '\n');
        } else if (i + 13 < fake->got_len && memcmp(fake->got + i, "\r\n" WIRE_GAP, 13) == 0 &&
                   stream[at] != '\r') {
            i += 2;
        } else {
            assert_true(at < stream_len);
            assert_int_equal(fake->got[i], stream[at]);
            i++, at++;
        }
    }
    assert_int_equal(at, stream_len);
    return gaps;
}

/* --- All of them get all of it -------------------------------------------------------- */

static void test_identical_copies(void **state)
{
    (void)state;
    fake_console_fifo(&a, "a", 16);
    fake_console_fifo(&b, "b", 1);
    fake_console_queue(&c, "c", SIZE_MAX, SIZE_MAX);
    fake_console_queue(&d, "d", 20000, 700);
    join(&a), join(&b), join(&c), join(&d);
    write_lines(5 * RING);
    log_flush();
    expect_all(&a);
    expect_all(&b);
    expect_all(&c);
    expect_all(&d);
    assert_int_equal(a.largest_write, 16);
    assert_int_equal(a.con.stalls + b.con.stalls + c.con.stalls + d.con.stalls, 0);
}

static void test_pass_order(void **state)
{
    (void)state;
    fake_console_fifo(&a, "blocking", 16);
    a.ops.class = CONSOLE_BLOCKING;
    fake_console_fifo(&b, "fifo", 16);
    fake_console_fifo(&c, "fifo2", 16);
    fake_console_queue(&d, "doorbell", 16, 16);
    join(&a), join(&b), join(&c), join(&d);
    assert_ptr_equal(log_consoles(), &d.con);
    assert_ptr_equal(d.con.next, &b.con);
    assert_ptr_equal(b.con.next, &c.con);
    assert_ptr_equal(c.con.next, &a.con);
    assert_null(a.con.next);
}

static void test_undriven_and_unselected_get_nothing(void **state)
{
    (void)state;
    fake_console_fifo(&a, "a", 16);
    fake_console_fifo(&b, "b", 16);
    fake_console_fifo(&c, "c", 16);
    a.con.status = ERR_BROKEN;
    a.con.ops = NULL;
    b.con.is_selected = false;
    join(&a), join(&b), join(&c);
    write_lines(2 * RING);
    log_flush();
    assert_int_equal(a.writes + b.writes, 0);
    expect_all(&c);
}

static void test_late_console_gets_the_whole_log(void **state)
{
    (void)state;
    fake_console_fifo(&a, "a", 16);
    join(&a);
    write_lines(RING / 2);
    fake_console_fifo(&b, "b", 16);
    fake_console_queue(&c, "c", SIZE_MAX, SIZE_MAX);
    join(&b), join(&c);
    write_lines(RING);
    log_flush();
    expect_all(&a);
    expect_all(&b);
    expect_all(&c);
}

static void test_too_late_console_begins_with_a_gap(void **state)
{
    (void)state;
    write_lines(3 * RING);
    fake_console_fifo(&a, "a", 16);
    join(&a);
    write_lines(8000);
    log_flush();
    assert_int_equal(expect_gaps(&a), 1);
    assert_int_equal(a.con.given_up + a.got_len - strlen("gap: bytes=131120\r\n"), stream_len);
}

static void test_removed_console(void **state)
{
    (void)state;
    fake_console_fifo(&a, "a", 16);
    fake_console_queue(&b, "b", 1000, 0);
    join(&a), join(&b);
    write_lines(8000);
    b.con.is_gone = true;
    unsigned writes = b.writes;
    write_lines(4 * RING);
    log_flush();
    expect_all(&a);
    assert_int_equal(b.writes, writes);
    assert_int_equal(b.con.stalls, 0);
}

/* A struct that is used again starts with an empty slate. */
static void test_console_comes_back(void **state)
{
    (void)state;
    fake_console_fifo(&a, "a", 16);
    join(&a);
    write_lines(8000);
    a.con.is_gone = true;
    write_lines(8000);
    a.got_len = 0;
    join(&a);
    assert_null(log_consoles()->next);
    write_lines(800);
    log_flush();
    expect_all(&a);
}

/* --- Nobody waits for long -------------------------------------------------------------- */

static void test_dead_console_silences_nobody(void **state)
{
    (void)state;
    fake_console_fifo(&a, "dead", 0);
    fake_console_queue(&b, "stuck", 50000, 0);
    fake_console_fifo(&c, "good", 16);
    fake_console_queue(&d, "fine", SIZE_MAX, 3000);
    join(&a), join(&b), join(&c), join(&d);
    write_lines(5 * RING);
    log_flush();
    remember();
    expect_all(&c);
    expect_all(&d);
    assert_int_equal(a.con.stalls, 1);
    assert_int_equal(b.con.stalls, 1);
    assert_non_null(memmem(stream, stream_len, "pump: dead parked: no progress for 1000 ms", 42));
    assert_non_null(memmem(stream, stream_len, "pump: stuck parked", 18));
    /* Both were waited for at the same time, a second long. */
    assert_in_range(fake_kernel_clock(), 1000000, 1500000);
}

static void test_flush_is_bounded(void **state)
{
    (void)state;
    fake_console_fifo(&a, "dead", 0);
    fake_console_queue(&b, "stuck", SIZE_MAX, 0);
    fake_console_fifo(&c, "good", 16);
    fake_console_fifo(&d, "busy", 16);
    d.is_never_sent = true;
    join(&a), join(&b), join(&c), join(&d);
    pump_set_park_ms(50);
    write_lines(8000);
    log_flush();
    remember();
    expect_all(&c);
    assert_in_range(fake_kernel_clock(), 50000, 100000);
    assert_true(a.con.is_parked && b.con.is_parked && d.con.is_parked);
    log_flush();
    assert_in_range(fake_kernel_clock(), 50000, 101000);
}

/* Slow is not dead: a byte now and then is progress, for as long as it takes. */
static void test_slow_console_is_waited_for(void **state)
{
    (void)state;
    fake_console_fifo(&a, "a", 1);
    fake_console_queue(&b, "b", 9000, 1);
    join(&a), join(&b);
    fake_kernel_clock_step(100);
    write_lines(2 * RING);
    log_flush();
    expect_all(&a);
    expect_all(&b);
    assert_int_equal(a.con.stalls + b.con.stalls, 0);
}

static void test_parked_console_moves_again(void **state)
{
    (void)state;
    fake_console_fifo(&a, "a", 0);
    fake_console_fifo(&b, "b", 16);
    join(&a), join(&b);
    write_lines(RING / 2);
    log_flush();
    assert_true(a.con.is_parked);
    a.takes_most = 16;
    fake_kernel_clock_advance(PUMP_RETRY_US);
    write_lines(800);
    assert_false(a.con.is_parked);
    log_flush();
    remember();
    expect_all(&a);
    expect_all(&b);
    assert_non_null(memmem(stream, stream_len, "pump: a moves again", 19));
}

static unsigned writes_to_parked(void)
{
    unsigned before = a.writes;
    for (int i = 0; i < 100; i++)
        write_lines(80);
    return a.writes - before;
}

static void test_parked_console_is_offered_little(void **state)
{
    (void)state;
    fake_console_fifo(&a, "a", 0);
    join(&a);
    write_lines(800);
    log_flush();
    assert_true(a.con.is_parked);
    fake_kernel_clock_step(0);
    fake_kernel_clock_advance(PUMP_RETRY_US);
    assert_int_equal(writes_to_parked(), 1);
}

static void test_gap_after_a_stall(void **state)
{
    (void)state;
    fake_console_fifo(&a, "a", 0);
    fake_console_fifo(&b, "b", 16);
    join(&a), join(&b);
    a.takes_most = 33;
    write_lines(33); /* nothing: less than a line */
    write_lines(80);
    a.takes_most = 0;
    write_lines(3 * RING);
    a.takes_most = 3;
    fake_kernel_clock_advance(PUMP_RETRY_US);
    write_lines(80);
    log_flush();
    remember();
    expect_all(&b);
    assert_int_equal(expect_gaps(&a), 1);
    assert_true(a.con.given_up > 0);
    assert_int_equal(a.con.cursor, log_end());
}

/* The host reads a little at a time, and the ring moves on again and again. */
static void test_gap_after_gap(void **state)
{
    (void)state;
    fake_console_fifo(&a, "a", 0);
    join(&a);
    for (int i = 0; i < 6; i++) {
        a.takes_most = 0;
        write_lines(2 * RING);
        a.takes_most = 7;
        fake_kernel_clock_advance(PUMP_RETRY_US);
        write_lines(80 * (size_t)i);
    }
    log_flush();
    remember();
    assert_in_range(expect_gaps(&a), 5, 6);
}

/* --- Memory that a device reads ------------------------------------------------------------ */

/* A stuck queue is parked, then its device is made to let go: once, and nobody suffers. */
static void test_stuck_queue_is_abandoned_once(void **state)
{
    (void)state;
    fake_console_queue(&a, "stuck", SIZE_MAX, 0);
    fake_console_fifo(&b, "b", 16);
    join(&a), join(&b);
    write_lines(20 * RING);
    log_flush();
    remember();
    expect_all(&b);
    assert_int_equal(a.abandons, 1);
    assert_int_equal(a.con.stalls, 1);
    assert_in_range(fake_kernel_clock(), 1000000, 3000000);
    /* What it holds now is its gap line: no byte of the ring. */
    assert_in_range(a.inflight, 1, CONSOLE_GAP_SIZE);

    /* And when it moves again, it goes on with gap lines that add up. */
    a.sends = 100;
    fake_kernel_clock_advance(PUMP_RETRY_US);
    write_lines(800);
    log_flush();
    remember();
    assert_false(a.con.is_parked);
    assert_int_equal(a.con.cursor, log_end());
    assert_memory_equal(a.got, "\r\n" WIRE_GAP, 13);
    assert_non_null(memmem(a.got + 5, a.got_len - 5, WIRE_GAP, 11));
    const char *tail = stream + stream_len - 800;
    assert_memory_equal(a.got + a.got_len - 800, tail, 800);
}

/* The ring waits for a device that still reads, as long as it makes progress: what
 * arrives late is what was written (the fake copies when it sends). */
static void test_nothing_is_overwritten_too_early(void **state)
{
    (void)state;
    fake_console_queue(&a, "a", SIZE_MAX, 16);
    fake_console_queue(&b, "b", 40, 16);
    join(&a), join(&b);
    write_lines(10 * RING);
    log_flush();
    expect_all(&a);
    expect_all(&b);
    assert_int_equal(a.abandons + b.abandons, 0);
}

/* The gap line itself was lost with the bytes behind it: the next one counts for both. */
static void test_lost_gap_line_is_told_again(void **state)
{
    (void)state;
    write_lines(2 * RING);
    fake_console_queue(&a, "a", SIZE_MAX, 0);
    join(&a);
    write_lines(2 * RING);
    assert_int_equal(a.abandons, 1);
    assert_int_equal(a.got_len, 0);
    a.sends = SIZE_MAX;
    fake_kernel_clock_advance(PUMP_RETRY_US);
    write_lines(80);
    log_flush();
    remember();
    assert_int_equal(expect_gaps(&a), 1);
    assert_int_equal(a.con.cursor, log_end());
}

/* A driver that lost bytes says so; the console alone shows it. */
static void test_lost_bytes_become_a_gap(void **state)
{
    (void)state;
    fake_console_queue(&a, "a", SIZE_MAX, SIZE_MAX);
    fake_console_fifo(&b, "b", 16);
    join(&a), join(&b);
    write_lines(800);
    log_flush();
    a.con.lost += 160;
    write_lines(800);
    log_flush();
    expect_all(&b);
    assert_non_null(memmem(a.got, a.got_len, "\r\n\r\ngap: bytes=160\r\n", 20));
    assert_int_equal(a.got_len, stream_len + strlen("\r\ngap: bytes=160\r\n"));
}

static void test_stopped_console(void **state)
{
    (void)state;
    fake_console_fifo(&a, "a", 16);
    fake_console_fifo(&b, "b", 16);
    a.con.is_stopped = true;
    join(&a), join(&b);
    write_lines(RING / 2);
    log_flush();
    assert_int_equal(a.writes, 0);
    assert_in_range(fake_kernel_clock(), 0, 100000);
    a.con.is_stopped = false;
    log_flush();
    expect_all(&a);
    expect_all(&b);
}

static void test_stopped_too_long(void **state)
{
    (void)state;
    fake_console_queue(&a, "a", SIZE_MAX, 0);
    fake_console_fifo(&b, "b", 16);
    join(&a), join(&b);
    write_lines(8000);
    log_write("x\r\n", 3), remember();
    a.con.is_stopped = true;
    write_lines(4 * RING);
    log_flush();
    expect_all(&b);
    assert_in_range(fake_kernel_clock(), 0, 900000);
    assert_int_equal(a.abandons, 1);
    a.con.is_stopped = false;
    a.sends = SIZE_MAX;
    write_lines(80);
    log_flush();
    assert_int_equal(a.con.cursor, log_end());
    assert_int_equal(a.con.given_up + a.con.lost + a.con.returned,
                     stream_len + strlen("\r\ngap: bytes=196763\r\n"));
}

static void test_liar(void **state)
{
    (void)state;
    fake_console_fifo(&a, "a", 16);
    a.is_liar = true;
    join(&a);
    write_lines(RING);
    log_flush();
    assert_int_equal(a.con.cursor, log_end());
}

/* --- What it costs ------------------------------------------------------------------------- */

static void test_fifo_is_asked_once_for_each_burst(void **state)
{
    (void)state;
    fake_console_fifo(&a, "a", 16);
    join(&a);
    write_lines(65536);
    log_flush();
    assert_int_equal(a.empty_writes, 0);
    assert_int_equal(a.writes, 65536 / 80 * 5);
}

static void test_kicks_for_64_kib(void **state)
{
    (void)state;
    fake_console_queue(&a, "synchronous", SIZE_MAX, SIZE_MAX);
    join(&a);
    fake_kernel_clock_step(10);
    write_lines(65536);
    log_flush();
    expect_all(&a);
    assert_in_range(a.con.kicks, 8, 16);
}

static void test_kicks_for_64_kib_asynchronous(void **state)
{
    (void)state;
    fake_console_queue(&a, "asynchronous", SIZE_MAX, 3000);
    join(&a);
    fake_kernel_clock_step(10);
    write_lines(65536);
    log_flush();
    expect_all(&a);
    assert_in_range(a.con.kicks, 4, 16);
}

/* With many consoles each doorbell carries more. */
static void test_kicks_of_many(void **state)
{
    (void)state;
    static struct fake_console many[31];
    for (size_t i = 0; i < 31; i++) {
        fake_console_queue(&many[i], "many", SIZE_MAX, SIZE_MAX);
        join(&many[i]);
    }
    fake_kernel_clock_step(5);
    write_lines(8 * 65536);
    log_flush();
    for (size_t i = 0; i < 31; i++) {
        expect_all(&many[i]);
        /* the few more are for age */
        assert_in_range(many[i].con.kicks, 1, 8 * 65536 / PUMP_BATCH_MOST + 12);
        fake_console_free(&many[i]);
    }
    log_init();
}

/* Lines here and there leave within two milliseconds, if anybody looks. */
static void test_single_lines_leave_soon(void **state)
{
    (void)state;
    fake_console_queue(&a, "a", SIZE_MAX, SIZE_MAX);
    join(&a);
    write_lines(8 * 65536);
    for (int i = 0; i < 20; i++) {
        fake_kernel_clock_advance(20000);
        write_lines(80);
        fake_kernel_clock_advance(PUMP_AGE_US);
        pump_offer();
        expect_all(&a);
    }
}

static void test_first_line_leaves_at_once(void **state)
{
    (void)state;
    fake_console_queue(&a, "a", SIZE_MAX, SIZE_MAX);
    join(&a);
    write_lines(80);
    expect_all(&a);
}

static void test_idle_offers_at_once(void **state)
{
    (void)state;
    fake_console_queue(&a, "a", SIZE_MAX, SIZE_MAX);
    join(&a);
    write_lines(800);
    write_lines(80);
    pump_idle();
    expect_all(&a);
}

/* A late console must not hold up the program for the whole log. */
static void test_catching_up_is_bounded(void **state)
{
    (void)state;
    write_lines(RING / 2);
    fake_console_fifo(&a, "a", 16);
    join(&a);
    write_lines(80);
    assert_in_range(a.got_len, 80, PUMP_BURST_MOST);
}

/* --- Panic ----------------------------------------------------------------------------------- */

static void test_emergency(void **state)
{
    (void)state;
    fake_console_queue(&a, "stuck", 1000, 0);
    fake_console_queue(&b, "good", SIZE_MAX, SIZE_MAX);
    join(&a), join(&b);
    write_lines(8000);
    pump_set_park_ms(10);
    log_flush();
    remember();
    pump_emergency();
    expect_all(&a);
    expect_all(&b);
    assert_int_equal(b.emergencies, 0);
}

/* Its device broke down: the queue is gone, the door is still there. */
static void test_emergency_of_a_broken_console(void **state)
{
    (void)state;
    fake_console_queue(&a, "broken", 1000, SIZE_MAX);
    join(&a);
    write_lines(800);
    log_flush();
    a.con.status = ERR_BROKEN;
    write_lines(800);
    log_flush();
    assert_int_equal(a.got_len, 800);
    pump_emergency();
    expect_all(&a);
}

static void test_emergency_that_takes_nothing(void **state)
{
    (void)state;
    fake_console_queue(&a, "stuck", 1000, 0);
    a.emergency_most = 0;
    join(&a);
    write_lines(800);
    pump_emergency();
    assert_int_equal(a.got_len, 0);
    assert_int_equal(a.emergencies, 1);
}

/* early=emerg: the first line leaves by the emergency door, all others by the queue. */
static void test_first_light(void **state)
{
    (void)state;
    log_write("first\r\n", 7), remember();
    write_lines(800);
    fake_console_queue(&a, "a", SIZE_MAX, SIZE_MAX);
    fake_console_fifo(&b, "b", 16);
    join(&a), join(&b);
    pump_first_light(&a.con);
    pump_first_light(&b.con);
    assert_int_equal(a.emergencies, 1);
    assert_memory_equal(a.got, "first\r\n", 7);
    log_flush();
    remember();
    expect_all(&a);
    expect_all(&b);
    assert_int_equal(a.emergencies, 1);
    assert_non_null(memmem(stream, stream_len, "pump: a began with 7 bytes", 26));
}

/* --- Anything may happen ------------------------------------------------------------------------ */

#define CROWD 8

static uint32_t seed;

static uint32_t draw(uint32_t below)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
}

static void misbehave(struct fake_console *fake)
{
    static const size_t takes[] = { 0, 1, 16, 1000, SIZE_MAX };
    static const size_t sends[] = { 0, 0, 50, 700, SIZE_MAX };
    fake->takes_most = takes[draw(5)];
    fake->sends = sends[draw(5)];
    fake->con.is_stopped = draw(8) == 0;
}

static void behave(struct fake_console *fake)
{
    fake->takes_most = SIZE_MAX;
    fake->sends = 5000;
    fake->con.is_stopped = false;
}

/* Whatever the others do, each copy is the stream, but for gaps that say their size. */
static void run_crowd(struct fake_console *crowd)
{
    for (int i = 0; i < CROWD; i++) {
        if (i % 2)
            fake_console_queue(&crowd[i], "queue", 1000 + draw(90000), SIZE_MAX);
        else
            fake_console_fifo(&crowd[i], "fifo", 16);
        snprintf(crowd[i].con.name, sizeof(crowd[i].con.name), "c%d", i);
    }
    bool has_joined[CROWD] = { false };
    for (int step = 0; step < 60; step++) {
        uint32_t i = draw(CROWD);
        struct fake_console *one = &crowd[i];
        if (!has_joined[i])
            join(one);
        has_joined[i] = true;
        misbehave(one);
        fake_kernel_clock_advance(draw(20000));
        write_lines(draw(RING));
        if (draw(10) == 0)
            log_flush(), remember();
    }
}

static void test_random_crowd(void **state)
{
    static struct fake_console crowd[CROWD];
    for (uint32_t run = 1; run <= 10; run++) {
        setup(state);
        seed = run;
        pump_set_park_ms(5);
        run_crowd(crowd);
        for (int i = 0; i < CROWD; i++)
            behave(&crowd[i]);
        for (int i = 0; i < 5; i++) {
            fake_kernel_clock_advance(2 * PUMP_RETRY_US);
            log_flush(), remember();
        }
        for (struct console *con = log_consoles(); con; con = con->next) {
            assert_int_equal(con->cursor, log_end());
            expect_gaps((struct fake_console *)con);
        }
        for (int i = 0; i < CROWD; i++)
            fake_console_free(&crowd[i]);
    }
    log_init();
}

/* --- The ring -------------------------------------------------------------------------------- */

static void test_huge_write(void **state)
{
    (void)state;
    size_t len = 3 * RING + 77;
    char *big = malloc(len);
    for (size_t i = 0; i < len; i++)
        big[i] = (char)(i * 7 % 251);
    fake_console_queue(&a, "a", SIZE_MAX, 5000);
    join(&a);
    log_write(big, len);
    log_flush();
    assert_int_equal(a.got_len, len);
    assert_memory_equal(a.got, big, len);
    assert_int_equal(log_end(), len);
    assert_int_equal(log_start(), len - RING);
    free(big);
}

static void test_peek(void **state)
{
    (void)state;
    const void *piece;
    assert_int_equal(log_peek(0, &piece), 0);
    write_lines(80);
    assert_int_equal(log_peek(0, &piece), 80);
    assert_memory_equal(piece, stream, 80);
    assert_int_equal(log_peek(79, &piece), 1);
    write_lines(RING);
    /* 65520 + 80 bytes: the last 64 lie at the ring's beginning */
    assert_int_equal(log_end(), 65600);
    assert_int_equal(log_peek(65530, &piece), 6);
    assert_int_equal(log_peek(65536, &piece), 64);
    assert_memory_equal(piece, stream + 65536, 64);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_identical_copies),
        TEST(test_pass_order),
        TEST(test_undriven_and_unselected_get_nothing),
        TEST(test_late_console_gets_the_whole_log),
        TEST(test_too_late_console_begins_with_a_gap),
        TEST(test_removed_console),
        TEST(test_console_comes_back),
        TEST(test_dead_console_silences_nobody),
        TEST(test_flush_is_bounded),
        TEST(test_slow_console_is_waited_for),
        TEST(test_parked_console_moves_again),
        TEST(test_parked_console_is_offered_little),
        TEST(test_gap_after_a_stall),
        TEST(test_gap_after_gap),
        TEST(test_stuck_queue_is_abandoned_once),
        TEST(test_nothing_is_overwritten_too_early),
        TEST(test_lost_gap_line_is_told_again),
        TEST(test_lost_bytes_become_a_gap),
        TEST(test_stopped_console),
        TEST(test_stopped_too_long),
        TEST(test_liar),
        TEST(test_fifo_is_asked_once_for_each_burst),
        TEST(test_kicks_for_64_kib),
        TEST(test_kicks_for_64_kib_asynchronous),
        TEST(test_kicks_of_many),
        TEST(test_single_lines_leave_soon),
        TEST(test_first_line_leaves_at_once),
        TEST(test_idle_offers_at_once),
        TEST(test_catching_up_is_bounded),
        TEST(test_emergency),
        TEST(test_emergency_of_a_broken_console),
        TEST(test_emergency_that_takes_nothing),
        TEST(test_first_light),
        TEST(test_random_crowd),
        TEST(test_huge_write),
        TEST(test_peek),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(stream);
    return failed;
}
