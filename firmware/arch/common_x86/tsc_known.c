/*
 * The rate of the time-stamp counter, from those who know it; see tsc.h.
 *
 * Sources: SDM volume 3, §18.7.3 (CPUID leaf 15h);
 *          Linux, Documentation/virt/kvm/x86/msr.rst and cpuid.rst (called KVM below);
 *          the generic hypervisor timing leaf 4000_0010h, as VMware, KVM and Xen have it.
 * QEMU: -accel kvm (TCG tells none of these).
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/arch/common_x86/tsc.h"

#include <stdbool.h>

#include "firmware/arch/common_x86/cpu.h"

/* clang-format off */
#define CPUID_FEATURES              0x00000001
#define   CPUID_FEATURES_ECX_HYPERVISOR  (1u << 31)
#define CPUID_TSC                   0x00000015  /* SDM volume 2, CPUID, table 3-8       */
#define CPUID_HYPERVISOR            0x40000000
#define CPUID_HYPERVISOR_TIMING     0x40000010  /* EAX: kHz of the TSC                  */
#define CPUID_KVM_STEP              0x100       /* KVM's leaves lie above Hyper-V's     */
#define CPUID_KVM_FEATURES          1           /* from KVM's first leaf                */
#define   KVM_FEATURE_CLOCKSOURCE2    (1u << 3)
#define MSR_KVM_SYSTEM_TIME_NEW     0x4b564d01  /* address of the time, bit 0: enable   */
/* clang-format on */

/* EAX and EBX: TSC ticks per crystal tick as a fraction; ECX: the crystal, in Hz. */
static uint64_t hz_of_crystal(void)
{
    if (cpu_id(0).eax < CPUID_TSC)
        return 0;
    struct cpuid tsc = cpu_id(CPUID_TSC);
    return tsc.eax != 0 ? (uint64_t)tsc.ecx * tsc.ebx / tsc.eax : 0;
}

static uint64_t hz_of_timing_leaf(void)
{
    if (cpu_id(CPUID_HYPERVISOR).eax < CPUID_HYPERVISOR_TIMING)
        return 0;
    return (uint64_t)cpu_id(CPUID_HYPERVISOR_TIMING).eax * 1000;
}

/* KVM, struct pvclock_vcpu_time_info: ns = (ticks << shift) * scale >> 32. */
struct kvm_time {
    uint32_t version, pad;
    uint64_t tsc_timestamp, system_time;
    uint32_t scale;
    int8_t shift;
    uint8_t flags, pad2[2];
};
_Static_assert(sizeof(struct kvm_time) == 32, "KVM: pvclock_vcpu_time_info is 32 bytes");

static bool kvm_has_clock(void)
{
    for (uint32_t leaf = CPUID_HYPERVISOR; leaf <= CPUID_HYPERVISOR + CPUID_KVM_STEP;
         leaf += CPUID_KVM_STEP) {
        struct cpuid id = cpu_id(leaf); /* "KVMKVMKVM" */
        if (id.ebx == 0x4b4d564b && id.ecx == 0x564b4d56 && id.edx == 0x4d)
            return (cpu_id(leaf + CPUID_KVM_FEATURES).eax & KVM_FEATURE_CLOCKSOURCE2) != 0;
    }
    return false;
}

/* The host fills in the struct before the instruction after the wrmsr. */
static uint64_t hz_of_kvm(void)
{
    static struct kvm_time time __attribute__((aligned(32)));
    if (!kvm_has_clock())
        return 0;
    cpu_write_msr(MSR_KVM_SYSTEM_TIME_NEW, (uintptr_t)&time | 1);
    cpu_write_msr(MSR_KVM_SYSTEM_TIME_NEW, 0);
    if (time.scale == 0 || time.shift < -31 || time.shift > 31)
        return 0;

    uint64_t hz = (1000000000ull << 32) / time.scale;
    return time.shift >= 0 ? hz >> time.shift : hz << -time.shift;
}

uint64_t tsc_known_hz(void)
{
    if (!(cpu_id(CPUID_FEATURES).ecx & CPUID_FEATURES_ECX_HYPERVISOR))
        return hz_of_crystal();

    /* Under a hypervisor its own word counts more than the CPU's, which may have been
     * copied from another machine. */
    uint64_t hz = hz_of_kvm();
    if (hz == 0)
        hz = hz_of_timing_leaf();
    return hz != 0 ? hz : hz_of_crystal();
}
