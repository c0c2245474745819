/*
 * UHCI: Intel's first USB controller.  It reads the schedule out of our memory, a packet at
 * a time, and paces it by frames of a millisecond.
 *
 * Source: UHCI 1.1, chapters 2 and 5.
 * QEMU: -device piix3-usb-uhci,id=u   -device ich9-usb-uhci1,id=u
 *
 * Next on the tour: drivers/usb/uhci_queue.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/usb/uhci.h"
#include "drivers/pci/pci.h"

#define UHCI_PORTS_MAX 8 /* what 32 bytes of registers have room for */
#define REGISTERS      32
/* It stops at the end of a frame, a millisecond; a reset is over in 64 bit times. */
#define STOP_BUDGET_US 10000u

/* --- registers: counted for the ledger ------------------------------------------------- */

static uint16_t uhci_read(struct uhci *u, size_t reg)
{
    u->usb.accesses++;
    return io_read16(&u->io, reg);
}

static void uhci_write(struct uhci *u, size_t reg, unsigned value)
{
    u->usb.accesses++;
    io_write16(&u->io, reg, (uint16_t)value);
}

static bool wait_for(struct uhci *u, size_t reg, unsigned bits, unsigned value)
{
    uint64_t start = kernel_now_us();

    while ((uhci_read(u, reg) & bits) != value)
        if (kernel_now_us() - start > STOP_BUDGET_US)
            return false;
    return true;
}

/* --- root ports: UHCI 1.1 §2.1.7 ---------------------------------------------------------- */

static bool is_alive(struct uhci *u)
{
    uint16_t status = uhci_read(u, UHCI_USBSTS);

    if (u->usb.is_dead ||
        !(status & (UHCI_STS_HALTED | UHCI_STS_HOST_ERROR | UHCI_STS_PROCESS_ERROR)))
        return !u->usb.is_dead;
    u->usb.is_dead = true; /* all ones too: it is gone */
    (void)why_set(&u->usb.why, ERR_BROKEN, "USBSTS", status, 0);
    uhci_write(u, UHCI_USBCMD, 0);
    (void)wait_for(u, UHCI_USBSTS, UHCI_STS_HALTED, UHCI_STS_HALTED);
    return false;
}

/* Change some bits, and clear no change that was not seen. */
static void write_port(struct uhci *u, unsigned number, unsigned sc, unsigned set, unsigned clear)
{
    unsigned keep = sc & ~(UHCI_PORT_CSC | UHCI_PORT_PEDC);

    uhci_write(u, UHCI_PORTSC(number), (keep | set) & ~clear);
}

/* The reset lasts as long as we hold it, and it leaves the port disabled. */
static unsigned hold_reset(struct uhci *u, unsigned number, unsigned sc)
{
    uint64_t *since = &u->reset_us[number - 1];

    if (*since == 0 || kernel_now_us() - *since < USB_RESET_US)
        return sc;
    *since = 0;
    write_port(u, number, sc, 0, UHCI_PORT_PR);
    sc = uhci_read(u, UHCI_PORTSC(number));
    write_port(u, number, sc, UHCI_PORT_PED, 0);
    return uhci_read(u, UHCI_PORTSC(number));
}

static struct usb_port_status port_status(struct usb_host *host, unsigned number)
{
    struct uhci *u = uhci_of(host);
    unsigned sc, changes;

    if (!is_alive(u))
        return (struct usb_port_status){ 0 };
    sc = hold_reset(u, number, uhci_read(u, UHCI_PORTSC(number)));
    changes = sc & (UHCI_PORT_CSC | UHCI_PORT_PEDC);
    if (changes)
        write_port(u, number, sc, changes, 0);
    return (struct usb_port_status){
        .is_connected = sc & UHCI_PORT_CCS,
        .is_enabled = sc & UHCI_PORT_PED,
        .is_resetting = u->reset_us[number - 1] != 0,
        .has_changed = sc & UHCI_PORT_CSC,
        .speed = sc & UHCI_PORT_LSDA ? USB_SPEED_LOW : USB_SPEED_FULL,
    };
}

static void port_reset(struct usb_host *host, unsigned number)
{
    struct uhci *u = uhci_of(host);

    u->reset_us[number - 1] = kernel_now_us();
    write_port(u, number, uhci_read(u, UHCI_PORTSC(number)), UHCI_PORT_PR, UHCI_PORT_PED);
}

static void port_disable(struct usb_host *host, unsigned number)
{
    struct uhci *u = uhci_of(host);

    write_port(u, number, uhci_read(u, UHCI_PORTSC(number)), 0, UHCI_PORT_PED);
}

/* There is no register that says how many; one bit of each that is there is always 1. */
static unsigned count_ports(struct uhci *u)
{
    unsigned count = 0;

    while (count < UHCI_PORTS_MAX) {
        uint16_t sc = uhci_read(u, UHCI_PORTSC(count + 1));
        if (!(sc & UHCI_PORT_ONE) || sc == UINT16_MAX)
            break;
        count++;
    }
    return count;
}

/* --- the controller ---------------------------------------------------------------------------- */

/* UHCI 1.1 §2.1.1 */
static int reset(struct uhci *u)
{
    uhci_write(u, UHCI_USBCMD, 0);
    uhci_write(u, UHCI_USBINTR, 0);
    if (!wait_for(u, UHCI_USBSTS, UHCI_STS_HALTED, UHCI_STS_HALTED))
        return why_set(&u->usb.why, ERR_TIMEOUT, "USBSTS halted", 0, UHCI_STS_HALTED);
    uhci_write(u, UHCI_USBCMD, UHCI_CMD_HCRESET);
    if (!wait_for(u, UHCI_USBCMD, UHCI_CMD_HCRESET, 0))
        return why_set(&u->usb.why, ERR_TIMEOUT, "USBCMD reset", UHCI_CMD_HCRESET, 0);
    u->usb.port_count = count_ports(u);
    if (u->usb.port_count == 0)
        return why_set(&u->usb.why, ERR_BROKEN, "PORTSC", uhci_read(u, UHCI_PORTSC(1)),
                       UHCI_PORT_ONE);
    return OK;
}

/* Every frame begins at the start of the circle, which ends there too. */
static int give_memory(struct uhci *u)
{
    uint32_t start;

    u->frames = kernel_memory(UHCI_FRAMES * sizeof *u->frames, 4096);
    if (!u->frames || !uhci_queue_create(&u->start) || kernel_phys(u->frames) > UINT32_MAX)
        return why_set(&u->usb.why, ERR_FULL, "memory below 4 GiB", 0, 1);
    start = (uint32_t)kernel_phys(u->start.qh) | UHCI_LINK_QH;
    u->start.qh->element = UHCI_LINK_END;
    u->start.qh->link = start;
    for (unsigned i = 0; i < UHCI_FRAMES; i++)
        u->frames[i] = start;
    return OK;
}

static int run(struct uhci *u)
{
    uhci_write(u, UHCI_USBSTS, UHCI_STS_ALL);
    uhci_write(u, UHCI_FRNUM, 0);
    u->usb.accesses++;
    io_write32(&u->io, UHCI_FLBASEADD, (uint32_t)kernel_phys(u->frames));
    uhci_write(u, UHCI_USBCMD, UHCI_CMD_RS | UHCI_CMD_CF | UHCI_CMD_MAXP);
    if (!wait_for(u, UHCI_USBSTS, UHCI_STS_HALTED, 0))
        return why_set(&u->usb.why, ERR_TIMEOUT, "USBSTS halted", UHCI_STS_HALTED, 0);
    return OK;
}

static int bring_up(struct uhci *u, const struct pci_function *fn)
{
    int status = pci_map_bar(fn, UHCI_BAR, 0, REGISTERS, &u->io, &u->usb.why);

    if (status != OK)
        return status;
    pci_config_write(fn, UHCI_LEGSUP, 2, UHCI_LEGSUP_NONE);
    status = reset(u);
    if (status == OK)
        status = give_memory(u);
    return status == OK ? run(u) : status;
}

static const struct usb_host_ops uhci_ops = {
    .open = uhci_open,
    .address = uhci_address,
    .set_packet0 = uhci_set_packet0,
    .configure = uhci_configure,
    .control = uhci_control,
    .close = uhci_close,
    .request_poll = uhci_request_poll,
    .bulk_out = uhci_bulk_out,
    .bulk_in = uhci_bulk_in,
    .abandon = uhci_abandon,
    .poll = uhci_poll,
    .port_status = port_status,
    .port_reset = port_reset,
    .port_disable = port_disable,
};

static int uhci_attach(const struct device *dev, const struct device_id *id)
{
    struct uhci *u = kernel_memory(sizeof *u, _Alignof(struct uhci));
    int status;

    (void)id;
    if (!u)
        return ERR_FULL;
    usb_host_name(&u->usb, dev->found);
    u->usb.ops = &uhci_ops;
    pci_enable(dev->pci);
    status = bring_up(u, dev->pci);
    if (status != OK) {
        usb_host_note(&u->usb, "the UHCI controller can't be used", &u->usb.why);
        return status;
    }
    usb_host_start(&u->usb);
    return OK;
}

static const struct device_id uhci_ids[] = {
    { .bus = BUS_PCI, .vendor = 0x8086, .device = 0x7020, .kind = "piix3-usb-uhci" },
    { .bus = BUS_PCI, .vendor = 0x8086, .device = 0x7112, .kind = "piix4-usb-uhci" },
    { .bus = BUS_PCI, .vendor = 0x8086, .device = 0x2934, .kind = "ich9-usb-uhci1" },
    { .bus = BUS_PCI, .vendor = 0x8086, .device = 0x2935, .kind = "ich9-usb-uhci2" },
    { .bus = BUS_PCI, .vendor = 0x8086, .device = 0x2936, .kind = "ich9-usb-uhci3" },
    { .bus = BUS_PCI, .vendor = 0x8086, .device = 0x2937, .kind = "ich9-usb-uhci4" },
    { .bus = BUS_PCI, .vendor = 0x8086, .device = 0x2938, .kind = "ich9-usb-uhci5" },
    { .bus = BUS_PCI, .vendor = 0x8086, .device = 0x2939, .kind = "ich9-usb-uhci6" },
    { 0 },
};

const struct driver uhci_driver = {
    .name = "uhci",
    .ids = uhci_ids,
    .attach = uhci_attach,
};
