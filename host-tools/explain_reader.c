/*
 * What becomes of the bytes behind a chardev.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/explain_reader.h"

#include <stddef.h>
#include <string.h>

#include "host-tools/qemu_cmdline.h"

static const struct reader readers[] = {
    { "file", true, "kept in the file" },
    { "null", false, "thrown away" },
    { "stdio", true, "on QEMU's terminal" },
    { "pty", false, "thrown away until somebody opens the pty" },
    { "pipe", true, "wait in the pipe, 64 KiB of them, until somebody reads" },
    { "udp", true, "sent, whether anybody listens or not" },
    { "ringbuf", true, "the last of them are kept for QMP's ringbuf-read" },
    { "serial", true, "on the host's serial line" },
    { "tty", true, "on the host's serial line" },
    { "parallel", true, "on the host's parallel port" },
    { "parport", true, "on the host's parallel port" },
    { "msmouse", false, "ignored: it is a mouse" },
    { "wctablet", false, "ignored: it is a tablet" },
    { "braille", true, "on the Braille display" },
    { "spicevmc", true, "with the SPICE client" },
    { "spiceport", true, "with the SPICE client" },
    { "dbus", true, "with the D-Bus client" },
};

static const struct reader server = { "socket", false, "thrown away until somebody connects" };
static const struct reader client = { "socket", true, "sent to the server" };
static const struct reader shown = { "vc", true, "on a text page of QEMU's display" };
static const struct reader hidden = { "vc", false,
                                      "on a text page of QEMU's display, which is off" };
static const struct reader unknown = { "", true, "" };

const char *reader_driver(const char *words, unsigned long *len)
{
    const char *named = qemu_list_value(words, "backend", len);

    if (!named)
        *len = strcspn(words, ",");
    return named ? named : words;
}

static bool is(const char *text, size_t len, const char *name)
{
    return strlen(name) == len && strncmp(text, name, len) == 0;
}

const struct reader *reader_find(const char *words, const char *driver, bool has_display)
{
    size_t len = strlen(driver);
    const char *name = words ? reader_driver(words, &len) : driver;

    if (is(name, len, "vc"))
        return has_display ? &shown : &hidden;
    if (is(name, len, "socket"))
        return words && !qemu_list_is_on(words, "server") ? &client : &server;
    for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
        if (is(name, len, readers[i].driver))
            return &readers[i];
    return &unknown;
}
