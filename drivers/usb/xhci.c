/*
 * xHCI: the controller of USB 3 and of everything older, polled.
 *
 * All it needs is memory: an array that leads from slots to device contexts, a ring of
 * commands, a ring of events; then it runs.
 *
 * Source: xHCI 1.2; §4.2 is the order of things.
 * QEMU: -device qemu-xhci,id=u   -device nec-usb-xhci,id=u
 *
 * Next on the tour: drivers/usb/xhci_command.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdatomic.h>

#include "drivers/usb/xhci.h"

/* A reset ends within microseconds; some chips take milliseconds.  No document has a limit. */
#define RESET_BUDGET_US   100000u
/* xHCI 1.2 §5.4.1.1: a controller halts within 16 ms. */
#define HALT_BUDGET_US    16000u
/* xHCI 1.2 §7.1.1: firmware gives the controller up within a second. */
#define HANDOFF_BUDGET_US 1000000u
#define PAGE_SIZE         4096u
#define SCRATCHPADS_MAX   256u /* a megabyte: more than that is no controller for us */

void xhci_ring_doorbell(struct xhci *x, unsigned slot, unsigned endpoint)
{
    atomic_thread_fence(memory_order_seq_cst);
    x->usb.kicks++;
    xhci_write(x, &x->doorbells, 4 * slot, endpoint);
}

/* Wait until the bits of an operational register have a value. */
static bool wait_for(struct xhci *x, size_t reg, uint32_t bits, uint32_t value, uint64_t budget_us)
{
    uint64_t start = kernel_now_us();

    while ((xhci_read(x, &x->operational, reg) & bits) != value)
        if (kernel_now_us() - start > budget_us)
            return false;
    return true;
}

void xhci_die(struct xhci *x, const char *what, uint64_t found, uint64_t expected)
{
    if (x->usb.is_dead)
        return;
    x->usb.is_dead = true;
    (void)why_set(&x->usb.why, ERR_BROKEN, what, found, expected);
    xhci_write(x, &x->operational, XHCI_USBCMD, 0);
    (void)wait_for(x, XHCI_USBSTS, XHCI_STS_HCH, XHCI_STS_HCH, HALT_BUDGET_US);
}

/* --- root ports: xHCI 1.2 §4.19, §5.4.8 -------------------------------------------------- */

static bool is_alive(struct xhci *x)
{
    uint32_t status = xhci_read(x, &x->operational, XHCI_USBSTS);

    if (status & (XHCI_STS_HSE | XHCI_STS_HCE)) /* all ones too: it is gone */
        xhci_die(x, "USBSTS", status, 0);
    return !x->usb.is_dead;
}

static struct usb_port_status port_status(struct usb_host *host, unsigned number)
{
    struct xhci *x = xhci_of(host);
    uint32_t sc;

    if (!is_alive(x))
        return (struct usb_port_status){ 0 };
    sc = xhci_read(x, &x->operational, XHCI_PORTSC(number));
    if (sc & XHCI_PORTSC_CHANGES)
        xhci_write(x, &x->operational, XHCI_PORTSC(number),
                   (sc & XHCI_PORTSC_KEEP) | (sc & XHCI_PORTSC_CHANGES));
    return (struct usb_port_status){
        .is_connected = sc & XHCI_PORTSC_CCS,
        .is_enabled = sc & XHCI_PORTSC_PED,
        .is_resetting = sc & XHCI_PORTSC_PR,
        .has_changed = sc & XHCI_PORTSC_CSC,
        .speed = (enum usb_speed)XHCI_PORTSC_SPEED(sc),
    };
}

static void port_reset(struct usb_host *host, unsigned number)
{
    struct xhci *x = xhci_of(host);
    uint32_t sc = xhci_read(x, &x->operational, XHCI_PORTSC(number));

    xhci_write(x, &x->operational, XHCI_PORTSC(number), (sc & XHCI_PORTSC_KEEP) | XHCI_PORTSC_PR);
}

/* Writing 1 to PED disables: xHCI 1.2 §5.4.8. */
static void port_disable(struct usb_host *host, unsigned number)
{
    struct xhci *x = xhci_of(host);
    uint32_t sc = xhci_read(x, &x->operational, XHCI_PORTSC(number));

    xhci_write(x, &x->operational, XHCI_PORTSC(number), (sc & XHCI_PORTSC_KEEP) | XHCI_PORTSC_PED);
}

/* --- the controller ------------------------------------------------------------------------ */

/* All registers that we use lie in the first 64 KiB, or where the offsets say. */
static uint64_t window_len(const struct pci_function *fn)
{
    return fn->bars[0].len < 0x10000 ? fn->bars[0].len : 0x10000;
}

static int open_windows(struct xhci *x, const struct pci_function *fn)
{
    uint64_t len = window_len(fn);
    uint32_t caplength, dboff, rtsoff;
    int status = pci_map_bar(fn, 0, 0, len, &x->capability, &x->usb.why);

    if (status != OK || len < 0x1000)
        return status != OK ? status
                            : why_set(&x->usb.why, ERR_BROKEN, "BAR0's length", len, 0x1000);
    caplength = xhci_read(x, &x->capability, XHCI_CAPLENGTH) & 0xff;
    dboff = xhci_read(x, &x->capability, XHCI_DBOFF) & ~3u;
    rtsoff = xhci_read(x, &x->capability, XHCI_RTSOFF) & ~31u;
    status = pci_map_bar(fn, 0, caplength, len - caplength, &x->operational, &x->usb.why);
    if (status == OK)
        status = pci_map_bar(fn, 0, rtsoff, XHCI_ERDP + 8, &x->runtime, &x->usb.why);
    if (status == OK)
        status = pci_map_bar(fn, 0, dboff, 4 * (XHCI_SLOTS_MAX + 1), &x->doorbells, &x->usb.why);
    return status;
}

static int read_parameters(struct xhci *x, uint64_t len)
{
    uint32_t p1 = xhci_read(x, &x->capability, XHCI_HCSPARAMS1);
    uint32_t p2 = xhci_read(x, &x->capability, XHCI_HCSPARAMS2);
    uint32_t hcc = xhci_read(x, &x->capability, XHCI_HCCPARAMS1);

    x->slots = XHCI_MAX_SLOTS(p1) < XHCI_SLOTS_MAX ? XHCI_MAX_SLOTS(p1) : XHCI_SLOTS_MAX;
    x->usb.port_count = XHCI_MAX_PORTS(p1) < USB_ROOT_PORTS_MAX ? XHCI_MAX_PORTS(p1)
                                                                : USB_ROOT_PORTS_MAX;
    x->scratchpads = XHCI_MAX_SCRATCHPADS(p2);
    x->context_size = hcc & XHCI_HCC_CSZ ? 64 : 32;
    x->has_64bit = hcc & XHCI_HCC_AC64;
    if (hcc == UINT32_MAX || x->slots == 0 || x->usb.port_count == 0)
        return why_set(&x->usb.why, ERR_BROKEN, "HCSPARAMS1", p1, 0x01000001);
    if (x->scratchpads > SCRATCHPADS_MAX)
        return why_set(&x->usb.why, ERR_UNSUPPORTED, "scratchpads", x->scratchpads,
                       SCRATCHPADS_MAX);
    if (x->operational.base - x->capability.base + XHCI_PORTSC(x->usb.port_count + 1) > len)
        return why_set(&x->usb.why, ERR_BROKEN, "ports that BAR0 has room for", 0,
                       x->usb.port_count);
    return OK;
}

/* Where a BIOS drives the controller, ask for it: xHCI 1.2 §4.22.1. */
static int take_over(struct xhci *x, uint64_t len)
{
    uint64_t at = XHCI_HCC_XECP(xhci_read(x, &x->capability, XHCI_HCCPARAMS1)) * 4u, next = at;
    uint64_t start = kernel_now_us();
    uint32_t legacy = 0;

    for (; next != 0 && at + 4 <= len; at += next) {
        legacy = xhci_read(x, &x->capability, (size_t)at);
        next = XHCI_XECP_NEXT(legacy) * 4u;
        if (XHCI_XECP_ID(legacy) == XHCI_XECP_LEGACY)
            break;
    }
    if (XHCI_XECP_ID(legacy) != XHCI_XECP_LEGACY || !(legacy & XHCI_LEGACY_BIOS_OWNED))
        return OK;
    xhci_write(x, &x->capability, (size_t)at, legacy | XHCI_LEGACY_OS_OWNED);
    while (xhci_read(x, &x->capability, (size_t)at) & XHCI_LEGACY_BIOS_OWNED)
        if (kernel_now_us() - start > HANDOFF_BUDGET_US)
            return why_set(&x->usb.why, ERR_TIMEOUT, "firmware's ownership", legacy, 0);
    return OK;
}

/* xHCI 1.2 §4.2: halt, reset, and touch nothing until it is ready again. */
static int reset(struct xhci *x)
{
    xhci_write(x, &x->operational, XHCI_USBCMD, 0);
    if (!wait_for(x, XHCI_USBSTS, XHCI_STS_HCH, XHCI_STS_HCH, HALT_BUDGET_US))
        return why_set(&x->usb.why, ERR_TIMEOUT, "USBSTS halted", 0, XHCI_STS_HCH);
    xhci_write(x, &x->operational, XHCI_USBCMD, XHCI_CMD_HCRST);
    if (!wait_for(x, XHCI_USBCMD, XHCI_CMD_HCRST, 0, RESET_BUDGET_US))
        return why_set(&x->usb.why, ERR_TIMEOUT, "USBCMD reset", XHCI_CMD_HCRST, 0);
    if (!wait_for(x, XHCI_USBSTS, XHCI_STS_CNR, 0, RESET_BUDGET_US))
        return why_set(&x->usb.why, ERR_TIMEOUT, "USBSTS not ready", XHCI_STS_CNR, 0);
    return OK;
}

/* Pages for the controller's own use: xHCI 1.2 §4.20. */
static bool give_scratchpads(struct xhci *x)
{
    uint32_t page = (xhci_read(x, &x->operational, XHCI_PAGESIZE) & 0xffff) << 12;
    uint64_t *array;

    if (x->scratchpads == 0)
        return true;
    if (page == 0 || (page & (page - 1)) != 0)
        page = PAGE_SIZE;
    array = kernel_memory(x->scratchpads * sizeof *array, PAGE_SIZE);
    if (!array)
        return false;
    for (unsigned i = 0; i < x->scratchpads; i++) {
        void *memory = kernel_memory(page, page);
        if (!memory)
            return false;
        array[i] = kernel_phys(memory);
    }
    x->contexts[0] = kernel_phys(array);
    return true;
}

/* xHCI 1.2 §4.2: slots, the array of contexts, the command ring, the event ring. */
static int give_memory(struct xhci *x)
{
    x->contexts = kernel_memory((XHCI_SLOTS_MAX + 1) * sizeof *x->contexts, PAGE_SIZE);
    x->input = kernel_memory((XHCI_CONTEXTS + 1) * x->context_size, PAGE_SIZE);
    if (!x->contexts || !x->input || !xhci_ring_create(&x->commands) || !give_scratchpads(x))
        return why_set(&x->usb.why, ERR_FULL, "memory", 0, 1);
    if (!x->has_64bit && kernel_phys(x->contexts) > UINT32_MAX)
        return why_set(&x->usb.why, ERR_UNSUPPORTED, "memory above 4 GiB", kernel_phys(x->contexts),
                       UINT32_MAX);
    xhci_write(x, &x->operational, XHCI_CONFIG, x->slots);
    xhci_write64(x, &x->operational, XHCI_DCBAAP, kernel_phys(x->contexts));
    xhci_write64(x, &x->operational, XHCI_CRCR, kernel_phys(x->commands.trbs) | XHCI_CRCR_RCS);
    if (!xhci_events_create(x))
        return why_set(&x->usb.why, ERR_FULL, "memory", 0, 1);
    return OK;
}

static int run(struct xhci *x)
{
    xhci_write(x, &x->operational, XHCI_USBCMD, XHCI_CMD_RUN);
    if (!wait_for(x, XHCI_USBSTS, XHCI_STS_HCH, 0, HALT_BUDGET_US))
        return why_set(&x->usb.why, ERR_TIMEOUT, "USBSTS halted", XHCI_STS_HCH, 0);
    /* Ports may have to be switched on: xHCI 1.2 §4.19.4. */
    for (unsigned i = 1; i <= x->usb.port_count; i++) {
        uint32_t sc = xhci_read(x, &x->operational, XHCI_PORTSC(i));
        if (!(sc & XHCI_PORTSC_PP))
            xhci_write(x, &x->operational, XHCI_PORTSC(i),
                       (sc & XHCI_PORTSC_KEEP) | XHCI_PORTSC_PP);
    }
    return OK;
}

static int bring_up(struct xhci *x, const struct pci_function *fn)
{
    int status = open_windows(x, fn);

    if (status == OK)
        status = read_parameters(x, window_len(fn));
    if (status == OK)
        status = take_over(x, window_len(fn));
    if (status == OK)
        status = reset(x);
    if (status == OK)
        status = give_memory(x);
    return status == OK ? run(x) : status;
}

static const struct usb_host_ops xhci_ops = {
    .open = xhci_open,
    .address = xhci_address,
    .set_packet0 = xhci_set_packet0,
    .configure = xhci_configure,
    .control = xhci_control,
    .close = xhci_close,
    .request_poll = xhci_request_poll,
    .bulk_out = xhci_bulk_out,
    .bulk_in = xhci_bulk_in,
    .abandon = xhci_abandon,
    .poll = xhci_poll,
    .port_status = port_status,
    .port_reset = port_reset,
    .port_disable = port_disable,
};

/* --- attach ----------------------------------------------------------------------------------- */

static int xhci_attach(const struct device *dev, const struct device_id *id)
{
    struct xhci *x = kernel_memory(sizeof *x, _Alignof(struct xhci));
    int status;

    (void)id;
    if (!x)
        return ERR_FULL;
    x->usb.ops = &xhci_ops;
    x->usb.has_port_events = true;
    usb_host_name(&x->usb, dev->found);
    pci_enable(dev->pci);
    status = bring_up(x, dev->pci);
    if (status != OK) {
        usb_host_note(&x->usb, "the xHCI controller can't be used", &x->usb.why);
        return status;
    }
    usb_host_start(&x->usb);
    return OK;
}

static const struct device_id xhci_ids[] = {
    { .bus = BUS_PCI, .vendor = 0x1b36, .device = 0x000d, .kind = "qemu-xhci" },
    { .bus = BUS_PCI, .vendor = 0x1033, .device = 0x0194, .kind = "nec-usb-xhci" },
    { 0 },
};

const struct driver xhci_driver = {
    .name = "xhci",
    .ids = xhci_ids,
    .attach = xhci_attach,
};
