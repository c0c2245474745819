/*
 * An xHCI controller.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tests/fakes/xhci_fake.h"

#include <string.h>

#include "drivers/pci/pci_regs.h"
#include "drivers/usb/xhci_regs.h"
#include "tests/fakes/kernel.h"

#define BAR_ADDRESS 0x40000000u
#define BAR_LEN     0x4000u
#define CAPLENGTH   0x40u
#define RUNTIME     0x1000u
#define DOORBELLS   0x2000u
#define EXTENDED    0x800u

#define STALL_ERROR       6
#define TRANSACTION_ERROR 4
#define TRB_ERROR         5
#define PARAMETER_ERROR   17

static void broke(struct xhci_fake *fake, const char *rule)
{
    usb_fake_broke(&fake->bus, rule);
}

/* Memory by its physical address, if the driver may use it so. */
static void *memory(struct xhci_fake *fake, uint64_t phys, size_t len, uint64_t align,
                    const char *rule)
{
    void *at = (void *)(uintptr_t)phys; // NOLINT

    if (phys % align == 0 && fake_kernel_is_dma(at, len))
        return at;
    broke(fake, rule);
    return NULL;
}

/* --- events ------------------------------------------------------------------------------ */

void xhci_fake_event(struct xhci_fake *fake, uint64_t parameter, uint32_t status, uint32_t control)
{
    uint64_t *segment = memory(fake, fake->erstba, 16, 64, "xHCI 1.2 table 6-1: event table");
    struct xhci_trb *trb;

    if (!segment)
        return;
    trb = memory(fake, fake->event_at, sizeof *trb, 16, "xHCI 1.2 §4.9.4: event ring");
    if (!trb)
        return;
    trb->parameter = parameter;
    trb->status = status;
    trb->control = control | fake->event_cycle;
    fake->event_at += sizeof *trb;
    if (fake->event_at == segment[0] + (uint32_t)segment[1] * sizeof *trb) {
        fake->event_at = segment[0];
        fake->event_cycle ^= XHCI_TRB_CYCLE;
    }
    if (fake->event_at == (fake->erdp & ~15ull))
        broke(fake, "xHCI 1.2 §4.9.4: the event ring overflows");
}

static void port_event(struct xhci_fake *fake, unsigned port)
{
    if (fake->usbcmd & XHCI_CMD_RUN)
        xhci_fake_event(fake, (uint64_t)(port + 1) << 24, XHCI_SUCCESS << 24,
                        XHCI_TRB_TYPE(XHCI_PORT_EVENT));
}

/* --- rings --------------------------------------------------------------------------------- */

/* The next block of a ring, links followed; NULL: not ours yet. */
static struct xhci_trb *peek(struct xhci_fake *fake, struct xhci_fake_ring *ring)
{
    for (unsigned links = 0; links < 2; links++) {
        struct xhci_trb *trb = memory(fake, ring->at, sizeof *trb, 16,
                                      "xHCI 1.2 §4.9: ring memory");
        if (!trb || (trb->control & XHCI_TRB_CYCLE) != ring->cycle)
            return NULL;
        if (XHCI_TRB_TYPE_OF(trb->control) != XHCI_LINK)
            return trb;
        ring->at = trb->parameter;
        if (trb->control & XHCI_TRB_TC)
            ring->cycle ^= XHCI_TRB_CYCLE;
    }
    broke(fake, "xHCI 1.2 §4.11.5.1: links that lead nowhere");
    return NULL;
}

static void advance(struct xhci_fake_ring *ring)
{
    ring->at += sizeof(struct xhci_trb);
}

static void transfer_event(struct xhci_fake *fake, unsigned slot, unsigned id, uint64_t trb,
                           unsigned code, uint32_t residue)
{
    xhci_fake_event(fake, trb, code << 24 | residue,
                    XHCI_TRB_TYPE(XHCI_TRANSFER_EVENT) | XHCI_TRB_SLOT(slot) |
                        XHCI_TRB_ENDPOINT(id));
}

static unsigned code_of(int packet)
{
    return packet == USB_FAKE_STALL ? STALL_ERROR : TRANSACTION_ERROR;
}

/* Move a block's bytes in packets.  Returns bytes moved, or USB_FAKE_... */
static int move(struct xhci_fake *fake, unsigned slot, struct xhci_fake_ring *ring,
                enum usb_fake_pid pid, unsigned endpoint, uint8_t *data, size_t len)
{
    size_t moved = 0;

    do {
        size_t packet = len - moved < ring->max_packet ? len - moved : ring->max_packet;
        int count = usb_fake_packet(&fake->bus, fake->slots[slot].device, pid, endpoint,
                                    ring->toggle, data + moved, packet);
        if (count < 0)
            return count == USB_FAKE_NAK && moved > 0 ? (int)moved : count;
        ring->toggle = !ring->toggle;
        moved += (size_t)count;
        if (pid == USB_FAKE_IN && (size_t)count < ring->max_packet)
            break;
    } while (moved < len);
    return (int)moved;
}

static uint8_t *block_memory(struct xhci_fake *fake, const struct xhci_trb *trb)
{
    uint64_t len = trb->status & 0x1ffff;

    if (len > XHCI_TRB_MAX_LEN || (trb->parameter & 0xffff) + len > 0x10000)
        broke(fake, "xHCI 1.2 §6.4.1: a block across 64 KiB");
    return memory(fake, trb->parameter, (size_t)len, 1, "xHCI 1.2 §6.4.1: memory of a block");
}

static void run_bulk(struct xhci_fake *fake, unsigned slot, unsigned id)
{
    struct xhci_fake_ring *ring = &fake->slots[slot].rings[id];
    struct xhci_trb *trb;

    while (!ring->is_halted && (trb = peek(fake, ring))) {
        uint32_t len = trb->status & 0x1ffff;
        uint8_t *data = block_memory(fake, trb);
        int moved;
        if (XHCI_TRB_TYPE_OF(trb->control) != XHCI_NORMAL)
            broke(fake, "xHCI 1.2 table 6-91: a bulk ring holds normal blocks");
        if (!data)
            return;
        moved = move(fake, slot, ring, id % 2 ? USB_FAKE_IN : USB_FAKE_OUT, id / 2, data, len);
        if (moved == USB_FAKE_NAK)
            return;
        if (moved < 0) {
            ring->is_halted = true;
            transfer_event(fake, slot, id, ring->at, code_of(moved), len);
            return;
        }
        if ((trb->control & XHCI_TRB_IOC) ||
            ((uint32_t)moved < len && (trb->control & XHCI_TRB_ISP)))
            transfer_event(fake, slot, id, ring->at,
                           (uint32_t)moved < len ? XHCI_SHORT_PACKET : XHCI_SUCCESS,
                           len - (uint32_t)moved);
        advance(ring);
    }
}

/* --- control transfers ------------------------------------------------------------------------ */

static bool fail_control(struct xhci_fake *fake, unsigned slot, int packet)
{
    struct xhci_fake_ring *ring = &fake->slots[slot].rings[1];

    if (packet >= 0)
        return false;
    if (packet == USB_FAKE_NAK)
        return true;
    ring->is_halted = true;
    transfer_event(fake, slot, 1, ring->at, code_of(packet), 0);
    return true;
}

static bool run_setup(struct xhci_fake *fake, unsigned slot, const struct xhci_trb *trb)
{
    struct xhci_fake_ring *ring = &fake->slots[slot].rings[1];
    uint8_t setup[8];
    unsigned stages = trb->control >> 16 & 3;

    memcpy(setup, &trb->parameter, sizeof setup);
    if (XHCI_TRB_TYPE_OF(trb->control) != XHCI_SETUP || trb->status != 8 ||
        !(trb->control & XHCI_TRB_IDT))
        broke(fake, "xHCI 1.2 §6.4.1.2.1: setup stage");
    if (stages != (setup[6] == 0 && setup[7] == 0 ? 0 : setup[0] & USB_REQUEST_IN ? 3u : 2u))
        broke(fake, "xHCI 1.2 table 4-7: transfer type of the setup stage");
    if (setup[1] == USB_SET_ADDRESS && (setup[0] & 0x60) == 0)
        broke(fake, "xHCI 1.2 §4.6.5: SET_ADDRESS is the controller's");
    ring->toggle = false;
    if (fail_control(fake, slot, move(fake, slot, ring, USB_FAKE_SETUP, 0, setup, 8)))
        return false;
    ring->toggle = true;
    advance(ring);
    return true;
}

static bool run_data(struct xhci_fake *fake, unsigned slot, const struct xhci_trb *trb)
{
    struct xhci_fake_ring *ring = &fake->slots[slot].rings[1];
    bool is_in = trb->control & XHCI_TRB_DIR_IN;
    uint8_t *data = block_memory(fake, trb);
    int moved = data ? move(fake, slot, ring, is_in ? USB_FAKE_IN : USB_FAKE_OUT, 0, data,
                            trb->status)
                     : USB_FAKE_STALL;

    if (fail_control(fake, slot, moved))
        return false;
    if (trb->control & XHCI_TRB_IOC)
        transfer_event(fake, slot, 1, ring->at,
                       (uint32_t)moved < trb->status ? XHCI_SHORT_PACKET : XHCI_SUCCESS,
                       trb->status - (uint32_t)moved);
    advance(ring);
    return true;
}

static void run_status(struct xhci_fake *fake, unsigned slot, const struct xhci_trb *trb)
{
    struct xhci_fake_ring *ring = &fake->slots[slot].rings[1];
    bool is_in = trb->control & XHCI_TRB_DIR_IN;
    uint8_t none[64];

    if (XHCI_TRB_TYPE_OF(trb->control) != XHCI_STATUS)
        broke(fake, "xHCI 1.2 §4.11.2.2: a status stage ends the transfer");
    ring->toggle = true;
    if (fail_control(fake, slot,
                     move(fake, slot, ring, is_in ? USB_FAKE_IN : USB_FAKE_OUT, 0, none, 0)))
        return;
    if (trb->control & XHCI_TRB_IOC)
        transfer_event(fake, slot, 1, ring->at, XHCI_SUCCESS, 0);
    advance(ring);
}

static void run_control(struct xhci_fake *fake, unsigned slot)
{
    struct xhci_fake_ring *ring = &fake->slots[slot].rings[1];
    struct xhci_trb *trb;

    while (!ring->is_halted && (trb = peek(fake, ring))) {
        struct xhci_fake_ring start = *ring;
        if (!run_setup(fake, slot, trb))
            return;
        trb = peek(fake, ring);
        if (trb && XHCI_TRB_TYPE_OF(trb->control) == XHCI_DATA) {
            if (!run_data(fake, slot, trb)) {
                if (!ring->is_halted)
                    *ring = start; /* "later": the whole transfer again */
                return;
            }
            trb = peek(fake, ring);
        }
        if (!trb) {
            broke(fake, "xHCI 1.2 §4.11.2.2: a control transfer without its status stage");
            return;
        }
        run_status(fake, slot, trb);
    }
}

/* --- commands ------------------------------------------------------------------------------------ */

static uint32_t *context(const struct xhci_fake *fake, uint32_t *contexts, unsigned n)
{
    return contexts + n * (fake->has_64_byte_contexts ? 16u : 8u);
}

static uint32_t *input_of(struct xhci_fake *fake, const struct xhci_trb *trb)
{
    return memory(fake, trb->parameter, 33 * (fake->has_64_byte_contexts ? 64u : 32u), 16,
                  "xHCI 1.2 table 6-1: input context");
}

/* Follow port and route to the device that is really there. */
static struct usb_fake_device *follow(struct xhci_fake *fake, const uint32_t *slot)
{
    unsigned root = slot[1] >> 16 & 0xff;
    struct usb_fake_port *port = root >= 1 && root <= USB_FAKE_PORTS ? &fake->bus.ports[root - 1]
                                                                     : NULL;

    for (uint32_t route = slot[0] & 0xfffff; port && route != 0; route >>= 4) {
        unsigned number = route & 15;
        port = port->device && number <= USB_FAKE_PORTS ? &port->device->ports[number - 1] : NULL;
    }
    return port && port->is_enabled ? port->device : NULL;
}

static void take_endpoint(struct xhci_fake *fake, unsigned slot, uint32_t *input, unsigned id)
{
    const uint32_t *ep = context(fake, input, id + 1);
    struct xhci_fake_ring *ring = &fake->slots[slot].rings[id];
    unsigned type = ep[1] >> 3 & 7;

    if (type != (id == 1 ? 4u : id % 2 ? 6u : 2u))
        broke(fake, "xHCI 1.2 §6.2.3: endpoint type does not fit its index");
    if ((ep[1] >> 1 & 3) != 3 || ep[4] == 0)
        broke(fake, "xHCI 1.2 §4.14.1.1, §6.2.3: error count, average length");
    *ring = (struct xhci_fake_ring){ .is_there = true,
                                     .at = (ep[2] | (uint64_t)ep[3] << 32) & ~15ull,
                                     .cycle = ep[2] & 1,
                                     .max_packet = ep[1] >> 16 };
    if (ring->max_packet == 0)
        broke(fake, "xHCI 1.2 §6.2.3: max packet size 0");
}

static unsigned address_device(struct xhci_fake *fake, unsigned slot, uint32_t *input)
{
    struct xhci_fake_slot *s = &fake->slots[slot];
    uint8_t setup[8] = { 0, USB_SET_ADDRESS, (uint8_t)(slot + 10) };
    struct usb_fake_device *dev = follow(fake, context(fake, input, 1));
    uint8_t none[1];

    if (context(fake, input, 0)[XHCI_INPUT_ADD] != 3)
        broke(fake, "xHCI 1.2 §4.6.5: Address Device adds slot and endpoint 0");
    if (s->is_addressed)
        broke(fake, "xHCI 1.2 §4.5.3: addressed twice");
    if (!dev || usb_fake_find(&fake->bus, 0) != dev)
        return TRANSACTION_ERROR;
    s->device = dev;
    take_endpoint(fake, slot, input, 1);
    if (usb_fake_packet(&fake->bus, dev, USB_FAKE_SETUP, 0, false, setup, 8) < 0 ||
        usb_fake_packet(&fake->bus, dev, USB_FAKE_IN, 0, true, none, 0) < 0)
        return TRANSACTION_ERROR;
    s->is_addressed = true;
    return XHCI_SUCCESS;
}

static unsigned evaluate(struct xhci_fake *fake, unsigned slot, uint32_t *input)
{
    if (!fake->slots[slot].is_addressed || context(fake, input, 0)[XHCI_INPUT_ADD] != 2)
        broke(fake, "xHCI 1.2 §4.6.7: Evaluate Context");
    fake->slots[slot].rings[1].max_packet = context(fake, input, 2)[1] >> 16;
    return XHCI_SUCCESS;
}

static unsigned configure(struct xhci_fake *fake, unsigned slot, uint32_t *input)
{
    uint32_t add = context(fake, input, 0)[XHCI_INPUT_ADD];
    const uint32_t *s = context(fake, input, 1);
    unsigned last = 31;

    if (!fake->slots[slot].is_addressed || (add & 3) != 1)
        broke(fake, "xHCI 1.2 §4.6.6: Configure Endpoint adds the slot, not endpoint 0");
    for (unsigned id = 2; id < 32; id++)
        if (add >> id & 1)
            take_endpoint(fake, slot, input, id);
    while (last > 1 && !(add >> last & 1))
        last--;
    if (s[0] >> 27 < last)
        broke(fake, "xHCI 1.2 §6.2.2: context entries");
    if (fake->slots[slot].device->hub_ports != 0 &&
        (!(s[0] & XHCI_SLOT_HUB) || s[1] >> 24 != fake->slots[slot].device->hub_ports))
        broke(fake, "xHCI 1.2 §6.2.2: a hub says so, and how many ports it has");
    return XHCI_SUCCESS;
}

static unsigned enable_slot(struct xhci_fake *fake, unsigned *slot)
{
    for (*slot = 1; *slot <= fake->config && fake->slots[*slot].is_enabled;)
        ++*slot;
    if (*slot > fake->config)
        return XHCI_NO_SLOTS;
    fake->slots[*slot] = (struct xhci_fake_slot){ .is_enabled = true };
    if (fake->slot_given)
        *slot = fake->slot_given;
    return XHCI_SUCCESS;
}

static unsigned set_dequeue(struct xhci_fake *fake, struct xhci_fake_ring *ring, uint64_t position)
{
    if (!ring->is_halted)
        broke(fake, "xHCI 1.2 §4.6.10: the endpoint must be stopped");
    ring->at = position & ~15ull;
    ring->cycle = position & 1;
    ring->is_halted = false;
    return XHCI_SUCCESS;
}

static unsigned slot_command(struct xhci_fake *fake, const struct xhci_trb *trb, unsigned slot)
{
    unsigned type = XHCI_TRB_TYPE_OF(trb->control);
    struct xhci_fake_ring *ring = &fake->slots[slot].rings[XHCI_TRB_ENDPOINT_OF(trb->control)];
    uint32_t *input;

    if (type == XHCI_DISABLE_SLOT) {
        fake->slots[slot] = (struct xhci_fake_slot){ 0 };
        return XHCI_SUCCESS;
    }
    if (type == XHCI_STOP_ENDPOINT) {
        ring->is_halted = true;
        transfer_event(fake, slot, XHCI_TRB_ENDPOINT_OF(trb->control), ring->at, XHCI_STOPPED, 0);
        return XHCI_SUCCESS;
    }
    if (type == XHCI_SET_TR_DEQUEUE)
        return set_dequeue(fake, ring, trb->parameter);
    input = input_of(fake, trb);
    if (!input)
        return PARAMETER_ERROR;
    if (type == XHCI_ADDRESS_DEVICE)
        return address_device(fake, slot, input);
    if (type == XHCI_EVALUATE_CONTEXT)
        return evaluate(fake, slot, input);
    return type == XHCI_CONFIGURE_ENDPOINT ? configure(fake, slot, input) : TRB_ERROR;
}

static void run_commands(struct xhci_fake *fake)
{
    struct xhci_trb *trb;

    while (!fake->ignores_commands && (trb = peek(fake, &fake->commands))) {
        unsigned slot = XHCI_TRB_SLOT_OF(trb->control), code;
        if (XHCI_TRB_TYPE_OF(trb->control) == XHCI_ENABLE_SLOT) {
            code = enable_slot(fake, &slot);
        } else if (slot == 0 || slot > fake->config || !fake->slots[slot].is_enabled) {
            broke(fake, "xHCI 1.2 §4.5.3: a command to a slot that is not enabled");
            code = TRB_ERROR;
        } else {
            code = slot_command(fake, trb, slot);
        }
        xhci_fake_event(fake, fake->commands.at,
                        (fake->command_code ? fake->command_code : code) << 24,
                        XHCI_TRB_TYPE(XHCI_COMMAND_EVENT) | XHCI_TRB_SLOT(slot));
        advance(&fake->commands);
    }
}

static void run_endpoint(struct xhci_fake *fake, unsigned slot, unsigned id)
{
    if (fake->ignores_transfers || !fake->slots[slot].rings[id].is_there)
        return;
    if (id == 1)
        run_control(fake, slot);
    else
        run_bulk(fake, slot, id);
}

void xhci_fake_run(struct xhci_fake *fake)
{
    for (unsigned slot = 1; slot <= XHCI_FAKE_SLOTS; slot++)
        for (unsigned id = 1; id < 32; id++)
            run_endpoint(fake, slot, id);
}

/* --- registers -------------------------------------------------------------------------------------- */

static uint32_t read_capability(struct xhci_fake *fake, size_t reg)
{
    switch (reg) {
    case XHCI_CAPLENGTH:
        return 0x01100000 | CAPLENGTH;
    case XHCI_HCSPARAMS1:
        return USB_FAKE_PORTS << 24 | 1 << 8 | XHCI_FAKE_SLOTS;
    case XHCI_HCSPARAMS2:
        return (fake->scratchpads & 31) << 27 | (fake->scratchpads >> 5) << 21;
    case XHCI_HCCPARAMS1:
        return EXTENDED / 4 << 16 | XHCI_HCC_AC64 | (fake->has_64_byte_contexts ? XHCI_HCC_CSZ : 0);
    case XHCI_DBOFF:
        return DOORBELLS;
    case XHCI_RTSOFF:
        return RUNTIME;
    case EXTENDED: /* supported protocol, then legacy support */
        return 4 << 8 | 2;
    case EXTENDED + 16:
        return fake->legacy | XHCI_XECP_LEGACY;
    default:
        return 0;
    }
}

/* xHCI 1.2 §4.19.4: a port that is not switched on sees no device. */
static uint32_t read_port(const struct usb_fake_port *port)
{
    bool is_connected = port->device && port->is_powered;

    return (is_connected ? XHCI_PORTSC_CCS : 0) | (port->is_enabled ? XHCI_PORTSC_PED : 0) |
           (port->is_resetting ? XHCI_PORTSC_PR : 0) | (port->is_powered ? XHCI_PORTSC_PP : 0) |
           (port->device ? (port->device->is_low_speed ? 2u : 1u) << 10 : 0) |
           (port->changes & USB_PORT_CHANGE_CONNECTION ? XHCI_PORTSC_CSC : 0) |
           (port->changes >> 4 & 1 ? 1u << 21 : 0);
}

static void write_port(struct xhci_fake *fake, unsigned number, uint32_t value)
{
    struct usb_fake_port *port = &fake->bus.ports[number];

    if ((value & XHCI_PORTSC_PED) && (value & (XHCI_PORTSC_CHANGES | XHCI_PORTSC_PR)))
        broke(fake, "xHCI 1.2 §5.4.8: writing PED disables the port");
    if (value & XHCI_PORTSC_PED)
        port->is_enabled = false;
    if (value & XHCI_PORTSC_CSC)
        port->changes &= ~USB_PORT_CHANGE_CONNECTION;
    if (value & 1u << 21)
        port->changes &= ~(1u << 4);
    port->is_powered = value & XHCI_PORTSC_PP;
    if (!port->is_powered)
        broke(fake, "xHCI 1.2 §5.4.8: power taken away");
    if (value & XHCI_PORTSC_PR) {
        usb_fake_reset(port);
        port_event(fake, number);
    }
}

static uint32_t read_operational(struct xhci_fake *fake, size_t reg)
{
    if (reg == XHCI_USBCMD)
        return fake->usbcmd;
    if (reg == XHCI_PAGESIZE)
        return 1;
    if (reg == XHCI_USBSTS) {
        if (fake->not_ready > 0)
            fake->not_ready--;
        return fake->usbsts | (fake->not_ready ? XHCI_STS_CNR : 0) |
               (!(fake->usbcmd & XHCI_CMD_RUN) && !fake->never_halts ? XHCI_STS_HCH : 0);
    }
    if (reg >= XHCI_PORTSC(1) && (reg - XHCI_PORTSC(1)) / 16 < USB_FAKE_PORTS && reg % 16 == 0)
        return read_port(&fake->bus.ports[(reg - XHCI_PORTSC(1)) / 16]);
    return 0;
}

static void set_half(uint64_t *whole, bool is_high, uint32_t value)
{
    *whole = is_high ? (*whole & UINT32_MAX) | (uint64_t)value << 32
                     : (*whole & ~(uint64_t)UINT32_MAX) | value;
}

/* xHCI 1.2 §4.2: what must stand before it runs. */
static void start(struct xhci_fake *fake)
{
    uint64_t *table = memory(fake, fake->dcbaap, (fake->config + 1) * 8, 64,
                             "xHCI 1.2 table 6-1: device context array");

    if (fake->config == 0 || fake->config > XHCI_FAKE_SLOTS)
        broke(fake, "xHCI 1.2 §5.4.7: number of slots");
    if (fake->erstsz != 1 || fake->erstba == 0)
        broke(fake, "xHCI 1.2 §4.2: no event ring");
    if (!memory(fake, fake->crcr & ~63ull, 16, 64, "xHCI 1.2 table 6-1: command ring"))
        return;
    if (fake->scratchpads && (!table || table[0] == 0))
        broke(fake, "xHCI 1.2 §4.20: no scratchpads");
    fake->commands = (struct xhci_fake_ring){ .at = fake->crcr & ~63ull,
                                              .cycle = fake->crcr & XHCI_CRCR_RCS };
}

static void write_command(struct xhci_fake *fake, uint32_t value)
{
    if (value & XHCI_CMD_HCRST) {
        if (!fake->never_halts && (fake->usbcmd & XHCI_CMD_RUN))
            broke(fake, "xHCI 1.2 §5.4.1: reset while it runs");
        fake->not_ready = 3;
        value = fake->never_resets ? value : 0;
    }
    if ((value & XHCI_CMD_RUN) && !(fake->usbcmd & XHCI_CMD_RUN))
        start(fake);
    fake->usbcmd = value;
}

static void write_operational(struct xhci_fake *fake, size_t reg, uint32_t value)
{
    if (fake->not_ready > 0)
        broke(fake, "xHCI 1.2 §5.4.2: written while not ready");
    if (reg == XHCI_USBCMD)
        write_command(fake, value);
    else if (reg == XHCI_CONFIG)
        fake->config = value;
    else if ((reg & ~4u) == XHCI_DCBAAP)
        set_half(&fake->dcbaap, reg & 4, value);
    else if (reg == XHCI_CRCR || reg == XHCI_CRCR + 4)
        set_half(&fake->crcr, reg != XHCI_CRCR, value);
    else if (reg >= XHCI_PORTSC(1) && (reg - XHCI_PORTSC(1)) / 16 < USB_FAKE_PORTS)
        write_port(fake, (unsigned)(reg - XHCI_PORTSC(1)) / 16, value);
    else
        broke(fake, "an operational register that is none of ours");
}

static void start_events(struct xhci_fake *fake)
{
    uint64_t *segment = memory(fake, fake->erstba, 16, 64, "xHCI 1.2 table 6-1: event table");

    if (!segment)
        return;
    if ((uint32_t)segment[1] < 16 || (uint32_t)segment[1] > 4096 || segment[0] % 64 != 0)
        broke(fake, "xHCI 1.2 §6.5: event ring segment");
    fake->event_at = segment[0];
    fake->event_cycle = XHCI_TRB_CYCLE;
}

static void write_runtime(struct xhci_fake *fake, size_t reg, uint32_t value)
{
    if (reg == XHCI_ERSTSZ)
        fake->erstsz = value;
    else if ((reg & ~4u) == XHCI_ERSTBA)
        set_half(&fake->erstba, reg & 4, value);
    else if (reg == XHCI_ERDP || reg == XHCI_ERDP + 4)
        set_half(&fake->erdp, reg != XHCI_ERDP, value);
    if (reg == XHCI_ERSTBA + 4)
        start_events(fake);
}

static void write_doorbell(struct xhci_fake *fake, unsigned slot, uint32_t value)
{
    fake->doorbells++;
    if (!(fake->usbcmd & XHCI_CMD_RUN))
        broke(fake, "xHCI 1.2 §4.7: a doorbell of a controller that does not run");
    else if (slot == 0)
        run_commands(fake);
    else if (slot > fake->config || !fake->slots[slot].is_enabled || value > 31 ||
             !fake->slots[slot].rings[value].is_there)
        broke(fake, "xHCI 1.2 §4.7: a doorbell of no endpoint");
    else
        run_endpoint(fake, slot, value);
}

static uint32_t bus_read(const struct io *io, size_t offset, unsigned bytes)
{
    struct xhci_fake *fake = io->ctx;
    size_t reg = io->base - BAR_ADDRESS + offset;

    if (bytes != 4 || reg % 4 != 0)
        broke(fake, "xHCI 1.2 §5: 32-bit accesses");
    if (fake->is_gone)
        return UINT32_MAX;
    if (reg >= CAPLENGTH && reg < EXTENDED)
        return read_operational(fake, reg - CAPLENGTH);
    return read_capability(fake, reg);
}

static void bus_write(const struct io *io, size_t offset, unsigned bytes, uint32_t value)
{
    struct xhci_fake *fake = io->ctx;
    size_t reg = io->base - BAR_ADDRESS + offset;

    if (bytes != 4 || reg % 4 != 0)
        broke(fake, "xHCI 1.2 §5: 32-bit accesses");
    if (fake->is_gone)
        return;
    if (reg >= DOORBELLS)
        write_doorbell(fake, (unsigned)(reg - DOORBELLS) / 4, value);
    else if (reg >= RUNTIME)
        write_runtime(fake, reg - RUNTIME, value);
    else if (reg == EXTENDED + 16)
        fake->legacy = fake->keeps_bios ? value : value & ~XHCI_LEGACY_BIOS_OWNED;
    else if (reg >= CAPLENGTH && reg < EXTENDED)
        write_operational(fake, reg - CAPLENGTH, value);
    else
        broke(fake, "xHCI 1.2 §5.3: capability registers are read-only");
}

static const struct io_bus bus = { .read = bus_read, .write = bus_write };

/* --- the card ------------------------------------------------------------------------------------------ */

void xhci_fake_init(struct xhci_fake *fake)
{
    int card;

    memset(fake, 0, sizeof *fake);
    pci_fake_init(&fake->pci, &pci_config_ecam);
    card = pci_fake_add(&fake->pci, PCI_FAKE_ROOT, 4, 0, 0x1b36000d);
    pci_fake_set_bar(&fake->pci, card, 0, PCI_BAR_MEMORY_TYPE_64, BAR_LEN);
    pci_fake_set_config(&fake->pci, card, PCI_BAR0, 4, BAR_ADDRESS | PCI_BAR_MEMORY_TYPE_64);
    fake_kernel_map(IO_SPACE_MEMORY, BAR_ADDRESS, BAR_LEN, &bus, fake);
    fake->function = (struct pci_function){
        .host = &fake->pci.host,
        .bdf = PCI_BDF(0, 4, 0),
        .bars[0] = { .space = IO_SPACE_MEMORY,
                     .address = BAR_ADDRESS,
                     .len = BAR_LEN,
                     .is_64bit = true,
                     .is_assigned = true },
    };
    fake->device =
        (struct device){ .bus = BUS_PCI, .found = "pci:00:04.0", .pci = &fake->function };
}

int xhci_fake_attach(struct xhci_fake *fake)
{
    return xhci_driver.attach(&fake->device, &xhci_driver.ids[0]);
}

void xhci_fake_plug(struct xhci_fake *fake, unsigned port, struct usb_fake_device *dev)
{
    usb_fake_plug(&fake->bus.ports[port - 1], dev);
    port_event(fake, port - 1);
}

/* The slots of a device, and of all that is plugged into it, lead nowhere now. */
static void cut_off(struct xhci_fake *fake, const struct usb_fake_device *dev)
{
    for (unsigned slot = 1; slot <= XHCI_FAKE_SLOTS; slot++)
        if (fake->slots[slot].device == dev)
            fake->slots[slot].device = NULL;
    for (unsigned i = 0; i < USB_FAKE_PORTS; i++)
        if (dev->ports[i].device)
            cut_off(fake, dev->ports[i].device);
}

/* What is in flight ends with an error: xHCI 1.2 §4.10.2.3. */
void xhci_fake_unplug(struct xhci_fake *fake, unsigned port)
{
    cut_off(fake, fake->bus.ports[port - 1].device);
    usb_fake_unplug(&fake->bus.ports[port - 1]);
    xhci_fake_run(fake);
    port_event(fake, port - 1);
}
