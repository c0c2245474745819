/*
 * The ISA UARTs, at the ports that every PC agrees on since the first one.
 *
 * Whether one is there at all, the driver finds out: an empty port reads 0xff.
 *
 * QEMU: -serial ... (up to four times), -device isa-serial,chardev=c[,index=0..3]
 * Next on the tour: drivers/serial/uart8250.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <stddef.h>

#include "drivers/device.h"
#include "drivers/kernel.h"
#include "drivers/text.h"
#include "firmware/platform/pc/pc.h"

#define UART_PORTS    8
#define UART_CLOCK_HZ 1843200 /* PC16550D §8.3: the crystal of a PC's UART */

static const uint16_t com_ports[] = { 0x3f8, 0x2f8, 0x3e8, 0x2e8 };

static void attach_uart(const struct pc *pc, uint16_t port)
{
    struct device dev = {
        .bus = BUS_PLATFORM,
        .compatible = "isa-serial",
        .clock_hz = UART_CLOCK_HZ,
        .is_primary = pc->spcr.space == ACPI_SPACE_PORTS && pc->spcr.address == port,
    };
    struct text found = text_begin(dev.found, sizeof(dev.found));
    text_add(&found, "isa:0x");
    text_add_hex(&found, port, 1);

    if (kernel_map(&dev.io, IO_SPACE_PORTS, port, UART_PORTS) == OK)
        drivers_attach(&dev);
}

void pc_isa_attach(const struct pc *pc)
{
    for (size_t i = 0; i < sizeof(com_ports) / sizeof(com_ports[0]); i++)
        attach_uart(pc, com_ports[i]);
}
