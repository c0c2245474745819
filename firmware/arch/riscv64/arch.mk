# riscv64: two links of the same objects.  firmware.elf runs in S-mode under OpenSBI, whose
# next stage starts at 0x80200000; firmware-m.elf runs in M-mode with -bios none, which
# always starts at 0x80000000.
#
# No floating point: the FPU is off when we start, so the compiler must not use it.
# -msave-restore keeps the image small: functions share code that saves registers.
# -misa-spec=2.2 lets rv64imac include the CSR instructions, and so gcc finds its libgcc.
#
# SPDX-License-Identifier: MIT

riscv64_CC := riscv64-unknown-elf-gcc
riscv64_TARGET := riscv64-unknown-elf
riscv64_CPU := -march=rv64imac -mabi=lp64 -mcmodel=medany -msave-restore
riscv64_CFLAGS := $(riscv64_CPU) -misa-spec=2.2
riscv64_CLANG_CFLAGS := $(riscv64_CPU)
riscv64_PLATFORM := virt
riscv64_NEWLIB := source
riscv64_SOURCES := $(wildcard firmware/arch/common_riscv/*.[cS])
riscv64_LD := linker/riscv.ld
riscv64_IMAGES := firmware.elf firmware-m.elf
riscv64_LDFLAGS_firmware.elf := -Wl,--defsym=load_address=0x80200000,--defsym=machine_mode=0
riscv64_LDFLAGS_firmware-m.elf := -Wl,--defsym=load_address=0x80000000,--defsym=machine_mode=1
