/*
 * Switching off, as the tree says it is done on this machine.
 *
 *   sifive,test0      RISC-V: a register, which also carries the status
 *   syscon-poweroff   a value into somebody else's register
 *   arm,psci          Arm: a call to the firmware underneath, which QEMU plays itself
 *   gpio-poweroff     Arm with secure=on, where nobody plays firmware: a pin of a PL061
 *   nothing           RISC-V in S-mode: a call to OpenSBI
 *
 * Sources: Linux bindings, power/reset (sifive test finisher, syscon-poweroff, gpio-poweroff);
 *          Arm PrimeCell GPIO (PL061) TRM, DDI 0190B, 3.3.
 *
 * SPDX-License-Identifier: MIT
 */
#include "drivers/kernel.h"
#include "drivers/text.h"
#include "firmware/arch/arch.h"
#include "firmware/platform/virt/virt.h"

/* QEMU stops the CPU within microseconds; a second is for a host that is busy. */
#define OFF_BUDGET_US 1000000

/* clang-format off */
#define TEST_FINISHER        0x0
#define   TEST_FINISHER_PASS   0x5555u
#define   TEST_FINISHER_FAIL   0x3333u     /* the status goes above it      */
#define   TEST_FINISHER_STATUS 16

#define PL061_DATA(pins)     ((size_t)(pins) << 2)  /* pins that the access touches: 3.3.1 */
#define PL061_DIR            0x400                  /* 1: an output                 3.3.2 */
/* clang-format on */

static void off_by_test_finisher(const struct fdt_node *node, unsigned status)
{
    struct io io;
    struct why why;
    uint32_t fail = status << TEST_FINISHER_STATUS | TEST_FINISHER_FAIL;

    if (virt_map(node, &io, &why) == OK)
        io_write32(&io, TEST_FINISHER, status == 0 ? TEST_FINISHER_PASS : fail);
}

/* Open the window of the node that a property's first cell points at. */
static int map_phandle(const struct fdt_node *node, const char *property, struct io *io)
{
    struct fdt_node target;
    struct why why;
    uint32_t phandle;

    if (!fdt_cell(node, property, 0, &phandle) || !fdt_find_phandle(node->fdt, phandle, &target))
        return ERR_ABSENT;
    return virt_map(&target, io, &why);
}

static void off_by_syscon(const struct fdt_node *node, unsigned status)
{
    struct io io;
    uint32_t offset, value;

    (void)status;
    if (fdt_cell(node, "offset", 0, &offset) && fdt_cell(node, "value", 0, &value) &&
        map_phandle(node, "regmap", &io) == OK)
        io_write32(&io, offset, value);
}

static void off_by_psci(const struct fdt_node *node, unsigned status)
{
    (void)status;
    arch_firmware_off(fdt_string(node, "method"));
}

static void off_by_gpio(const struct fdt_node *node, unsigned status)
{
    struct io io;
    uint32_t pin;

    (void)status;
    if (!fdt_cell(node, "gpios", 1, &pin) || pin > 7 || map_phandle(node, "gpios", &io) != OK)
        return;
    uint32_t bit = 1u << pin;
    io_write32(&io, PL061_DATA(bit), 0);
    io_write32(&io, PL061_DIR, io_read32(&io, PL061_DIR) | bit);
    io_write32(&io, PL061_DATA(bit), bit);
}

static const struct {
    const char *compatible;
    void (*off)(const struct fdt_node *node, unsigned status);
} ways[] = {
    { "sifive,test0", off_by_test_finisher },
    { "syscon-poweroff", off_by_syscon },
    { "arm,psci", off_by_psci },
    { "arm,psci-0.2", off_by_psci },
    { "arm,psci-1.0", off_by_psci },
    { "gpio-poweroff", off_by_gpio },
};
#define WAY_COUNT (sizeof(ways) / sizeof(ways[0]))

static void wait_for_the_end(void)
{
    for (uint64_t start = kernel_now_us(); kernel_now_us() - start < OFF_BUDGET_US;)
        arch_relax();
}

void virt_power_announce(const struct fdt *fdt)
{
    char buf[CONSOLE_FOUND_SIZE + 40], found[CONSOLE_FOUND_SIZE];
    struct text text = text_begin(buf, sizeof(buf));
    struct fdt_node node;

    for (size_t i = 0; i < WAY_COUNT; i++)
        if (virt_find_usable(fdt, ways[i].compatible, &node)) {
            virt_found(&node, found, sizeof(found));
            text_add(&text, "off by ");
            text_add(&text, ways[i].compatible);
            text_add(&text, " at ");
            text_add(&text, found);
            kernel_note("power", buf, NULL);
            return;
        }
    kernel_note("power", "the tree names no way to switch off", NULL);
}

void virt_power_off(const struct fdt *fdt, unsigned status)
{
    struct fdt_node node;

    for (size_t i = 0; fdt && i < WAY_COUNT; i++)
        if (virt_find_usable(fdt, ways[i].compatible, &node)) {
            ways[i].off(&node, status);
            wait_for_the_end();
        }
    arch_firmware_off(NULL);
}
