/*
 * firmware/ledger.c: what the stream says about its consoles and itself (wire.h).
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/crc32.h"
#include "firmware/flood.h"
#include "firmware/ledger.h"
#include "firmware/log.h"
#include "firmware/pump.h"
#include "firmware/record.h"
#include "firmware/wire.h"
#include "tests/fakes/console.h"
#include "tests/fakes/kernel.h"

static struct fake_console con;
static struct console other;

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    fake_kernel_clock_step(0);
    log_init();
    record_init();
    record_set_plain(true);
    ledger_init();
    fake_console_fifo(&con, "fifo0", 16);
    snprintf(con.con.found, sizeof(con.con.found), "isa:0x3f8");
    log_attach(&con.con);
    other = (struct console){ .name = "other0", .kind = "other", .found = "pci:00:03.0" };
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fake_console_free(&con);
    return 0;
}

static void expect(const char *stream)
{
    if (con.got_len != strlen(stream) || (con.got && memcmp(con.got, stream, con.got_len) != 0))
        fail_msg("got:\n%.*s", (int)con.got_len, con.got);
    con.got_len = 0;
}

static void test_driven(void **state)
{
    (void)state;
    ledger_list_consoles();
    expect("console: name=fifo0 kind=fifo found=isa:0x3f8 driven=yes\r\n");
    ledger_list_consoles();
    expect("");
}

static void test_label_and_primary(void **state)
{
    (void)state;
    snprintf(con.con.label, sizeof(con.con.label), "a \"b\" c\n");
    con.con.is_primary = true;
    ledger_list_consoles();
    expect("console: name=fifo0 kind=fifo found=isa:0x3f8 label=\"a 'b' c \" "
           "primary=yes driven=yes\r\n");
}

static const struct {
    int status;
    struct why why;
    const char *text;
} whys[] = {
    { OK, { NULL, 0, 0 }, "not selected by console=" },
    { ERR_ABSENT, { NULL, 0, 0 }, "nothing there" },
    { ERR_BUSY, { NULL, 0, 0 }, "busy" },
    { ERR_BROKEN, { "status", 3, 11 }, "broke its specification: status found 0x3 expected 0xb" },
    { ERR_UNSUPPORTED, { NULL, 0, 0 }, "not supported" },
    { ERR_TIMEOUT, { "reset", 1, 0 }, "no answer: reset found 0x1 expected 0x0" },
    { ERR_FULL, { NULL, 0, 0 }, "no room" },
    { -99, { NULL, 0, 0 }, "failed" },
};

static void test_not_driven(void **state)
{
    (void)state;
    ledger_list_consoles();
    con.got_len = 0;
    for (size_t i = 0; i < sizeof(whys) / sizeof(whys[0]); i++) {
        char want[256];
        other.status = whys[i].status;
        other.why = whys[i].why;
        log_attach(&other);
        ledger_joined(&other);
        snprintf(want, sizeof(want),
                 "console: name=other0 kind=other found=pci:00:03.0 driven=no why=\"%s\"\r\n",
                 whys[i].text);
        expect(want);
    }
}

/* Before the list is written a console waits for it; afterwards it is told at once. */
static void test_joining(void **state)
{
    (void)state;
    other.status = ERR_FULL;
    log_attach(&other);
    ledger_joined(&other);
    expect("");
    ledger_list_consoles();
    expect("console: name=fifo0 kind=fifo found=isa:0x3f8 driven=yes\r\n"
           "console: name=other0 kind=other found=pci:00:03.0 driven=no why=\"no room\"\r\n");
    ledger_removed(&con.con);
    expect("removed: name=fifo0\r\n");
}

static void test_accounts(void **state)
{
    (void)state;
    other.status = ERR_FULL;
    log_attach(&other);
    record("a", "b");
    con.con.accesses = 123;
    con.con.kicks = 4;
    con.con.returned = 5;
    con.con.stalls = 6;
    con.con.lost = con.con.lost_seen = 7;
    con.got_len = 0;
    ledger_list_accounts();
    expect("ledger: name=fifo0 handed=6 returned=5 inflight=0 accesses=123 kicks=4 stalls=6 "
           "givenup=0 lost=7\r\n");
}

static void test_end(void **state)
{
    (void)state;
    record_set_plain(false);
    record("a", "one");
    record_output("open line", 9);
    ledger_end(7);
    const char *before = "000000 0.000000 a: one\r\n000001 0.000000 stdout: open line\r\n";
    char want[256];
    snprintf(want, sizeof(want),
             "%s000002 0.000000 end: bytes=%zu records=2 crc32=%08x status=7\r\n", before,
             strlen(before), crc32_update(0, before, strlen(before)));
    expect(want);
    record("late", "x");
    ledger_list_accounts();
    log_flush();
    expect("");
}

static void note(struct service *service)
{
    (void)service;
    static int left = 1;
    if (left-- > 0)
        record("late", "note");
}

/* What a service says while the last line is on its way still counts. */
static void test_end_counts_what_was_kept(void **state)
{
    (void)state;
    struct service service = { .poll = note };
    pump_add_service(&service);
    record_output("x", 1);
    ledger_end(0);
    const char *before = "x\r\nlate: note\r\n";
    char want[128];
    snprintf(want, sizeof(want), "%send: bytes=15 records=2 crc32=%08x status=0\r\n", before,
             crc32_update(0, before, 15));
    expect(want);
    log_init();
}

static void test_flood(void **state)
{
    (void)state;
    record_set_plain(false);
    record("before", "x");
    uint64_t start = log_end();
    flood(1000);
    assert_in_range(log_end() - start, 1000, 1080);
    char line[WIRE_FLOOD_TEXT];
    wire_flood_line(line, 3);
    assert_non_null(memmem(con.got, con.got_len, line, sizeof(line)));
    uint64_t end = log_end();
    flood(0);
    assert_int_equal(log_end(), end);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_driven),
        TEST(test_label_and_primary),
        TEST(test_not_driven),
        TEST(test_joining),
        TEST(test_accounts),
        TEST(test_end),
        TEST(test_end_counts_what_was_kept),
        TEST(test_flood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
