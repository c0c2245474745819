/*
 * An OHCI controller.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tests/fakes/ohci_fake.h"

#include <string.h>

#include "drivers/pci/pci_regs.h"
#include "drivers/usb/ohci_regs.h"
#include "tests/fakes/kernel.h"

#define BAR_ADDRESS   0x41000000u
#define FRAME_PACKETS 20

/* Condition codes: OHCI 1.0a table 4-7. */
#define CODE_STALL    4u
#define CODE_SILENCE  5u
#define CODE_UNDERRUN 9u

static void broke(struct ohci_fake *fake, const char *rule)
{
    usb_fake_broke(&fake->bus, rule);
}

static void *memory(struct ohci_fake *fake, uint32_t phys, size_t len, uint32_t align,
                    const char *rule)
{
    void *at = fake_kernel_at(phys, len);

    if (phys % align == 0 && at)
        return at;
    broke(fake, rule);
    return NULL;
}

/* --- transfers --------------------------------------------------------------------------- */

static uint32_t left_of(struct ohci_fake *fake, const struct ohci_td *td)
{
    if (td->buffer == 0)
        return 0;
    if (td->end < td->buffer || (td->end >> 12) - (td->buffer >> 12) > 1)
        broke(fake, "OHCI 1.0a §4.3.1.3.1: a buffer of more than two pages");
    return td->end - td->buffer + 1;
}

/* OHCI 1.0a §4.3.1.3.5: off the endpoint, onto the done queue. */
static void retire(struct ohci_fake *fake, struct ohci_ed *ed, struct ohci_td *td, unsigned code,
                   bool toggle)
{
    uint32_t at = ed->head & ~15u;

    td->control = (td->control & 0x0fffffff) | code << 28;
    ed->head = (td->next & ~15u) | (toggle ? OHCI_ED_TOGGLE : 0) | (code ? OHCI_ED_HALTED : 0);
    if (fake->wild_head)
        ed->head = fake->wild_head;
    td->next = fake->done;
    fake->done = at;
}

static enum usb_fake_pid pid_of(struct ohci_fake *fake, const struct ohci_ed *ed,
                                const struct ohci_td *td)
{
    uint32_t ed_direction = ed->control >> 11 & 3, direction = td->control >> 19 & 3;

    if (ed_direction == 1 || ed_direction == 2)
        direction = ed_direction;
    if (direction == 3)
        broke(fake, "OHCI 1.0a §4.3.1: direction");
    return direction == 0 ? USB_FAKE_SETUP : direction == 1 ? USB_FAKE_OUT : USB_FAKE_IN;
}

/* One packet.  Returns whether the endpoint may go on in this frame. */
static bool run_td(struct ohci_fake *fake, struct ohci_ed *ed, struct ohci_td *td)
{
    enum usb_fake_pid pid = pid_of(fake, ed, td);
    uint32_t left = left_of(fake, td), max = ed->control >> 16 & 0x7ff;
    uint32_t len = left < max ? left : max;
    struct usb_fake_device *dev = usb_fake_find(&fake->bus, ed->control & 0x7f);
    bool toggle = td->control >> 25 & 1 ? td->control >> 24 & 1 : ed->head & OHCI_ED_TOGGLE;
    uint8_t none[1],
        *data = len ? memory(fake, td->buffer, len, 1, "OHCI 1.0a §4.3.1: buffer") : none;
    int count;

    if (max == 0 || !data)
        broke(fake, "OHCI 1.0a §4.2.1: maximum packet size");
    if (dev && dev->is_low_speed != !!(ed->control & OHCI_ED_LOW_SPEED))
        broke(fake, "OHCI 1.0a §4.2.1: speed");
    count = usb_fake_packet(&fake->bus, dev, pid, ed->control >> 7 & 15, toggle, data ? data : none,
                            data ? len : 0);
    if (count == USB_FAKE_NAK)
        return false;
    if (count < 0) {
        retire(fake, ed, td, count == USB_FAKE_STALL ? CODE_STALL : CODE_SILENCE, toggle);
        return false;
    }
    /* The next packet's toggle, in the descriptor itself: OHCI 1.0a §4.3.1.3.3. */
    td->control = (td->control & ~(3u << 24)) | 2u << 24 | (toggle ? 0 : 1u << 24);
    td->buffer = (uint32_t)count == left ? 0 : td->buffer + (uint32_t)count;
    if ((uint32_t)count == left)
        retire(fake, ed, td, 0, !toggle);
    else if ((uint32_t)count < max)
        retire(fake, ed, td, td->control & OHCI_TD_ROUNDING ? 0 : CODE_UNDERRUN, !toggle);
    return true;
}

static bool is_idle(const struct ohci_ed *ed)
{
    return (ed->control & OHCI_ED_SKIP) || (ed->head & OHCI_ED_HALTED) ||
           (ed->head & ~15u) == (ed->tail & ~15u);
}

/* Returns whether the list had anything to do. */
static bool run_list(struct ohci_fake *fake, uint32_t at)
{
    bool was_busy = false;

    for (unsigned i = 0; at != 0 && i < 100; i++) {
        struct ohci_ed *ed = memory(fake, at, sizeof *ed, 16,
                                    "OHCI 1.0a §4.2: endpoint descriptor");
        if (!ed)
            return false;
        for (unsigned packets = 0; !is_idle(ed) && packets < FRAME_PACKETS; packets++) {
            struct ohci_td *td = memory(fake, ed->head & ~15u, sizeof *td, 16,
                                        "OHCI 1.0a §4.3: transfer descriptor");
            was_busy = true;
            if (!td || !run_td(fake, ed, td))
                break;
        }
        at = ed->next & ~15u;
    }
    return was_busy;
}

void ohci_fake_frame(struct ohci_fake *fake)
{
    if ((fake->control & OHCI_CTL_HCFS) != OHCI_CTL_OPERATIONAL || fake->is_stuck)
        return;
    if ((fake->control & OHCI_CTL_CLE) && (fake->command & OHCI_CMD_CLF) &&
        !run_list(fake, fake->control_head))
        fake->command &= ~OHCI_CMD_CLF;
    if ((fake->control & OHCI_CTL_BLE) && (fake->command & OHCI_CMD_BLF) &&
        !run_list(fake, fake->bulk_head))
        fake->command &= ~OHCI_CMD_BLF;
}

/* --- registers ------------------------------------------------------------------------------- */

static uint32_t read_port(const struct usb_fake_port *port)
{
    bool is_connected = port->device && port->is_powered;

    return (is_connected ? OHCI_PORT_CCS : 0) | (port->is_enabled ? OHCI_PORT_PES : 0) |
           (port->is_resetting ? OHCI_PORT_PRS : 0) | (port->is_powered ? OHCI_PORT_PPS : 0) |
           (is_connected && port->device->is_low_speed ? OHCI_PORT_LSDA : 0) |
           (port->changes & 0x1f) << 16;
}

/* OHCI 1.0a §7.4.4: each bit that is 1 does something of its own. */
static void write_port(struct ohci_fake *fake, struct usb_fake_port *port, uint32_t value)
{
    port->changes &= ~(value >> 16);
    if (value & OHCI_PORT_CCS)
        port->is_enabled = false;
    if (value & OHCI_PORT_PPS)
        port->is_powered = true;
    if (value & OHCI_PORT_PRS) {
        if (!port->device || !port->is_powered)
            broke(fake, "OHCI 1.0a §7.4.4: reset of a port with nobody there");
        usb_fake_reset(port);
    }
    if (value & 0xfee0)
        broke(fake, "OHCI 1.0a §7.4.4: bits that do something else");
}

static uint32_t read_status(struct ohci_fake *fake)
{
    ohci_fake_frame(fake);
    return fake->interrupt;
}

static uint32_t bus_read(const struct io *io, size_t reg, unsigned bytes)
{
    struct ohci_fake *fake = io->ctx;

    if (fake->is_gone)
        return UINT32_MAX;
    if (bytes != 4 || reg % 4 != 0)
        broke(fake, "OHCI 1.0a chapter 7: 32-bit accesses");
    if (reg >= OHCI_HC_RH_PORT(1))
        return reg < OHCI_HC_RH_PORT(OHCI_FAKE_PORTS + 1)
                   ? read_port(&fake->bus.ports[(reg - OHCI_HC_RH_PORT(1)) / 4])
                   : 0;
    switch (reg) {
    case OHCI_HC_REVISION:
        return 0x10;
    case OHCI_HC_CONTROL:
        return fake->control;
    case OHCI_HC_COMMAND_STATUS:
        return fake->command;
    case OHCI_HC_INTERRUPT_STATUS:
        return read_status(fake);
    case OHCI_HC_FM_INTERVAL:
        return fake->fm_interval;
    case OHCI_HC_RH_DESCRIPTOR_A:
        return 10u << 24 | (fake->ports ? fake->ports : OHCI_FAKE_PORTS);
    default:
        return 0;
    }
}

/* OHCI 1.0a §5.1.1.4: what must stand before it is operational. */
static void check_start(struct ohci_fake *fake)
{
    (void)memory(fake, fake->hcca, OHCI_HCCA_SIZE, 256, "OHCI 1.0a §4.4: HCCA");
    (void)memory(fake, fake->control_head, 16, 16, "OHCI 1.0a §4.2: control list");
    (void)memory(fake, fake->bulk_head, 16, 16, "OHCI 1.0a §4.2: bulk list");
    if ((fake->fm_interval >> 16 & 0x7fff) == 0 || (fake->fm_interval & 0x3fff) == 0)
        broke(fake, "OHCI 1.0a §7.3.1: frame interval, and the largest packet in it");
}

static void write_control(struct ohci_fake *fake, uint32_t value)
{
    if ((value & OHCI_CTL_HCFS) == OHCI_CTL_OPERATIONAL &&
        (fake->control & OHCI_CTL_HCFS) != OHCI_CTL_OPERATIONAL)
        check_start(fake);
    fake->control = value;
}

static void write_command(struct ohci_fake *fake, uint32_t value)
{
    fake->command |= value & (OHCI_CMD_CLF | OHCI_CMD_BLF);
    if ((value & OHCI_CMD_OCR) && !fake->keeps_bios)
        fake->control &= ~OHCI_CTL_IR;
    if (!(value & OHCI_CMD_HCR))
        return;
    if (fake->control & OHCI_CTL_IR)
        broke(fake, "OHCI 1.0a §5.1.1.3.3: reset while firmware drives it");
    fake->command = fake->never_resets ? OHCI_CMD_HCR : 0;
    fake->fm_interval = OHCI_FM_DEFAULT;
    fake->control = fake->hcca = fake->control_head = fake->bulk_head = 0;
}

static void bus_write(const struct io *io, size_t reg, unsigned bytes, uint32_t value)
{
    struct ohci_fake *fake = io->ctx;

    if (bytes != 4 || reg % 4 != 0)
        broke(fake, "OHCI 1.0a chapter 7: 32-bit accesses");
    if (reg >= OHCI_HC_RH_PORT(1) && reg < OHCI_HC_RH_PORT(OHCI_FAKE_PORTS + 1))
        write_port(fake, &fake->bus.ports[(reg - OHCI_HC_RH_PORT(1)) / 4], value);
    else if (reg == OHCI_HC_CONTROL)
        write_control(fake, value);
    else if (reg == OHCI_HC_COMMAND_STATUS)
        write_command(fake, value);
    else if (reg == OHCI_HC_HCCA)
        fake->hcca = value;
    else if (reg == OHCI_HC_CONTROL_HEAD_ED)
        fake->control_head = value;
    else if (reg == OHCI_HC_BULK_HEAD_ED)
        fake->bulk_head = value;
    else if (reg == OHCI_HC_FM_INTERVAL)
        fake->fm_interval = value;
    else if (reg == OHCI_HC_RH_STATUS && (value & OHCI_RHS_LPSC))
        for (unsigned i = 0; i < OHCI_FAKE_PORTS; i++)
            fake->bus.ports[i].is_powered = true;
}

static const struct io_bus bus = { .read = bus_read, .write = bus_write };

/* --- the card ------------------------------------------------------------------------------------- */

void ohci_fake_init(struct ohci_fake *fake)
{
    memset(fake, 0, sizeof *fake);
    fake_kernel_32bit_addresses();
    pci_fake_init(&fake->pci, &pci_config_ecam);
    (void)pci_fake_add(&fake->pci, PCI_FAKE_ROOT, 4, 0, 0x106b003f);
    fake_kernel_map(IO_SPACE_MEMORY, BAR_ADDRESS, 0x100, &bus, fake);
    fake->function = (struct pci_function){
        .host = &fake->pci.host,
        .bdf = PCI_BDF(0, 4, 0),
        .bars[0] = { .space = IO_SPACE_MEMORY,
                     .address = BAR_ADDRESS,
                     .len = 0x100,
                     .is_assigned = true },
    };
    fake->device =
        (struct device){ .bus = BUS_PCI, .found = "pci:00:04.0", .pci = &fake->function };
}

int ohci_fake_attach(struct ohci_fake *fake)
{
    return ohci_driver.attach(&fake->device, &ohci_driver.ids[0]);
}

void ohci_fake_plug(struct ohci_fake *fake, unsigned port, struct usb_fake_device *dev)
{
    usb_fake_plug(&fake->bus.ports[port - 1], dev);
}

void ohci_fake_unplug(struct ohci_fake *fake, unsigned port)
{
    usb_fake_unplug(&fake->bus.ports[port - 1]);
}
