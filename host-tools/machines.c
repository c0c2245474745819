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

/* What several rows have in common: boards, and what runs them. */
#define PC_BOARD                                                                               \
    .memory = "128M", .host = "x86_64", .uarts = 4, .isa_ports = 4, .uart_kind = "isa-serial", \
    .console = "virtio-serial-pci", .consoles = pc_set

/* -serial makes one UART here: a second one is accepted and has no device. */
#define MICROVM_BOARD                                                                     \
    .type = "microvm", .memory = "128M", .host = "x86_64",                                \
    .buses = BUS_MACHINE | BUS_ISA | BUS_PCI | BUS_PCIE | BUS_VIRTIO_MMIO, .uarts = 1,    \
    .mmio_slots = 24, .isa_ports = 4, .pci_option = "pcie=on", .uart_kind = "isa-serial", \
    .console = "virtio-serial-device", .consoles = microvm_set

#define VIRT_BOARD                                                     \
    .type = "virt", .memory = "128M", .buses = VIRT_BUSES, .uarts = 1, \
    .console = "virtio-serial-device", .consoles = virt_set
#define ARM_BOARD                                                                            \
    VIRT_BOARD, .secure_uarts = 2, .newer_uarts = 2, .newer_version = 901, .mmio_slots = 32, \
                .uart_kind = "pl011"
#define RISCV_BOARD VIRT_BOARD, .mmio_slots = 8, .uart_kind = "ns16550", .elf = { EM_RISCV }

#define X86_64  .arch = "x86_64", .qemu = "qemu-system-x86_64", .elf = { EM_X86_64, EM_386 }
#define I386    .arch = "i386", .qemu = "qemu-system-i386", .elf = { EM_386 }
#define RISCV64 .arch = "riscv64", .qemu = "qemu-system-riscv64", .elf_class = ELFCLASS64
#define RISCV32 .arch = "riscv32", .qemu = "qemu-system-riscv32", .elf_class = ELFCLASS32

/* RISC-V without firmware below: the reset vector always jumps to the start of RAM. */
#define ALONE  .image = "firmware-m.elf", .bios = "none"
#define KERNEL .image = "firmware.elf"

const struct machine machines[] = {
    {
        .name = "q35",
        .type = "q35",
        X86_64,
        PC_BOARD,
        KERNEL,
        .buses = PC_BUSES | BUS_PCIE,
        .what = "PC with PCI Express (ICH9)",
    },
    {
        .name = "pc",
        .type = "pc",
        X86_64,
        PC_BOARD,
        KERNEL,
        .buses = PC_BUSES,
        .what = "PC with conventional PCI (i440FX)",
    },
    {
        .name = "microvm",
        X86_64,
        MICROVM_BOARD,
        KERNEL,
        .what = "small x86 machine with virtio-mmio; PCI only when asked for",
    },
    {
        /* QEMU's default CPU is a 32-bit one, even in qemu-system-aarch64. */
        .name = "aarch64",
        .arch = "aarch64",
        .qemu = "qemu-system-aarch64",
        .cpu = "cortex-a57",
        .host = "aarch64",
        ARM_BOARD,
        KERNEL,
        .elf = { EM_AARCH64 },
        .what = "Arm virt board, 64-bit",
    },
    {
        .name = "arm",
        .arch = "arm",
        .qemu = "qemu-system-arm",
        ARM_BOARD,
        KERNEL,
        .elf = { EM_ARM },
        .what = "Arm virt board, 32-bit",
    },
    {
        .name = "riscv64",
        RISCV64,
        RISCV_BOARD,
        KERNEL,
        .host = "riscv64",
        .what = "RISC-V virt board, S-mode above OpenSBI",
    },
    {
        .name = "riscv64-m",
        RISCV64,
        RISCV_BOARD,
        ALONE,
        .what = "RISC-V virt board, M-mode, no firmware below",
    },
    {
        .name = "i386",
        .type = "q35",
        I386,
        PC_BOARD,
        KERNEL,
        .buses = PC_BUSES | BUS_PCIE,
        .what = "q35 with a 32-bit CPU",
    },
    {
        .name = "i386-pc",
        .type = "pc",
        I386,
        PC_BOARD,
        KERNEL,
        .buses = PC_BUSES,
        .what = "pc with a 32-bit CPU",
    },
    {
        /* With a CPU of 32 physical address bits, QEMU puts the window for 64-bit BARs over
         * the registers of PCI (hw/i386/microvm.c: the topmost quarter of the addresses). */
        .name = "i386-microvm",
        .cpu = "max",
        I386,
        MICROVM_BOARD,
        KERNEL,
        .what = "microvm with a 32-bit CPU",
    },
    {
        .name = "riscv32",
        RISCV32,
        RISCV_BOARD,
        KERNEL,
        .what = "RISC-V virt board, 32-bit, S-mode above OpenSBI",
    },
    {
        .name = "riscv32-m",
        RISCV32,
        RISCV_BOARD,
        ALONE,
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
