/*
 * The other side of semihosting for unit tests.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tests/fakes/semihosting_fake.h"

#include <string.h>

#include "drivers/serial/semihosting.h"

#define HANDLE 7u

static void rule(struct semihosting_fake *fake, bool is_kept, const char *text)
{
    serial_line_rule(&fake->line, is_kept, text);
}

static uint32_t sys_open(struct semihosting_fake *fake, const uintptr_t *block)
{
    const char *name = (const char *)block[0];
    rule(fake, block[2] == strlen(name), "Arm 100863 SYS_OPEN: the length is not the name's");
    rule(fake, block[1] <= 11, "Arm 100863 SYS_OPEN: no such mode");
    rule(fake, strcmp(name, ":tt") == 0 && block[1] >= 4 && block[1] <= 7,
         "Arm 100863 SYS_OPEN: not the console's output");
    if (fake->has_no_console)
        return UINT32_MAX;
    return fake->handle = HANDLE;
}

static uint32_t sys_write(struct semihosting_fake *fake, const uintptr_t *block)
{
    const uint8_t *bytes = (const uint8_t *)block[1];
    rule(fake, fake->handle && block[0] == fake->handle, "Arm 100863 SYS_WRITE: handle not open");
    if (fake->is_lying)
        return (uint32_t)block[2] + 1;
    size_t taken = block[2] < fake->takes ? block[2] : fake->takes;
    for (size_t i = 0; i < taken; i++)
        fake->line.sent[fake->line.sent_count++ % SERIAL_LINE_SENT_MAX] = bytes[i];
    return (uint32_t)(block[2] - taken);
}

static uint32_t fake_read(const struct io *io, size_t offset, unsigned bytes)
{
    struct semihosting_fake *fake = io->ctx;
    rule(fake, bytes == 4 && offset <= SEMIHOSTING_REFUSED, "no such register");
    return offset == SEMIHOSTING_RESULT ? fake->result : fake->is_refused;
}

static void fake_write(const struct io *io, size_t offset, unsigned bytes, uint32_t value)
{
    (void)offset, (void)bytes, (void)value;
    rule(io->ctx, false, "nothing to write in this window");
}

static void fake_call(const struct io *io, size_t operation, const void *block, size_t len)
{
    struct semihosting_fake *fake = io->ctx;
    rule(fake, !fake->is_refused, "called again after the CPU had refused");
    rule(fake, len == 3 * sizeof(uintptr_t), "parameter block of the wrong length");
    fake->calls++;
    fake->is_refused = fake->is_off;
    fake->result = UINT32_MAX;
    if (fake->is_off)
        return;
    if (operation == SEMIHOSTING_SYS_OPEN)
        fake->result = sys_open(fake, block);
    else if (operation == SEMIHOSTING_SYS_WRITE)
        fake->result = sys_write(fake, block);
    else
        rule(fake, false, "operation that this driver has no use for");
}

static const struct io_bus bus = { .read = fake_read, .write = fake_write, .burst = fake_call };

void semihosting_fake_init(struct semihosting_fake *fake)
{
    memset(fake, 0, sizeof(*fake));
    fake->takes = SIZE_MAX;
}

struct io semihosting_fake_window(struct semihosting_fake *fake)
{
    return (struct io){ .bus = &bus, .ctx = fake };
}
