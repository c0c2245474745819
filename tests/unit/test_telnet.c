/*
 * QEMU's telnet greeting goes, whatever the cut; nothing else does.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "host-tools/telnet.h"

#define MOST 512

/* Feed the bytes in pieces of at most `piece`. */
static size_t feed(const unsigned char *in, size_t len, size_t piece, unsigned char *out)
{
    struct telnet telnet = { 0 };
    size_t put = 0;

    for (size_t at = 0; at < len; at += piece) {
        size_t now = len - at < piece ? len - at : piece;
        put += telnet_feed(&telnet, in + at, now, out + put);
    }
    return put;
}

static void check(const unsigned char *in, size_t len, const unsigned char *wanted,
                  size_t wanted_len)
{
    unsigned char out[MOST + TELNET_GREETING];

    for (size_t piece = 1; piece <= len; piece++) {
        assert_int_equal(feed(in, len, piece, out), wanted_len);
        assert_memory_equal(out, wanted, wanted_len);
    }
}

static void the_greeting_goes(void **state)
{
    unsigned char in[64];
    static const unsigned char data[] = "000000 hello\r\n\xff\xff\xfb\x01\0x";

    (void)state;
    memcpy(in, telnet_greeting, TELNET_GREETING);
    memcpy(in + TELNET_GREETING, data, sizeof(data));
    check(in, TELNET_GREETING + sizeof(data), data, sizeof(data));
}

/* 0xff in the data is one byte, and a second greeting is data: RFC 854 would have it otherwise. */
static void nothing_else_goes(void **state)
{
    unsigned char in[64];

    (void)state;
    memcpy(in, telnet_greeting, TELNET_GREETING);
    memcpy(in + TELNET_GREETING, telnet_greeting, TELNET_GREETING);
    check(in, 2 * TELNET_GREETING, telnet_greeting, TELNET_GREETING);
}

/* A beginning that only looks like it is data, all of it. */
static void a_broken_greeting_stays(void **state)
{
    unsigned char in[32];

    (void)state;
    for (size_t good = 0; good < TELNET_GREETING; good++) {
        memcpy(in, telnet_greeting, TELNET_GREETING);
        in[good] ^= 0x40;
        memcpy(in + TELNET_GREETING, "rest", 4);
        check(in, TELNET_GREETING + 4, in, TELNET_GREETING + 4);
    }
}

static void the_greeting_alone_is_nothing(void **state)
{
    unsigned char out[32];

    (void)state;
    for (size_t len = 0; len <= TELNET_GREETING; len++)
        assert_int_equal(feed(telnet_greeting, len, 1, out), 0);
}

/* Any bytes, any cut: what comes out is what went in, but for the greeting. */
static void any_bytes(void **state)
{
    unsigned char in[MOST], out[MOST + TELNET_GREETING];
    clock_t end = clock() + CLOCKS_PER_SEC / 2;

    (void)state;
    srand(1);
    for (int round = 0; round < 20000 && clock() < end; round++) {
        struct telnet telnet = { 0 };
        size_t len = (size_t)rand() % MOST, put = 0, at = 0;
        for (size_t i = 0; i < len; i++)
            in[i] = i < TELNET_GREETING && rand() % 20 ? telnet_greeting[i] : (unsigned char)rand();
        while (at < len) {
            size_t piece = 1 + (size_t)rand() % (len - at);
            put += telnet_feed(&telnet, in + at, piece, out + put);
            at += piece;
        }
        bool is_greeted = len >= TELNET_GREETING && memcmp(in, telnet_greeting, 12) == 0;
        size_t skipped = is_greeted ? TELNET_GREETING : 0;
        if (!telnet.is_past)
            skipped = len;
        assert_int_equal(put, len - skipped);
        assert_memory_equal(out, in + skipped, put);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_greeting_goes),
        cmocka_unit_test(nothing_else_goes),
        cmocka_unit_test(a_broken_greeting_stays),
        cmocka_unit_test(the_greeting_alone_is_nothing),
        cmocka_unit_test(any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
