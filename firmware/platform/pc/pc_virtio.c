/*
 * The virtio-mmio slots of a microvm.
 *
 * With acpi=off QEMU names the slots that are used on the command line; else they are
 * in the DSDT, as code for an interpreter that we don't have.  But they lie at fixed
 * places, and an empty one says so: look at each.
 *
 * QEMU: -M microvm -device virtio-serial-device
 * Next on the tour: drivers/virtio/virtio_mmio.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <stddef.h>

#include "drivers/device.h"
#include "drivers/kernel.h"
#include "drivers/text.h"
#include "drivers/virtio/virtio_mmio_words.h"
#include "firmware/platform/pc/pc.h"
#include "firmware/platform/platform.h"

/* QEMU, include/hw/i386/microvm.h: VIRTIO_MMIO_BASE, and hw/i386/microvm.c: the number. */
#define SLOT_BASE  0xfeb00000u
#define SLOT_LEN   0x200u
#define SLOT_COUNT 24

/* VIRTIO 1.2 §4.2.2: the registers end, and the device's configuration begins. */
#define SLOT_LEN_MIN 0x100

static void attach(struct device *dev, uint64_t base, uint64_t len)
{
    dev->bus = BUS_PLATFORM;
    dev->compatible = "virtio,mmio";
    if (kernel_map(&dev->io, IO_SPACE_MEMORY, base, len) == OK)
        drivers_attach(dev);
    else
        kernel_note("virtio-mmio", dev->found, &(struct why){ "address can't be mapped", base, 0 });
}

/* The same device named twice would be reset under our own feet. */
static bool was_named_before(const char *line, const struct virtio_mmio_word *word)
{
    struct virtio_mmio_word earlier;
    while (virtio_mmio_word_next(&line, &earlier) && earlier.text < word->text) {
        if (earlier.is_right && earlier.base == word->base)
            return true;
    }
    return false;
}

static void attach_word(const char *line, const struct virtio_mmio_word *word)
{
    struct device dev = { .bus = BUS_PLATFORM };
    struct text found = text_begin(dev.found, sizeof(dev.found));
    text_add(&found, "cmdline:");
    for (size_t i = 0; i < word->len; i++)
        text_add_char(&found, word->text[i]);

    if (!word->is_right || word->size < SLOT_LEN_MIN)
        kernel_note("virtio-mmio", dev.found, &(struct why){ "word not understood", 0, 0 });
    else if (was_named_before(line, word))
        kernel_note("virtio-mmio", dev.found, &(struct why){ "named twice", word->base, 0 });
    else
        attach(&dev, word->base, word->size);
}

/* Returns how many words there were. */
static unsigned attach_words(const char *line)
{
    unsigned count = 0;
    struct virtio_mmio_word word;
    for (const char *rest = line; virtio_mmio_word_next(&rest, &word); count++)
        attach_word(line, &word);
    return count;
}

static void attach_slots(void)
{
    for (unsigned i = 0; i < SLOT_COUNT; i++) {
        struct device dev = { .bus = BUS_PLATFORM };
        struct text found = text_begin(dev.found, sizeof(dev.found));
        text_add(&found, "microvm:0x");
        text_add_hex(&found, SLOT_BASE + i * SLOT_LEN, 1);
        attach(&dev, SLOT_BASE + i * SLOT_LEN, SLOT_LEN);
    }
}

void pc_virtio_attach(const struct pc *pc)
{
    unsigned words = attach_words(pc->pvh.command_line);
    if (words == 0 && text_equal(platform_machine(), "microvm"))
        attach_slots();
}
