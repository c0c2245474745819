/*
 * drivers/serial/pl011.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/serial/pl011.h"
#include "drivers/serial/pl011_regs.h"
#include "tests/fakes/kernel.h"
#include "tests/fakes/pl011_fake.h"

#define FLOOD 65536u

static struct pl011_fake fake;
static uint8_t flood[FLOOD];

static int setup(void **state)
{
    (void)state;
    fake_kernel_reset();
    pl011_fake_init(&fake);
    for (size_t i = 0; i < FLOOD; i++)
        flood[i] = (uint8_t)(i * 7 + i / 251);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fake_kernel_reset();
    return 0;
}

/* --- fixtures ------------------------------------------------------------------------ */

static int attach(uint32_t clock_hz)
{
    struct device dev = { .bus = BUS_PLATFORM,
                          .found = "fdt:/pl011@9000000",
                          .compatible = "arm,pl011",
                          .io = pl011_fake_window(&fake),
                          .clock_hz = clock_hz };
    return drivers_attach(&dev);
}

static struct console *attached(void)
{
    assert_int_equal(attach(24000000), OK);
    return fake_kernel_console(0);
}

static void assert_rules_kept(void)
{
    assert_string_equal(fake.line.broken, "");
}

static size_t write_all(struct console *con, const uint8_t *buf, size_t len, unsigned tries)
{
    size_t done = 0;
    while (done < len && tries > 0) {
        size_t taken = con->ops->write(con, buf + done, len - done);
        assert_true(taken <= len - done);
        done += taken;
        tries -= taken == 0;
    }
    return done;
}

static void assert_sent(const uint8_t *bytes, size_t len)
{
    serial_line_look(&fake.line);
    assert_int_equal(fake.line.sent_count, len);
    assert_memory_equal(fake.line.sent, bytes, len);
}

/* --- is it there? -------------------------------------------------------------------- */

static void assert_not_driven(uint64_t found)
{
    unsigned writes = fake.writes;
    assert_int_equal(attach(0), ERR_ABSENT);
    struct console *con = fake_kernel_console(0);
    assert_int_equal(con->status, ERR_ABSENT);
    assert_int_equal(con->why.found, found);
    assert_string_equal(con->kind, "pl011");
    assert_int_equal(con->ops->write(con, "x", 1), 0);
    assert_int_equal(fake.writes, writes);
}

/* DDI 0183G §3.3.16 */
static void test_another_cell_is_not_driven(void **state)
{
    (void)state;
    fake.cell = 0xb105100d;
    assert_not_driven(0xb105100d);
}

/* DDI 0183G §3.3.15 */
static void test_another_part_is_not_driven(void **state)
{
    (void)state;
    fake.part = 0x31; /* the number of a PL031 */
    assert_not_driven(0x31);
}

static void test_empty_window_is_not_driven(void **state)
{
    (void)state;
    fake.is_gone = true;
    assert_not_driven(0xffffffff);
}

/* --- programming --------------------------------------------------------------------- */

/* DDI 0183G §3.3.7, DDI 0183G §3.3.8, DDI 0183G §3.3.10, DDI 0183G §3.3.13 */
static void test_line_is_8n1_with_fifos_and_no_interrupts(void **state)
{
    (void)state;
    fake.imsc = 0x7ff;
    attached();
    assert_int_equal(fake.lcr_h, PL011_LCR_H_WLEN8 | PL011_LCR_H_FEN);
    assert_int_equal(fake.imsc, 0);
    assert_int_equal(fake.cr & (PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE),
                     PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE);
    assert_rules_kept();
}

/* DDI 0183G §3.3.5, DDI 0183G §3.3.6: 24 MHz / (16 * 115200) is 13 and 1/64. */
static void test_divisor_follows_the_clock(void **state)
{
    (void)state;
    const struct {
        uint32_t clock_hz;
        unsigned ibrd, fbrd;
    } rows[] = { { 24000000, 13, 1 }, { 0, 13, 1 }, { 1843200, 1, 0 },        { 3686400, 2, 0 },
                 { 48000000, 26, 3 }, { 1, 1, 0 },  { 0xffffffffu, 2330, 11 } };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        pl011_fake_init(&fake);
        assert_int_equal(attach(rows[i].clock_hz), OK);
        assert_int_equal(fake.ibrd, rows[i].ibrd);
        assert_int_equal(fake.fbrd, rows[i].fbrd);
        assert_int_equal(fake.divisor, rows[i].ibrd << 6 | rows[i].fbrd);
        assert_rules_kept();
    }
}

/* It was enabled by a loader: it is disabled before it is programmed. */
static void test_an_enabled_one_is_disabled_first(void **state)
{
    (void)state;
    fake.cr |= PL011_CR_UARTEN;
    attached();
    assert_rules_kept();
}

static void test_waiting_for_idle_is_bounded(void **state)
{
    (void)state;
    fake.line.is_stuck = true;
    serial_line_put(&fake.line, 'x');
    attached();
    assert_true(fake_kernel_clock() >= PL011_IDLE_US);
    assert_true(fake_kernel_clock() < 2 * PL011_IDLE_US);
}

/* DDI 0183G §3.3.15: r1p5 doubled the FIFOs. */
static void test_fifo_size_follows_the_revision(void **state)
{
    (void)state;
    const unsigned sizes[] = { 16, 16, 16, 32, 32 };
    for (unsigned revision = 0; revision < 5; revision++) {
        fake_kernel_reset();
        pl011_fake_init(&fake);
        fake.revision = revision;
        struct console *con = attached();
        assert_int_equal(con->ops->write(con, flood, 100), sizes[revision]);
        assert_rules_kept();
    }
}

static void test_no_memory(void **state)
{
    (void)state;
    fake_kernel_memory_left(0);
    assert_int_equal(attach(0), ERR_FULL);
    fake.part = 0;
    assert_int_equal(attach(0), ERR_FULL);
}

/* --- the console --------------------------------------------------------------------- */

static void test_console_says_what_it_is(void **state)
{
    (void)state;
    struct console *con = attached();
    assert_string_equal(con->kind, "pl011");
    assert_string_equal(con->found, "fdt:/pl011@9000000");
    assert_int_equal(con->status, OK);
    assert_int_equal(con->ops->class, CONSOLE_BLOCKING);
}

/* DDI 0183G §3.3.3: a full FIFO takes nothing, one with room takes a byte at a look. */
static void test_a_full_fifo_takes_nothing(void **state)
{
    (void)state;
    struct console *con = attached();
    fake.line.is_stuck = true;
    assert_int_equal(con->ops->write(con, flood, 10), 10);
    assert_int_equal(con->ops->write(con, flood + 10, 100), 6);
    for (int i = 0; i < 100; i++)
        assert_int_equal(con->ops->write(con, flood + 16, 10), 0);
    fake.line.is_stuck = false;
    assert_int_equal(con->ops->write(con, flood + 16, 10), 10);
    assert_sent(flood, 26);
    assert_rules_kept();
}

static void test_slow_line_loses_nothing(void **state)
{
    (void)state;
    struct console *con = attached();
    fake.line.bytes_per_look = 1;
    assert_int_equal(write_all(con, flood, 2000, 1u << 16), 2000);
    fake.line.bytes_per_look = 0;
    assert_sent(flood, 2000);
    assert_rules_kept();
}

/* 17 accesses for 16 bytes, 33 for 32. */
static void test_accesses_per_byte(void **state)
{
    (void)state;
    for (unsigned revision = 1; revision <= 3; revision += 2) {
        fake_kernel_reset();
        pl011_fake_init(&fake);
        fake.revision = revision;
        struct console *con = attached();
        uint64_t before = con->accesses;
        assert_int_equal(write_all(con, flood, FLOOD, 1), FLOOD);
        uint64_t spent = con->accesses - before;
        assert_true(spent * 1000 <= FLOOD * (revision == 1 ? 1063ull : 1032ull));
        assert_sent(flood, FLOOD);
        assert_rules_kept();
    }
}

static void test_sent_means_not_busy(void **state)
{
    (void)state;
    struct console *con = attached();
    assert_true(con->ops->is_sent(con));
    fake.line.bytes_per_look = 1;
    assert_int_equal(con->ops->write(con, "ab", 2), 2);
    assert_false(con->ops->is_sent(con));
    assert_false(con->ops->is_sent(con));
    assert_true(serial_line_is_empty(&fake.line));
    assert_true(con->ops->is_sent(con));
}

static void test_reading(void **state)
{
    (void)state;
    struct console *con = attached();
    char buf[64] = { 0 };
    assert_int_equal(con->ops->read(con, buf, sizeof(buf)), 0);
    serial_line_type(&fake.line, "hello, world: more than a FIFO");
    assert_int_equal(con->ops->read(con, buf, 5), 5);
    assert_int_equal(con->ops->read(con, buf + 5, sizeof(buf) - 5), 16);
    assert_int_equal(con->ops->read(con, buf + 21, sizeof(buf) - 21), 9);
    assert_string_equal(buf, "hello, world: more than a FIFO");
    assert_rules_kept();
}

static void test_endless_input_is_bounded(void **state)
{
    (void)state;
    struct console *con = attached();
    fake.is_babbling = true;
    static char buf[4096];
    assert_int_equal(con->ops->read(con, buf, sizeof(buf)), 16);
}

static void test_pulled_out_takes_nothing(void **state)
{
    (void)state;
    struct console *con = attached();
    fake.is_gone = true;
    char buf[16];
    assert_int_equal(con->ops->write(con, flood, 100), 0);
    assert_int_equal(con->ops->read(con, buf, sizeof(buf)), 0);
    assert_false(con->ops->is_sent(con));
}

static void test_width_belongs_to_the_window(void **state)
{
    (void)state;
    fake.width = 4;
    struct console *con = attached();
    assert_int_equal(write_all(con, flood, 1000, 1), 1000);
    assert_sent(flood, 1000);
    assert_rules_kept();
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_another_cell_is_not_driven),
        TEST(test_another_part_is_not_driven),
        TEST(test_empty_window_is_not_driven),
        TEST(test_line_is_8n1_with_fifos_and_no_interrupts),
        TEST(test_divisor_follows_the_clock),
        TEST(test_an_enabled_one_is_disabled_first),
        TEST(test_waiting_for_idle_is_bounded),
        TEST(test_fifo_size_follows_the_revision),
        TEST(test_no_memory),
        TEST(test_console_says_what_it_is),
        TEST(test_a_full_fifo_takes_nothing),
        TEST(test_slow_line_loses_nothing),
        TEST(test_accesses_per_byte),
        TEST(test_sent_means_not_busy),
        TEST(test_reading),
        TEST(test_endless_input_is_bounded),
        TEST(test_pulled_out_takes_nothing),
        TEST(test_width_belongs_to_the_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
