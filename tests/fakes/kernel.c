/*
 * drivers/kernel.h for unit tests.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tests/fakes/kernel.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BLOCKS   4096
#define MAX_WINDOWS  64
#define MAX_CONSOLES 256
#define MAX_NOTES    256
#define NOTE_SIZE    256

struct range {
    const void *start;
    size_t len;
    void *owned;   /* to be freed, or NULL */
    uint64_t phys; /* with 32-bit addresses */
};

struct window {
    enum io_space space;
    uint64_t base, len;
    const struct io_bus *bus;
    void *ctx;
};

static struct {
    uint64_t now_us, step_us;
    size_t memory_left;
    bool has_low_addresses, has_32bit_addresses;
    uint64_t next_phys; /* a multiple of 64 KiB */
    struct range ranges[MAX_BLOCKS];
    size_t range_count;
    struct window windows[MAX_WINDOWS];
    size_t window_count;
    struct console *consoles[MAX_CONSOLES];
    size_t console_count;
    struct console *removed[MAX_CONSOLES];
    size_t removed_count;
    struct service *services;
    char notes[MAX_NOTES][NOTE_SIZE];
    size_t note_count;
} fake = { .step_us = 1, .memory_left = SIZE_MAX };

/* A test that outgrows a table of the fake should hear of it. */
static void check(bool is_right, const char *what)
{
    if (is_right)
        return;
    fprintf(stderr, "fake kernel: %s\n", what);
    abort();
}

void fake_kernel_reset(void)
{
    for (size_t i = 0; i < fake.range_count; i++)
        free(fake.ranges[i].owned);
    memset(&fake, 0, sizeof(fake));
    fake.step_us = 1;
    fake.memory_left = SIZE_MAX;
}

/* --- the clock ----------------------------------------------------------- */

void fake_kernel_clock_step(uint64_t us)
{
    fake.step_us = us;
}

void fake_kernel_clock_advance(uint64_t us)
{
    fake.now_us += us;
}

uint64_t fake_kernel_clock(void)
{
    return fake.now_us;
}

uint64_t kernel_now_us(void)
{
    fake.now_us += fake.step_us;
    return fake.now_us;
}

/* --- memory -------------------------------------------------------------- */

static void add_range(const void *start, size_t len, void *owned)
{
    check(fake.range_count < MAX_BLOCKS, "too many blocks of memory");
    uint64_t phys = fake.next_phys | ((uintptr_t)start & 0xffff);
    fake.ranges[fake.range_count++] = (struct range){ start, len, owned, phys };
    fake.next_phys = (phys + len + 0x1ffff) & ~UINT64_C(0xffff);
}

void fake_kernel_memory_left(size_t bytes)
{
    fake.memory_left = bytes;
}

void fake_kernel_dma(const void *memory, size_t len)
{
    add_range(memory, len, NULL);
}

bool fake_kernel_is_dma(const volatile void *memory, size_t len)
{
    uintptr_t start = (uintptr_t)memory;
    for (size_t i = 0; i < fake.range_count; i++) {
        uintptr_t base = (uintptr_t)fake.ranges[i].start;
        if (start >= base && len <= fake.ranges[i].len && start - base <= fake.ranges[i].len - len)
            return true;
    }
    return false;
}

/* Each block is its own allocation, so the sanitizer sees every overrun. */
void *kernel_memory(size_t size, size_t align)
{
    check(align != 0 && (align & (align - 1)) == 0, "alignment is no power of two");
    if (size > fake.memory_left)
        return NULL;
    void *block = NULL;
    if (posix_memalign(&block, align < sizeof(void *) ? sizeof(void *) : align, size) != 0)
        return NULL;
    memset(block, 0, size);
    fake.memory_left -= size;
    add_range(block, size, block);
    return block;
}

void fake_kernel_low_addresses(void)
{
    fake.has_low_addresses = true;
}

void fake_kernel_32bit_addresses(void)
{
    fake.has_32bit_addresses = true;
}

void fake_kernel_64bit_addresses(void)
{
    fake.has_32bit_addresses = false;
}

static uint64_t phys_32bit(uintptr_t address)
{
    for (size_t i = fake.range_count; i-- > 0;) {
        const struct range *range = &fake.ranges[i];
        uintptr_t start = (uintptr_t)range->start;
        if (address >= start && address - start < range->len)
            return range->phys + (address - start);
    }
    return address;
}

uint64_t kernel_phys(const volatile void *memory)
{
    uint64_t phys = (uint64_t)(uintptr_t)memory;
    if (fake.has_32bit_addresses)
        return phys_32bit((uintptr_t)memory);
    return fake.has_low_addresses ? phys & 0xfffffffffffu : phys;
}

void *fake_kernel_at(uint64_t phys, size_t len)
{
    for (size_t i = 0; i < fake.range_count; i++) {
        const struct range *range = &fake.ranges[i];
        uint64_t base = kernel_phys(range->start);
        if (phys >= base && len <= range->len && phys - base <= range->len - len)
            return (void *)((uintptr_t)range->start + (uintptr_t)(phys - base));
    }
    return NULL;
}

/* --- windows ------------------------------------------------------------- */

void fake_kernel_map(enum io_space space, uint64_t base, uint64_t len, const struct io_bus *bus,
                     void *ctx)
{
    check(fake.window_count < MAX_WINDOWS, "too many windows");
    fake.windows[fake.window_count++] = (struct window){ space, base, len, bus, ctx };
}

static bool window_holds(const struct window *w, enum io_space space, uint64_t address,
                         uint64_t len)
{
    return w->space == space && address >= w->base && len <= w->len &&
           address - w->base <= w->len - len;
}

int kernel_map(struct io *io, enum io_space space, uint64_t address, uint64_t len)
{
    for (size_t i = 0; i < fake.window_count; i++) {
        const struct window *w = &fake.windows[i];
        if (!window_holds(w, space, address, len))
            continue;
        *io = (struct io){ .bus = w->bus, .base = (uintptr_t)address, .ctx = w->ctx };
        return OK;
    }
    return ERR_FULL;
}

/* --- consoles and services ------------------------------------------------ */

void kernel_console_add(struct console *con)
{
    check(con->ops != NULL || con->status != OK, "driven console without ops");
    check(con->kind != NULL, "console without a kind");
    check(strlen(con->found) < sizeof(con->found), "found is not terminated");
    check(strchr(con->found, ' ') == NULL, "blank in found");
    check(fake.console_count < MAX_CONSOLES, "too many consoles");
    for (size_t i = 0; i < fake.console_count; i++)
        check(fake.consoles[i] != con, "console added twice");
    snprintf(con->name, sizeof(con->name), "%.20s%zu", con->kind, fake.console_count);
    con->is_selected = true;
    fake.consoles[fake.console_count++] = con;
}

void kernel_console_remove(struct console *con)
{
    check(!fake_kernel_is_removed(con), "console removed twice");
    con->is_gone = true;
    fake.removed[fake.removed_count++] = con;
}

size_t fake_kernel_console_count(void)
{
    return fake.console_count;
}

struct console *fake_kernel_console(size_t index)
{
    return index < fake.console_count ? fake.consoles[index] : NULL;
}

bool fake_kernel_is_removed(const struct console *con)
{
    for (size_t i = 0; i < fake.removed_count; i++)
        if (fake.removed[i] == con)
            return true;
    return false;
}

void kernel_service_add(struct service *service)
{
    for (struct service *s = fake.services; s; s = s->next)
        check(s != service, "service added twice");
    service->next = fake.services;
    fake.services = service;
}

void fake_kernel_poll(void)
{
    for (struct service *s = fake.services; s; s = s->next)
        s->poll(s);
}

size_t fake_kernel_service_count(void)
{
    size_t count = 0;
    for (struct service *s = fake.services; s; s = s->next)
        count++;
    return count;
}

/* --- notes ---------------------------------------------------------------- */

void kernel_note(const char *tag, const char *text, const struct why *why)
{
    check(fake.note_count < MAX_NOTES, "too many notes");
    char *note = fake.notes[fake.note_count++];
    int len = snprintf(note, NOTE_SIZE, "%s: %s", tag, text);
    if (why && len > 0 && len < NOTE_SIZE)
        snprintf(note + len, NOTE_SIZE - (size_t)len,
                 ": %s found 0x%" PRIx64 " expected 0x%" PRIx64, why->what, why->found,
                 why->expected);
}

size_t fake_kernel_note_count(void)
{
    return fake.note_count;
}

const char *fake_kernel_note(size_t index)
{
    return index < fake.note_count ? fake.notes[index] : NULL;
}

bool fake_kernel_has_note(const char *piece)
{
    for (size_t i = 0; i < fake.note_count; i++)
        if (strstr(fake.notes[i], piece))
            return true;
    return false;
}
