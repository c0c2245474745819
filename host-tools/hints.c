/*
 * What QEMU's own message means: the table.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/hints.h"

#include <stdio.h>
#include <string.h>

#include "host-tools/report.h"

static const struct hint hints[] = {
    { "is not a valid device model name", EXIT_SKIPPED, "this QEMU has no such device" },
    { "is not a valid char driver", EXIT_SKIPPED, "this QEMU has no such backend" },
    { "unsupported machine type", EXIT_SKIPPED, "this QEMU has no such machine" },
    { "nable to load the RISC-V firmware", EXIT_SKIPPED,
      "this QEMU comes without that OpenSBI; the machine with -m needs none" },
    { "Could not access KVM", EXIT_SKIPPED, "no KVM here; --accel tcg needs none" },
    { "failed to initialize kvm", EXIT_SKIPPED, "no KVM here; --accel tcg needs none" },
    { "nable to find CPU model", EXIT_USAGE, "`-cpu help` behind -- lists what this QEMU has" },
    { "No 'virtio-serial-bus' bus found", EXIT_USAGE,
      "a port needs a controller: virtio-serial-pci/virtconsole" },
    { "No 'virtio-bus' bus found", EXIT_USAGE,
      "this machine has no virtio-mmio slots: virtio-serial-pci instead" },
    { "cannot use stdio by multiple", EXIT_USAGE,
      "share one chardev: -chardev stdio,id=x,mux=on, and name it in both places" },
    { "Device '", EXIT_USAGE, "a chardev serves one frontend, unless it has mux=on" },
    { "already in use", EXIT_USAGE, "a chardev serves one frontend, unless it has mux=on" },
    { "is too long", EXIT_USAGE, "the kernel takes at most 107 bytes in a socket's path" },
};

const struct hint *hint_find(const char *output)
{
    for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
        if (strstr(output, hints[i].part))
            return &hints[i];
    return NULL;
}

/* "qemu-system-x86_64: TEXT": where TEXT starts, else NULL. */
static const char *complaint(const char *line, size_t len)
{
    static const char program[] = "qemu-system-";
    const char *text = memmem(line, len, ": ", 2);

    return strncmp(line, program, strlen(program)) == 0 && text ? text + 2 : NULL;
}

void hint_message(const char *output, char *line, unsigned size)
{
    const char *last = "";

    for (const char *at = output; *at;) {
        size_t len = strcspn(at, "\n");
        const char *text = complaint(at, len);
        if (text) {
            snprintf(line, size, "%.*s", (int)(at + len - text), text);
            return;
        }
        if (len)
            last = at;
        at += len + (at[len] == '\n');
    }
    snprintf(line, size, "%.*s", (int)strcspn(last, "\n"), last);
}
