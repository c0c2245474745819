/*
 * Time on RISC-V: the time CSR, or the timer that it mirrors.
 *
 * In S-mode the CSR is always there, by the CPU's work or OpenSBI's.  In M-mode a CPU may do
 * without (Zicntr is optional): then the same count is in memory, where the tree says.
 *
 * QEMU: -cpu rv64,zicntr=false -bios none has no CSR
 * Source: Privileged 20211203, section 3.2.1 (mtime); Linux bindings, timer/sifive,clint and
 *         timer/riscv,aclint-mtimer.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdbool.h>
#include <stdint.h>

#include "drivers/fdt/fdt.h"
#include "firmware/arch/arch.h"
#include "firmware/arch/common_riscv/riscv.h"

/* Of QEMU's virt machine, should the tree not say it. */
#define DEFAULT_TICKS_HZ 10000000u

/* More than any tree that QEMU makes; its own header says how long it is. */
#define TREE_LIMIT (1u << 20)

#define CLINT_MTIME 0xbff8u

static uint32_t ticks_hz = DEFAULT_TICKS_HZ;
static volatile const uint32_t *mtime; /* low half, high half */
static enum { TIME_CSR, TIME_MEMORY, TIME_NONE } source;

/* --- reading it ------------------------------------------------------------------- */

/* The low half may wrap between two reads: then the high half differs, and we look again
 * (Unprivileged 20191213, section 10.1).  It wraps every seven minutes, so once is enough. */
static uint64_t join(uint32_t (*half)(unsigned which))
{
    uint32_t high = half(1);
    uint32_t low = half(0);
    uint32_t again = half(1);
    if (again != high)
        low = half(0);
    return (uint64_t)again << 32 | low;
}

static uint32_t mtime_half(unsigned which)
{
    return mtime[which];
}

#if __riscv_xlen == 32
static uint32_t csr_half(unsigned which)
{
    uint32_t value;
    if (which == 0)
        __asm__ volatile("csrr %0, time" : "=r"(value));
    else
        __asm__ volatile("csrr %0, timeh" : "=r"(value));
    return value;
}

static uint64_t csr_time(void)
{
    return join(csr_half);
}
#else
static uint64_t csr_time(void)
{
    uint64_t value;
    __asm__ volatile("csrr %0, time" : "=r"(value));
    return value;
}
#endif

/* Where there is no time at all, it moves when it is looked at, so that waiting ends. */
uint64_t arch_ticks(void)
{
    static uint64_t looks;
    switch (source) {
    case TIME_CSR:
        return csr_time();
    case TIME_MEMORY:
        return join(mtime_half);
    default:
        return ++looks;
    }
}

uint64_t arch_ticks_hz(void)
{
    return ticks_hz;
}

/* --- finding it ------------------------------------------------------------------- */

/* Of an instruction in C nobody could say at which address it traps: so it is in probes.S. */
static bool has_time_csr(void)
{
    riscv_is_refused = false;
    riscv_probe_time();
    return !riscv_is_refused;
}

/* The address of mtime if the node has it, or 0. */
static uintptr_t mtime_of(const struct fdt_node *node)
{
    bool is_clint = fdt_is_compatible(node, "riscv,clint0");
    struct fdt_range range;
    if (!is_clint && !fdt_is_compatible(node, "riscv,aclint-mtimer"))
        return 0;
    if (fdt_reg(node, 0, &range) != OK)
        return 0;
    return (uintptr_t)range.address + (is_clint ? CLINT_MTIME : 0);
}

static void find_mtime(const struct fdt *fdt)
{
    struct fdt_node node = fdt_root(fdt);
    do {
        mtime = (const uint32_t *)mtime_of(&node);
        if (mtime)
            source = TIME_MEMORY;
    } while (!mtime && fdt_next(&node));
}

/* Devicetree bindings, riscv/cpus: the rate is in /cpus. */
static void find_ticks_hz(const struct fdt *fdt)
{
    struct fdt_node cpus;
    if (fdt_find(fdt, "/cpus", 5, &cpus))
        ticks_hz = fdt_number(&cpus, "timebase-frequency", DEFAULT_TICKS_HZ);
    if (ticks_hz == 0)
        ticks_hz = DEFAULT_TICKS_HZ;
}

void riscv_probe_clock(void)
{
    if (!has_time_csr())
        source = TIME_NONE;
}

void arch_find_ticks_hz(uintptr_t tree)
{
    struct fdt fdt;
    struct why why;
    if (fdt_open(&fdt, (const void *)tree, TREE_LIMIT, &why) != OK)
        return;
    find_ticks_hz(&fdt);
    if (source == TIME_NONE)
        find_mtime(&fdt);
}
