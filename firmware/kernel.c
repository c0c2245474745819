/*
 * What the drivers ask of a kernel (drivers/kernel.h), in this firmware.
 *
 * Memory is one to one with physical addresses on every architecture here, and is
 * given out from one arena, for ever.
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/kernel.h"

#include <string.h>

#include "drivers/console.h"
#include "drivers/text.h"
#include "firmware/arch/arch.h"
#include "firmware/clock.h"
#include "firmware/command_line.h"
#include "firmware/console_names.h"
#include "firmware/ledger.h"
#include "firmware/log.h"
#include "firmware/memory_bus.h"
#include "firmware/noinit.h"
#include "firmware/pump.h"
#include "firmware/record.h"

#define FIRST_SIZE 4096       /* the first UARTs: beside the image (noinit.h) */
#define ARENA_SIZE (8u << 20) /* four controllers of 31 ports each take half of it */

static unsigned char first[FIRST_SIZE] NOINIT __attribute__((aligned(4096)));
static unsigned char arena[ARENA_SIZE] NOINIT_ARENA __attribute__((aligned(4096)));

static struct pool {
    unsigned char *bytes;
    size_t size, used;
} pools[] = { { first, sizeof(first), 0 }, { arena, sizeof(arena), 0 } };

uint64_t kernel_now_us(void)
{
    return clock_now_us();
}

/* --- Memory ------------------------------------------------------------------------------- */

static void *take(struct pool *pool, size_t size, size_t align)
{
    size_t start = (pool->used + align - 1) & ~(align - 1);
    if (start < pool->used || start > pool->size || size > pool->size - start)
        return NULL;
    pool->used = start + size;
    return memset(pool->bytes + start, 0, size);
}

void *kernel_memory(size_t size, size_t align)
{
    void *memory = take(&pools[0], size, align);
    return memory ? memory : take(&pools[1], size, align);
}

uint64_t kernel_phys(const volatile void *memory)
{
    return (uintptr_t)memory;
}

static int map_ports(struct io *io, uint64_t port, uint64_t len)
{
    if (!arch_port_bus)
        return ERR_UNSUPPORTED;
    if (port > 0xffff || len > 0x10000 - port)
        return ERR_FULL;
    io->bus = arch_port_bus;
    io->base = (uintptr_t)port;
    return OK;
}

int kernel_map(struct io *io, enum io_space space, uint64_t address, uint64_t len)
{
    *io = (struct io){ 0 };
    if (space == IO_SPACE_PORTS)
        return map_ports(io, address, len);
    io->bus = &memory_bus;
    io->base = arch_map(address, len);
    return io->base ? OK : ERR_FULL;
}

/* --- Consoles ------------------------------------------------------------------------------ */

void kernel_console_add(struct console *con)
{
    console_name(con);
    con->is_selected = console_is_wanted(con, command_line.words);
    log_attach(con);
    if (command_line.wants_early)
        pump_first_light(con);
    ledger_joined(con);
}

void kernel_console_remove(struct console *con)
{
    if (con->is_gone)
        return;
    con->is_gone = true;
    ledger_removed(con);
}

void kernel_service_add(struct service *service)
{
    pump_add_service(service);
}

void kernel_note(const char *tag, const char *text, const struct why *why)
{
    char buf[RECORD_TEXT_SIZE];
    struct text note = text_begin(buf, sizeof(buf));
    text_add(&note, text);
    if (why && why->what) {
        text_add(&note, ": ");
        text_add_why(&note, why);
    }
    record_text(tag, note.buf, note.len);
}
