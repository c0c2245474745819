/*
 * What these drivers ask of the kernel around them: nine functions.
 *
 * Whoever lifts drivers/ into another kernel writes these.  The firmware's are
 * in firmware/kernel.c, the unit tests' in tests/fakes/kernel.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRIVERS_KERNEL_H
#define DRIVERS_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/io.h"

struct console;
struct why;

/* Microseconds since boot, never going back. */
uint64_t kernel_now_us(void);

/*
 * Zeroed memory that a device may read and write, physically contiguous, for
 * ever.  size in bytes, align a power of two.  NULL when there is no more:
 * the driver then answers ERR_FULL.
 */
void *kernel_memory(size_t size, size_t align);

/* The address by which a device reaches memory of ours (any, the log too). */
uint64_t kernel_phys(const volatile void *memory);

enum io_space { IO_SPACE_MEMORY, IO_SPACE_PORTS };

/*
 * Open a window: fill in bus and base for len bytes at a physical address or
 * port; shift and width become 0, accesses 0.
 * returns  OK | ERR_UNSUPPORTED this CPU has no ports | ERR_FULL can't be mapped
 */
int kernel_map(struct io *io, enum io_space space, uint64_t address, uint64_t len);

/* A console was found: driven (status OK) or not (status and why say so).
 * It gets its name here, and from now on the whole log from byte 0. */
void kernel_console_add(struct console *con);

/* The console's device is gone; its memory is no longer read by anybody. */
void kernel_console_remove(struct console *con);

/*
 * Work that a device wants looked at now and then, from the kernel's waiting
 * loops and every log_write(): a control queue, a port's status.  poll() never
 * blocks.
 */
struct service {
    void (*poll)(struct service *service);
    struct service *next; /* owned by the kernel */
};
void kernel_service_add(struct service *service);

/*
 * Something that a reader of the log should know, and that is no console: a
 * record "TAG: TEXT" or, with a why, "TAG: TEXT: WHAT found 0x.. expected 0x..".
 * Not to be called from console_ops (the log would call itself).
 */
void kernel_note(const char *tag, const char *text, const struct why *why);

#endif
