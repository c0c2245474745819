/*
 * A device that was found becomes a console of the log.
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/serial/serial.h"

#include "drivers/kernel.h"
#include "drivers/text.h"

void serial_describe(struct console *con, const struct device *dev, const char *kind)
{
    struct text found = text_begin(con->found, sizeof(con->found));
    text_add(&found, dev->found);
    con->kind = kind;
    con->is_primary = dev->is_primary;
}

/* The log offers nothing to a console whose status is not OK; this is the proof. */
static size_t take_nothing(struct console *con, const void *buf, size_t len)
{
    (void)con, (void)buf, (void)len;
    return 0;
}

static const struct console_ops undriven_ops = {
    .class = CONSOLE_FIFO,
    .write = take_nothing,
};

int serial_add_undriven(const struct device *dev, const char *kind, int status,
                        const struct why *why)
{
    struct console *con = kernel_memory(sizeof(*con), _Alignof(struct console));
    if (!con)
        return ERR_FULL;
    serial_describe(con, dev, kind);
    con->ops = &undriven_ops;
    con->status = status;
    con->why = *why;
    kernel_console_add(con);
    return status;
}
