/*
 * A debug console port for unit tests.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tests/fakes/debugcon_fake.h"

#include <string.h>

static void check_access(struct debugcon_fake *fake, size_t offset, unsigned bytes)
{
    serial_line_rule(&fake->line, offset == 0, "the debug console is one port");
    serial_line_rule(&fake->line, bytes == 1, "access of the wrong width");
}

static uint32_t fake_read(const struct io *io, size_t offset, unsigned bytes)
{
    struct debugcon_fake *fake = io->ctx;
    check_access(fake, offset, bytes);
    fake->reads++;
    return fake->readback;
}

static void fake_write(const struct io *io, size_t offset, unsigned bytes, uint32_t value)
{
    struct debugcon_fake *fake = io->ctx;
    check_access(fake, offset, bytes);
    fake->writes++;
    fake->line.depth = 1;
    serial_line_put(&fake->line, (uint8_t)value);
    serial_line_look(&fake->line);
}

static void fake_burst(const struct io *io, size_t offset, const void *buf, size_t len)
{
    const uint8_t *bytes = buf;
    for (size_t i = 0; i < len; i++)
        fake_write(io, offset, 1, bytes[i]);
}

static const struct io_bus bus = { .read = fake_read, .write = fake_write, .burst = fake_burst };

void debugcon_fake_init(struct debugcon_fake *fake)
{
    memset(fake, 0, sizeof(*fake));
    fake->readback = 0xe9;
}

struct io debugcon_fake_window(struct debugcon_fake *fake)
{
    return (struct io){ .bus = &bus, .ctx = fake };
}
