/*
 * The other side of semihosting for unit tests.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tests/fakes/semihosting_fake.h"

#include <string.h>

#include "drivers/serial/semihosting.h"

static void rule(struct semihosting_fake *fake, bool is_kept, const char *text)
{
    serial_line_rule(&fake->line, is_kept, text);
}

static void send(struct semihosting_fake *fake, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len && fake->line.sent_count < SERIAL_LINE_SENT_MAX; i++)
        fake->line.sent[fake->line.sent_count++] = bytes[i];
}

static void sys_write0(struct semihosting_fake *fake, const void *block, size_t len)
{
    const uint8_t *nul = memchr(block, 0, len);
    rule(fake, nul == (const uint8_t *)block + len - 1, "Arm 100863 SYS_WRITE0: ends in NUL");
    send(fake, block, len - 1);
}

static void sys_writec(struct semihosting_fake *fake, const void *block, size_t len)
{
    rule(fake, len == 1, "Arm 100863 SYS_WRITEC: one byte");
    send(fake, block, 1);
}

static void sys_errno(struct semihosting_fake *fake, const void *block, size_t len)
{
    rule(fake, block == NULL && len == 0, "Arm 100863 SYS_ERRNO: has no parameters");
    fake->result = 0;
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
    fake->calls++;
    fake->is_refused = fake->is_off;
    fake->result = UINT32_MAX;
    if (fake->is_off)
        return;
    if (operation == SEMIHOSTING_SYS_WRITE0)
        sys_write0(fake, block, len);
    else if (operation == SEMIHOSTING_SYS_WRITEC)
        sys_writec(fake, block, len);
    else if (operation == SEMIHOSTING_SYS_ERRNO)
        sys_errno(fake, block, len);
    else
        rule(fake, false, "operation that this driver has no use for");
}

static const struct io_bus bus = { .read = fake_read, .write = fake_write, .burst = fake_call };

void semihosting_fake_init(struct semihosting_fake *fake)
{
    memset(fake, 0, sizeof(*fake));
}

struct io semihosting_fake_window(struct semihosting_fake *fake)
{
    return (struct io){ .bus = &bus, .ctx = fake };
}
