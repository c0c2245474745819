/*
 * A PL011 for unit tests.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tests/fakes/pl011_fake.h"

#include <string.h>

#include "drivers/serial/pl011_regs.h"

static void rule(struct pl011_fake *fake, bool is_kept, const char *text)
{
    serial_line_rule(&fake->line, is_kept, text);
}

static unsigned fifo_depth(const struct pl011_fake *fake)
{
    if (!(fake->lcr_h & PL011_LCR_H_FEN))
        return 1;
    return fake->revision << 4 < PL011_PERIPH_ID2_R1P5 ? 16 : 32;
}

/* --- reading ----------------------------------------------------------------------- */

static uint32_t read_dr(struct pl011_fake *fake)
{
    if (fake->is_babbling)
        return '?';
    rule(fake, fake->line.input_count > 0, "DDI 0183G §3.3.1: DR read with RXFE set");
    return serial_line_take(&fake->line);
}

/* A FIFO that is not full has room for one byte; only TXFE says that it has for all. */
static uint32_t read_fr(struct pl011_fake *fake)
{
    serial_line_look(&fake->line);
    uint32_t fr = 0;
    fake->may_write = 1;
    if (serial_line_is_empty(&fake->line)) {
        fr |= PL011_FR_TXFE;
        fake->may_write = fake->line.depth;
    } else if (fake->line.count == fake->line.depth) {
        fr |= PL011_FR_TXFF;
        fake->may_write = 0;
    }
    if (!serial_line_is_idle(&fake->line))
        fr |= PL011_FR_BUSY;
    if (fake->line.input_count == 0 && !fake->is_babbling)
        fr |= PL011_FR_RXFE;
    return fr;
}

static uint32_t read_id(const struct pl011_fake *fake, size_t offset)
{
    if (offset >= PL011_PCELL_ID0)
        return fake->cell >> 8 * (offset - PL011_PCELL_ID0) / 4 & 0xff;
    if (offset == PL011_PERIPH_ID0)
        return fake->part;
    return offset == PL011_PERIPH_ID2 ? fake->revision << 4 | 4 : 0;
}

static uint32_t read_register(struct pl011_fake *fake, size_t offset)
{
    switch (offset) {
    case PL011_DR:
        return read_dr(fake);
    case PL011_FR:
        return read_fr(fake);
    case PL011_LCR_H:
        return fake->lcr_h;
    case PL011_CR:
        return fake->cr;
    default:
        rule(fake, offset >= PL011_PERIPH_ID0 && offset < PL011_WINDOW,
             "DDI 0183G §3.2: no such register to read");
        return read_id(fake, offset);
    }
}

/* --- writing ----------------------------------------------------------------------- */

static void write_dr(struct pl011_fake *fake, uint32_t value)
{
    rule(fake, value <= PL011_DR_DATA, "DDI 0183G §3.3.1: more than a byte in DR");
    rule(fake, fake->cr & PL011_CR_UARTEN, "DDI 0183G §3.3.8: sending while disabled");
    rule(fake, fake->cr & PL011_CR_TXE, "DDI 0183G §3.3.8: sending with TXE clear");
    rule(fake, fake->may_write > 0, "DDI 0183G §3.3.3: DR written more often than FR allowed");
    if (fake->may_write > 0)
        fake->may_write--;
    if (!serial_line_put(&fake->line, (uint8_t)value))
        rule(fake, false, "DDI 0183G §3.3.3: DR written with the FIFO full");
}

static void expect_disabled(struct pl011_fake *fake)
{
    rule(fake, !(fake->cr & PL011_CR_UARTEN),
         "DDI 0183G §3.3.8: line programmed while the UART is enabled");
}

static void write_divisor(struct pl011_fake *fake, uint32_t *reg, uint32_t value)
{
    expect_disabled(fake);
    *reg = value;
    fake->is_line_pending = true;
}

static void write_lcr_h(struct pl011_fake *fake, uint32_t value)
{
    expect_disabled(fake);
    rule(fake, fake->ibrd > 0 && fake->ibrd <= 0xffff, "DDI 0183G §3.3.5: IBRD not 1..65535");
    rule(fake, fake->fbrd <= 63, "DDI 0183G §3.3.6: FBRD above 63");
    if (!(value & PL011_LCR_H_FEN))
        serial_line_drop(&fake->line);
    fake->lcr_h = value;
    fake->divisor = fake->ibrd << 6 | fake->fbrd;
    fake->is_line_pending = false;
    fake->line.depth = fifo_depth(fake);
}

static void write_cr(struct pl011_fake *fake, uint32_t value)
{
    bool is_enabling = value & PL011_CR_UARTEN;
    rule(fake, is_enabling || serial_line_is_idle(&fake->line) || fake->line.is_stuck,
         "DDI 0183G §3.3.8: disabled in the middle of a byte");
    rule(fake, !is_enabling || !fake->is_line_pending,
         "DDI 0183G §3.3.7: enabled, and LCR_H was not written after IBRD and FBRD");
    rule(fake, !is_enabling || fake->divisor > 0, "DDI 0183G §3.3.5: enabled with no divisor");
    fake->cr = value;
}

static void write_register(struct pl011_fake *fake, size_t offset, uint32_t value)
{
    fake->writes++;
    switch (offset) {
    case PL011_DR:
        return write_dr(fake, value);
    case PL011_IBRD:
        return write_divisor(fake, &fake->ibrd, value);
    case PL011_FBRD:
        return write_divisor(fake, &fake->fbrd, value);
    case PL011_LCR_H:
        return write_lcr_h(fake, value);
    case PL011_CR:
        return write_cr(fake, value);
    case PL011_IMSC:
        fake->imsc = value;
        return;
    case PL011_ICR:
        fake->ris &= ~value;
        return;
    default:
        rule(fake, false, "DDI 0183G §3.2: no such register to write");
    }
}

/* --- the bus ----------------------------------------------------------------------- */

static void check_access(struct pl011_fake *fake, size_t offset, unsigned bytes)
{
    rule(fake, offset % 4 == 0 && offset < PL011_WINDOW, "register between two registers");
    rule(fake, bytes >= fake->width, "access of the wrong width");
}

static uint32_t fake_read(const struct io *io, size_t offset, unsigned bytes)
{
    struct pl011_fake *fake = io->ctx;
    check_access(fake, offset, bytes);
    return fake->is_gone ? UINT32_MAX : read_register(fake, offset);
}

static void fake_write(const struct io *io, size_t offset, unsigned bytes, uint32_t value)
{
    struct pl011_fake *fake = io->ctx;
    check_access(fake, offset, bytes);
    if (!fake->is_gone)
        write_register(fake, offset, value);
}

static void fake_burst(const struct io *io, size_t offset, const void *buf, size_t len)
{
    struct pl011_fake *fake = io->ctx;
    const uint8_t *bytes = buf;
    rule(fake, offset == PL011_DR, "burst into another register than DR");
    for (size_t i = 0; i < len; i++)
        fake_write(io, offset, io->width ? io->width : 1, bytes[i]);
}

const struct io_bus pl011_fake_bus = {
    .read = fake_read,
    .write = fake_write,
    .burst = fake_burst,
};

/* --- for the test ------------------------------------------------------------------ */

void pl011_fake_init(struct pl011_fake *fake)
{
    memset(fake, 0, sizeof(*fake));
    fake->revision = 1;
    fake->part = PL011_PERIPH_ID0_PART;
    fake->cell = PL011_PCELL_ID;
    fake->cr = PL011_CR_TXE | PL011_CR_RXE; /* after reset: DDI 0183G §3.3.8 */
    fake->line.depth = 1;
}

struct io pl011_fake_window(struct pl011_fake *fake)
{
    return (struct io){ .bus = &pl011_fake_bus, .width = fake->width, .ctx = fake };
}
