/*
 * An 8250-family UART for unit tests.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tests/fakes/uart8250_fake.h"

#include <string.h>

#include "drivers/serial/uart8250_regs.h"

static void rule(struct uart8250_fake *fake, bool is_kept, const char *text)
{
    serial_line_rule(&fake->line, is_kept, text);
}

static bool is_uart(const struct uart8250_fake *fake)
{
    return fake->chip <= FAKE_8250 && !fake->is_gone;
}

static bool has_fifo_on(const struct uart8250_fake *fake)
{
    return fake->fcr & UART8250_FCR_ENABLE;
}

static bool is_dlab(const struct uart8250_fake *fake)
{
    return fake->lcr & UART8250_LCR_DLAB;
}

/* --- reading ----------------------------------------------------------------------- */

static uint8_t read_rbr(struct uart8250_fake *fake)
{
    if (is_dlab(fake))
        return (uint8_t)fake->divisor;
    fake->disturbances++;
    if (fake->is_babbling)
        return '?';
    rule(fake, fake->line.input_count > 0, "PC16550D §8.4: RBR read, and LSR has no DR");
    return serial_line_take(&fake->line);
}

static uint8_t read_iir(struct uart8250_fake *fake)
{
    fake->disturbances++; /* acknowledges an interrupt: PC16550D §8.6 */
    uint8_t nothing_pending = 1;
    if (!has_fifo_on(fake) || fake->chip == FAKE_16450 || fake->chip == FAKE_8250)
        return nothing_pending;
    unsigned fifo = fake->chip == FAKE_16550 ? UART8250_IIR_FIFO_BAD : UART8250_IIR_FIFO_GOOD;
    return (uint8_t)(nothing_pending | fifo);
}

static uint8_t read_lsr(struct uart8250_fake *fake)
{
    fake->disturbances++; /* clears the errors: PC16550D §8.4 */
    serial_line_look(&fake->line);
    unsigned lsr = 0;
    if (serial_line_is_empty(&fake->line)) {
        lsr |= UART8250_LSR_THRE;
        fake->may_write = fake->line.depth;
    }
    if (serial_line_is_idle(&fake->line))
        lsr |= UART8250_LSR_TEMT;
    if (fake->line.input_count > 0 || fake->is_babbling)
        lsr |= UART8250_LSR_DR;
    return (uint8_t)lsr;
}

static uint8_t read_register(struct uart8250_fake *fake, size_t reg)
{
    switch (reg) {
    case UART8250_RBR:
        return read_rbr(fake);
    case UART8250_IER:
        return is_dlab(fake) ? (uint8_t)(fake->divisor >> 8) : fake->ier;
    case UART8250_IIR:
        return read_iir(fake);
    case UART8250_LCR:
        return fake->lcr;
    case UART8250_MCR:
        return fake->mcr;
    case UART8250_LSR:
        return read_lsr(fake);
    case UART8250_MSR:
        fake->disturbances++; /* clears the deltas: PC16550D §8.9 */
        return 0;
    default:
        return fake->chip == FAKE_8250 ? 0xff : fake->scr;
    }
}

/* --- writing ----------------------------------------------------------------------- */

static void write_thr(struct uart8250_fake *fake, uint8_t byte)
{
    rule(fake, fake->divisor != 0, "PC16550D §8.3: sending with no divisor");
    rule(fake, !(fake->lcr & UART8250_LCR_BREAK), "PC16550D §8.1: sending during a break");
    rule(fake, !(fake->mcr & UART8250_MCR_LOOP), "PC16550D §8.8: sending in loopback");
    rule(fake, fake->chip != FAKE_16550 || !has_fifo_on(fake),
         "PC16550D §8.6: using the FIFO of a 16550");
    rule(fake, fake->may_write > 0, "PC16550D §8.4: THR written more often than THRE allowed");
    if (fake->may_write > 0)
        fake->may_write--;
    if (!serial_line_put(&fake->line, byte))
        rule(fake, false, "PC16550D §8.5: THR written with the FIFO full");
}

static void expect_idle(struct uart8250_fake *fake, const char *text)
{
    rule(fake, serial_line_is_idle(&fake->line) || fake->line.is_stuck, text);
}

static void write_divisor(struct uart8250_fake *fake, unsigned value, unsigned shift)
{
    expect_idle(fake, "PC16550D §8.3: divisor changed while a byte is being sent");
    fake->divisor = (uint16_t)((fake->divisor & ~(0xffu << shift)) | value << shift);
}

static void write_fcr(struct uart8250_fake *fake, uint8_t value)
{
    bool is_switched = (value ^ fake->fcr) & UART8250_FCR_ENABLE;
    rule(fake, !(value & UART8250_FCR_ZERO), "PC16550D §8.5: reserved bits of FCR set");
    rule(fake, value == 0 || value & UART8250_FCR_ENABLE,
         "PC16550D §8.5: FCR bits are programmed only together with bit 0");
    if (fake->chip == FAKE_16450 || fake->chip == FAKE_8250)
        return;
    if (is_switched || value & UART8250_FCR_TX_RESET)
        serial_line_drop(&fake->line);
    if (is_switched || value & UART8250_FCR_RX_RESET)
        fake->line.input_count = 0;
    fake->fcr = value & UART8250_FCR_ENABLE;
    fake->line.depth = has_fifo_on(fake) ? UART8250_FIFO_SIZE : 1;
}

static void write_register(struct uart8250_fake *fake, size_t reg, uint8_t value)
{
    fake->disturbances += reg != UART8250_SCR;
    switch (reg) {
    case UART8250_THR:
        is_dlab(fake) ? write_divisor(fake, value, 0) : write_thr(fake, value);
        break;
    case UART8250_IER:
        if (is_dlab(fake))
            write_divisor(fake, value, 8);
        else
            fake->ier = value & (uint8_t)~UART8250_IER_ZERO;
        break;
    case UART8250_FCR:
        write_fcr(fake, value);
        break;
    case UART8250_LCR:
        expect_idle(fake, "PC16550D §8.1: line changed while a byte is being sent");
        fake->lcr = fake->is_deaf ? 0 : value;
        break;
    case UART8250_MCR:
        rule(fake, !(value & UART8250_MCR_ZERO), "PC16550D §8.8: reserved bits of MCR set");
        fake->mcr = value;
        break;
    case UART8250_SCR:
        fake->scr = value;
        break;
    default:
        rule(fake, false, "PC16550D table II: LSR and MSR are not for writing");
    }
}

/* --- the bus ----------------------------------------------------------------------- */

static size_t check_access(struct uart8250_fake *fake, size_t offset, unsigned bytes)
{
    size_t reg = offset >> fake->shift;
    rule(fake, reg << fake->shift == offset, "register between two registers");
    rule(fake, reg < UART8250_REGISTERS, "register beyond the eighth");
    rule(fake, bytes == (fake->width ? fake->width : 1), "access of the wrong width");
    return reg % UART8250_REGISTERS;
}

static uint8_t read_nothing(const struct uart8250_fake *fake, size_t reg)
{
    if (fake->is_gone || fake->chip == FAKE_ONES)
        return 0xff;
    if (fake->chip == FAKE_ECHO)
        return fake->on_the_bus;
    return fake->chip == FAKE_MEMORY ? fake->memory[reg] : 0;
}

static uint32_t fake_read(const struct io *io, size_t offset, unsigned bytes)
{
    struct uart8250_fake *fake = io->ctx;
    size_t reg = check_access(fake, offset, bytes);
    return is_uart(fake) ? read_register(fake, reg) : read_nothing(fake, reg);
}

static void fake_write(const struct io *io, size_t offset, unsigned bytes, uint32_t value)
{
    struct uart8250_fake *fake = io->ctx;
    size_t reg = check_access(fake, offset, bytes);
    rule(fake, value <= 0xff, "value of more than eight bits");
    fake->on_the_bus = (uint8_t)value;
    fake->memory[reg] = (uint8_t)value;
    if (is_uart(fake))
        write_register(fake, reg, (uint8_t)value);
}

static void fake_burst(const struct io *io, size_t offset, const void *buf, size_t len)
{
    struct uart8250_fake *fake = io->ctx;
    const uint8_t *bytes = buf;
    rule(fake, offset == UART8250_THR && !is_dlab(fake), "burst into another register than THR");
    for (size_t i = 0; i < len; i++)
        fake_write(io, offset, fake->width ? fake->width : 1, bytes[i]);
}

const struct io_bus uart8250_fake_bus = {
    .read = fake_read,
    .write = fake_write,
    .burst = fake_burst,
};

/* --- for the test ------------------------------------------------------------------ */

void uart8250_fake_init(struct uart8250_fake *fake, enum uart8250_fake_chip chip)
{
    memset(fake, 0, sizeof(*fake));
    fake->chip = chip;
    fake->line.depth = 1;
}

struct io uart8250_fake_window(struct uart8250_fake *fake)
{
    return (struct io){
        .bus = &uart8250_fake_bus, .shift = fake->shift, .width = fake->width, .ctx = fake
    };
}
