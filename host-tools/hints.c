/*
 * What QEMU's own message means: the table.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/hints.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct hint hints[] = {
    { "is not a valid device model name", EXIT_SKIPPED, "this QEMU has no such device" },
    { "is not a valid char driver", EXIT_SKIPPED, "this QEMU has no such backend" },
    { "Invalid parameter 'chardevs.", EXIT_SKIPPED, "this QEMU has no hub; QEMU 10 has" },
    { "unsupported machine type", EXIT_SKIPPED, "this QEMU has no such machine" },
    { "nable to load the RISC-V firmware", EXIT_SKIPPED,
      "this QEMU comes without that OpenSBI; the machine with -m needs none" },
    { "Could not access KVM", EXIT_SKIPPED, "no KVM here; --accel tcg needs none" },
    { "failed to initialize kvm", EXIT_SKIPPED, "no KVM here; --accel tcg needs none" },
    { "nable to find CPU model", EXIT_USAGE, "`-cpu help` behind -- lists what this QEMU has" },
    { "No 'virtio-serial-bus' bus found", EXIT_USAGE,
      "a port needs a controller before it: -device virtio-serial-pci (for `tutti run -c`: "
      "virtio-serial-pci/virtconsole)" },
    { "No 'virtio-bus' bus found", EXIT_USAGE,
      "virtio-serial-device is the bare virtio device, for machines with virtio-mmio slots (virt, "
      "microvm); here it is virtio-serial-pci" },
    { "No 'usb-bus' bus found", EXIT_USAGE,
      "a USB device needs a controller before it: -device qemu-xhci" },
    { "No 'PCI' bus found", EXIT_USAGE, "this machine has no PCI; microvm gets it by pcie=on" },
    { "No 'ISA' bus found", EXIT_USAGE, "only PCs have an ISA bus; PCI has pci-serial" },
    { "speed mismatch trying to attach usb", EXIT_USAGE,
      "usb-serial is a full-speed device: qemu-xhci takes it, a bare EHCI does not" },
    { "cannot use stdio by multiple", EXIT_USAGE,
      "there is one stdio: share it by -chardev stdio,id=x,mux=on,signal=off -serial chardev:x "
      "-mon "
      "chardev=x, or shorter by -serial mon:stdio; Ctrl-a c then goes to and fro" },
    { "too many uses of multiplexed", EXIT_USAGE, "a chardev with mux=on takes four frontends" },
    { "multiplexers and hub devices can't be stacked", EXIT_USAGE,
      "members of a hub are plain chardevs: no mux, no hub" },
    { "' is in use", EXIT_USAGE,
      "a chardev serves one frontend; with mux=on it serves up to four" },
    { "' is already in use", EXIT_USAGE,
      "a chardev serves one frontend; with mux=on it serves up to four" },
    { "fd is not valid or already in use", EXIT_USAGE,
      "the descriptor must be open in the shell that starts QEMU: 9>log, then -add-fd fd=9,set=1" },
    { "Path must be less than", EXIT_USAGE,
      "the kernel takes at most 107 bytes in a socket's path: a shorter one, or fd=" },
    { "UNIX socket path", EXIT_USAGE,
      "the kernel takes at most 107 bytes in a socket's path: a shorter one, or fd=" },
    { "ddress already in use", EXIT_USAGE,
      "another program has that port or path, perhaps a QEMU that still runs; port 0 lets the "
      "system choose a free one" },
    { "Connection refused", EXIT_USAGE,
      "without server=on QEMU is the client, and nobody listens there: start the other side "
      "first, or say server=on,wait=off" },
    { "reserved for virtconsole", EXIT_USAGE,
      "port 0 is for a virtconsole: nr=1 or more, or no nr= at all" },
    { "Out-of-range port id", EXIT_USAGE,
      "a controller has ports 0..max_ports-1, at most 31 of them" },
    { "A port already exists", EXIT_USAGE, "each port needs an nr= and a name= of its own" },
    { "ISA serial ports is 4", EXIT_USAGE, "COM1 to COM4 are all there is; PCI has pci-serial-4x" },
    { "empty char device", EXIT_USAGE, "this device must have a chardev=" },
    { "size of ringbuf chardev", EXIT_USAGE, "size=65536, for example" },
    { "can't find value 'debugcon'", EXIT_USAGE,
      "-debugcon takes no chardev:ID; -device isa-debugcon,chardev=ID does" },
    { "can't find value", EXIT_USAGE, "no -chardev has that id" },
    { "to character backend 'chardev:", EXIT_USAGE, "no -chardev has that id" },
    { "chardev can't be found by id", EXIT_USAGE,
      "a hub's members stand before it on the command line" },
    { "Invalid parameter 'chardevs.4'", EXIT_USAGE, "a hub takes four members" },
    { "Invalid parameter 'chardevs.", EXIT_SKIPPED, "this QEMU has no hub; 10.0 has" },
    { "Duplicate ID", EXIT_USAGE, "two of them have the same id=" },
    { "cannot be used with -daemonize", EXIT_USAGE,
      "a daemon has no terminal: -display none, and -serial file:NAME" },
    { "-virtioconsole: invalid option", EXIT_USAGE,
      "gone since QEMU 2: -device virtio-serial-pci -device virtconsole,chardev=ID" },
};

const struct hint *hint_find(const char *output)
{
    for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
        if (strstr(output, hints[i].part))
            return &hints[i];
    return NULL;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* It says so, and goes on. */
static bool is_chatter(const char *text)
{
    return begins(text, "warning: ") || begins(text, "info: ") ||
           begins(text, "failed to initialize module: ");
}

/* "qemu-system-x86_64: TEXT": where TEXT starts, else NULL.  A monitor on stdio has written
 * its prompt before it. */
static const char *complaint(const char *line, size_t len)
{
    static const char prompt[] = "(qemu) ";
    size_t skip = begins(line, prompt) ? strlen(prompt) : 0;
    const char *text = memmem(line, len, ": ", 2);
    bool is_said = begins(line + skip, "qemu-system-") && text && !is_chatter(text + 2);

    return is_said ? text + 2 : NULL;
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

void hint_refusal(const char *output, struct problem *problem)
{
    const struct hint *hint = hint_find(output);
    char line[512];

    hint_message(output, line, sizeof(line));
    size_t len = strlen(line);
    if (len && line[len - 1] == '.')
        line[len - 1] = '\0'; /* a colon follows */
    *problem = (struct problem){ 0 };
    problem_set(problem, hint ? hint->status : EXIT_IMPOSSIBLE, "QEMU: %s%s%s",
                *line ? line : "it ended at once and said nothing", hint ? ": " : "",
                hint ? hint->advice : "");
}
