/*
 * The devices at fixed ports: the UARTs, where every PC has had them since the first one,
 * and the debug console.
 *
 * Whether one is there at all, its driver finds out: an empty port reads 0xff.
 *
 * QEMU: -serial ... (up to four times), -device isa-serial,chardev=c[,index=0..3],
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

static void attach(struct device *dev, uint16_t port, uint16_t ports)
{
    struct text found = text_begin(dev->found, sizeof(dev->found));
    text_add(&found, "isa:0x");
    text_add_hex(&found, port, 1);
    dev->bus = BUS_PLATFORM;
    if (kernel_map(&dev->io, IO_SPACE_PORTS, port, ports) == OK)
        drivers_attach(dev);
}

static void name_uart(char *buf, size_t size, uint16_t port)
{
    struct text found = text_begin(buf, size);
    text_add(&found, "isa:0x");
    text_add_hex(&found, port, 1);
}

static void attach_uart(uint16_t port)
{
    struct device dev = { .bus = BUS_PLATFORM,
                          .compatible = "isa-serial",
                          .clock_hz = UART_CLOCK_HZ };
    name_uart(dev.found, sizeof(dev.found), port);
    if (kernel_map(&dev.io, IO_SPACE_PORTS, port, UART_PORTS) == OK)
        drivers_attach(&dev);
}

void pc_isa_attach(void)
{
    for (size_t i = 0; i < sizeof(com_ports) / sizeof(com_ports[0]); i++)
        attach_uart(com_ports[i]);
}

void pc_isa_mark_primary(const struct pc *pc)
{
    if (pc->spcr.space != ACPI_SPACE_PORTS || pc->spcr.address > UINT16_MAX)
        return;
    char found[CONSOLE_FOUND_SIZE];
    name_uart(found, sizeof(found), (uint16_t)pc->spcr.address);
    for (struct console *con = log_consoles(); con != NULL; con = con->next) {
        if (text_equal(con->found, found))
            con->is_primary = true;
    }
}
