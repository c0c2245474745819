/*
 * The machines: one row each.
 *
 * Addresses, slots and limits: QEMU's documentation of each board, docs/system; the
 * numbers are those of QEMU 7.2 and 10.0.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/machines.h"

#include <elf.h>
#include <string.h>

/* What a plain `tutti run` shows on each kind of machine. */
static const char *const pc_set[] = {
    "uart",
    "isa-serial",
    "pci-serial",
    "virtio-serial-pci/virtconsole",
    "virtio-serial-pci-non-transitional/virtconsole",
    NULL,
};
static const char *const microvm_set[] = {
    "uart",
    "isa-serial",
    "virtio-serial-device/virtconsole",
    "virtio-serial-device,id=second/virtconsole",
    NULL,
};
static const char *const virt_set[] = {
    "uart", "virtio-serial-device/virtconsole", "virtio-serial-pci/virtconsole", "pci-serial", NULL,
};

#define PC_BUSES (BUS_MACHINE | BUS_ISA | BUS_PCI | BUS_PCI_IO)
#define VIRT_BUSES \
    (BUS_MACHINE | BUS_PCI | BUS_PCIE | BUS_PCI_IO | BUS_VIRTIO_MMIO | BUS_SEMIHOSTING)

const struct machine machines[] = {
    {
        .name = "q35",
        .arch = "x86_64",
        .image = "firmware.elf",
        .qemu = "qemu-system-x86_64",
        .type = "q35",
        .memory = "128M",
        .host = "x86_64",
        .buses = PC_BUSES | BUS_PCIE,
        .uarts = 4,
        .isa_ports = 4,
        .uart_kind = "isa-serial",
        .console = "virtio-serial-pci",
        .elf = { EM_X86_64, EM_386 },
        .consoles = pc_set,
        .what = "PC with PCI Express (ICH9)",
    },
    {
        .name = "pc",
        .arch = "x86_64",
        .image = "firmware.elf",
        .qemu = "qemu-system-x86_64",
        .type = "pc",
        .memory = "128M",
        .host = "x86_64",
        .buses = PC_BUSES,
        .uarts = 4,
        .isa_ports = 4,
        .uart_kind = "isa-serial",
        .console = "virtio-serial-pci",
        .elf = { EM_X86_64, EM_386 },
        .consoles = pc_set,
        .what = "PC with conventional PCI (i440FX)",
    },
    {
        /* -serial makes one UART here: a second one is accepted and has no device. */
        .name = "microvm",
        .arch = "x86_64",
        .image = "firmware.elf",
        .qemu = "qemu-system-x86_64",
        .type = "microvm",
        .memory = "128M",
        .host = "x86_64",
        .buses = BUS_MACHINE | BUS_ISA | BUS_PCI | BUS_PCIE | BUS_VIRTIO_MMIO,
        .uarts = 1,
        .mmio_slots = 24,
        .isa_ports = 4,
        .pci_option = "pcie=on",
        .uart_kind = "isa-serial",
        .console = "virtio-serial-device",
        .elf = { EM_X86_64, EM_386 },
        .consoles = microvm_set,
        .what = "small x86 machine with virtio-mmio; PCI only when asked for",
    },
    {
        /* QEMU's default CPU is a 32-bit one, even in qemu-system-aarch64. */
        .name = "aarch64",
        .arch = "aarch64",
        .image = "firmware.elf",
        .qemu = "qemu-system-aarch64",
        .type = "virt",
        .cpu = "cortex-a57",
        .memory = "128M",
        .host = "aarch64",
        .buses = VIRT_BUSES | BUS_PCIE,
        .uarts = 1,
        .secure_uarts = 2,
        .newer_uarts = 2,
        .newer_version = 901,
        .mmio_slots = 32,
        .uart_kind = "pl011",
        .console = "virtio-serial-device",
        .elf = { EM_AARCH64 },
        .consoles = virt_set,
        .what = "Arm virt board, 64-bit",
    },
    {
        .name = "arm",
        .arch = "arm",
        .image = "firmware.elf",
        .qemu = "qemu-system-arm",
        .type = "virt",
        .memory = "128M",
        .buses = VIRT_BUSES,
        .uarts = 1,
        .secure_uarts = 2,
        .newer_uarts = 2,
        .newer_version = 901,
        .mmio_slots = 32,
        .uart_kind = "pl011",
        .console = "virtio-serial-device",
        .elf = { EM_ARM },
        .consoles = virt_set,
        .what = "Arm virt board, 32-bit",
    },
    {
        .name = "riscv64",
        .arch = "riscv64",
        .image = "firmware.elf",
        .qemu = "qemu-system-riscv64",
        .type = "virt",
        .memory = "128M",
        .host = "riscv64",
        .buses = VIRT_BUSES,
        .uarts = 1,
        .mmio_slots = 8,
        .uart_kind = "ns16550",
        .console = "virtio-serial-device",
        .elf = { EM_RISCV },
        .elf_class = ELFCLASS64,
        .consoles = virt_set,
        .what = "RISC-V virt board, S-mode above OpenSBI",
    },
    {
        /* Without firmware the reset vector always jumps to the start of RAM. */
        .name = "riscv64-m",
        .arch = "riscv64",
        .image = "firmware-m.elf",
        .qemu = "qemu-system-riscv64",
        .type = "virt",
        .bios = "none",
        .memory = "128M",
        .buses = VIRT_BUSES,
        .uarts = 1,
        .mmio_slots = 8,
        .uart_kind = "ns16550",
        .console = "virtio-serial-device",
        .elf = { EM_RISCV },
        .elf_class = ELFCLASS64,
        .consoles = virt_set,
        .what = "RISC-V virt board, M-mode, no firmware below",
    },
    {
        .name = "i386",
        .arch = "i386",
        .image = "firmware.elf",
        .qemu = "qemu-system-i386",
        .type = "q35",
        .memory = "128M",
        .host = "x86_64",
        .buses = PC_BUSES | BUS_PCIE,
        .uarts = 4,
        .isa_ports = 4,
        .uart_kind = "isa-serial",
        .console = "virtio-serial-pci",
        .elf = { EM_386 },
        .consoles = pc_set,
        .what = "q35 with a 32-bit CPU",
    },
    {
        .name = "i386-pc",
        .arch = "i386",
        .image = "firmware.elf",
        .qemu = "qemu-system-i386",
        .type = "pc",
        .memory = "128M",
        .host = "x86_64",
        .buses = PC_BUSES,
        .uarts = 4,
        .isa_ports = 4,
        .uart_kind = "isa-serial",
        .console = "virtio-serial-pci",
        .elf = { EM_386 },
        .consoles = pc_set,
        .what = "pc with a 32-bit CPU",
    },
    {
        /* With a CPU of 32 physical address bits, QEMU puts the window for 64-bit BARs over
         * the registers of PCI (hw/i386/microvm.c: the topmost quarter of the addresses). */
        .name = "i386-microvm",
        .arch = "i386",
        .image = "firmware.elf",
        .qemu = "qemu-system-i386",
        .type = "microvm",
        .cpu = "max",
        .memory = "128M",
        .host = "x86_64",
        .buses = BUS_MACHINE | BUS_ISA | BUS_PCI | BUS_PCIE | BUS_VIRTIO_MMIO,
        .uarts = 1,
        .mmio_slots = 24,
        .isa_ports = 4,
        .pci_option = "pcie=on",
        .uart_kind = "isa-serial",
        .console = "virtio-serial-device",
        .elf = { EM_386 },
        .consoles = microvm_set,
        .what = "microvm with a 32-bit CPU",
    },
    {
        .name = "riscv32",
        .arch = "riscv32",
        .image = "firmware.elf",
        .qemu = "qemu-system-riscv32",
        .type = "virt",
        .memory = "128M",
        .buses = VIRT_BUSES,
        .uarts = 1,
        .mmio_slots = 8,
        .uart_kind = "ns16550",
        .console = "virtio-serial-device",
        .elf = { EM_RISCV },
        .elf_class = ELFCLASS32,
        .consoles = virt_set,
        .what = "RISC-V virt board, 32-bit, S-mode above OpenSBI",
    },
    {
        .name = "riscv32-m",
        .arch = "riscv32",
        .image = "firmware-m.elf",
        .qemu = "qemu-system-riscv32",
        .type = "virt",
        .bios = "none",
        .memory = "128M",
        .buses = VIRT_BUSES,
        .uarts = 1,
        .mmio_slots = 8,
        .uart_kind = "ns16550",
        .console = "virtio-serial-device",
        .elf = { EM_RISCV },
        .elf_class = ELFCLASS32,
        .consoles = virt_set,
        .what = "RISC-V virt board, 32-bit, M-mode, no firmware below",
    },
};

const size_t machine_count = sizeof(machines) / sizeof(machines[0]);

const struct machine *machine_find(const char *name, size_t len)
{
    for (size_t i = 0; i < machine_count; i++)
        if (strlen(machines[i].name) == len && memcmp(machines[i].name, name, len) == 0)
            return &machines[i];
    return NULL;
}

bool option_list_has(const char *options, const char *word)
{
    size_t len = strlen(word);

    for (const char *at = options; at && *at; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, word, len) == 0 && (at[len] == ',' || at[len] == '\0'))
            return true;
    }
    return false;
}

unsigned machine_uarts(const struct machine *machine, const char *options, unsigned version)
{
    if (machine->secure_uarts && option_list_has(options, "secure=on"))
        return machine->secure_uarts;
    if (machine->newer_uarts && (version == 0 || version >= machine->newer_version))
        return machine->newer_uarts;
    return machine->uarts;
}
