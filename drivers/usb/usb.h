/*
 * USB: the seam between host controllers below and class drivers above.
 *
 *    ftdi.c  usb_hub.c            class drivers: what a device is for
 *    usb_device.c  usb_port.c     enumeration: reset, address, descriptors, configuration
 *    ==== struct usb_host_ops ====
 *    xhci*.c  uhci*.c  ohci*.c    host controllers: how bytes get onto the wire
 *
 * Nothing here waits.  Whatever takes time is started by one call and asked about by the
 * next, from usb_host_poll(); so a device that is plugged in while the log runs delays nobody.
 * Enumeration is therefore not a function but a table of steps (struct usb_step).
 *
 * Source: USB 2.0, chapters 9 and 11.  Next on the tour: drivers/usb/usb_device.c
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_USB_USB_H
#define DRIVERS_USB_USB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/kernel.h"
#include "drivers/status.h"
#include "drivers/text.h"
#include "drivers/usb/usb_regs.h"

struct usb_device;
struct usb_host;
struct usb_hub;
struct usb_port;

/* The numbers are those of xHCI's default protocol speed ids: xHCI 1.2 table 7-13. */
enum usb_speed { USB_SPEED_FULL = 1, USB_SPEED_LOW = 2, USB_SPEED_HIGH = 3, USB_SPEED_SUPER = 4 };

/* --- pipes ----------------------------------------------------------------------- */

/* One bulk endpoint in use.  Embedded in the class driver's struct. */
struct usb_pipe {
    /* set by usb_descriptor.c */
    struct usb_device *device;
    uint8_t address; /* as in the endpoint descriptor: number and direction */
    uint16_t max_packet;
    /* set by the host controller's driver */
    int status;         /* OK, or why nothing moves any more                */
    uint64_t submitted; /* bytes given to the device, or room for them      */
    uint64_t completed; /* of these, finished                               */
    uint64_t received;  /* IN: bytes that really came                       */
    void *hc;
};

static inline bool usb_pipe_is_in(const struct usb_pipe *pipe)
{
    return (pipe->address & USB_ENDPOINT_IN) != 0;
}

static inline uint64_t usb_pipe_inflight(const struct usb_pipe *pipe)
{
    return pipe->submitted - pipe->completed;
}

/* --- devices --------------------------------------------------------------------- */

/* A control transfer's first packet.  USB 2.0 table 9-2 */
struct usb_request {
    uint8_t type, request;
    uint16_t value, index, length;
};

/*
 * One thing to be done with a device, asked about until it is done.
 * start   OK | ERR_BUSY: call again | another error: give the device up.  NULL: nothing to start
 * finish  ERR_BUSY: not yet | 0..: done | another error.  NULL: done at once
 */
struct usb_step {
    const char *name; /* for the record that says where it failed; NULL ends a table */
    int (*start)(struct usb_device *dev);
    int (*finish)(struct usb_device *dev);
};

#define USB_PIPES_MAX   2   /* what a class driver uses: bulk OUT and IN             */
#define USB_BUFFER_SIZE 512 /* control data: the descriptors of any console or hub fit */
#define USB_DEVICES_MAX 64  /* on one controller                                     */
#define USB_FOUND_SIZE  64

struct usb_device {
    struct usb_host *host;
    struct usb_port *port;
    enum usb_speed speed;
    unsigned tier; /* 0: on a root port */
    uint8_t
        *buffer; /* USB_BUFFER_SIZE bytes that the controller reaches, and then a setup packet */

    /* from its descriptors, checked */
    uint16_t vendor, product, max_packet0;
    uint8_t device_class, configuration;

    /* set by the class driver */
    const struct usb_driver *driver;
    void *driver_data;
    struct usb_pipe *pipes[USB_PIPES_MAX];
    unsigned pipe_count;
    unsigned hub_ports; /* 0: no hub */

    /* owned by usb_device.c */
    const struct usb_step *step;
    unsigned phase; /* how many tables of steps are behind it */
    bool is_step_started;
    uint64_t step_since_us;
    struct why why;
    struct usb_device *next_free;

    /* owned by the host controller's driver */
    uint8_t address;
    void *hc;
};

/* What a device is for.  Adding one is a line in usb_device.c. */
struct usb_driver {
    const char *name;
    bool (*fits)(const struct usb_device *dev);
    /* Choose the pipes out of the configuration's descriptors. */
    int (*bind)(struct usb_device *dev, const uint8_t *descriptors, size_t len);
    const struct usb_step *steps;         /* once it is configured                             */
    int (*poll)(struct usb_device *dev);  /* from then on; an error gives it up      */
    void (*stop)(struct usb_device *dev); /* start nothing more; may be called twice */
    bool (*is_stopped)(struct usb_device *dev);
    void (*gone)(struct usb_device *dev); /* nobody reads its memory any more           */
};

extern const struct usb_driver ftdi_driver, usb_hub_driver;

/* --- ports ------------------------------------------------------------------------ */

struct usb_port_status {
    bool is_connected, is_enabled, is_resetting;
    bool has_changed; /* was unplugged since the last look, if only for a moment */
    enum usb_speed speed;
};

enum usb_port_state {
    USB_PORT_EMPTY,
    USB_PORT_DEBOUNCING,
    USB_PORT_RESETTING,
    USB_PORT_RECOVERING,
    USB_PORT_ENUMERATING,
    USB_PORT_SETTLED,
    USB_PORT_CLOSING,
    USB_PORT_REFUSED,
};

/* A socket: of the root hub, or of a hub. */
struct usb_port {
    struct usb_host *host;
    struct usb_device *hub; /* NULL: a root port */
    unsigned number;        /* 1.. */
    struct usb_port_status status;
    bool wants_reset, wants_disable; /* set by usb_port.c, cleared by whoever does it */
    /* owned by usb_port.c */
    enum usb_port_state state, after_closing;
    uint64_t since_us;
    bool is_closing_started;
    struct usb_device *device;
};

void usb_port_init(struct usb_port *port, struct usb_host *host, struct usb_device *hub,
                   unsigned number);
/* Go on with whatever the port is doing.  Never blocks. */
void usb_port_poll(struct usb_port *port);

/* --- host controllers ---------------------------------------------------------------- */

struct usb_host_ops {
    /*
     * Requests.  Each starts one thing on a device, and request_poll() tells how it ended.
     * returns  OK started | ERR_BUSY call again | ERR_FULL, ERR_BROKEN
     */
    int (*open)(struct usb_device *dev);        /* prepare for a new device             */
    int (*address)(struct usb_device *dev);     /* give it an address of its own        */
    int (*set_packet0)(struct usb_device *dev); /* max_packet0 is known now             */
    int (*configure)(struct usb_device *dev);   /* pipes and hub_ports are known now    */
    int (*control)(struct usb_device *dev, const struct usb_request *request);
    int (*close)(struct usb_device *dev); /* let go of all its memory                   */
    /* ERR_BUSY | 0.. done, so many bytes came into dev->buffer | another error */
    int (*request_poll)(struct usb_device *dev);

    /* Bulk.  Takes 0..len bytes; the device reads them until they are completed. */
    size_t (*bulk_out)(struct usb_pipe *pipe, const void *buf, size_t len);
    /* One transfer of at most len bytes, only while none is in flight. */
    int (*bulk_in)(struct usb_pipe *pipe, void *buf, size_t len);
    /* Let go of everything in flight, within 20 ms. */
    void (*abandon)(struct usb_pipe *pipe);

    /* Take back what is finished.  Calls nobody. */
    void (*poll)(struct usb_host *host);
    /* Look at a root port, and take note of its changes. */
    struct usb_port_status (*port_status)(struct usb_host *host, unsigned number);
    void (*port_reset)(struct usb_host *host, unsigned number);
    void (*port_disable)(struct usb_host *host, unsigned number);
};

#define USB_ROOT_PORTS_MAX 32
#define USB_LOOK_US        20000 /* ports with no change events are looked at so often */

/* One controller.  Embedded in its driver's struct. */
struct usb_host {
    /* set by its driver */
    const struct usb_host_ops *ops;
    char name[16]; /* "00:04.0" */
    unsigned port_count;
    bool has_port_events; /* port_event says when to look at the ports        */
    bool port_event;
    bool is_dead;   /* no longer answers: named once, then left alone */
    struct why why; /* ... because of this                            */
    uint64_t accesses, kicks;
    /* owned by usb_host.c and usb_port.c */
    struct usb_port ports[USB_ROOT_PORTS_MAX];
    struct usb_port *turn; /* only one device may be without an address          */
    struct usb_device *free_devices;
    unsigned device_count;
    unsigned unsettled; /* ports, in this pass, that are still at something */
    uint64_t looked_us, asked_us, away_us;
    bool is_polling, is_death_told;
    uint32_t addresses[4]; /* owned by usb_address.c: taken ones */
    struct service service;
};

/*
 * The controller runs: bring up what is plugged in, and serve the ports from now on.
 * blocks  until all ports have settled, at most USB_SETTLE_US of usb_now_us()
 */
void usb_host_start(struct usb_host *host);

/* One pass over ports, hubs and devices.  Never blocks. */
void usb_host_poll(struct usb_host *host);

/*
 * Time as the controller's waits count it: it goes on by at most USB_AWAY_US from one question
 * to the next, and never back.  Another console's device model may stop the whole machine for seconds; no device
 * is to blame for that, nor for a kernel that is busy elsewhere.
 */
uint64_t usb_now_us(struct usb_host *host);
#define USB_AWAY_US 20000

/* The controller's name, from where it was found: "pci:00:04.0" gives "00:04.0". */
void usb_host_name(struct usb_host *host, const char *found);

/* Name what happened to a controller: "usb: 00:04.0: TEXT". */
void usb_host_note(const struct usb_host *host, const char *text, const struct why *why);

/* --- for host controllers that leave it to us -------------------------------------------- */

/* A free address 1..127, or 0: all are taken. */
uint8_t usb_address_take(struct usb_host *host);
void usb_address_release(struct usb_host *host, uint8_t address);
/* A request as the eight bytes of a setup packet. */
void usb_request_bytes(const struct usb_request *request, uint8_t bytes[USB_SETUP_SIZE]);

/* --- for class drivers and ports -------------------------------------------------------- */

struct usb_device *usb_device_create(struct usb_port *port);
/* ERR_BUSY: still at it | OK: in use, or left alone | another error: give it up */
int usb_device_step(struct usb_device *dev);
void usb_device_free(struct usb_device *dev);

/* Start a control transfer; data of an IN request comes into dev->buffer. */
int usb_control(struct usb_device *dev, uint8_t type, uint8_t request, uint16_t value,
                uint16_t index, uint16_t length);
/* The end of a control transfer: what usb_step.finish often is. */
int usb_request_poll(struct usb_device *dev);
/* The end of one that must bring so many bytes at least. */
int usb_request_poll_bytes(struct usb_device *dev, unsigned least);

/* "usb:00:04.0/1.2": controller / root port . hub port.  Returns the length. */
size_t usb_device_name(const struct usb_device *dev, char *buf, size_t size);
/* Name what happened to a device, with its numbers if they are known. */
void usb_device_note(const struct usb_device *dev, const char *text, const struct why *why);

/* --- descriptors: the device's word, checked ----------------------------------------------- */

static inline uint16_t usb_get16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

/*
 * The next descriptor of a type.
 * at       in: where to begin; out: behind the one found
 * returns  its first byte, at least least_len bytes long, all within len; or NULL
 */
const uint8_t *usb_descriptor_next(const uint8_t *descriptors, size_t len, size_t *at, uint8_t type,
                                   uint8_t least_len);

/*
 * Set up a pipe on the first bulk endpoint of a direction.
 * returns  OK | ERR_ABSENT no such endpoint | ERR_BROKEN it can't be right, dev->why says
 */
int usb_find_bulk(struct usb_device *dev, const uint8_t *descriptors, size_t len, bool is_in,
                  struct usb_pipe *pipe);

#endif
