/*
 * usb-serial: an FTDI UART bridge, and the console on it.
 *
 * Output is a bulk transfer straight out of the log's memory.  Input comes in packets of
 * 64 bytes, each of which begins with two bytes of status.
 *
 * QEMU: -device qemu-xhci,id=u -device usb-serial,bus=u.0,chardev=c[,always-plugged=on]
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/console.h"
#include "drivers/usb/ftdi_regs.h"
#include "drivers/usb/usb.h"

#define FTDI_INPUT_SIZE 64 /* one packet: more would only arrive later */

struct ftdi {
    struct console console;
    struct usb_pipe out, in;
    uint8_t *input;
    size_t input_len;  /* bytes of the last packet ...   */
    size_t input_next; /* ... and the next one to hand out */
    uint64_t received_seen;
    bool is_added, is_input_asked;
};

static struct ftdi *ftdi_of(const struct usb_device *dev)
{
    return dev->driver_data;
}

/* --- the console --------------------------------------------------------------------- */

static struct ftdi *ftdi_of_console(struct console *con)
{
    return (struct ftdi *)((char *)con - offsetof(struct ftdi, console));
}

static size_t ftdi_write(struct console *con, const void *buf, size_t len)
{
    struct ftdi *f = ftdi_of_console(con);
    struct usb_host *host = f->out.device->host;
    uint64_t kicks = host->kicks, accesses = host->accesses;
    size_t taken;

    if (con->is_stopped || f->out.status != OK)
        return 0;
    taken = host->ops->bulk_out(&f->out, buf, len);
    con->kicks += host->kicks - kicks;
    con->accesses += host->accesses - accesses;
    return taken;
}

static size_t ftdi_inflight(struct console *con)
{
    struct ftdi *f = ftdi_of_console(con);

    if (!con->is_gone && !f->out.device->host->is_dead)
        f->out.device->host->ops->poll(f->out.device->host);
    con->returned = f->out.completed;
    return (size_t)usb_pipe_inflight(&f->out);
}

static bool ftdi_is_sent(struct console *con)
{
    return ftdi_inflight(con) == 0;
}

static void ftdi_abandon(struct console *con)
{
    struct ftdi *f = ftdi_of_console(con);

    con->lost += usb_pipe_inflight(&f->out);
    f->out.device->host->ops->abandon(&f->out);
    f->out.submitted = f->out.completed;
}

/* Ask for the next packet when the last one is used up. */
static void ask_for_input(struct ftdi *f)
{
    if (f->in.status == OK && usb_pipe_inflight(&f->in) == 0 && f->input_next == f->input_len)
        f->is_input_asked = f->in.device->host->ops->bulk_in(&f->in, f->input, FTDI_INPUT_SIZE) ==
                            OK;
}

static void take_packet(struct ftdi *f)
{
    size_t came = (size_t)(f->in.received - f->received_seen);

    if (!f->is_input_asked || usb_pipe_inflight(&f->in) != 0)
        return;
    f->is_input_asked = false;
    f->received_seen = f->in.received;
    f->input_len = came < FTDI_INPUT_SIZE ? came : FTDI_INPUT_SIZE;
    f->input_next = f->input_len < FTDI_STATUS_SIZE ? f->input_len : FTDI_STATUS_SIZE;
}

static size_t ftdi_read(struct console *con, void *buf, size_t len)
{
    struct ftdi *f = ftdi_of_console(con);
    size_t count;

    if (con->is_stopped || con->is_gone)
        return 0;
    f->in.device->host->ops->poll(f->in.device->host);
    take_packet(f);
    count = f->input_len - f->input_next;
    count = count < len ? count : len;
    bytes_copy(buf, f->input + f->input_next, count);
    f->input_next += count;
    ask_for_input(f);
    return count;
}

static const struct console_ops ftdi_console_ops = {
    .class = CONSOLE_BLOCKING,
    .write = ftdi_write,
    .inflight = ftdi_inflight,
    .is_sent = ftdi_is_sent,
    .read = ftdi_read,
    .abandon = ftdi_abandon,
};

/* --- the USB driver -------------------------------------------------------------------- */

static bool ftdi_fits(const struct usb_device *dev)
{
    return dev->vendor == FTDI_VENDOR && dev->product == FTDI_PRODUCT_232;
}

static int ftdi_bind(struct usb_device *dev, const uint8_t *descriptors, size_t len)
{
    struct ftdi *f = kernel_memory(sizeof *f, _Alignof(struct ftdi));
    int status;

    if (!f)
        return ERR_FULL;
    f->input = kernel_memory(FTDI_INPUT_SIZE, FTDI_INPUT_SIZE);
    status = usb_find_bulk(dev, descriptors, len, false, &f->out);
    if (status == OK)
        status = usb_find_bulk(dev, descriptors, len, true, &f->in);
    if (status != OK || !f->input)
        return status != OK ? status : ERR_FULL;
    dev->pipes[0] = &f->out;
    dev->pipes[1] = &f->in;
    dev->pipe_count = 2;
    dev->driver_data = f;
    return OK;
}

static int vendor_request(struct usb_device *dev, uint8_t request, uint16_t value)
{
    return usb_control(dev, USB_REQUEST_VENDOR | USB_REQUEST_TO_DEVICE, request, value, 0, 0);
}

static int start_reset(struct usb_device *dev)
{
    return vendor_request(dev, FTDI_RESET, 0);
}

static int start_baud(struct usb_device *dev)
{
    return vendor_request(dev, FTDI_SET_BAUD, FTDI_BAUD_115200);
}

static int start_data(struct usb_device *dev)
{
    return vendor_request(dev, FTDI_SET_DATA, FTDI_DATA_8N1);
}

static int start_flow(struct usb_device *dev)
{
    return vendor_request(dev, FTDI_SET_FLOW_CTRL, 0);
}

static int start_modem(struct usb_device *dev)
{
    return vendor_request(dev, FTDI_SET_MODEM_CTRL, FTDI_MODEM_CTRL_DTR_RTS);
}

static int add_console(struct usb_device *dev)
{
    struct ftdi *f = ftdi_of(dev);

    f->console.ops = &ftdi_console_ops;
    f->console.kind = "usb-serial";
    (void)usb_device_name(dev, f->console.found, sizeof f->console.found);
    f->is_added = true;
    kernel_console_add(&f->console);
    return OK;
}

static const struct usb_step ftdi_steps[] = {
    { "resetting the UART", start_reset, usb_request_poll },
    { "setting 115200 baud", start_baud, usb_request_poll },
    { "setting 8N1", start_data, usb_request_poll },
    { "switching flow control off", start_flow, usb_request_poll },
    { "raising DTR and RTS", start_modem, usb_request_poll },
    { "adding the console", add_console, NULL },
    { NULL, NULL, NULL },
};

/* A pipe that halted stays so: mostly the device has just been pulled out. */
static int ftdi_poll(struct usb_device *dev)
{
    struct ftdi *f = ftdi_of(dev);

    if (f->out.status == OK)
        return OK;
    usb_device_note(dev, "the device takes no more output", &dev->why);
    return f->out.status;
}

static void ftdi_stop(struct usb_device *dev)
{
    struct ftdi *f = ftdi_of(dev);

    if (f)
        f->console.is_stopped = true;
}

static bool ftdi_is_stopped(struct usb_device *dev)
{
    (void)dev;
    return true;
}

static void ftdi_gone(struct usb_device *dev)
{
    struct ftdi *f = ftdi_of(dev);

    if (!f || !f->is_added)
        return;
    f->console.returned = f->out.completed;
    f->console.lost += usb_pipe_inflight(&f->out);
    f->out.submitted = f->out.completed;
    kernel_console_remove(&f->console);
}

const struct usb_driver ftdi_driver = {
    .name = "ftdi",
    .fits = ftdi_fits,
    .bind = ftdi_bind,
    .steps = ftdi_steps,
    .poll = ftdi_poll,
    .stop = ftdi_stop,
    .is_stopped = ftdi_is_stopped,
    .gone = ftdi_gone,
};
