/*
 * firmware/end.c: the end of a run, panics, faults, and a fault within a fault.
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

#include "firmware/arch/arch.h"
#include "firmware/command_line.h"
#include "firmware/end.h"
#include "firmware/ledger.h"
#include "firmware/log.h"
#include "firmware/platform/platform.h"
#include "firmware/pump.h"
#include "firmware/record.h"
#include "tests/fakes/console.h"
#include "tests/fakes/kernel.h"

/* --- A machine that ends in a long jump ---------------------------------------------------- */

static jmp_buf halted;
static int power_off_status;
static bool faults_when_off;

_Noreturn void arch_halt(void)
{
    longjmp(halted, 1);
}

void platform_power_off(unsigned status)
{
    power_off_status = (int)status;
    if (faults_when_off)
        firmware_fault("bad access", NULL, 0);
}

static struct fake_console fifo, queue;

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    log_init();
    record_init();
    record_set_plain(true);
    ledger_init();
    command_line_parse(&command_line, "park=10");
    pump_set_park_ms(command_line.park_ms);
    power_off_status = -1;
    faults_when_off = false;
    fake_console_fifo(&fifo, "fifo0", 16);
    fake_console_queue(&queue, "queue0", SIZE_MAX, SIZE_MAX);
    log_attach(&fifo.con);
    log_attach(&queue.con);
    end_reset();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fake_console_free(&fifo);
    fake_console_free(&queue);
    return 0;
}

static bool says(const struct fake_console *con, const char *text)
{
    return memmem(con->got, con->got_len, text, strlen(text)) != NULL;
}

static void expect_same(void)
{
    assert_int_equal(fifo.got_len, queue.got_len);
    assert_memory_equal(fifo.got, queue.got, fifo.got_len);
    assert_int_equal(fifo.got_len, log_end());
}

/* --- Tests ---------------------------------------------------------------------------------- */

static void test_good_end(void **state)
{
    (void)state;
    record("a", "b");
    if (!setjmp(halted))
        firmware_end(7);
    expect_same();
    assert_int_equal(power_off_status, 7);
    assert_true(says(&fifo, "console: name=fifo0"));
    assert_true(says(&fifo, "ledger: name=queue0"));
    assert_memory_equal(fifo.got + fifo.got_len - 10, "status=7\r\n", 10);
}

/* A console that comes while the run lingers has the whole log all the same. */
static struct fake_console late;

static void plug_in(struct service *service)
{
    (void)service;
    if (fake_kernel_clock() < 500000 || late.con.ops)
        return;
    fake_console_fifo(&late, "late0", 16);
    log_attach(&late.con);
    ledger_joined(&late.con);
}

static void test_linger(void **state)
{
    (void)state;
    struct service service = { .poll = plug_in };
    command_line_parse(&command_line, "linger=1000");
    fake_kernel_clock_step(50);
    record("a", "b");
    pump_add_service(&service);
    if (!setjmp(halted))
        firmware_end(0);
    expect_same();
    assert_in_range(fake_kernel_clock(), 1000000, 1100000);
    assert_int_equal(late.got_len, fifo.got_len);
    assert_memory_equal(late.got, fifo.got, fifo.got_len);
    fake_console_free(&late);
    log_init();
}

static void test_panic(void **state)
{
    (void)state;
    record_output("open", 4);
    if (!setjmp(halted))
        firmware_panic("the program was aborted");
    expect_same();
    assert_int_equal(power_off_status, 134);
    assert_true(says(&fifo, "open\r\npanic: the program was aborted\r\n"));
    assert_true(says(&fifo, "status=134\r\n"));
}

static void test_fault(void **state)
{
    (void)state;
    const struct arch_register registers[] = {
        { "pc", 0x1234 }, { "sp", 0 }, { "ra", UINTPTR_MAX }, { "a0", 7 }
    };
    if (!setjmp(halted))
        firmware_fault("page fault", registers, 4);
    expect_same();
    assert_int_equal(power_off_status, 139);
    assert_true(says(&queue, "fault: page fault\r\n"
                             "fault: pc 0x0000000000001234  sp 0x0000000000000000  "
                             "ra 0xffffffffffffffff\r\n"
                             "fault: a0 0x0000000000000007\r\n"));
}

/* The fault came out of a pass: out of a driver, or a service. */
static void poll_nothing(struct service *service)
{
    (void)service;
}

static void fault_then_nothing(struct service *service)
{
    service->poll = poll_nothing;
    record("kept", "said in the pass that faulted");
    firmware_fault("undefined instruction", NULL, 0);
}

static void test_fault_within_a_pass(void **state)
{
    (void)state;
    struct service service = { .poll = fault_then_nothing };
    pump_add_service(&service);
    if (!setjmp(halted))
        record("a", "b");
    expect_same();
    assert_true(says(&fifo, "a: b\r\nkept: said in the pass that faulted\r\n"
                            "fault: undefined instruction\r\n"));
    assert_int_equal(power_off_status, 139);
    log_init();
}

static void test_fault_within_a_fault_halts(void **state)
{
    (void)state;
    faults_when_off = true;
    if (!setjmp(halted))
        firmware_fault("first", NULL, 0);
    assert_int_equal(power_off_status, 139);
    assert_true(says(&fifo, "fault: first"));
    assert_false(says(&fifo, "bad access"));
}

/* The end record was written: the fault comes behind it, for all to see. */
static void test_fault_at_the_end(void **state)
{
    (void)state;
    faults_when_off = true;
    if (!setjmp(halted))
        firmware_end(0);
    expect_same();
    assert_true(says(&fifo, "status=0\r\nfault: bad access\r\n"));
}

/* A queue that no longer answers: the emergency door. */
static void test_panic_by_emergency(void **state)
{
    (void)state;
    queue.sends = 0;
    if (!setjmp(halted))
        firmware_panic("help");
    expect_same();
    assert_true(queue.emergencies > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_good_end),
        TEST(test_linger),
        TEST(test_panic),
        TEST(test_fault),
        TEST(test_fault_within_a_pass),
        TEST(test_fault_within_a_fault_halts),
        TEST(test_fault_at_the_end),
        TEST(test_panic_by_emergency),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
