/*
 * A UHCI controller.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tests/fakes/uhci_fake.h"

#include <string.h>

#include "drivers/pci/pci_regs.h"
#include "drivers/usb/uhci_regs.h"
#include "tests/fakes/kernel.h"

#define BAR_ADDRESS   0xc000u
#define FRAME_PACKETS 20 /* what fits into a millisecond */

static void broke(struct uhci_fake *fake, const char *rule)
{
    usb_fake_broke(&fake->bus, rule);
}

/* Memory by a 32-bit address, if the driver may use it so. */
static void *memory(struct uhci_fake *fake, uint32_t phys, size_t len, uint32_t align,
                    const char *rule)
{
    void *at = fake_kernel_at(phys, len);

    if (phys % align == 0 && at)
        return at;
    broke(fake, rule);
    return NULL;
}

/* --- packets ------------------------------------------------------------------------------- */

/* What an active descriptor said when it was first seen must stay so. */
static void check_unchanged(struct uhci_fake *fake, const struct uhci_td *td)
{
    for (unsigned i = 0; i < UHCI_FAKE_SEEN; i++) {
        if (fake->seen[i].td == td) {
            if (fake->seen[i].was.token != td->token || fake->seen[i].was.buffer != td->buffer)
                broke(fake, "UHCI 1.1 §3.2: an active descriptor was changed");
            return;
        }
        if (!fake->seen[i].td) {
            fake->seen[i].td = td;
            fake->seen[i].was = *td;
            return;
        }
    }
}

static void forget(struct uhci_fake *fake, const struct uhci_td *td)
{
    for (unsigned i = 0; i < UHCI_FAKE_SEEN; i++)
        if (fake->seen[i].td == td)
            fake->seen[i].td = (const struct uhci_td *)fake; /* a place that is free again */
}

static int send(struct uhci_fake *fake, const struct uhci_td *td)
{
    unsigned pid = td->token & 0xff, len = UHCI_TOKEN_LEN(td->token);
    struct usb_fake_device *dev = usb_fake_find(&fake->bus, td->token >> 8 & 0x7f);
    uint8_t none[1];
    uint8_t *data = len ? memory(fake, td->buffer, len, 1, "UHCI 1.1 §3.2.4: memory of a packet")
                        : none;

    if (pid != UHCI_PID_SETUP && pid != UHCI_PID_IN && pid != UHCI_PID_OUT)
        broke(fake, "UHCI 1.1 §3.2.3: packet identifier");
    if (len > 1280)
        broke(fake, "UHCI 1.1 §3.2.3: longer than a packet");
    if (dev && dev->is_low_speed != !!(td->status & UHCI_TD_LOW_SPEED))
        broke(fake, "UHCI 1.1 §3.2.2: low speed");
    if (!data)
        return USB_FAKE_STALL;
    return usb_fake_packet(&fake->bus, dev,
                           pid == UHCI_PID_SETUP ? USB_FAKE_SETUP
                           : pid == UHCI_PID_IN  ? USB_FAKE_IN
                                                 : USB_FAKE_OUT,
                           td->token >> 15 & 15, td->token & UHCI_TOKEN_TOGGLE, data, len);
}

/* UHCI 1.1 §3.2.2: three tries, then it is over. */
static bool fail(struct uhci_td *td, int packet)
{
    unsigned tries = td->status >> 27 & 3;

    if (packet == USB_FAKE_NAK)
        return false;
    if (packet == USB_FAKE_STALL) {
        td->status = (td->status & ~UHCI_TD_ACTIVE) | UHCI_TD_STALLED;
        return false;
    }
    td->status = (td->status & ~UHCI_TD_TRIES) | (tries - 1) << 27 | UHCI_TD_TIMEOUT;
    if (tries <= 1)
        td->status = (td->status & ~UHCI_TD_ACTIVE) | UHCI_TD_STALLED;
    return false;
}

/* Returns whether the queue goes on to the next descriptor. */
static bool run_td(struct uhci_fake *fake, struct uhci_td *td)
{
    unsigned room = UHCI_TOKEN_LEN(td->token);
    int count = send(fake, td);

    if (count < 0)
        return fail(td, count);
    if (fake->lies_long)
        count = 1000;
    td->status = (td->status & ~(UHCI_TD_ACTIVE | 0x7ffu)) | (((unsigned)count - 1) & 0x7ff);
    return !((td->status & UHCI_TD_SPD) && (unsigned)count < room);
}

/* One packet of a queue: the breadth first order.  Returns whether one moved. */
static bool run_qh(struct uhci_fake *fake, struct uhci_qh *qh)
{
    struct uhci_td *td;
    bool goes_on;

    if (qh->element & UHCI_LINK_END)
        return false;
    td = memory(fake, qh->element & ~15u, sizeof *td, 16, "UHCI 1.1 §3.2: descriptor");
    if (!td || (qh->element & UHCI_LINK_QH) || !(td->status & UHCI_TD_ACTIVE))
        return false;
    check_unchanged(fake, td);
    goes_on = run_td(fake, td);
    if (!(td->status & UHCI_TD_ACTIVE))
        forget(fake, td);
    if (goes_on)
        qh->element = td->link;
    return goes_on;
}

/* After a pause of some frames a driver may have taken back what it took out before. */
static void forget_after_pause(struct uhci_fake *fake)
{
    if (fake_kernel_clock() - fake->frame_us >= 2000)
        memset(fake->seen, 0, sizeof fake->seen);
    fake->frame_us = fake_kernel_clock();
}

void uhci_fake_frame(struct uhci_fake *fake)
{
    uint32_t *frames, link;
    unsigned packets = 0, idle = 0;

    forget_after_pause(fake);
    if (!(fake->usbcmd & UHCI_CMD_RS) || fake->is_stuck)
        return;
    frames = memory(fake, fake->flbase, 4096, 4096, "UHCI 1.1 §2.1.5: frame list");
    if (!frames)
        return;
    link = frames[fake->frnum++ & 1023];
    while (!(link & UHCI_LINK_END) && packets < FRAME_PACKETS && idle < 100) {
        struct uhci_qh *qh = memory(fake, link & ~15u, sizeof *qh, 16, "UHCI 1.1 §3.3: queue head");
        if (!qh || !(link & UHCI_LINK_QH))
            return;
        if (run_qh(fake, qh)) {
            packets++;
            idle = 0;
        } else {
            idle++;
        }
        link = qh->link;
    }
}

/* --- registers -------------------------------------------------------------------------------- */

static uint16_t read_port(const struct usb_fake_port *port)
{
    return (uint16_t)(UHCI_PORT_ONE | (port->device ? UHCI_PORT_CCS : 0) |
                      (port->is_enabled ? UHCI_PORT_PED : 0) |
                      (port->is_resetting ? UHCI_PORT_PR : 0) |
                      (port->device && port->device->is_low_speed ? UHCI_PORT_LSDA : 0) |
                      (port->changes & USB_PORT_CHANGE_CONNECTION ? UHCI_PORT_CSC : 0));
}

static void write_port(struct uhci_fake *fake, struct usb_fake_port *port, unsigned value)
{
    if (value & UHCI_PORT_CSC)
        port->changes &= ~USB_PORT_CHANGE_CONNECTION;
    if ((value & UHCI_PORT_PED) && (value & UHCI_PORT_PR))
        broke(fake, "UHCI 1.1 §2.1.7: enabled while in reset");
    if (port->is_resetting && !(value & UHCI_PORT_PR)) {
        usb_fake_reset(port);
        port->is_enabled = false; /* that is a step of its own */
    }
    port->is_resetting = value & UHCI_PORT_PR;
    if (port->is_resetting)
        port->is_enabled = false;
    else
        port->is_enabled = port->device && (value & UHCI_PORT_PED);
}

static uint16_t read_status(struct uhci_fake *fake)
{
    bool is_halted = !(fake->usbcmd & UHCI_CMD_RS) && !fake->never_halts;

    uhci_fake_frame(fake);
    return (uint16_t)(fake->usbsts | (is_halted ? UHCI_STS_HALTED : 0));
}

static uint32_t bus_read(const struct io *io, size_t offset, unsigned bytes)
{
    struct uhci_fake *fake = io->ctx;

    if (fake->is_gone)
        return UINT32_MAX >> (32 - 8 * bytes);
    if (bytes != (offset == UHCI_FLBASEADD ? 4 : 2))
        broke(fake, "UHCI 1.1 §2.1: access width");
    if (offset >= UHCI_PORTSC(1))
        return offset < UHCI_PORTSC(UHCI_FAKE_PORTS + 1)
                   ? read_port(&fake->bus.ports[(offset - UHCI_PORTSC(1)) / 2])
                   : 0xff7f;
    return offset == UHCI_USBCMD   ? fake->usbcmd
           : offset == UHCI_USBSTS ? read_status(fake)
           : offset == UHCI_FRNUM  ? fake->frnum
                                   : fake->flbase;
}

static void write_command(struct uhci_fake *fake, uint16_t value)
{
    if ((value & UHCI_CMD_HCRESET) && !fake->never_resets) {
        value = 0;
        fake->flbase = 0;
        for (unsigned i = 0; i < UHCI_FAKE_PORTS; i++)
            fake->bus.ports[i].is_enabled = false;
    }
    if ((value & UHCI_CMD_RS) && fake->flbase == 0)
        broke(fake, "UHCI 1.1 §2.1.5: runs without a frame list");
    fake->usbcmd = value;
}

static void bus_write(const struct io *io, size_t offset, unsigned bytes, uint32_t value)
{
    struct uhci_fake *fake = io->ctx;

    if (bytes != (offset == UHCI_FLBASEADD ? 4 : 2))
        broke(fake, "UHCI 1.1 §2.1: access width");
    if ((offset == UHCI_FLBASEADD || offset == UHCI_FRNUM) && (fake->usbcmd & UHCI_CMD_RS))
        broke(fake, "UHCI 1.1 §2.1: configured while it runs");
    if (offset >= UHCI_PORTSC(1) && offset < UHCI_PORTSC(UHCI_FAKE_PORTS + 1))
        write_port(fake, &fake->bus.ports[(offset - UHCI_PORTSC(1)) / 2], value);
    else if (offset == UHCI_USBCMD)
        write_command(fake, (uint16_t)value);
    else if (offset == UHCI_USBSTS)
        fake->usbsts &= (uint16_t)~value;
    else if (offset == UHCI_FRNUM)
        fake->frnum = (uint16_t)value;
    else if (offset == UHCI_FLBASEADD)
        fake->flbase = value;
}

static const struct io_bus bus = { .read = bus_read, .write = bus_write };

/* --- the card -------------------------------------------------------------------------------------- */

void uhci_fake_init(struct uhci_fake *fake)
{
    memset(fake, 0, sizeof *fake);
    fake_kernel_32bit_addresses();
    pci_fake_init(&fake->pci, &pci_config_ecam);
    (void)pci_fake_add(&fake->pci, PCI_FAKE_ROOT, 4, 0, 0x80867020);
    fake->pci.host.io_space = IO_SPACE_PORTS;
    fake_kernel_map(IO_SPACE_PORTS, BAR_ADDRESS, 32, &bus, fake);
    fake->function = (struct pci_function){
        .host = &fake->pci.host,
        .bdf = PCI_BDF(0, 4, 0),
        .bars[4] = { .space = IO_SPACE_PORTS,
                     .address = BAR_ADDRESS,
                     .len = 32,
                     .is_assigned = true },
    };
    fake->device =
        (struct device){ .bus = BUS_PCI, .found = "pci:00:04.0", .pci = &fake->function };
}

int uhci_fake_attach(struct uhci_fake *fake)
{
    return uhci_driver.attach(&fake->device, &uhci_driver.ids[0]);
}

void uhci_fake_plug(struct uhci_fake *fake, unsigned port, struct usb_fake_device *dev)
{
    usb_fake_plug(&fake->bus.ports[port - 1], dev);
}

void uhci_fake_unplug(struct uhci_fake *fake, unsigned port)
{
    usb_fake_unplug(&fake->bus.ports[port - 1]);
}
