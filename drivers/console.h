/*
 * Seam 1: the console.  Above it nobody knows devices, below it nobody knows
 * the log.
 *
 * Two readers: whoever calls a console (firmware/log.c, firmware/pump.c) reads
 * struct console; whoever writes a driver reads struct console_ops as well.
 *
 * Next on the tour: drivers/io.h
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_CONSOLE_H
#define DRIVERS_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/status.h"

struct console;

/*
 * In which order a pass visits the consoles, and how it offers bytes.
 *
 * DOORBELL  write() posts memory and rings once, and a ring costs as much as
 *           hundreds of bytes: call it seldom, with much (virtio).  A console of
 *           another class that has inflight() is spared rings in the same way.
 * FIFO      write() takes at most a FIFO, and never waits (16550).
 * BLOCKING  write() may stop the whole machine while its host does not read, and
 *           the guest can't see that coming: call it last (PL011, debugcon,
 *           semihosting, usb-serial).
 */
enum console_class { CONSOLE_DOORBELL, CONSOLE_FIFO, CONSOLE_BLOCKING };

struct console_ops {
    enum console_class class;

    /*
     * Offer bytes.  The driver must not change them, and a DOORBELL console may
     * go on reading buf until inflight() no longer counts it.
     *
     * buf, len   1.. bytes of the stream, any alignment
     * returns    0..len: how many it took.  0 is "not now", not an error.
     * blocks     never
     */
    size_t (*write)(struct console *con, const void *buf, size_t len);

    /* Bytes taken whose memory the device still reads: the newest inflight()
     * bytes taken.  Takes finished buffers back first.  NULL means always 0. */
    size_t (*inflight)(struct console *con);

    /* Has everything taken left the device (UART: TEMT; virtio: ring drained)?
     * Never blocks.  NULL means always. */
    bool (*is_sent)(struct console *con);

    /* Take input.  Returns 0..len bytes, never blocks.  NULL: no input. */
    size_t (*read)(struct console *con, void *buf, size_t len);

    /*
     * Make the device let go of everything in flight, on this console or its
     * whole controller (a device reset).  Afterwards inflight() is 0, and each
     * console concerned has the bytes that may be lost added to `lost`.
     * NULL where inflight() is always 0.
     */
    void (*abandon)(struct console *con);

    /* The panic path: push out bytes with no queue and no memory of the log
     * (VIRTIO_CONSOLE_F_EMERG_WRITE).  Returns 0..len.  NULL: has none. */
    size_t (*emergency)(struct console *con, const void *buf, size_t len);
};

#define CONSOLE_NAME_SIZE  32
#define CONSOLE_FOUND_SIZE 96
#define CONSOLE_LABEL_SIZE 64
#define CONSOLE_GAP_SIZE   40 /* CR LF, "gap: bytes=", twenty digits, CR LF */

/*
 * One console.  Embedded in the driver's own struct; lives for ever (a console
 * that goes away keeps its struct, for the ledger).
 */
struct console {
    /* --- set by the driver, before kernel_console_add() ------------------- */
    const struct console_ops *ops;
    const char *kind;               /* QEMU's word: "isa-serial", "virtconsole"  */
    char found[CONSOLE_FOUND_SIZE]; /* how: "isa:0x3f8", "pci:00:03.0/bar0/port1":
                                        no blanks                                 */
    char label[CONSOLE_LABEL_SIZE]; /* a name that the device gives, or ""       */
    bool is_primary;                /* stdout-path or SPCR points at it          */
    int status;                     /* OK: driven.  Else found, and not driven   */
    struct why why;                 /* ... because of this                       */

    /* --- counted by the driver, read by the ledger ------------------------- */
    uint64_t accesses; /* register accesses, a burst counting each byte  */
    uint64_t kicks;    /* doorbells rung                                 */
    uint64_t returned; /* bytes that the device gave back as sent        */
    uint64_t lost;     /* bytes taken that the device may never send     */
    bool is_stopped;   /* offer nothing now: host side closed, or paused */

    /* --- owned by the kernel (firmware/log.c, firmware/pump.c) -------------- */
    char name[CONSOLE_NAME_SIZE]; /* unique: kind and number, "virtconsole0" */
    struct console *next;         /* in pass order                           */
    bool is_selected;             /* console= wants it                       */
    bool is_parked;               /* makes no progress: nobody waits for it  */
    bool is_gone;                 /* removed: the device is no longer there  */
    bool is_announced;            /* its console: record is written          */

    uint64_t cursor;        /* stream position of the next byte to offer      */
    uint64_t floor;         /* where it started, or went on after its last gap */
    uint64_t inflight_seen; /* inflight() at the last look                    */
    uint64_t progress_us;   /* when it last took or gave back a byte          */
    uint64_t given_up;      /* bytes skipped, named in gap lines              */
    uint64_t stalls;        /* times it was parked                            */
    uint64_t retry_us;      /* parked: when it is offered bytes again         */
    uint64_t sent_at;       /* the cursor where is_sent() last said yes       */

    uint64_t waiting_since_us; /* doorbell: when its oldest waiting byte came, or 0 */
    uint64_t look_at;          /* doorbell: stream position of the next look        */
    uint64_t credit_us;        /* doorbell: early rings are paid for up to here     */

    uint64_t lost_seen;         /* of `lost`, already told by a gap line       */
    uint64_t lost_before;       /* `lost` before its device was last reset     */
    uint64_t gap_told;          /* how many bytes the last gap line named      */
    char gap[CONSOLE_GAP_SIZE]; /* the gap line: the device may read it        */
    uint8_t gap_len, gap_sent;  /* its length, and how much of it was taken    */
    bool is_mid_line;           /* the last byte taken did not end a line      */
};

#endif
