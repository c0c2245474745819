/*
 * Base64 as ringbuf-read gives it, and as it must not be: RFC 4648 §4, §10.
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

#include "host-tools/base64.h"

static void check(const char *text, const char *wanted)
{
    unsigned char *out = malloc(strlen(text) / 4 * 3 + 1);

    assert_int_equal(base64_decode(text, strlen(text), out), (ssize_t)strlen(wanted));
    assert_memory_equal(out, wanted, strlen(wanted));
    free(out);
}

/* RFC 4648 §10, test vectors. */
static void the_vectors_of_the_rfc(void **state)
{
    (void)state;
    check("", "");
    check("Zg==", "f");
    check("Zm8=", "fo");
    check("Zm9v", "foo");
    check("Zm9vYg==", "foob");
    check("Zm9vYmE=", "fooba");
    check("Zm9vYmFy", "foobar");
}

static void what_is_not_base64(void **state)
{
    static const char *const bad[] = {
        "Z",     "Zg",   "Zg=",   "Zg===", "=",    "====", "Z===",  "Zg==Zg==",
        "Zm9=v", "Zm 9", "Zm9\n", "Zm9-",  "Zh==", "Zm9=", "Zm9v=", "\x80m9v",
    };
    unsigned char out[16];

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(base64_decode(bad[i], strlen(bad[i]), out), -1);
    assert_int_equal(base64_decode("Zm\0v", 4, out), -1);
}

static size_t encode(const unsigned char *in, size_t len, char *out)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t put = 0;

    for (size_t at = 0; at < len; at += 3) {
        uint32_t bits = 0;
        for (size_t i = 0; i < 3; i++)
            bits = bits << 8 | (at + i < len ? in[at + i] : 0);
        for (size_t i = 0; i < 4; i++)
            out[put++] = i > len - at ? '=' : letters[bits >> (18 - 6 * i) & 63];
    }
    return put;
}

/* There and back; and any text at all leaves what is behind its room alone. */
static void any_bytes(void **state)
{
    clock_t end = clock() + CLOCKS_PER_SEC / 2;
    unsigned char in[96], out[96];
    char text[132];

    (void)state;
    srand(2);
    for (int round = 0; round < 20000 && clock() < end; round++) {
        size_t len = (size_t)rand() % sizeof(in);
        for (size_t i = 0; i < len; i++)
            in[i] = (unsigned char)rand();
        size_t text_len = encode(in, len, text);
        assert_int_equal(base64_decode(text, text_len, out), (ssize_t)len);
        assert_memory_equal(out, in, len);
        if (text_len)
            text[(size_t)rand() % text_len] = (char)rand();
        unsigned char *exact = malloc(text_len / 4 * 3 + (text_len == 0));
        base64_decode(text, text_len, exact);
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_the_rfc),
        cmocka_unit_test(what_is_not_base64),
        cmocka_unit_test(any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
