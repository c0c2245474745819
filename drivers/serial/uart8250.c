/*
 * The 8250 family: when may a byte be written, and who says so?
 *
 * LSR says so (PC16550D §8.4).  THRE means that the transmit FIFO is empty, so 16 bytes
 * may follow with no further look: one read and a burst of 16 is all that a FIFO costs.
 * One byte more and QEMU drops the oldest, silently.
 *
 * Source: PC16550D (uart8250_regs.h).
 * QEMU: -serial, -device isa-serial[,index=N] (pc, q35, microvm); riscv `virt` has one
 *
 * Next on the tour: drivers/serial/pl011.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/serial/uart8250.h"

#include "drivers/kernel.h"
#include "drivers/serial/serial.h"
#include "drivers/serial/uart8250_regs.h"
#include "drivers/text.h"

#define LCR_8N1 UART8250_LCR_WLEN8

/* A 16450 may hold one byte only; a stuck "byte has come" must not hold us for ever. */
#define READ_MAX UART8250_FIFO_SIZE

static struct uart8250 *uart_of(struct console *con)
{
    return (struct uart8250 *)con;
}

/* --- Is it there? ------------------------------------------------------------------ */

/* A bus that nobody answers on may still hold the byte that we have just written, so
 * another register, LCR, is looked at in between: it must not follow. */
static bool scratch_keeps(struct io *io, uint8_t value, uint8_t lcr)
{
    io_write8(io, UART8250_SCR, value);
    return io_read8(io, UART8250_LCR) == lcr && io_read8(io, UART8250_SCR) == value;
}

/* PC16550D §8.10: the scratch register holds what the programmer likes. */
static int probe_scratch(struct io *io, struct why *why)
{
    uint8_t lcr = io_read8(io, UART8250_LCR);
    uint8_t saved = io_read8(io, UART8250_SCR);
    bool is_kept = scratch_keeps(io, 0x5a, lcr) && scratch_keeps(io, 0xa5, lcr);
    uint8_t found = io_read8(io, UART8250_SCR);
    io_write8(io, UART8250_SCR, saved);
    return is_kept ? OK : why_set(why, ERR_ABSENT, "8250 scratch register", found, 0xa5);
}

/* PC16550D §8.8, §8.7: MCR 7..5 and IER 7..4 are always 0.  DLAB hides IER. */
static int probe_zero_bits(struct io *io, struct why *why)
{
    uint8_t mcr = io_read8(io, UART8250_MCR);
    if (mcr & UART8250_MCR_ZERO)
        return why_set(why, ERR_ABSENT, "8250 MCR bits 7..5", mcr, 0);
    if (io_read8(io, UART8250_LCR) & UART8250_LCR_DLAB)
        return OK;
    uint8_t ier = io_read8(io, UART8250_IER);
    if (ier & UART8250_IER_ZERO)
        return why_set(why, ERR_ABSENT, "8250 IER bits 7..4", ier, 0);
    return OK;
}

int uart8250_probe(struct io *io, struct why *why)
{
    int status = probe_zero_bits(io, why);
    return status == OK ? probe_scratch(io, why) : status;
}

/* --- Programming it ---------------------------------------------------------------- */

/* All ones is no status that a UART can have, but what a card reads as that was pulled out:
 * then nothing can be sent, and nothing has come. */
static uint8_t line_status(struct uart8250 *uart)
{
    uint8_t lsr = io_read8(&uart->io, UART8250_LSR);
    return lsr == 0xff ? 0 : lsr;
}

/* A byte that is being shifted out would be cut by the new divisor.  One that can't get
 * out within the budget (its host does not read) waits on in the FIFO. */
static void wait_until_idle(struct uart8250 *uart)
{
    if (line_status(uart) & UART8250_LSR_TEMT)
        return;
    uint64_t start = kernel_now_us();
    while (!(line_status(uart) & UART8250_LSR_TEMT))
        if (kernel_now_us() - start > UART8250_IDLE_US)
            return;
}

/* PC16550D §8.3: baud = clock / (16 * divisor); rounded to the nearest, never 0. */
static uint16_t divisor_for(uint32_t clock_hz)
{
    _Static_assert(UINT32_MAX / 16 / SERIAL_BAUD < UINT16_MAX, "no clock needs more bits");
    uint32_t clock = clock_hz ? clock_hz : UART8250_CLOCK_HZ;
    uint32_t divisor = (clock / 8 / SERIAL_BAUD + 1) / 2;
    return divisor ? (uint16_t)divisor : 1;
}

static void set_line(struct io *io, uint16_t divisor)
{
    /* Interrupts off; DLAB first, since IER may be hidden by it (PC16550D §8.7). */
    io_write8(io, UART8250_LCR, LCR_8N1);
    io_write8(io, UART8250_IER, 0);
    /* The divisor latch answers in place of registers 0 and 1 ... */
    io_write8(io, UART8250_LCR, LCR_8N1 | UART8250_LCR_DLAB);
    io_write8(io, UART8250_DLL, (uint8_t)divisor);
    io_write8(io, UART8250_DLM, (uint8_t)(divisor >> 8));
    /* ... until DLAB is cleared (PC16550D §8.1). */
    io_write8(io, UART8250_LCR, LCR_8N1);
}

/*
 * Switch the FIFOs on and see which there are (PC16550D §8.5, PC16550D §8.6).  The trigger level has no
 * meaning for us: its bits are chosen so that plain memory, which reads back what was
 * written, shows a state that no UART has.
 */
static int find_fifo(struct uart8250 *uart)
{
    io_write8(&uart->io, UART8250_FCR, UART8250_FCR_ENABLE | UART8250_FCR_TRIGGER_4);
    uint8_t iir = io_read8(&uart->io, UART8250_IIR);
    switch (iir & UART8250_IIR_FIFO) {
    case UART8250_IIR_FIFO_GOOD:
        uart->fifo_size = UART8250_FIFO_SIZE;
        return OK;
    case UART8250_IIR_FIFO_BAD:
        io_write8(&uart->io, UART8250_FCR, 0);
        uart->fifo_size = 1;
        return OK;
    case UART8250_IIR_FIFO_NONE:
        uart->fifo_size = 1;
        return OK;
    default:
        return why_set(&uart->con.why, ERR_ABSENT, "8250 FIFO state in IIR", iir,
                       UART8250_IIR_FIFO_GOOD);
    }
}

int uart8250_init(struct uart8250 *uart, uint32_t clock_hz)
{
    wait_until_idle(uart);
    set_line(&uart->io, divisor_for(clock_hz));

    int status = find_fifo(uart);
    if (status != OK)
        return status;

    /* No loopback; the other end may send (PC16550D §8.8). */
    io_write8(&uart->io, UART8250_MCR, UART8250_MCR_DTR | UART8250_MCR_RTS);

    uint8_t lcr = io_read8(&uart->io, UART8250_LCR);
    if (lcr != LCR_8N1)
        return why_set(&uart->con.why, ERR_ABSENT, "8250 LCR", lcr, LCR_8N1);
    return OK;
}

/* --- The console ------------------------------------------------------------------- */

/* The FIFO only drains, so what THRE promised and was not used is still free: a short line
 * leaves room for the next one, and no look is wasted. */
static size_t uart8250_write(struct console *con, const void *buf, size_t len)
{
    struct uart8250 *uart = uart_of(con);
    if (uart->room == 0 && line_status(uart) & UART8250_LSR_THRE)
        uart->room = uart->fifo_size;

    size_t taken = len < uart->room ? len : uart->room;
    if (taken > 0)
        io_burst8(&uart->io, UART8250_THR, buf, taken);
    uart->room -= (unsigned)taken;
    con->accesses = uart->io.accesses;
    return taken;
}

static bool uart8250_is_sent(struct console *con)
{
    struct uart8250 *uart = uart_of(con);
    bool is_sent = line_status(uart) & UART8250_LSR_TEMT;
    con->accesses = uart->io.accesses;
    return is_sent;
}

static size_t uart8250_read(struct console *con, void *buf, size_t len)
{
    struct uart8250 *uart = uart_of(con);
    uint8_t *bytes = buf;
    size_t most = len < READ_MAX ? len : READ_MAX;
    size_t count = 0;
    while (count < most && line_status(uart) & UART8250_LSR_DR)
        bytes[count++] = io_read8(&uart->io, UART8250_RBR);
    con->accesses = uart->io.accesses;
    return count;
}

static const struct console_ops uart8250_ops = {
    .class = CONSOLE_FIFO,
    .write = uart8250_write,
    .is_sent = uart8250_is_sent,
    .read = uart8250_read,
};

/* --- Attaching --------------------------------------------------------------------- */

int uart8250_attach_port(const struct device *port, const char *kind, bool is_announced)
{
    struct uart8250 found = { .con.ops = &uart8250_ops, .io = port->io };
    int status = uart8250_probe(&found.io, &found.con.why);
    if (status == OK)
        status = uart8250_init(&found, port->clock_hz);
    if (status != OK)
        return is_announced ? serial_add_undriven(port, kind, status, &found.con.why) : status;

    struct uart8250 *uart = kernel_memory(sizeof(*uart), _Alignof(struct uart8250));
    if (!uart)
        return ERR_FULL;
    *uart = found;
    serial_describe(&uart->con, port, kind);
    kernel_console_add(&uart->con);
    return OK;
}

/* COM1 to COM4 are looked for; a device tree's UART was announced. */
static int uart8250_attach(const struct device *dev, const struct device_id *id)
{
    return uart8250_attach_port(dev, id->kind, !text_equal(id->compatible, "isa-serial"));
}

static const struct device_id uart8250_ids[] = {
    { .bus = BUS_PLATFORM, .compatible = "isa-serial", .kind = "isa-serial" },
    { .bus = BUS_PLATFORM, .compatible = "ns16550a", .kind = "ns16550" },
    { .bus = BUS_PLATFORM, .compatible = "ns16550", .kind = "ns16550" },
    { 0 },
};

const struct driver uart8250_driver = {
    .name = "uart8250",
    .ids = uart8250_ids,
    .attach = uart8250_attach,
};
