/*
 * A virtio device for unit tests, stricter than QEMU's.  It names the rule when the
 * driver breaks one, and really consumes the rings.  Checked among others:
 *
 *   VIRTIO 1.2 §2.1.1    status bits are only added, in order
 *   VIRTIO 1.2 §2.2.1    features are a subset of the offered ones; §6.1 VERSION_1 is in it
 *   VIRTIO 1.2 §2.7      alignment and place of the rings, descriptors in DMA memory
 *   VIRTIO 1.2 §3.1.1    queues before DRIVER_OK, no doorbell before it
 *
 * virtio_fake.c          registers that all transports share, and the rings
 * virtio_fake_direct.c   a transport without registers
 * virtio_fake_mmio.c     virtio-mmio, versions 1 and 2
 * virtio_fake_pci.c      virtio over PCI, modern and legacy
 * virtio_fake_console.c  the console device behind them
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FAKES_VIRTIO_FAKE_H
#define TESTS_FAKES_VIRTIO_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/io.h"
#include "drivers/virtio/virtio.h"

#define VIRTIO_FAKE_QUEUES 140

struct virtio_fake;

/* How the device lies in the used ring. */
enum virtio_fake_lie {
    LIE_NONE,
    LIE_ID_OUT_OF_RANGE,
    LIE_ID_NOT_IN_FLIGHT,
    LIE_LENGTH,   /* longer than the buffer          */
    LIE_IDX,      /* used->idx runs ahead (split)    */
    LIE_FULL_LEN, /* no lie that matters: the length of a buffer that was only read */
};

struct virtio_fake_queue {
    uint16_t size;                 /* as the driver set it               */
    uint64_t desc, driver, device; /* areas                              */
    bool is_live;
    unsigned bells;            /* doorbells rung                     */
    uint16_t seen, used;       /* running counts                     */
    uint16_t at_seen, at_used; /* packed: places, with laps          */
    bool lap_seen, lap_used;
    uint32_t align; /* legacy mmio                        */
};

/* A buffer that the driver made available. */
struct virtio_fake_buffer {
    uint16_t id;
    uint8_t *bytes;
    uint32_t len;
    bool is_writable;
};

struct virtio_fake {
    /* set by the test */
    uint64_t offered; /* features                                       */
    bool is_legacy;
    uint16_t queue_max; /* size of each queue, 0: there is none           */
    unsigned queue_count;
    bool is_slow;          /* works only in virtio_fake_run(), not at the bell */
    bool refuses_features; /* FEATURES_OK does not stick                     */
    bool stays_in_reset;   /* status never reads 0 after a reset             */
    bool is_dead;          /* takes nothing from its rings                   */
    bool is_asleep;        /* split, no EVENT_IDX: asks not to be told       */
    bool needs_reset;      /* status has DEVICE_NEEDS_RESET, until a reset   */
    enum virtio_fake_lie lie;
    int lie_queue; /* which queue lies                               */

    /* what the device is; set by virtio_fake_console_init() */
    uint32_t (*config_read)(struct virtio_fake *fake, size_t offset, unsigned bytes);
    void (*config_write)(struct virtio_fake *fake, size_t offset, unsigned bytes, uint32_t value);
    void (*run_queue)(struct virtio_fake *fake, unsigned index);
    void (*was_reset)(struct virtio_fake *fake);

    /* the registers */
    uint8_t status;
    uint64_t accepted;
    uint32_t device_sel, driver_sel, queue_sel;
    uint32_t page_size;
    struct virtio_fake_queue queues[VIRTIO_FAKE_QUEUES];

    /* looked at by the test */
    unsigned resets;
    unsigned accesses;
    char broken[200]; /* the first rule that the driver broke, "" if none */
};

/* A rule: if it is not kept, its text is kept in `broken`. */
void virtio_fake_rule(struct virtio_fake *fake, bool is_kept, const char *text);

/* The device does what there is to do on all its queues. */
void virtio_fake_run(struct virtio_fake *fake);

/* --- for the transports ----------------------------------------------------------- */

uint8_t virtio_fake_status(struct virtio_fake *fake);
void virtio_fake_set_status(struct virtio_fake *fake, uint8_t status);
uint32_t virtio_fake_features(struct virtio_fake *fake);
void virtio_fake_set_features(struct virtio_fake *fake, uint32_t features);
uint16_t virtio_fake_queue_max(struct virtio_fake *fake);
void virtio_fake_set_size(struct virtio_fake *fake, uint32_t size);
void virtio_fake_enable(struct virtio_fake *fake);
void virtio_fake_bell(struct virtio_fake *fake, uint32_t index);
struct virtio_fake_queue *virtio_fake_selected(struct virtio_fake *fake);

/* A legacy queue is one block: from its page to the three areas.  §2.7.2 */
void virtio_fake_enable_legacy(struct virtio_fake *fake, uint32_t page, uint32_t align);

/* --- for the device ----------------------------------------------------------------- */

/* The next buffer that the driver made available; false if there is none. */
bool virtio_fake_pop(struct virtio_fake *fake, unsigned index, struct virtio_fake_buffer *buffer);

/* Give it back, with len bytes written into it. */
void virtio_fake_push(struct virtio_fake *fake, unsigned index,
                      const struct virtio_fake_buffer *buffer, uint32_t len);

/* --- no transport at all: the operations go straight to the fake --------------------- */

struct virtio_fake_direct {
    struct virtio dev; /* first: the operations get this */
    struct virtio_fake *fake;
};
void virtio_fake_direct_init(struct virtio_fake_direct *direct, struct virtio_fake *fake);

/* --- virtio-mmio ---------------------------------------------------------------------- */

struct virtio_fake_mmio {
    struct virtio_fake *fake;
    uint32_t magic, version, device_id;
};
extern const struct io_bus virtio_fake_mmio_bus; /* ctx: a struct virtio_fake_mmio */

/* --- virtio over PCI -------------------------------------------------------------------- */

#define VIRTIO_FAKE_PCI_NOTIFY 0x3000u /* within BAR 4, as QEMU's */
#define VIRTIO_FAKE_PCI_DEVICE 0x2000u
#define VIRTIO_FAKE_PCI_LEN    0x4000u

struct virtio_fake_pci {
    struct virtio_fake *fake;
    uintptr_t base;      /* of BAR 4 or BAR 0, in its space      */
    uint32_t multiplier; /* bytes between doorbells              */
    bool has_msix;       /* legacy: the configuration is at 0x18 */
};
extern const struct io_bus virtio_fake_pci_modern_bus; /* ctx: a struct virtio_fake_pci */
extern const struct io_bus virtio_fake_pci_legacy_bus;

#endif
