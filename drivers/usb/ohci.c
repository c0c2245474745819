/*
 * OHCI: the other USB 1.1 controller.  It knows transfers, where UHCI knows packets.
 *
 * Source: OHCI 1.0a, chapters 5 and 7.
 * QEMU: -device pci-ohci,id=u
 *
 * Next on the tour: drivers/usb/ohci_queue.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/usb/ohci.h"
#include "drivers/pci/pci.h"

#define OHCI_PORTS_MAX    15 /* OHCI 1.0a §7.4.1 */
#define REGISTERS         0x100
/* OHCI 1.0a §7.1.3: a reset takes 10 us. */
#define RESET_BUDGET_US   10000u
/* OHCI 1.0a §5.1.1.3.3: firmware lets go when its work is done; no document has a limit. */
#define HANDOFF_BUDGET_US 500000u

static bool wait_for(struct ohci *o, size_t reg, uint32_t bits, uint32_t value, uint64_t budget_us)
{
    uint64_t start = kernel_now_us();

    while ((ohci_read(o, reg) & bits) != value)
        if (kernel_now_us() - start > budget_us)
            return false;
    return true;
}

/* --- root ports: OHCI 1.0a §7.4.4 ---------------------------------------------------------- */

static bool is_alive(struct ohci *o)
{
    uint32_t status = ohci_read(o, OHCI_HC_INTERRUPT_STATUS);

    if (o->usb.is_dead || !(status & OHCI_INT_UE))
        return !o->usb.is_dead;
    o->usb.is_dead = true; /* all ones too: it is gone */
    (void)why_set(&o->usb.why, ERR_BROKEN, "HcInterruptStatus", status, 0);
    ohci_write(o, OHCI_HC_CONTROL, OHCI_CTL_RESET);
    return false;
}

/* Writing ones does things, writing zeroes does nothing. */
static struct usb_port_status port_status(struct usb_host *host, unsigned number)
{
    struct ohci *o = ohci_of(host);
    uint32_t sc;

    if (!is_alive(o))
        return (struct usb_port_status){ 0 };
    sc = ohci_read(o, OHCI_HC_RH_PORT(number));
    if (sc & OHCI_PORT_CHANGES)
        ohci_write(o, OHCI_HC_RH_PORT(number), sc & OHCI_PORT_CHANGES);
    return (struct usb_port_status){
        .is_connected = sc & OHCI_PORT_CCS,
        .is_enabled = sc & OHCI_PORT_PES,
        .is_resetting = sc & OHCI_PORT_PRS,
        .has_changed = sc & OHCI_PORT_CSC,
        .speed = sc & OHCI_PORT_LSDA ? USB_SPEED_LOW : USB_SPEED_FULL,
    };
}

static void port_reset(struct usb_host *host, unsigned number)
{
    ohci_write(ohci_of(host), OHCI_HC_RH_PORT(number), OHCI_PORT_PRS);
}

static void port_disable(struct usb_host *host, unsigned number)
{
    ohci_write(ohci_of(host), OHCI_HC_RH_PORT(number), OHCI_PORT_CCS);
}

/* --- the controller ---------------------------------------------------------------------------- */

/* OHCI 1.0a §5.1.1.3.3 */
static int take_over(struct ohci *o)
{
    uint32_t control = ohci_read(o, OHCI_HC_CONTROL);

    if (control == UINT32_MAX)
        return why_set(&o->usb.why, ERR_BROKEN, "HcControl", control, 0);
    if (!(control & OHCI_CTL_IR))
        return OK;
    ohci_write(o, OHCI_HC_COMMAND_STATUS, OHCI_CMD_OCR);
    if (!wait_for(o, OHCI_HC_CONTROL, OHCI_CTL_IR, 0, HANDOFF_BUDGET_US))
        return why_set(&o->usb.why, ERR_TIMEOUT, "firmware's ownership", control, 0);
    return OK;
}

static int reset(struct ohci *o)
{
    ohci_write(o, OHCI_HC_INTERRUPT_DISABLE, UINT32_MAX);
    ohci_write(o, OHCI_HC_COMMAND_STATUS, OHCI_CMD_HCR);
    if (!wait_for(o, OHCI_HC_COMMAND_STATUS, OHCI_CMD_HCR, 0, RESET_BUDGET_US))
        return why_set(&o->usb.why, ERR_TIMEOUT, "HcCommandStatus reset", OHCI_CMD_HCR, 0);
    return OK;
}

static int give_memory(struct ohci *o)
{
    o->hcca = kernel_memory(OHCI_HCCA_SIZE, OHCI_HCCA_SIZE);
    if (!o->hcca || kernel_phys(o->hcca) > UINT32_MAX || !ohci_queue_create(&o->control) ||
        !ohci_queue_create(&o->bulk))
        return why_set(&o->usb.why, ERR_FULL, "memory below 4 GiB", 0, 1);
    ohci_write(o, OHCI_HC_HCCA, (uint32_t)kernel_phys(o->hcca));
    ohci_write(o, OHCI_HC_CONTROL_HEAD_ED, (uint32_t)kernel_phys(o->control.ed));
    ohci_write(o, OHCI_HC_BULK_HEAD_ED, (uint32_t)kernel_phys(o->bulk.ed));
    return OK;
}

/* How long a frame is: it must be set before the controller runs.  OHCI 1.0a §5.1.1.4 */
static void set_frame(struct ohci *o)
{
    uint32_t old = ohci_read(o, OHCI_HC_FM_INTERVAL), interval = OHCI_FM_INTERVAL(old);

    if (interval == 0)
        interval = OHCI_FM_DEFAULT;
    ohci_write(o, OHCI_HC_FM_INTERVAL,
               ((old & OHCI_FM_TOGGLE) ^ OHCI_FM_TOGGLE) | OHCI_FM_FSMPS(interval) | interval);
    ohci_write(o, OHCI_HC_PERIODIC_START, interval * 9 / 10);
}

/* Within 2 ms of the reset, or it would be a resume: OHCI 1.0a §5.1.1.4. */
static int run(struct ohci *o)
{
    uint32_t control = OHCI_CTL_CBSR_3 | OHCI_CTL_CLE | OHCI_CTL_BLE | OHCI_CTL_OPERATIONAL;
    uint32_t a;
    uint64_t start;

    set_frame(o);
    ohci_write(o, OHCI_HC_CONTROL, control);
    a = ohci_read(o, OHCI_HC_RH_DESCRIPTOR_A);
    o->usb.port_count = OHCI_RHA_PORTS(a);
    if (o->usb.port_count == 0 || o->usb.port_count > OHCI_PORTS_MAX)
        return why_set(&o->usb.why, ERR_BROKEN, "ports of the root hub", o->usb.port_count,
                       OHCI_PORTS_MAX);
    ohci_write(o, OHCI_HC_RH_STATUS, OHCI_RHS_LPSC);
    start = kernel_now_us();
    while (kernel_now_us() - start < OHCI_RHA_POWER_MS(a) * 1000u)
        ; /* half a second at most: the field has eight bits */
    return OK;
}

static int bring_up(struct ohci *o, const struct pci_function *fn)
{
    int status = pci_map_bar(fn, 0, 0, REGISTERS, &o->io, &o->usb.why);

    if (status == OK)
        status = take_over(o);
    if (status == OK)
        status = reset(o);
    if (status == OK)
        status = give_memory(o);
    return status == OK ? run(o) : status;
}

static const struct usb_host_ops ohci_ops = {
    .open = ohci_open,
    .address = ohci_address,
    .set_packet0 = ohci_set_packet0,
    .configure = ohci_configure,
    .control = ohci_control,
    .close = ohci_close,
    .request_poll = ohci_request_poll,
    .bulk_out = ohci_bulk_out,
    .bulk_in = ohci_bulk_in,
    .abandon = ohci_abandon,
    .poll = ohci_poll,
    .port_status = port_status,
    .port_reset = port_reset,
    .port_disable = port_disable,
};

static int ohci_attach(const struct device *dev, const struct device_id *id)
{
    struct ohci *o = kernel_memory(sizeof *o, _Alignof(struct ohci));
    int status;

    (void)id;
    if (!o)
        return ERR_FULL;
    usb_host_name(&o->usb, dev->found);
    o->usb.ops = &ohci_ops;
    pci_enable(dev->pci);
    status = bring_up(o, dev->pci);
    if (status != OK) {
        usb_host_note(&o->usb, "the OHCI controller can't be used", &o->usb.why);
        return status;
    }
    usb_host_start(&o->usb);
    return OK;
}

static const struct device_id ohci_ids[] = {
    { .bus = BUS_PCI, .vendor = 0x106b, .device = 0x003f, .kind = "pci-ohci" },
    { 0 },
};

const struct driver ohci_driver = {
    .name = "ohci",
    .ids = ohci_ids,
    .attach = ohci_attach,
};
