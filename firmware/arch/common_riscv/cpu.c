/*
 * Time, waiting and halting on RISC-V.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stddef.h>
#include <stdint.h>

#include "drivers/fdt/fdt.h"
#include "firmware/arch/arch.h"
#include "firmware/arch/common_riscv/riscv.h"

RISCV_WRITE(ie)

const struct io_bus *const arch_port_bus = NULL;

const char *arch_mode(void)
{
    return riscv_is_machine_mode ? "M" : "S";
}

/* --- time ------------------------------------------------------------------------- */

/* Of QEMU's virt machine, should the tree not say it. */
#define DEFAULT_TICKS_HZ 10000000u

/* More than any tree that QEMU makes; its own header says how long it is. */
#define TREE_LIMIT (1u << 20)

static uint32_t ticks_hz = DEFAULT_TICKS_HZ;

/* Devicetree bindings, riscv/cpus: the rate of the time CSR is in /cpus. */
static void find_ticks_hz(uintptr_t tree)
{
    struct fdt fdt;
    struct fdt_node cpus;
    struct why why;
    if (fdt_open(&fdt, (const void *)tree, TREE_LIMIT, &why) == OK &&
        fdt_find(&fdt, "/cpus", 5, &cpus))
        ticks_hz = fdt_number(&cpus, "timebase-frequency", DEFAULT_TICKS_HZ);
    if (ticks_hz == 0)
        ticks_hz = DEFAULT_TICKS_HZ;
}

static uintptr_t time_csr(void)
{
    uintptr_t value;
    __asm__ volatile("csrr %0, time" : "=r"(value));
    return value;
}

#if __riscv_xlen == 32
static uintptr_t timeh_csr(void)
{
    uintptr_t value;
    __asm__ volatile("csrr %0, timeh" : "=r"(value));
    return value;
}

/* The low half may wrap between two reads: then the high half differs, and we look again
 * (Unprivileged 20191213, section 10.1).  It wraps every seven minutes, so twice is enough. */
uint64_t arch_ticks(void)
{
    uintptr_t high = timeh_csr();
    uintptr_t low = time_csr();
    uintptr_t again = timeh_csr();
    if (again != high)
        low = time_csr();
    return (uint64_t)again << 32 | low;
}
#else
uint64_t arch_ticks(void)
{
    return time_csr();
}
#endif

uint64_t arch_ticks_hz(void)
{
    return ticks_hz;
}

/* --- waiting, halting, faulting --------------------------------------------------- */

/* Zihintpause: `pause`, spelled as the fence that it is for assemblers that don't know it. */
void arch_relax(void)
{
    __asm__ volatile(".4byte 0x0100000f");
}

_Noreturn void arch_halt(void)
{
    riscv_write_ie(0);
    for (;;)
        __asm__ volatile("wfi");
}

/* All zeroes is an illegal instruction on every RISC-V (Unprivileged 20191213, section 1.5). */
void arch_fault(void)
{
    __asm__ volatile(".2byte 0");
}

/* --- memory ----------------------------------------------------------------------- */

/* Translation is off: every address is its own. */
uintptr_t arch_map(uint64_t phys, uint64_t len)
{
    if (len == 0 || phys + len - 1 < phys || phys + len - 1 > UINTPTR_MAX)
        return 0;
    return (uintptr_t)phys;
}

/* --- start ------------------------------------------------------------------------ */

_Noreturn void riscv_start(uintptr_t tree)
{
    find_ticks_hz(tree);
    firmware_main(tree);
}
