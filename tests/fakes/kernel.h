/*
 * drivers/kernel.h for unit tests: a clock that moves each time somebody looks,
 * memory that the address sanitizer guards, windows onto fake devices, and a
 * list of everything that the drivers said.
 *
 * Call fake_kernel_reset() in each test's setup and again in its teardown.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FAKES_KERNEL_H
#define TESTS_FAKES_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/console.h"
#include "drivers/kernel.h"

/* Forget everything and free all memory.  Clock at 0, moving 1 us a look. */
void fake_kernel_reset(void);

/* --- the clock: each kernel_now_us() adds the step, so every budget expires --- */
void fake_kernel_clock_step(uint64_t us);
void fake_kernel_clock_advance(uint64_t us);
uint64_t fake_kernel_clock(void); /* looks without moving it */

/* --- memory ------------------------------------------------------------- */

/* From now on kernel_memory() gives at most so many bytes more, then NULL. */
void fake_kernel_memory_left(size_t bytes);

/* Memory that devices may touch though kernel_memory() did not give it out. */
void fake_kernel_dma(const void *memory, size_t len);

/* May a device touch all of these bytes?  The fakes check descriptors with it. */
bool fake_kernel_is_dma(const volatile void *memory, size_t len);

/*
 * From now on kernel_phys() is not the pointer, but an address below 2^44, as legacy virtio
 * can name: a driver that forgets to ask for it gives itself away.
 */
void fake_kernel_low_addresses(void);

/*
 * From now on all memory that devices may touch lies below 4 GiB, as UHCI and OHCI need it;
 * the low 16 bits stay, and with them every alignment.
 */
void fake_kernel_32bit_addresses(void);
void fake_kernel_64bit_addresses(void); /* ... and back */

/* Memory that a device may touch at an address from kernel_phys(), or NULL. */
void *fake_kernel_at(uint64_t phys, size_t len);

/* --- windows ------------------------------------------------------------ */

/*
 * Let kernel_map() succeed for any part of base .. base + len - 1.
 * The window it opens has this bus and ctx, and the mapped address as its base: a
 * fake that serves several windows knows by (io->base - base) which one is used.
 */
void fake_kernel_map(enum io_space space, uint64_t base, uint64_t len, const struct io_bus *bus,
                     void *ctx);

/* --- what the drivers did ------------------------------------------------ */

size_t fake_kernel_console_count(void);            /* added so far, gone ones too    */
struct console *fake_kernel_console(size_t index); /* in the order of adding, or NULL */
bool fake_kernel_is_removed(const struct console *con);
void fake_kernel_poll(void); /* every service, once            */
size_t fake_kernel_service_count(void);
size_t fake_kernel_note_count(void);
const char *
fake_kernel_note(size_t index); /* "TAG: TEXT[: WHAT found 0x.. expected 0x..]", or NULL */
bool fake_kernel_has_note(const char *piece); /* does any note contain it?      */

#endif
