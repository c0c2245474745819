/*
 * What the device tree says about this virt machine.
 *
 * QEMU puts the tree at the start of RAM on Arm, and tells its address in a1 on RISC-V.
 * Next on the tour: firmware/platform/virt/virt_devices.c
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/platform/virt/virt.h"

#include "drivers/kernel.h"
#include "drivers/text.h"
#include "firmware/arch/arch.h"
#include "firmware/command_line.h"
#include "firmware/platform/platform.h"

/* On Arm QEMU pads the tree to 1 MiB, which is where our image begins. */
#define TREE_LIMIT 0x100000u

static struct fdt fdt;
static int fdt_status;
static struct why fdt_why;

void platform_init(uintptr_t boot_info)
{
    uintptr_t tree = boot_info ? arch_map(boot_info, TREE_LIMIT) : 0;

    if (tree == 0)
        fdt_status = why_set(&fdt_why, ERR_ABSENT, "tree address", boot_info, 0);
    else
        fdt_status = fdt_open(&fdt, (const void *)tree, TREE_LIMIT, &fdt_why);
}

const char *platform_command_line(void)
{
    struct fdt_node chosen;
    const char *words = NULL;

    if (fdt_status == OK && fdt_find_chosen(&fdt, &chosen))
        words = fdt_string(&chosen, "bootargs");
    return words ? words : "";
}

const char *platform_machine(void)
{
    if (fdt_status != OK)
        return "unknown";

    struct fdt_node root = fdt_root(&fdt);
    const char *machine = fdt_string(&root, "compatible");
    return machine ? machine : "unknown";
}

/*
 * Without a tree we know of no device.  The first UART of each virt machine has never moved,
 * and so it is used to say what is wrong.  QEMU: hw/arm/virt.c, hw/riscv/virt.c (memmap).
 */
static const struct {
    const char *arch, *compatible;
    uint32_t base, len;
} last_resorts[] = {
    { "aarch64", "arm,pl011", 0x09000000, 0x1000 },
    { "arm", "arm,pl011", 0x09000000, 0x1000 },
    { "riscv64", "ns16550a", 0x10000000, 0x100 },
    { "riscv32", "ns16550a", 0x10000000, 0x100 },
};

static void attach_last_resort(void)
{
    for (size_t i = 0; i < sizeof(last_resorts) / sizeof(last_resorts[0]); i++) {
        if (!text_equal(last_resorts[i].arch, arch_name))
            continue;
        struct device dev = { .bus = BUS_PLATFORM, .compatible = last_resorts[i].compatible };
        struct text found = text_begin(dev.found, sizeof(dev.found));
        text_add(&found, "guess:0x");
        text_add_hex(&found, last_resorts[i].base, 1);
        if (kernel_map(&dev.io, IO_SPACE_MEMORY, last_resorts[i].base, last_resorts[i].len) == OK)
            drivers_attach(&dev);
    }
}

void platform_find_first(void)
{
    if (fdt_status == OK)
        virt_attach_first(&fdt);
    else
        attach_last_resort();
}

/* No tree says whether there is a debugger, and asking may fault: only when told to. */
static void attach_semihosting(void)
{
    struct device dev = { .bus = BUS_PLATFORM, .compatible = "semihosting" };
    struct text found = text_begin(dev.found, sizeof(dev.found));

    if (!command_line.wants_semihosting || !arch_semihosting_bus)
        return;
    text_add(&found, "semihosting");
    dev.io.bus = arch_semihosting_bus;
    drivers_attach(&dev);
}

void platform_find_rest(void)
{
    attach_semihosting();
    if (fdt_status != OK) {
        kernel_note("fdt", "no device tree that can be read: only a guess at the first UART",
                    &fdt_why);
        return;
    }
    virt_attach_rest(&fdt);
    virt_power_announce(&fdt);
}

void platform_power_off(unsigned status)
{
    virt_power_off(fdt_status == OK ? &fdt : NULL, status);
}
