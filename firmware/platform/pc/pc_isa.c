/*
 * The devices at fixed ports: the UARTs, where every PC has had them since the first one,
 * and the debug console.
 *
 * Whether one is there at all, its driver finds out: an empty port reads 0xff.
 *
 * QEMU: -serial ... (up to four times), -device isa-serial,chardev=c[,index=0..3],
 *       -device isa-serial,iobase=PORT,irq=N,chardev=c (its port is in the DSDT),
 *       -device isa-debugcon,chardev=c[,iobase=PORT] (then with -append debugcon=PORT)
 * Next on the tour: drivers/serial/uart8250.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <stddef.h>

#include "drivers/device.h"
#include "drivers/kernel.h"
#include "drivers/serial/debugcon_regs.h"
#include "drivers/serial/uart8250_regs.h"
#include "drivers/text.h"
#include "firmware/command_line.h"
#include "firmware/log.h"
#include "firmware/platform/pc/pc.h"

#define DEBUGCON_PORT 0xe9 /* where it is if nobody says otherwise */

static const uint16_t com_ports[] = { 0x3f8, 0x2f8, 0x3e8, 0x2e8 };

static void name_port(char *buf, size_t size, uint64_t port)
{
    struct text found = text_begin(buf, size);
    text_add(&found, "isa:0x");
    text_add_hex(&found, port, 1);
}

static void attach(struct device *dev, uint16_t port, uint16_t ports)
{
    name_port(dev->found, sizeof(dev->found), port);
    dev->bus = BUS_PLATFORM;
    if (kernel_map(&dev->io, IO_SPACE_PORTS, port, ports) == OK)
        drivers_attach(dev);
}

static void attach_uart(uint16_t port)
{
    struct device dev = { .compatible = "isa-serial", .clock_hz = UART8250_CLOCK_HZ };
    attach(&dev, port, UART8250_REGISTERS);
}

static struct console *console_at(uint64_t port)
{
    char found[CONSOLE_FOUND_SIZE];
    name_port(found, sizeof(found), port);
    struct console *con = log_consoles();
    while (con != NULL && !text_equal(con->found, found))
        con = con->next;
    return con;
}

/* A port that the command line names is believed; the usual one is looked at. */
static void attach_debugcons(void)
{
    struct device usual = { .compatible = "qemu,debugcon" };
    bool is_usual_given = false;
    for (size_t i = 0; i < COMMAND_LINE_DEBUGCONS && command_line.debugcons[i] != 0; i++) {
        struct device given = { .compatible = "qemu,debugcon-given" };
        attach(&given, command_line.debugcons[i], DEBUGCON_REGISTERS);
        is_usual_given = is_usual_given || command_line.debugcons[i] == DEBUGCON_PORT;
    }
    if (!is_usual_given)
        attach(&usual, DEBUGCON_PORT, DEBUGCON_REGISTERS);
}

/* The DSDT names all UARTs, those at the usual ports and at any other. */
static void attach_described(const struct acpi_table *dsdt)
{
    uint16_t port;
    for (unsigned i = 0; dsdt->len != 0 && acpi_uart_find(dsdt, i, &port) == OK; i++) {
        if (console_at(port) == NULL)
            attach_uart(port);
    }
}

/* The SPCR is read after the UARTs were found, so that the first byte is early. */
static void mark_primary(const struct acpi_register *spcr)
{
    if (spcr->space != ACPI_SPACE_PORTS)
        return;
    struct console *con = console_at(spcr->address);
    if (con != NULL)
        con->is_primary = true;
}

void pc_isa_attach_first(void)
{
    attach_uart(com_ports[0]);
}

void pc_isa_attach_usual(void)
{
    for (size_t i = 1; i < sizeof(com_ports) / sizeof(com_ports[0]); i++)
        attach_uart(com_ports[i]);
}

void pc_isa_attach_rest(const struct pc *pc)
{
    attach_described(&pc->dsdt);
    attach_debugcons();
    mark_primary(&pc->spcr);
}
