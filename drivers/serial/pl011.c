/*
 * PL011: the same job as the 8250's, on another chip.
 *
 * What changed: the flags are FR's, the registers lie in memory only, the divisor has a
 * fraction, and LCR_H must be written after it.  What did not: look once, then write a
 * whole FIFO.  In QEMU the FIFO is never full; when the host does not read, the store
 * itself stops the machine, so this console is offered bytes after all others.
 *
 * Source: DDI 0183G (pl011_regs.h).
 * QEMU: the UART of arm's and aarch64's `virt`: -serial; a second one with secure=on, or
 *       from QEMU 9.1 on with a second -serial
 *
 * Next on the tour: drivers/virtio/virtio_console.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/serial/pl011.h"

#include "drivers/kernel.h"
#include "drivers/serial/pl011_regs.h"
#include "drivers/serial/serial.h"

#define DEFAULT_CLOCK_HZ 24000000u

static struct pl011 *uart_of(struct console *con)
{
    return (struct pl011 *)con;
}

static uint32_t flags(struct pl011 *uart)
{
    return io_read16(&uart->io, PL011_FR);
}

/* --- Is it there? ------------------------------------------------------------------ */

/* DDI 0183G §3.3.16: four registers with a byte each make the PrimeCell's number. */
static uint32_t primecell_id(struct io *io)
{
    uint32_t id = 0;
    for (unsigned i = 0; i < 4; i++)
        id |= (io_read32(io, PL011_PCELL_ID0 + 4 * i) & 0xff) << (8 * i);
    return id;
}

/* DDI 0183G §3.3.15: FIFOs of 16 bytes up to revision r1p4, of 32 from r1p5 on. */
static unsigned fifo_size(struct io *io)
{
    uint32_t revision = io_read32(io, PL011_PERIPH_ID2) & PL011_PERIPH_ID2_REV;
    return revision < PL011_PERIPH_ID2_R1P5 ? 16 : 32;
}

int pl011_probe(struct pl011 *uart)
{
    uint32_t cell = primecell_id(&uart->io);
    if (cell != PL011_PCELL_ID)
        return why_set(&uart->con.why, ERR_ABSENT, "PL011 PCellID", cell, PL011_PCELL_ID);
    uint32_t part = io_read32(&uart->io, PL011_PERIPH_ID0) & 0xff;
    if (part != PL011_PERIPH_ID0_PART)
        return why_set(&uart->con.why, ERR_ABSENT, "PL011 PeriphID0", part, PL011_PERIPH_ID0_PART);
    uart->fifo_size = fifo_size(&uart->io);
    return OK;
}

/* --- Programming it ---------------------------------------------------------------- */

/* DDI 0183G §3.3.8: the byte being sent is to end before the UART is disabled. */
static void wait_until_idle(struct pl011 *uart)
{
    uint64_t start = kernel_now_us();
    while (flags(uart) & PL011_FR_BUSY)
        if (kernel_now_us() - start > PL011_IDLE_US)
            return;
}

/* DDI 0183G §3.3.6: the divisor in 64ths, clock / (16 * baud) * 64, rounded; at least 1
 * and below 65536 (§3.3.5). */
static uint32_t divisor_for(uint32_t clock_hz)
{
    uint64_t clock = clock_hz ? clock_hz : DEFAULT_CLOCK_HZ;
    uint32_t divisor = (uint32_t)((clock * 4 + SERIAL_BAUD / 2) / SERIAL_BAUD);
    return divisor < 64 ? 64 : divisor;
}

void pl011_init(struct pl011 *uart, uint32_t clock_hz)
{
    struct io *io = &uart->io;
    uint32_t divisor = divisor_for(clock_hz);

    /* Nothing may be programmed while the UART is enabled (DDI 0183G §3.3.8). */
    wait_until_idle(uart);
    io_write16(io, PL011_CR, 0);

    /* Interrupts: none is let through, none is left over. */
    io_write16(io, PL011_IMSC, 0);
    io_write16(io, PL011_ICR, PL011_ICR_ALL);

    /* The divisor is taken over by the write to LCR_H, so that comes last (DDI 0183G §3.3.7). */
    io_write16(io, PL011_IBRD, (uint16_t)(divisor >> 6));
    io_write16(io, PL011_FBRD, (uint16_t)(divisor & 63));
    io_write16(io, PL011_LCR_H, PL011_LCR_H_WLEN8 | PL011_LCR_H_FEN);

    io_write16(io, PL011_CR,
               PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE | PL011_CR_DTR | PL011_CR_RTS);
}

/* --- The console ------------------------------------------------------------------- */

/*
 * How many bytes may be written without another look (DDI 0183G §3.3.3)?  The FIFO only
 * drains, so what TXFE promised and was not used is still free.  Neither empty nor full:
 * room for one, and nobody says for more.  All ones, from a device that is no longer
 * there, is "full".
 */
static unsigned room(struct pl011 *uart)
{
    if (uart->room > 0)
        return uart->room;
    uint32_t fr = flags(uart);
    if (fr & PL011_FR_TXFF)
        return 0;
    return fr & PL011_FR_TXFE ? uart->fifo_size : 1;
}

static size_t pl011_write(struct console *con, const void *buf, size_t len)
{
    struct pl011 *uart = uart_of(con);
    uart->room = room(uart);
    size_t taken = len < uart->room ? len : uart->room;
    if (taken > 0)
        io_burst8(&uart->io, PL011_DR, buf, taken);
    uart->room -= (unsigned)taken;
    con->accesses = uart->io.accesses;
    return taken;
}

static bool pl011_is_sent(struct console *con)
{
    struct pl011 *uart = uart_of(con);
    uint32_t fr = flags(uart);
    con->accesses = uart->io.accesses;
    return (fr & PL011_FR_TXFE) && !(fr & PL011_FR_BUSY);
}

static size_t pl011_read(struct console *con, void *buf, size_t len)
{
    struct pl011 *uart = uart_of(con);
    uint8_t *bytes = buf;
    size_t most = len < uart->fifo_size ? len : uart->fifo_size;
    size_t count = 0;
    while (count < most && !(flags(uart) & PL011_FR_RXFE))
        bytes[count++] = (uint8_t)(io_read16(&uart->io, PL011_DR) & PL011_DR_DATA);
    con->accesses = uart->io.accesses;
    return count;
}

static const struct console_ops pl011_ops = {
    .class = CONSOLE_BLOCKING,
    .write = pl011_write,
    .is_sent = pl011_is_sent,
    .read = pl011_read,
};

/* --- Attaching --------------------------------------------------------------------- */

/* Nobody looks for a PL011 where none was announced, so one that is not there is told. */
static int pl011_attach(const struct device *dev, const struct device_id *id)
{
    struct pl011 found = { .con.ops = &pl011_ops, .io = dev->io };
    int status = pl011_probe(&found);
    if (status != OK)
        return serial_add_undriven(dev, id->kind, status, &found.con.why);
    pl011_init(&found, dev->clock_hz);

    struct pl011 *uart = kernel_memory(sizeof(*uart), _Alignof(struct pl011));
    if (!uart)
        return ERR_FULL;
    *uart = found;
    serial_describe(&uart->con, dev, id->kind);
    kernel_console_add(&uart->con);
    return OK;
}

static const struct device_id pl011_ids[] = {
    { .bus = BUS_PLATFORM, .compatible = "arm,pl011", .kind = "pl011" },
    { 0 },
};

const struct driver pl011_driver = {
    .name = "pl011",
    .ids = pl011_ids,
    .attach = pl011_attach,
};
