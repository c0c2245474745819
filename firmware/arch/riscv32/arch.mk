# riscv32: the sources of riscv64, with 32-bit registers.  firmware.elf runs in S-mode under
# OpenSBI, whose next stage starts at 0x80400000; firmware-m.elf runs in M-mode with
# -bios none, which always starts at 0x80000000.
#
# ../riscv64/arch.mk says why the flags are as they are.
#
# SPDX-License-Identifier: MIT

riscv32_CC := riscv64-unknown-elf-gcc
riscv32_TARGET := riscv32-unknown-elf
riscv32_CPU := -march=rv32imac -mabi=ilp32 -mcmodel=medany -msave-restore
riscv32_CFLAGS := $(riscv32_CPU) -misa-spec=2.2
riscv32_CLANG_CFLAGS := $(riscv32_CPU)
riscv32_PLATFORM := virt
riscv32_NEWLIB := source
riscv32_SOURCES := $(wildcard firmware/arch/common_riscv/*.[cS])
riscv32_LD := linker/riscv.ld
riscv32_IMAGES := firmware.elf firmware-m.elf
riscv32_LDFLAGS := -Wl,-m,elf32lriscv
riscv32_LDFLAGS_firmware.elf := -Wl,--defsym=load_address=0x80400000,--defsym=machine_mode=0
riscv32_LDFLAGS_firmware-m.elf := -Wl,--defsym=load_address=0x80000000,--defsym=machine_mode=1
